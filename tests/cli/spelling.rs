//! Spellings that mean something else than they seem to, and mistakes in values: each is told what to write.
#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};

use crate::deployments::{run, text};

/// The answer of `batch` to one line.
fn batched(line: &str) -> Value {
    serde_json::from_slice(&run(&["batch", "--fields", "request"], line).stdout).unwrap()
}

/// What is said of a command line that is refused.
fn refused(words: &[&str]) -> String {
    let output = run(words, "");
    assert_eq!(output.status.code(), Some(2), "{words:?}: {}", text(&output.stdout));
    text(&output.stderr)
}

/// The page of a command line that is answered.
fn shown(words: &[&str]) -> String {
    let output = run(words, "");
    assert!(matches!(output.status.code(), Some(0 | 1 | 3)), "{}", text(&output.stderr));
    text(&output.stdout)
}

#[test]
fn the_separators_of_a_pattern_count() {
    for (typed, meant) in [
        ("EPD", "EPD"),
        ("epd", "EPD"),
        ("EP-D", "EP/D"),
        ("ep_d", "EP/D"),
        ("EP D", "EP/D"),
        ("E-PD", "E/PD"),
        ("E / PD", "E/PD"),
        ("E/P-D", "E/P/D"),
        ("e p d", "E/P/D"),
        ("pattern=E-PD", "E/PD"),
    ] {
        let words = ["--need", "image", "--pattern", typed, "--json"];
        let answer: Value = serde_json::from_str(&shown(&words)).unwrap();
        assert_eq!(answer["request"]["pattern"], meant, "{typed}");
        let answer = batched(&json!({"need": ["image"], "pattern": typed}).to_string());
        assert_eq!(answer["request"]["pattern"], meant, "{typed}");
        let option = typed.trim_start_matches("pattern=");
        let edit = format!("vllm: multimodal + pattern={option} = experimental");
        let answer = shown(&["whatif", "image", "--set", &edit, "--json"]);
        let term = json!(format!("pattern={meant}"));
        assert!(answer.contains(&term.to_string()), "{typed}: {answer}");
    }
}

#[test]
fn a_wrong_pattern_is_told_the_nearest() {
    for (typed, near) in
        [("E-P", "did you mean E/PD"), ("EPDD", "did you mean EPD"), ("EP//D", "EP/D")]
    {
        let said = refused(&["--need", "image", "--pattern", typed]);
        assert!(said.contains(near) && said.contains("E/P/D"), "{typed}: {said}");
        let answer = batched(&json!({"need": ["image"], "pattern": typed}).to_string());
        assert_eq!(answer["error"]["code"], "unknown-pattern", "{typed}");
    }
    assert!(!refused(&["--need", "image", "--pattern", "xyz"]).contains("did you mean"));
}

#[test]
fn a_sign_that_no_name_has_makes_a_name_unknown() {
    for typed in [
        "lora?",
        "lo!ra",
        "lora*",
        "<lora>",
        "lora|",
        "\"lora\"",
        "'lora'",
        "lo\tra",
        "lo\u{200b}ra",
    ] {
        let said = refused(&["--need", typed]);
        assert!(said.contains("did you mean lora?"), "{typed:?}: {said}");
        assert!(!said.contains("lists it from"), "{typed:?}: {said}");
    }
    let named = [("need", "lora\0"), ("need", "lora?"), ("avoid", "lo!ra"), ("want", "lora\u{7f}")];
    for (key, typed) in named {
        let line = json!({key: [typed]}).to_string();
        for line in [line.clone(), line.replace("\"lo", "\"\\u006co")] {
            let answer = batched(&line);
            assert_eq!(answer["error"]["code"], "unknown-feature", "{line}: {answer}");
            assert!(answer["error"]["message"].as_str().unwrap().contains("did you mean lora?"));
        }
    }
    for (key, typed, code) in [
        ("backends", "vllm?", "unknown-backend"),
        ("facts", "moe?", "unknown-fact"),
        ("rules", "known-issues?", "unknown-rules"),
    ] {
        let answer = batched(&json!({"need": ["lora"], key: [typed]}).to_string());
        assert_eq!(answer["error"]["code"], code, "{answer}");
    }
    for typed in
        [" LoRA ", "Multimodal (Video)", "kv_aware routing", "KV\u{2011}Aware Routing", "P/D"]
    {
        assert!(batched(&json!({"need": [typed]}).to_string()).get("error").is_none(), "{typed}");
    }
}

#[test]
fn half_a_character_is_no_json() {
    for key in ["name", "id"] {
        for value in [r#""bad \ud83d""#, r#"["\ud83d x"]"#, r#"{"a": "\udc00"}"#] {
            let line = format!(r#"{{"{key}": {value}, "need": ["lora"]}}"#);
            let answer = batched(&line);
            assert_eq!(answer["error"]["code"], "invalid-json", "{line}: {answer}");
        }
    }
    let answer = batched(r#"{"id": 7, "name": "\ud83d", "need": ["lora"]}"#);
    assert_eq!((&answer["id"], answer.get("name")), (&json!(7), None));
    assert_eq!(batched(r#"{"need": ["\ud83d"]}"#)["error"]["code"], "invalid-json");
    assert_eq!(batched(r#"{"name": "\ud83d\ude00", "need": ["lora"]}"#)["name"], "\u{1f600}");
}

#[test]
fn a_line_is_told_its_keys_and_not_flags() {
    for (line, wanted) in [
        (r#"{"need": ["moe"]}"#, r#"state it with "facts": ["moe"]"#),
        ("{}", r#"name what must work with "need", as in "need": ["lora", "tools"]."#),
        (r#"{"need": ["vllm"]}"#, r#"choose it with "backends": ["vllm"]"#),
        (r#"{"need": ["E/PD"]}"#, r#"choose it with "pattern": "E/PD""#),
        (r#"{"need": ["latest"]}"#, r#"write "release": "latest""#),
        (r#"{"need": ["!lora"]}"#, r#"write "avoid": ["lora"]"#),
        (r#"{"need": "video,lora"}"#, r#"write "need": ["multimodal-video", "lora"]"#),
        (r#"{"need": ["lora"], "count": -1}"#, "from 1 to 1000000000"),
        (r#"{"need": ["lora"], "weight": 1.5}"#, "from 1 to 1000000000"),
        (r#"{"need": ["lora", ""]}"#, r#""need" has an empty name"#),
    ] {
        let answer = batched(line);
        let message = answer["error"]["message"].as_str().unwrap();
        assert!(message.contains(wanted), "{line}: {message}");
        assert!(!message.contains("--"), "{line}: {message}");
    }
    let output = run(&["split", "--workloads", "-"], r#"{"need": ["moe"]}"#);
    assert!(text(&output.stderr).contains(r#""facts": ["moe"]"#));
}

#[test]
fn a_wrong_value_is_told_what_to_write() {
    for (words, wanted) in [
        (&["lora", "--engine", "0.16"][..], "write one like 'vllm>=0.16'"),
        (&["lora", "--engine", ">=0.16,<0.18"], "write one like 'vllm>=0.16,<0.18'"),
        (&["--need", "tools,"], "--need has an empty name, as a comma too many"),
        (&["--want", "tools,,lora"], "--want has an empty name"),
        (&["lora", "-r", ">=1.0 <1.3"], "write '>=1.0, <1.3'"),
        (&["lora", "-r", ">= 1.0 < 1.3"], "write '>=1.0, <1.3'"),
        (&["lora", "--timeout", "-1"], "give a number of seconds above 0"),
        (&["lora", "--limit", "-1"], "give 20, say, or 0 for all"),
        (&["split", "lora", "--limit", "-1"], "give 20, say, or 0 for all"),
        (&["batch", "--jobs", "-1"], "0 for one on each core"),
    ] {
        let said = refused(words);
        assert!(said.contains(wanted) && !said.contains("-- -1"), "{words:?}: {said}");
    }
    let said = refused(&["lora", "--matrix", "examples/fleet.jsonl"]);
    assert_eq!(said.matches("the page has no table").count(), 1, "{said}");
}

#[test]
fn a_request_reads_as_a_sentence() {
    for (words, wanted) in [
        (&["--want", "lora", "--all"][..], "Asked for every plan, if possible with lora; on "),
        (&["--want", "lora"], "Asked for plans, if possible with lora; on "),
        (
            &["--need", "tools", "--want", "lora"],
            "Asked for tool-calling; if possible with lora; on ",
        ),
        (
            &["--need", "tools", "--avoid", "lora", "--all"],
            "every plan with tool-calling; without lora; on ",
        ),
        (&["--all"], "Asked for every plan; on "),
    ] {
        let said = shown(words);
        assert!(said.contains(wanted), "{words:?}: {said}");
    }
    let said =
        shown(&["split", "lora", "video", "planner", "tools", "--release", "all", "--limit", "1"]);
    assert!(
        !said.contains("more not shown") || said.contains("--limit 0 shows them all"),
        "{said}"
    );
}

/// The columns of each line of a page that is drawn on 80 of them, but for what cannot be broken.
fn at_80(words: &[&str]) -> String {
    let output = crate::deployments::program(words).env("COLUMNS", "80").output().unwrap();
    text(&output.stdout)
}

#[test]
fn tables_of_releases_keep_to_the_width() {
    for line in at_80(&["list", "releases"]).lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    // An address stands below its row, where it has more room.
    let page = at_80(&["--need", "lora"]);
    let address = page.lines().find(|line| line.contains("/lo-ra-adapters)")).unwrap();
    assert!(address.len() - address.trim_start().len() < 20, "{page}");
}

#[test]
fn a_rule_that_does_not_count_is_told_once() {
    let page = shown(&["--need", "planner", "--tables-only"]);
    assert_eq!(page.matches("is unsupported in practice").count(), 1, "{page}");
    assert!(page.contains("on sglang, trtllm and vllm 0.9.0, "), "{page}");
}

#[test]
fn nothing_trails_a_card() {
    let file = std::env::temp_dir().join(format!("dynamo-plan-own-{}.toml", std::process::id()));
    let path = file.to_str().unwrap();
    let imported = run(&["import", "tests/pages/feature-matrix.md", "-o", path], "");
    assert_eq!(imported.status.code(), Some(0), "{}", text(&imported.stderr));
    let card = shown(&["show", "lora", "--matrix", path]);
    std::fs::remove_file(file).unwrap();
    assert!(card.contains("nothing to set is recorded"), "{card}");
    assert!(card.lines().all(|line| line == line.trim_end()), "{card:?}");
}

#[test]
fn lint_names_each_known_feature_once() {
    let file = std::env::temp_dir().join(format!("dynamo-plan-twice-{}.toml", std::process::id()));
    let model = "format = 'dynamo-plan/model/v1'\nrelease = '9.9.0'\nfeatures = \"\"\"\n\
                 | Feature | own |\n| --- | --- |\n| Foo | ✅ |\n| Foo | ✅ |\n\"\"\"\n\
                 [[cell]]\nbackend = 'own'\nterms = ['unheard-of']\nlevel = 'supported'\n";
    std::fs::write(&file, model).unwrap();
    let output = run(&["lint", file.to_str().unwrap()], "");
    std::fs::remove_file(file).unwrap();
    let said = text(&output.stdout) + &text(&output.stderr);
    assert!(said.contains("the features are foo\n"), "{said}");
}
