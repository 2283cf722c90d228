//! Rules and facts: what counts beyond the tables, where, and how it is switched off.
#![allow(clippy::unwrap_used)]

use std::io::Write;
use std::process::{Command, Stdio};

use dynamo_plan::load::bundle;
use dynamo_plan::matrix::{Level, Matrix, Release, Rule, Term};
use dynamo_plan::{Outcome, Planner, Query};
use serde_json::{Value, json};

/// Something else that says as much as a rule or more, so that the rule changes nothing beside it.
#[derive(Clone, Copy)]
enum Cover {
    /// Another rule.
    Rule(&'static str),
    /// A cell of the tables.
    Cell(&'static str, &'static [&'static str]),
}

/// The rules that something else covers wherever they count.
const COVERED: [(&str, Cover); 3] = [
    ("kvbm-no-reload-after-preemption", Cover::Rule("kvbm-slower-than-without")),
    ("sglang-video-needs-encode-worker", Cover::Cell("sglang", &["multimodal", "pattern=EP/D"])),
    ("sglang-snapshot-cuda-graph", Cover::Cell("sglang", &["dynamo-snapshot"])),
];

/// A planner for these releases with every bundled rule but some, and without what covers a rule.
fn planner_without(releases: &[Release], left_out: &[&str], cover: Option<Cover>) -> Planner {
    let mut matrices: Vec<Matrix> =
        releases.iter().map(|release| bundle::matrix(release).unwrap()).collect();
    let mut sets = bundle::rule_sets();
    let covers = |rule: &Rule| matches!(cover, Some(Cover::Rule(id)) if id == rule.id);
    for set in &mut sets {
        set.rules.retain(|rule| !left_out.contains(&&*rule.id) && !covers(rule));
    }
    if let Some(Cover::Cell(on, terms)) = cover {
        let backends = matrices.iter_mut().flat_map(|matrix| &mut matrix.backends);
        let cells = backends.filter(|backend| backend.id == on).flat_map(|b| &mut b.cells);
        for cell in
            cells.filter(|cell| cell.terms.iter().map(Term::as_str).eq(terms.iter().copied()))
        {
            (cell.level, cell.caveat) = (Level::Supported, false);
        }
    }
    Planner::of_matrices(matrices).with_rules(sets)
}

fn answer(planner: &Planner, query: &Query) -> Outcome {
    planner.answer(&planner.resolve(query).unwrap())
}

/// A request that meets all terms of a rule, on one of its backends.
fn request_of(rule: &Rule, backend: &str, accept: Level) -> Query {
    let named = |keep: fn(&Term) -> bool| {
        let terms = rule.terms.iter().filter(|term| keep(term) && term.fact().is_none());
        terms.map(|term| term.id().to_owned()).collect::<Vec<_>>()
    };
    Query {
        need: named(|term| !term.is_negated() && !term.id().contains('=')),
        avoid: named(Term::is_negated),
        pattern: rule
            .terms
            .iter()
            .find_map(|term| Some(term.id().strip_prefix("pattern=")?.to_owned())),
        facts: rule.facts().map(str::to_owned).collect(),
        backends: vec![backend.to_owned()],
        accept,
        ..Query::default()
    }
}

/// This release and, where it lists some feature of the rule not, the newest one that does, so that the
/// feature is known.
fn chosen(release: &Release, rule: &Rule) -> Vec<Release> {
    let lists = |release: &Release, id: &str| {
        let matrix = bundle::matrix(release).unwrap();
        id.contains('=')
            || matrix.feature(id).is_some()
            || matrix.groups.iter().any(|group| group.id == id)
    };
    let mut chosen = vec![release.clone()];
    for term in rule.terms.iter().filter(|term| !lists(release, term.id())) {
        chosen.extend(bundle::releases().rfind(|other| lists(other, term.id())));
    }
    chosen.sort();
    chosen.dedup();
    chosen
}

/// What a rule can change of an answer: the plans with their levels and cells, and the conflicts.
fn told(outcome: &Outcome, release: &Release) -> Value {
    let plans = outcome.plans.iter().filter(|plan| plan.release.as_ref() == Some(release));
    let plans: Vec<Value> = plans
        .map(|plan| {
            let score = &plan.score;
            let cells =
                [score.not_applicable, score.undocumented, score.experimental, score.caveat];
            json!([plan.backend, plan.pattern, plan.features, plan.level, cells])
        })
        .collect();
    json!([plans, outcome.conflicts])
}

const ACCEPTED: [Level; 4] =
    [Level::Experimental, Level::Supported, Level::Undocumented, Level::NotApplicable];

/// Every request that could show a rule, in a release.
fn requests(rule: &Rule) -> impl Iterator<Item = Query> + '_ {
    let all = ["sglang", "trtllm", "vllm"].map(str::to_owned);
    let about = |backend: &String| rule.backends.is_empty() || rule.backends.contains(backend);
    let backends = all.into_iter().filter(about).collect::<Vec<_>>();
    ACCEPTED.into_iter().flat_map(move |accept| {
        let ask = |backend: &String| request_of(rule, backend, accept);
        backends.iter().map(ask).collect::<Vec<_>>()
    })
}

/// Whether the rule changes an answer on this release, without what covers it.
fn counts(rule: &Rule, release: &Release, cover: Option<Cover>) -> bool {
    let releases = chosen(release, rule);
    let with = planner_without(&releases, &[], cover);
    let without = planner_without(&releases, &[&rule.id], cover);
    let told = |planner: &Planner, query: &Query| told(&answer(planner, query), release);
    requests(rule).any(|query| told(&with, &query) != told(&without, &query))
}

/// Whether the rule changes anything of an answer that is about this release alone.
fn reaches(rule: &Rule, release: &Release) -> bool {
    let releases = chosen(release, rule);
    let answer = |planner: &Planner, query: &Query| {
        let mut request = planner.resolve(query).unwrap();
        request.releases = vec![Some(release.clone())];
        planner.answer(&request)
    };
    let with = planner_without(&releases, &[], None);
    let without = planner_without(&releases, &[&rule.id], None);
    requests(rule).any(|query| answer(&with, &query) != answer(&without, &query))
}

#[test]
fn every_rule_has_a_request_that_it_changes() {
    let sets = bundle::rule_sets();
    let mut wrong = Vec::new();
    for rule in sets.iter().flat_map(|set| &set.rules) {
        let is_about =
            |release: &Release| rule.releases.iter().any(|range| range.contains(release));
        let about: Vec<Release> = bundle::releases().filter(is_about).collect();
        assert!(!about.is_empty(), "{} is about no bundled release", rule.id);
        let counts = |cover| about.iter().any(|release| counts(rule, release, cover));
        let cover = COVERED.iter().find(|(id, _)| *id == rule.id).map(|(_, cover)| *cover);
        if !counts(cover) {
            wrong.push(format!("{} changes nothing", rule.id));
        }
        if cover.is_some() && counts(None) {
            wrong.push(format!("{} is not covered", rule.id));
        }
        let before = bundle::releases().take_while(|release| *release < about[0]).last();
        let after = bundle::releases().find(|release| release > about.last().unwrap());
        let outside = before.into_iter().chain(after).filter(|release| reaches(rule, release));
        wrong.extend(outside.map(|release| format!("{} reaches {release}", rule.id)));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn program(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dynamo-plan"));
    for name in ["NO_COLOR", "COLUMNS", "DYNAMO_PLAN_RELEASE"] {
        command.env_remove(name);
    }
    command.args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The exit status, stdout and stderr of a command, given some input.
fn ended(words: &[&str], input: &str) -> (i32, String, String) {
    let mut child = program(words).spawn().unwrap();
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// The JSON answer of a command.
fn json_of(words: &[&str]) -> Value {
    let (_, stdout, stderr) = ended(&[words, &["--format", "json"]].concat(), "");
    serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{words:?}: {error}: {stderr}"))
}

/// A request that one rule stops on 1.3.1, where the model has hybrid attention.
const HYBRID: [&str; 6] = ["--need", "lora,kv-routing", "--backend", "vllm", "--release", "1.3.1"];

#[test]
fn a_stated_fact_makes_its_rule_count() {
    let words = [&HYBRID[..], &["--fact", "Mamba"]].concat();
    let answer = json_of(&words);
    assert_eq!(answer["request"]["facts"], json!(["hybrid-attention"]));
    assert_eq!(answer["satisfiable"], false);
    assert_eq!(answer["conflicts"], json!([["fact=hybrid-attention", "kv-aware-routing", "lora"]]));
    let drops: Vec<&Value> =
        answer["corrections"].as_array().unwrap().iter().map(|it| &it["drop"]).collect();
    assert!(drops.contains(&&json!(["fact=hybrid-attention"])), "{drops:?}");
    let blocking = &answer["rejected"][0]["blocking"][0];
    assert_eq!(blocking["rule"], "lora-router-hybrid-503");
    assert_eq!(blocking["terms"], answer["conflicts"][0]);
    assert_eq!(blocking["notes"][0]["kind"], "known-issue");
    assert_eq!(blocking["notes"][0]["fixed_in"], "1.4.0");
    let hints = answer["hints"].as_array().unwrap();
    let release = hints.iter().find(|hint| hint["kind"] == "release").unwrap();
    assert_eq!((&release["value"], &release["plans"]), (&json!("1.4.0"), &json!(1)));
    let (status, page, _) = ended(&words, "");
    assert_eq!(status, 1);
    assert!(
        page.contains("fact hybrid-attention + kv-aware-routing + lora fail together on vllm"),
        "{page}"
    );
}

#[test]
fn a_denied_fact_hides_its_rule_and_an_open_one_is_conditional() {
    let open = json_of(&HYBRID);
    let waits = &open["plans"][0]["conditional"];
    assert_eq!(waits.as_array().unwrap().len(), 1, "{waits}");
    assert_eq!(waits[0]["rule"], "lora-router-hybrid-503");
    assert_eq!(waits[0]["facts"], json!(["hybrid-attention"]));
    assert_eq!(waits[0]["level"], "unsupported");
    let denied = json_of(&[&HYBRID[..], &["--fact", "!hybrid-attention"]].concat());
    assert_eq!(denied["request"]["facts"], json!(["!hybrid-attention"]));
    assert_eq!(denied["plans"][0]["conditional"], json!([]));
    // It changes no rank and nothing else of the plan.
    for key in ["level", "score", "features"] {
        assert_eq!(open["plans"][0][key], denied["plans"][0][key], "{key}");
    }
    let page = |words: &[&str]| ended(&[&HYBRID[..], words].concat(), "").1;
    assert!(page(&[]).contains("hybrid-attention"));
    assert!(!page(&["--fact", "!hybrid-attention"]).contains("refuses requests with 503"));
}

#[test]
fn several_facts_of_a_rule_must_all_be_stated() {
    let ask = |facts: &[&str]| {
        let words = ["--need", "planner", "--backend", "vllm", "--release", "1.4.0"];
        json_of(&[&words[..], facts].concat())
    };
    let half = ask(&["--fact", "sla-scaling"]);
    assert_eq!(half["satisfiable"], true);
    let waits = half["plans"][0]["conditional"].as_array().unwrap();
    let rule = waits.iter().find(|it| it["rule"] == "planner-load-scaler-stall").unwrap();
    assert_eq!(rule["facts"], json!(["load-scaling"]));
    let both = ask(&["--fact", "sla-scaling,load-scaling"]);
    assert_eq!(both["satisfiable"], false);
    let one_denied = ask(&["--fact", "sla-scaling", "--fact", "!load-scaling"]);
    let waits = one_denied["plans"][0]["conditional"].as_array().unwrap();
    assert!(waits.iter().all(|it| it["rule"] != "planner-load-scaler-stall"), "{waits:?}");
}

#[test]
fn an_unknown_fact_is_wrong_input() {
    let words = [&HYBRID[..], &["--fact", "hybrid-atention"]].concat();
    let (status, stdout, stderr) = ended(&words, "");
    assert_eq!((status, &*stdout), (2, ""));
    assert!(stderr.contains("did you mean hybrid-attention?"), "{stderr}");
    let (status, _, stderr) = ended(&[&words[..], &["--format", "json"]].concat(), "");
    let error: Value = serde_json::from_str(&stderr).unwrap();
    assert_eq!((status, &error["at"]), (2, &json!("hybrid-atention")));
    assert_eq!(error["code"], "unknown-fact");
    assert_eq!(error["suggestions"][0], "hybrid-attention");
    let line = "{\"need\": [\"lora\"], \"facts\": [\"hybrid-atention\"]}";
    let (status, stdout, _) = ended(&["batch"], line);
    assert_eq!(status, 2);
    assert!(stdout.contains("did you mean hybrid-attention?"), "{stdout}");
}

#[test]
fn facts_are_listed_with_their_other_names() {
    let facts = json_of(&["list", "facts"]);
    let ids: Vec<&str> =
        facts["facts"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect();
    for id in ["hybrid-attention", "moe", "multi-node", "eagle3", "aws-efa", "cross-pod"] {
        assert!(ids.contains(&id), "{id}");
    }
    assert_eq!(facts["rules"], json!([]));
    let (_, page, _) = ended(&["list", "facts"], "");
    assert!(page.contains("hybrid-attention") && page.contains("mamba"), "{page}");
    // Every fact that a rule waits for can be stated.
    let sets = bundle::rule_sets();
    for rule in sets.iter().flat_map(|set| &set.rules) {
        assert!(rule.facts().all(|fact| ids.contains(&fact)), "{}", rule.id);
    }
}

#[test]
fn both_sets_count_unless_told_otherwise() {
    let kvbm = ["--need", "kvbm", "--backend", "trtllm", "--release", "1.2.0"];
    let answer = json_of(&kvbm);
    assert_eq!(answer["request"]["rules"], json!(["deployability", "known-issues"]));
    assert_eq!(answer["satisfiable"], false);
    let cell = &answer["rejected"][0]["blocking"][0];
    assert_eq!(cell["rule"], "kvbm-trtllm-request-data");
    assert_eq!((&cell["level"], &cell["published"]), (&json!("unsupported"), &json!("supported")));
    let unlock = &answer["unlocks"][0]["sets"][0][0];
    for key in ["rule", "published", "url"] {
        assert_eq!(unlock[key], cell[key], "{key}");
    }
    let (_, page, _) = ended(&kvbm, "");
    assert!(page.contains("published ✅: "), "{page}");
    let tables = json_of(&[&kvbm[..], &["--tables-only"]].concat());
    assert_eq!(tables["request"]["rules"], json!([]));
    assert_eq!(tables["plans"][0]["level"], "supported");
    assert_eq!(tables["notices"][0]["code"], "rule-not-counted");
    let one = json_of(&[&kvbm[..], &["--rules", "deployability"]].concat());
    assert_eq!(one["request"]["rules"], json!(["deployability"]));
    assert_eq!(one["satisfiable"], true);
}

#[test]
fn failover_brings_the_memory_service_that_it_needs() {
    let failover = ["--need", "failover", "--release", "1.4.0", "--backend", "vllm"];
    let plan = json_of(&failover)["plans"][0].clone();
    assert_eq!(plan["added"], json!(["gpu-memory-service"]));
    assert_eq!(plan["features"], json!(["gpu-memory-service", "shadow-engine-failover"]));
    let tables = json_of(&[&failover[..], &["--tables-only"]].concat());
    assert_eq!(tables["plans"][0]["added"], json!([]));
    let avoided = json_of(&[&failover[..], &["--avoid", "gms"]].concat());
    let conflict = json!([["!gpu-memory-service", "shadow-engine-failover"]]);
    assert_eq!((&avoided["satisfiable"], &avoided["conflicts"]), (&json!(false), &conflict));
}

#[test]
fn rules_that_wait_for_facts_can_fire() {
    let findings = json_of(&["lint", "--release", "1.4.0"])["findings"].clone();
    let idle = findings.as_array().unwrap().iter().filter(|it| it["code"] == "rule-never-fires");
    let idle: Vec<&str> = idle.map(|it| it["message"].as_str().unwrap()).collect();
    // The tables state of the pattern itself that SGLang has it not.
    assert_eq!(idle.len(), 1, "{idle:?}");
    assert!(idle[0].contains("sglang-video-needs-encode-worker"), "{idle:?}");
}

#[test]
fn a_release_without_a_matrix_is_listed_and_cannot_be_chosen() {
    let words = ["--need", "lora", "--release", "1.7.0"];
    let (status, stdout, stderr) = ended(&words, "");
    assert_eq!((status, &*stdout), (2, ""));
    for part in ["the newest release with a matrix is 1.5.1", "dynamo-plan import"] {
        assert!(stderr.contains(part), "{stderr}");
    }
    let (_, _, stderr) = ended(&[&words[..], &["--format", "json"]].concat(), "");
    let error: Value = serde_json::from_str(&stderr).unwrap();
    assert_eq!(error["code"], "release-without-matrix");
    let list = json_of(&["list", "releases"]);
    let releases = list["releases"].as_array().unwrap();
    let known = releases.iter().find(|it| it["release"] == "1.7.0").unwrap();
    assert_eq!((&known["matrix"], &known["kind"]), (&json!(false), &json!("stable")));
    assert!(list["looked_at"].as_str().is_some_and(|day| day.len() == 10), "{}", list["looked_at"]);
    let all = json_of(&["--need", "lora", "--release", "all"]);
    assert_eq!(all["matrices"].as_array().unwrap().len(), bundle::releases().len());
}

#[test]
fn no_rules_and_the_tables_alone_are_the_same() {
    for command in [
        &["plan", "--need", "planner"][..],
        &["explain", "--need", "lora,video"],
        &["split", "--need", "video,lora,planner"],
        &["since", "--need", "kvbm"],
        &["diff", "1.2.0", "1.3.0"],
        &["analyze", "--release", "1.2.0"],
        &["whatif", "--need", "kvbm", "--release", "1.2.0", "--upgrade", "1.3.0"],
    ] {
        let [off, tables] = [&["--rules", "none"][..], &["--tables-only"]]
            .map(|flag| json_of(&[command, flag].concat()));
        assert_eq!(off, tables, "{command:?}");
        assert_ne!(off, json_of(command), "{command:?}: rules count");
    }
    let (status, _, stderr) = ended(&["--need", "lora", "--rules", "none,deployability"], "");
    assert_eq!(status, 2, "{stderr}");
}

#[test]
fn an_empty_list_of_rules_in_a_line_is_no_rules() {
    let need = "\"need\": [\"planner\"], \"avoid\": [\"disagg\"]";
    let (bare, none) = (format!("{{{need}}}"), format!("{{{need}, \"rules\": []}}"));
    let answer = |words: &[&str], line: &str| -> Value {
        let fields = ["--fields", "request,satisfiable,total,plans,conflicts"];
        let (status, stdout, stderr) = ended(&[&["batch"], words, &fields].concat(), line);
        assert_eq!(status, 0, "{stderr}");
        serde_json::from_str(&stdout).unwrap()
    };
    let off = answer(&["--rules", "none"], &bare);
    assert_eq!(off["request"]["rules"], json!([]));
    assert_eq!(off["satisfiable"], true);
    assert_eq!(off, answer(&[], &none));
    assert_eq!(off, answer(&["--rules", "deployability"], &none), "the line wins");
    let both = answer(&[], &bare);
    assert_eq!(both["request"]["rules"], json!(["deployability", "known-issues"]));
    assert_eq!(both["satisfiable"], false);
}

#[test]
fn what_is_not_recorded_is_said() {
    let codes = |words: &[&str]| {
        let notices = json_of(words)["notices"].as_array().unwrap().clone();
        notices.iter().map(|it| it["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(codes(&["--need", "disagg", "--release", "1.4.0"]), [""; 0]);
    assert_eq!(codes(&["--need", "disagg", "--release", "latest"]), ["issues-not-recorded"]);
    assert_eq!(codes(&["--need", "specdec", "--release", "1.4.0"]), [""; 0]);
    assert_eq!(codes(&["--need", "eagle3", "--release", "1.4.0"]), ["fact-offered"]);
    assert_eq!(codes(&["--need", "eagle3", "--fact", "!eagle3", "-r", "1.4.0"]), [""; 0]);
}

#[test]
fn bundled_rules_hold_for_a_file_of_the_same_release() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("own.toml");
    let name = file.to_str().unwrap();
    let model = |release: &str| {
        format!(
            "format = \"dynamo-plan/model/v1\"\n{release}features = \"\"\"\n\
             | Feature | TensorRT-LLM |\n| KV Block Manager | ✅ |\n\"\"\"\n\
             [source]\npath = \"docs/matrix.md\"\n[pairs]\ntrtllm = \"\"\"\n| Feature |\n\"\"\"\n"
        )
    };
    for (release, satisfiable) in
        [("release = \"1.2.0\"\n", false), ("", true), ("release = \"9.0\"\n", true)]
    {
        std::fs::write(&file, model(release)).unwrap();
        let answer = json_of(&["--need", "kvbm", "--matrix", name]);
        assert_eq!(answer["satisfiable"], satisfiable, "{release}");
        let notices = answer["notices"].as_array().unwrap();
        let is_said = notices.iter().any(|notice| notice["code"] == "bundled-rules");
        assert_eq!(is_said, !satisfiable, "{release}: {notices:?}");
    }
    // What must be there or be set holds too, once, with addresses that open.
    std::fs::write(&file, model("release = \"1.0.0\"\n")).unwrap();
    let answer = json_of(&["--need", "kvbm", "--matrix", name]);
    let notes = answer["plans"][0]["cells"][0]["notes"].as_array().unwrap();
    let required: Vec<&Value> = notes.iter().filter(|it| it["kind"] == "requirement").collect();
    assert!(!required.is_empty(), "{answer:#}");
    assert!(required.iter().all(|note| !note["url"].is_null()), "{required:#?}");
    let bundled = json_of(&["--need", "kvbm", "-r", "1.0.0", "-b", "trtllm"]);
    let bundled = bundled["plans"][0]["cells"][0]["notes"].as_array().unwrap();
    let texts = |notes: &[Value]| {
        let of = notes.iter().filter(|it| it["kind"] == "requirement");
        of.map(|it| it["text"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(texts(notes), texts(bundled));
    assert!(answer["notices"].to_string().contains("bundled-rules"));
}

#[test]
fn rules_about_patterns_are_said_to_be_idle_where_a_file_states_none() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("own.toml");
    let model = "format = \"dynamo-plan/model/v1\"\nrelease = \"1.2.0\"\nfeatures = \"\"\"\n\
                 | Feature | vLLM |\n| Multimodal (Audio) | ✅ |\n| LoRA | ✅ |\n\"\"\"\n\
                 [source]\npath = \"docs/matrix.md\"\n[pairs]\nvllm = \"\"\"\n| Feature |\n\"\"\"\n";
    std::fs::write(&file, model).unwrap();
    let said = |need: &str| {
        let answer = json_of(&["--need", need, "--matrix", file.to_str().unwrap()]);
        assert_eq!(answer["satisfiable"], true, "{answer:#}");
        answer["notices"].to_string().contains("do not count: vllm-audio-aggregated-only")
    };
    assert!(said("audio"));
    assert!(!said("lora"));
}

#[test]
fn splits_histories_and_surveys_say_where_known_issues_are_not_recorded() {
    let said = |words: &[&str]| {
        let notices = json_of(words)["notices"].clone();
        notices.to_string().contains("issues-not-recorded")
    };
    assert!(said(&["split", "--need", "lora,tools", "-r", "1.5.1"]));
    assert!(said(&["since", "--need", "lora", "-b", "sglang"]));
    assert!(said(&["analyze", "-r", "1.5.1"]));
    assert!(!said(&["analyze", "-r", "0.9.0"]));
}

#[test]
fn a_difference_tells_the_rules_that_came_and_went() {
    let issues = json_of(&["diff", "1.3.1", "1.4.0"])["issues"].clone();
    let rules = |list: &str| {
        let list = issues[list].as_array().unwrap();
        list.iter().filter_map(|it| Some(it["rule"].as_str()?.to_owned())).collect::<Vec<_>>()
    };
    let notes = |issues: &Value, list: &str, part: &str| {
        let list = issues[list].as_array().unwrap();
        let of = |it: &&Value| it["rule"].is_null() && it["text"].as_str().unwrap().contains(part);
        list.iter().filter(of).map(|it| it["kind"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(notes(&issues, "gained", "Deprecated since 1.4.0"), ["deprecated"; 3]);
    assert_eq!(notes(&issues, "fixed", "lacks `fetch_images`"), ["known-issue"]);
    // A fix in a later release is no fix by going back.
    let back = json_of(&["diff", "1.4.0", "1.3.1"])["issues"].clone();
    assert_eq!(back["fixed"], json!([]));
    assert_eq!(notes(&back, "gained", "lacks `fetch_images`"), ["known-issue"]);
    assert!(rules("gained").contains(&"kvbm-hybrid-attention".to_owned()));
    assert!(rules("fixed").contains(&"lora-router-hybrid-503".to_owned()));
    assert!(rules("unknown").contains(&"eagle3-disaggregated".to_owned()));
    let (_, page, _) = ended(&["diff", "1.3.1", "1.4.0"], "");
    assert!(page.contains("without a stated fix"), "{page}");
    assert!(page.contains("known issues and limits: 13 gained, 3 fixed, 13 no longer"), "{page}");
    let gate = |old: &str, new: &str, more: &[&str]| {
        ended(&[&["diff", old, new, "--fail-on", "worse"], more].concat(), "").0
    };
    assert_eq!(gate("1.0.1", "1.0.2", &[]), 0);
    assert_eq!(gate("1.3.0", "1.3.0", &[]), 0);
    assert_eq!(gate("1.2.0", "1.2.1", &[]), 0);
    // What a rule stops is lost, though no cell got worse, and what it no longer stops is won.
    let lost = json!([
        {"need": ["kv-block-manager"], "backends": ["trtllm"]},
        {"need": ["disaggregated-serving", "multimodal-audio"], "backends": ["vllm"]},
    ]);
    assert_eq!(json_of(&["diff", "1.1.1", "1.2.0"])["lost"], lost);
    assert_eq!(json_of(&["diff", "1.2.1", "1.1.1"])["won"], lost);
    assert_eq!(json_of(&["diff", "1.1.1", "1.2.0", "--tables-only"])["lost"], json!([]));
}

#[test]
fn a_broken_rule_that_waits_for_a_stated_fact_is_told() {
    let words = ["--need", "lora,kv-routing", "--fact", "hybrid-attention", "-r", "1.3.1"];
    let (status, out, _) = ended(&[&words[..], &["--tables-only"]].concat(), "");
    assert_eq!(status, 0);
    assert!(
        out.contains("fact=hybrid-attention + kv-aware-routing + lora is unsupported"),
        "{out}"
    );
    let (_, unstated, _) =
        ended(&["--need", "lora,kv-routing", "-r", "1.3.1", "--tables-only"], "");
    assert!(!unstated.contains("in practice"), "{unstated}");
}

#[test]
fn a_later_release_is_not_praised_for_a_fix_that_nobody_states() {
    let words = ["--need", "kvbm", "--fact", "hybrid-attention", "-r", "1.4.0", "-b", "vllm"];
    let (status, out, _) = ended(&words, "");
    assert_eq!(status, 1);
    assert!(out.contains("No release is stated to fix kvbm-hybrid-attention"), "{out}");
    let fixed = ["--need", "lora,kv-routing", "--fact", "hybrid-attention", "-r", "1.3.1"];
    let (status, out, _) = ended(&[&fixed[..], &["-b", "vllm"]].concat(), "");
    assert_eq!(status, 1);
    assert!(!out.contains("No release is stated") && out.contains("fixed there"), "{out}");
}

#[test]
fn a_difference_for_one_request_tells_the_rules_that_concern_it() {
    let words = ["diff", "1.3.1", "1.5.1", "--need", "lora,kv-routing"];
    let diff = json_of(&words);
    let ids = |list: &Value| -> Vec<String> {
        let issues = list.as_array().unwrap().iter();
        issues.map(|issue| issue["rule"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&diff["issues"]["fixed"]), ["lora-router-hybrid-503"]);
    assert!(ids(&diff["issues"]["gained"]).is_empty());
    assert_eq!(diff["notices"][0]["code"], "issues-not-recorded");
    let denied = json_of(&[&words[..], &["--fact", "!hybrid-attention"]].concat());
    assert!(ids(&denied["issues"]["fixed"]).is_empty());
}

#[test]
fn an_unlock_set_can_be_tried() {
    let kvbm = ["-n", "kvbm", "-b", "trtllm", "-r", "1.2.0"];
    let planner = ["-n", "planner", "-b", "vllm", "-x", "disagg", "-r", "0.9.0"];
    let hybrid =
        ["-n", "lora,kv-routing", "-b", "vllm", "-r", "1.3.1", "--fact", "hybrid-attention"];
    for words in [&kvbm[..], &planner, &hybrid] {
        let answer = json_of(words);
        assert_eq!(answer["satisfiable"], false, "{words:?}");
        let set = answer["unlocks"][0]["sets"][0].as_array().unwrap();
        let mut whatif = vec!["whatif".to_owned()];
        whatif.extend(words.iter().map(|word| (*word).to_owned()));
        for cell in set {
            let terms = cell["terms"].as_array().unwrap().iter();
            let terms: Vec<&str> = terms.map(|term| term.as_str().unwrap()).collect();
            let backend = answer["unlocks"][0]["backend"].as_str().unwrap();
            whatif.extend([
                "--set".to_owned(),
                format!("{backend}: {} = supported", terms.join(" + ")),
            ]);
        }
        let whatif: Vec<&str> = whatif.iter().map(String::as_str).collect();
        let after = json_of(&whatif);
        assert_eq!(after["after"]["satisfiable"], true, "{whatif:?}");
        assert_eq!(after["changes"][0]["before"]["level"], set[0]["level"], "{whatif:?}");
    }
    let dropped =
        json_of(&[&["whatif"], &hybrid[..], &["--drop", "fact=hybrid-attention"]].concat());
    assert_eq!(dropped["after"]["satisfiable"], true);
    assert_eq!(dropped["changes"], json!([{"kind": "drop", "value": "fact=hybrid-attention"}]));
}

#[test]
fn facts_count_in_a_survey() {
    let count = |words: &[&str]| {
        let survey = json_of(&[&["analyze", "-r", "1.3.1", "-b", "vllm"], words].concat());
        survey["backends"][0]["feature_sets"].as_u64().unwrap()
    };
    let (none, all) = (count(&[]), count(&["--fact", "eagle3,expert-parallel,hybrid-attention"]));
    assert!(all < none, "{all} of {none}");
}

#[test]
fn a_sign_before_a_fact_is_never_lost() {
    let facts = |word: &str| json_of(&["-n", "lora", "--fact", word])["request"]["facts"].clone();
    assert_eq!(facts("fact=!multi-node"), json!(["!multi-node"]));
    assert_eq!(facts("!fact=multi-node"), json!(["!multi-node"]));
    for wrong in ["!!multi-node", "=multi-node"] {
        assert_eq!(ended(&["-n", "lora", "--fact", wrong], "").0, 2, "{wrong}");
    }
}
