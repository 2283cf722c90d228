//! What upgrades look like at 80 columns, against stored pages.
#![allow(clippy::unwrap_used)]

use dynamo_plan::analysis::whatif::{RequestEdit, Side, compare};
use dynamo_plan::load::bundle;
use dynamo_plan::matrix::Release;
use dynamo_plan::render::{Origin, PageView, Style, whatif};
use dynamo_plan::{Planner, Query};

use crate::snapshot::check;

/// The page of an upgrade at 80 columns.
fn drawn(query: &Query, from: &str, to: &str) -> String {
    let matrices = [from, to].map(|label| bundle::matrix(&Release::new(label)).unwrap());
    let planners =
        matrices.clone().map(|matrix| Planner::of_matrices(vec![matrix]).knowing(&matrices));
    let [old, new] = &planners;
    let (before, after) = (old.resolve(query).unwrap(), new.resolve(query).unwrap());
    let changes = RequestEdit::changes(&before, &after);
    let sides = (Side { planner: old, request: &before }, Side { planner: new, request: &after });
    let found = compare(sides.0, sides.1, changes, None);
    let origin = Origin { newest: Some(Release::new("1.5.1")), ..Origin::default() };
    let view = PageView { limit: Some(20), ..PageView::default() };
    let style = Style { width: Some(80), ..Style::PLAIN };
    whatif::page(&found, &origin, view).to_terminal(&style)
}

#[test]
fn upgrades_at_80_columns() {
    let mut on_old_driver = Query::needing(["lora", "kv-routing"]);
    on_old_driver.platform.driver = Some(550);
    let on_vllm = Query { backends: vec!["vllm".to_owned()], ..Query::needing(["kv-routing"]) };
    for (name, query, from, to) in [
        ("upgrade-driver", &on_old_driver, "0.9.1", "1.5.1"),
        ("upgrade-kv-events", &on_vllm, "1.0.2", "1.1.0"),
        ("upgrade-failover", &Query::needing(["failover"]), "1.3.1", "1.4.0"),
        ("upgrade-nothing", &Query::needing(["tools"]), "1.4.0", "1.4.1"),
    ] {
        let drawn = drawn(query, from, to);
        for line in drawn.lines() {
            assert!(unicode_width::UnicodeWidthStr::width(line) <= 80, "{name}: {line}");
        }
        check(&format!("{name}-80.txt"), &drawn);
    }
}

#[test]
fn a_requirement_that_changes_is_part_of_the_answer() {
    let on_vllm = Query { backends: vec!["vllm".to_owned()], ..Query::needing(["kv-routing"]) };
    let drawn = drawn(&on_vllm, "1.0.2", "1.1.0");
    let silent = drawn.find("To do, or it fails silently").unwrap();
    assert!(drawn[silent..].lines().nth(1).unwrap().contains("--kv-events-config"), "{drawn}");
    assert!(drawn.contains("The same 1 plan, with "), "{drawn}");
    assert_eq!(drawn.matches("--kv-events-config").count(), 1, "{drawn}");
}

#[test]
fn machines_that_run_nothing_are_named_and_what_to_do_is_told_all_the_same() {
    let mut query = Query::needing(["lora", "kv-routing"]);
    query.platform.driver = Some(550);
    let drawn = drawn(&query, "0.9.1", "1.5.1");
    assert!(drawn.contains("Still no plan: no backend runs this on driver 550."), "{drawn}");
    assert!(drawn.contains("too old already") && drawn.contains("--kv-events-config"), "{drawn}");
}
