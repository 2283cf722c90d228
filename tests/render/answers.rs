//! What answers look like: every page is compared with a stored one.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test --test render` stores what is drawn now; review the difference.
#![allow(clippy::unwrap_used)]

use crate::snapshot::{check, fixture};
use dynamo_plan::matrix::Release;
use dynamo_plan::plan::Outcome;
use dynamo_plan::render::answer::{self, Detail, Extras, View};
use dynamo_plan::render::{Origin, Style, ToJson};

fn outcome(name: &str) -> Outcome {
    serde_json::from_str(&fixture(name)).unwrap()
}

fn view() -> View {
    let origin = Origin { newest: Some(Release::new("1.4.0")), ..Origin::default() };
    View { origin, limit: Some(20), ..View::default() }
}

fn style(width: usize) -> Style {
    Style { width: Some(width), ..Style::PLAIN }
}

#[test]
fn answers_at_80_and_120_columns_and_in_a_pipe() {
    for name in ["flagship", "patterns", "wants", "definition"] {
        let page = answer::page(&outcome(name), &Extras::default(), &view());
        for width in [80, 120] {
            let drawn = page.to_terminal(&style(width));
            check(&format!("{name}-{width}.txt"), &drawn);
        }
        check(&format!("{name}-pipe.txt"), &page.to_terminal(&Style::PLAIN));
        check(&format!("{name}.md"), &page.to_markdown());
    }
}

#[test]
fn explain_shows_everything() {
    for name in ["flagship", "wants"] {
        let view = View { detail: Detail::Full, ..view() };
        let page = answer::page(&outcome(name), &Extras::default(), &view);
        check(&format!("{name}-explain-80.txt"), &page.to_terminal(&style(80)));
    }
}

#[test]
fn colour_changes_nothing_but_colour() {
    for name in ["flagship", "patterns", "wants", "definition"] {
        let page = answer::page(&outcome(name), &Extras::default(), &view());
        let colored = page.to_terminal(&Style { color: true, width: Some(80), ..Style::PLAIN });
        assert!(colored.contains("\x1b["));
        assert_eq!(without_escapes(&colored), page.to_terminal(&style(80)));
        check(&format!("{name}-color.txt"), &colored);
    }
}

fn without_escapes(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("\x1b[") {
        plain.push_str(&rest[..start]);
        let end = rest[start..].find('m').unwrap();
        rest = &rest[start + end + 1..];
    }
    plain + rest
}

#[test]
fn a_limit_says_what_it_cuts() {
    let view = View { limit: Some(2), ..view() };
    let page =
        answer::page(&outcome("patterns"), &Extras::default(), &view).to_terminal(&style(80));
    assert!(page.contains("3 more not shown; --limit 0 shows them all."), "{page}");
    assert!(!page.contains("experimental  "), "{page}");
}

#[test]
fn quiet_leaves_the_answer() {
    let view = View { quiet: true, ..view() };
    let page =
        answer::page(&outcome("flagship"), &Extras::default(), &view).to_terminal(&style(80));
    assert!(page.contains("No published claim"));
    assert!(!page.contains("Notices") && !page.contains("Try"), "{page}");
}

#[test]
fn json_is_the_outcome_key_for_key() {
    for name in ["flagship", "patterns", "wants", "definition"] {
        let outcome = outcome(name);
        let text = outcome.to_json();
        assert!(text.ends_with("}\n"));
        assert_eq!(serde_json::from_str::<Outcome>(&text).unwrap(), outcome);
    }
}

#[test]
fn nothing_drawn_is_wider_than_the_terminal() {
    use unicode_width::UnicodeWidthStr;
    for name in ["flagship", "patterns", "wants", "definition"] {
        let page =
            answer::page(&outcome(name), &Extras::default(), &View { keep: vec![], ..view() });
        let drawn = page.to_terminal(&style(80));
        for line in drawn.lines().filter(|line| !line.trim_start().starts_with("dynamo-plan ")) {
            assert!(line.width() <= 80, "{name}: {line}");
        }
    }
}
