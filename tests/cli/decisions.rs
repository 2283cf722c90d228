//! `analyze` and `whatif` from the command line: what they print, their JSON against its schema, and
//! how they end.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn run(words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dynamo-plan"));
    for name in ["NO_COLOR", "COLUMNS", "DYNAMO_PLAN_RELEASE"] {
        command.env_remove(name);
    }
    command.args(words).output().unwrap()
}

/// The exit status, stdout and stderr of a command.
fn said(words: &[&str]) -> (i32, String, String) {
    let output = run(words);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

/// The JSON answer of a command, held against the schema of its shape.
fn json(words: &[&str]) -> Value {
    let (_, stdout, stderr) = said(&[words, &["--format", "json"]].concat());
    assert!(stderr.is_empty(), "{words:?}: {stderr}");
    let answer: Value = serde_json::from_str(&stdout).unwrap();
    let name = answer["schema"].as_str().unwrap();
    let name = name.strip_prefix("dynamo-plan/").unwrap().replace('/', "-");
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schema/{name}.json"));
    let schema: Value = serde_json::from_str(&fs::read_to_string(schema).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&answer).map(|it| format!("{}: {it}", it.instance_path())).collect();
    assert!(errors.is_empty(), "{words:?}: {errors:#?}");
    answer
}

fn ids(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect()
}

const FLAGSHIP: [&str; 3] = ["whatif", "--need", "lora,video"];

#[test]
fn a_survey_counts_and_names() {
    let answer = json(&["analyze", "--need", "lora", "--tables-only"]);
    let vllm = answer["backends"].as_array().unwrap().iter().find(|it| it["id"] == "vllm").unwrap();
    assert_eq!((&vllm["feature_sets"], &vllm["configurations"]), (&480.into(), &704.into()));
    assert_eq!(vllm["matching"]["feature_sets"], 64);
    assert_eq!(ids(&vllm["core"]), ["lora"]);
    assert!(ids(&vllm["conditionally_dead"]).contains(&"multimodal-video"));
    assert_eq!(vllm["maximal_complete"], true);
    let (code, stdout, stderr) = said(&["analyze", "--need", "lora"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert!(stdout.contains("under the rules deployability and known-issues"), "{stdout}");
    assert!(stdout.contains("no valid set is as asked"), "{stdout}");
    assert!(stdout.contains("dead with what is asked: multimodal-audio"), "{stdout}");
}

#[test]
fn rules_levels_and_releases_count() {
    let sets = |words: &[&str]| {
        json(&[&["analyze", "--backend", "vllm"], words].concat())["backends"][0]["feature_sets"]
            .as_u64()
            .unwrap()
    };
    assert_eq!(sets(&["--tables-only"]), 480);
    assert_eq!(sets(&["--tables-only", "--stable"]), 176);
    assert_eq!(sets(&["--tables-only", "--accept", "not-applicable"]), 2304);
    // The planner does not go without disaggregated serving, and LoRA with it is experimental.
    assert_eq!(sets(&[]), 448);
    assert_eq!(sets(&["--rules", "known-issues"]), 480);
    assert_eq!(sets(&["--rules", "deployability"]), sets(&[]));
    assert_eq!(sets(&["--stable"]), 144);
    assert!(sets(&["--release", "1.4.0"]) > 480);
}

#[test]
fn missing_cells_are_ranked_by_what_they_add() {
    let answer = json(&["analyze", "--missing", "--pairs"]);
    let changes = answer["missing"]["changes"].as_array().unwrap();
    assert!(changes[0]["cells"].as_array().unwrap().len() == 2);
    let (code, stdout, _) = said(&["analyze", "--missing", "--limit", "1", "--tables-only"]);
    assert_eq!(code, 0);
    assert!(stdout.contains("480 to 704"), "{stdout}");
    assert!(stdout.contains("more changes not shown"), "{stdout}");
    assert_eq!(json(&["analyze", "--missing", "--limit", "1"])["missing"]["complete"], false);
}

#[test]
fn missing_cells_can_be_ranked_by_requests() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("requests.jsonl");
    let lines = "{\"id\": 1, \"need\": [\"LoRA\", \"video\"], \"weight\": 3}\n\n\
                 {\"need\": [\"lora\", \"kv-routing\"], \"count\": 2}\n";
    fs::write(&file, lines).unwrap();
    let name = file.to_str().unwrap();
    let answer = json(&["analyze", "--requests", name]);
    let best = &answer["missing"]["changes"][0];
    assert_eq!(ids(&best["cells"][0]["terms"]), ["lora", "multimodal"]);
    assert_eq!((&best["requests"]["before"], &best["requests"]["after"]), (&2.into(), &5.into()));
    fs::write(&file, "{\"need\": [\"lora\"]}\n{\"need\": [\"lroa\"]}\n").unwrap();
    let (code, stdout, stderr) = said(&["analyze", "--requests", name]);
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(
        stderr.contains("requests.jsonl:2") && stderr.contains("did you mean lora"),
        "{stderr}"
    );
    fs::write(&file, "{\"needs\": [\"lora\"]}\n").unwrap();
    assert!(said(&["analyze", "--requests", name]).2.contains("did you mean `need`"));
}

#[test]
fn every_pair_is_covered_by_few_deployments() {
    let answer = json(&["analyze", "--cover-pairs", "--backend", "vllm"]);
    let cover = &answer["backends"][0]["cover"];
    assert_eq!(cover["deployments"].as_array().unwrap().len(), 4);
    assert_eq!((&cover["pairs"], &cover["minimal"]), (&51.into(), &true.into()));
    let (_, stdout, _) = said(&["analyze", "--cover-pairs"]);
    assert!(stdout.contains("vllm: 4 deployments for 51 pairs; fewer cannot do."), "{stdout}");
}

#[test]
fn one_cell_opens_the_flagship_request() {
    let words = [&FLAGSHIP[..], &["--set", "vLLM: LoRA+multimodal = ✅"]].concat();
    let (code, stdout, stderr) = said(&words);
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert!(stdout.contains("There was no plan; now there are 2 plans."), "{stdout}");
    assert!(stdout.contains("because lora + multimodal was — not-applicable, now ✅ supported"));
    let answer = json(&words);
    assert_eq!(answer["gained"].as_array().unwrap().len(), 2);
    assert_eq!(answer["before"]["satisfiable"], false);
    assert_eq!(answer["changes"][0]["before"]["level"], "not-applicable");
    let worse = ["whatif", "--need", "lora,tools", "--set", "*: lora = unsupported"];
    let (code, stdout, _) = said(&worse);
    assert_eq!(code, 1);
    assert!(stdout.contains("There was 1 plan; now there is none."), "{stdout}");
    assert!(stdout.contains("What blocks it after the changes"), "{stdout}");
    assert_eq!(json(&worse)["lost"].as_array().unwrap().len(), 1);
}

#[test]
fn requests_releases_and_levels_can_change() {
    let status = |words: &[&str]| {
        let words = [&FLAGSHIP[..], words].concat();
        json(&words);
        said(&words).0
    };
    assert_eq!(status(&["--drop", "Video"]), 0);
    assert_eq!(status(&["--drop", "video", "--add", "image"]), 1);
    assert_eq!(status(&["--to-accept", "not-applicable"]), 0);
    assert_eq!(status(&["--upgrade", "1.4.0"]), 1);
    assert_eq!(status(&["--upgrade", "1.4.0", "--set", "1.4.0/vllm: lora + multimodal = 🚧 !"]), 0);
    // An incomplete version is the newest that begins so, as in --release.
    let part = ["--upgrade", "1.4", "--set", "1.4/vllm: lora + multimodal = 🚧 !"];
    assert_eq!(status(&part), 0);
    assert_eq!(status(&["--to-driver", "580"]), 1);
    let describes =
        [&["--accept", "not-applicable"][..], &["--driver", "580"], &["--cuda", "13.0"]];
    for words in describes {
        let (code, _, stderr) = said(&[&FLAGSHIP[..], words].concat());
        assert_eq!(code, 2, "{words:?} describes both sides and changes nothing");
        assert!(stderr.contains("--to-driver"), "{stderr}");
    }
    let held = json(&["whatif", "--need", "tools", "--driver", "575", "--upgrade", "1.2.1"]);
    assert_eq!(held["changes"].as_array().unwrap().len(), 1, "the driver holds before and after");
    assert_eq!(held["lost"].as_array().unwrap().len(), 0);
    let answer = json(&["whatif", "--need", "image,kv-routing", "--upgrade", "1.2.0"]);
    assert_eq!(answer["changes"][0]["kind"], "release");
    assert_eq!(answer["matrices"].as_array().unwrap().len(), 2);
    let moved = json(&["whatif", "--need", "disagg,migration", "--upgrade", "1.0.0"]);
    assert!(!moved["moved"].as_array().unwrap().is_empty());
}

#[test]
fn what_cannot_be_changed_says_why() {
    let rejected = |words: &[&str], expected: &str| {
        let (code, stdout, stderr) = said(&[&FLAGSHIP[..], words].concat());
        assert_eq!((code, stdout.as_str()), (2, ""), "{words:?}");
        assert!(stderr.contains(expected), "{words:?}: {stderr}");
    };
    rejected(&[], "dynamo-plan explain");
    rejected(&["--set", "vlm: lora = supported"], "did you mean vllm?");
    rejected(&["--set", "vllm: lroa = supported"], "did you mean lora?");
    rejected(&["--set", "vllm: lora = suported"], "`supported`");
    rejected(&["--set", "vllm: pattern=EPDD + multimodal = ✅"], "EPD, E/PD");
    rejected(&["--set", "1.4.0/vllm: lora = ✅"], "--upgrade");
    rejected(&["--drop", "tools"], "does not hold it");
    rejected(&["--drop", "lora,video"], "nothing is asked");
    rejected(&["--upgrade", "9.9"], "no release is");
    rejected(&["--patch", "no-such-file"], "no-such-file");
}

/// A small model with one mark to edit.
fn model(mark: &str) -> String {
    format!(
        "format = \"dynamo-plan/model/v1\"\nrelease = \"2.0\"\n\
         features = '''\n| Feature | vLLM | SGLang |\n| LoRA | ✅ | ✅ |\n| Tool Calling | ✅ | 🚧 |\n| Router | ✅ | ✅ |\n'''\n\
         [source]\npath = \"docs/matrix.md\"\n[pairs]\n\
         vllm = '''\n| Feature | LoRA | Tool Calling | Router |\n| LoRA | — | | |\n| Tool Calling | {mark} | — | |\n| Router | ✅ | ✅ | — |\n'''\n\
         sglang = '''\n| Feature | LoRA | Tool Calling | Router |\n| LoRA | — | | |\n| Tool Calling | 🚧 | — | |\n| Router | ✅ | — | — |\n'''\n"
    )
}

#[test]
fn an_edit_equals_a_file_edited_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let [old, new, patch] =
        ["old.toml", "new.toml", "patch.txt"].map(|name| folder.path().join(name));
    let path = |path: &Path| path.to_str().unwrap().to_owned();
    for (was, is, word) in
        [("❌", "✅", "supported"), ("✅", "🚧 !", "experimental!"), ("✅", "—", "—")]
    {
        fs::write(&old, model(was)).unwrap();
        fs::write(&new, model(is)).unwrap();
        fs::write(&patch, format!("# a patch\nvllm: tool calling + lora = {word} # so\n")).unwrap();
        for needs in ["lora,tool-calling", "tool-calling", "lora,router,tool-calling"] {
            let ask = ["--need", needs];
            let what = json(
                &[&["whatif", "--matrix", &path(&old), "--patch", &path(&patch)], &ask[..]]
                    .concat(),
            );
            let mut edited = json(&[&["plan", "--matrix", &path(&new)], &ask[..]].concat());
            let mut after = what["after"].clone();
            for answer in [&mut edited, &mut after] {
                answer["matrices"][0]["sha256"] = Value::Null;
                // What is not recorded of a release is told once, beside the answers.
                answer["notices"]
                    .as_array_mut()
                    .unwrap()
                    .retain(|it| it["code"] != "issues-not-recorded");
            }
            assert_eq!(after, edited, "{was} to {is}: {needs}");
        }
    }
}

#[test]
fn a_plan_without_wants_names_its_headroom() {
    let (_, stdout, _) = said(&["explain", "--need", "image", "--backend", "vllm"]);
    assert!(stdout.contains("Room for more in plan 1 (vllm): "), "{stdout}");
    assert!(stdout.contains("+tool-calling ✅"), "{stdout}");
    assert!(stdout.contains("+multimodal-audio 🚧 1 experimental"), "{stdout}");
    assert!(!said(&["explain", "--need", "image", "--want", "lora"]).1.contains("Room for more"));
}

#[test]
fn a_missed_want_has_its_price() {
    let want = ["--need", "lora", "--want", "video=2,tools", "--backend", "vllm"];
    let (code, stdout, _) = said(&want);
    assert_eq!(code, 0);
    assert!(
        stdout.contains("misses multimodal-video (— not-applicable: lora + multimodal)"),
        "{stdout}"
    );
    let weights = |words: &[&str]| {
        let answer = json(&[&want[..], words].concat());
        let plans = answer["plans"].as_array().unwrap().clone();
        plans
            .iter()
            .map(|plan| plan["score"]["missed_weight"].as_u64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(weights(&[]), [2]);
    let all = weights(&["--all"]);
    assert!(all.is_sorted() && all.first() == Some(&2) && all.last() == Some(&3), "{all:?}");
    assert_eq!(weights(&["--all", "--limit", "3"]), all[..3]);
}

#[test]
fn splits_and_changed_requests_say_how_the_newest_release_differs() {
    let differs = |words: &[&str]| {
        let (_, stdout, stderr) = said(words);
        assert_eq!(stderr, "", "{words:?}");
        let second = stdout.lines().nth(1).unwrap().to_owned();
        second.starts_with("On 1.5.1: ").then_some(second)
    };
    let fewer = "On 1.5.1: 2 deployments, on sglang (--release latest).";
    let split = ["split", "planner", "spec-decode", "lora"];
    assert_eq!(differs(&split).as_deref(), Some(fewer));
    assert_eq!(differs(&[&split[..], &["--release", "1.4.0"]].concat()), None);
    assert_eq!(differs(&["split", "lora", "image", "--release", "latest"]), None);
    let there = run(&["split", "planner", "spec-decode", "lora", "--release", "latest"]);
    assert!(String::from_utf8(there.stdout).unwrap().contains("2 deployments are needed"));
    let changed = ["whatif", "lora", "--add", "tools"];
    assert!(differs(&changed).unwrap().contains("plans, the best on vllm"));
    assert_eq!(differs(&["whatif", "lora", "--upgrade", "1.5.1"]), None);
}

#[test]
fn every_answer_says_whether_its_release_was_chosen() {
    for words in [&["split", "lora"][..], &["analyze"], &["list"], &["explain", "lora"]] {
        for (release, defaulted) in [(&[][..], true), (&["--release", "1.4.0"], false)] {
            let answer = json(&[words, release].concat());
            assert_eq!(answer["release_defaulted"], defaulted, "{words:?}");
            assert_eq!(answer["newest"], "1.5.1", "{words:?}");
        }
    }
    let changed = json(&["whatif", "lora", "--upgrade", "1.5.1"]);
    assert_eq!(changed["before"]["release_defaulted"], true);
    assert_eq!(changed["after"]["release_defaulted"], false);
}

#[test]
fn a_driver_in_the_way_is_answered_by_the_least_that_is_not() {
    let words = ["lora", "disagg", "--release", "1.3.1", "--driver", "550"];
    let hints = json(&words)["hints"].as_array().unwrap().clone();
    let hint = hints.iter().find(|hint| hint["kind"] == "driver").unwrap();
    assert_eq!(hint["value"], 580);
    let (_, stdout, _) = said(&words);
    let command = "dynamo-plan --need disaggregated-serving,lora --driver 580 --release 1.3.1";
    assert!(stdout.contains(&format!("  {command}  # 1 plan\n")), "{stdout}");
    let words: Vec<&str> = command.split(' ').skip(1).collect();
    assert_eq!(json(&words)["total"], hint["plans"]);
}

#[test]
fn a_long_checklist_fits_a_screen_unless_all_of_it_is_asked_for() {
    let words =
        ["whatif", "disagg", "kv-routing", "-r", "0.9.1", "-b", "vllm", "--upgrade", "1.5.1"];
    let (_, short, _) = said(&words);
    let (_, full, _) = said(&[&words[..], &["--full"]].concat());
    assert!(short.lines().count() < 60, "{short}");
    assert!(short.contains("--full shows every text and source.") && short.contains("\u{a0}[1]"));
    let checklist = json(&words)["checklist"].as_array().unwrap().clone();
    let flat = full.split_whitespace().collect::<Vec<_>>().join(" ");
    let to_do = checklist.iter().filter(|item| !item["effect"].is_null());
    for text in to_do.map(|item| item["text"].as_str().unwrap()) {
        assert!(flat.contains(text), "{text}");
    }
}
