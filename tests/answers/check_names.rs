//! The flags, variables and keys of processes that a release refuses, passes over or will not take for long.

use dynamo_plan::analysis::check::ReportedFinding;
use dynamo_plan::load::Severity::{self, Error, Note, Warning};

use crate::check_verdicts::found;

/// The codes about names.
const OF_NAMES: [&str; 7] = [
    "flag-refused",
    "flag-deprecated",
    "flag-ignored",
    "value-refused",
    "env-refused",
    "env-ignored",
    "planner-key-ignored",
];

/// What is found of the names of a script, on a release or on one that is not known.
fn names(script: &str, release: Option<&str>) -> Vec<ReportedFinding> {
    let found = found("run.sh", format!("{script}\n").as_bytes(), release).into_iter();
    found.filter(|finding| OF_NAMES.contains(&finding.code.as_str())).collect()
}

/// Holds that one thing is found of a script, and that its fix holds a text.
fn holds(script: &str, release: &str, code: &str, severity: Severity, fix: &str) {
    let found = names(script, Some(release));
    let [only] = &found[..] else { panic!("{script} on {release}: {found:#?}") };
    assert_eq!((only.code.as_str(), only.severity), (code, severity), "{script} on {release}");
    let told = only.fix.as_deref().unwrap_or_default();
    assert!(told.contains(fix), "{script}: {told}");
}

fn is_fine(script: &str, release: &str) {
    let found = names(script, Some(release));
    assert!(found.is_empty(), "{script} on {release}: {found:#?}");
}

#[test]
fn a_flag_is_refused_deprecated_or_without_effect_by_release() {
    let prefill = "python3 -m dynamo.vllm --is-prefill-worker --kv-transfer-config '{}'";
    let instead = "`--disaggregation-mode prefill`";
    is_fine(prefill, "0.9.1");
    holds(prefill, "1.0.0", "flag-deprecated", Note, instead);
    holds(prefill, "1.4.0", "flag-refused", Error, instead);
    let connector = "python3 -m dynamo.vllm --connector nixl";
    is_fine(connector, "0.9.1");
    holds(connector, "1.0.0", "flag-refused", Error, "--kv-transfer-config");
    let enforce = "python3 -m dynamo.frontend --enforce-disagg";
    holds(enforce, "1.4.0", "flag-ignored", Warning, "Remove it");
    holds("python3 -m dynamo.sglang --connector nixl", "1.1.0", "flag-ignored", Warning, "");
}

#[test]
fn the_place_and_the_source_of_a_name_are_told() {
    let script = "python3 -m dynamo.vllm \\\n  --model m --connector nixl";
    let found = names(script, Some("1.0.0"));
    assert_eq!((found[0].line, found[0].column), (Some(2), Some(13)));
    assert!(found[0].source.is_some());
    assert!(found[0].url.as_ref().unwrap().starts_with("https://"));
}

#[test]
fn a_flag_of_an_engine_is_no_error() {
    for flag in ["--gpu-memory-utilization 0.9", "--no-such-flag-of-vllm", "--swap-space=4"] {
        for backend in ["vllm", "sglang", "trtllm"] {
            is_fine(&format!("python3 -m dynamo.{backend} --model m {flag}"), "1.4.0");
        }
    }
    // The parsers of these are Dynamo's alone.
    for module in ["dynamo.frontend", "dynamo.router", "dynamo.planner"] {
        let script = format!("python3 -m {module} --no-such-flag");
        holds(&script, "1.4.0", "flag-refused", Error, "Remove it");
    }
    // This frontend hands on to an engine.
    is_fine("python3 -m dynamo.frontend --dyn-chat-processor vllm --no-such-flag", "1.4.0");
    is_fine("python3 -m dynamo.frontend --help", "1.4.0");
}

#[test]
fn abbreviated_flags_are_those_that_they_stand_for() {
    let short = "python3 -m dynamo.frontend --router-reset";
    holds(short, "1.4.0", "flag-refused", Error, "Remove it");
    is_fine(short, "1.3.0");
    // What one release knows by its full name, another takes for the beginning of a longer one.
    is_fine("python3 -m dynamo.trtllm --model org/small-model", "0.9.1");
    // vLLM's parser takes none: what it does not know is the engine's.
    is_fine("python3 -m dynamo.vllm --is-prefill", "1.4.0");
}

#[test]
fn a_value_is_refused_where_the_release_does_not_list_it() {
    let both = "python3 -m dynamo.trtllm --disaggregation-mode prefill_and_decode";
    is_fine(both, "1.3.0");
    holds(both, "1.4.0", "value-refused", Error, "`agg`");
    holds(&both.replace("prefill_and_decode", "agg"), "1.2.0", "value-refused", Error, "`prefill`");
    holds("python3 -m dynamo.frontend --router-mode kvv", "1.4.0", "value-refused", Error, "`kv`");
    is_fine("python3 -m dynamo.frontend --router-mode $MODE", "1.4.0");
}

#[test]
fn a_flag_needs_and_excludes_others() {
    let encoder = "python3 -m dynamo.sglang --model m --dedicated-mm-encoder";
    holds(encoder, "1.3.0", "flag-refused", Error, "`--enable-multimodal`");
    let half = format!("{encoder} --enable-multimodal");
    holds(&half, "1.3.0", "flag-refused", Error, "`--disaggregation-mode pd|prefill|decode`");
    is_fine(&format!("{half} --disaggregation-mode pd"), "1.3.0");
    // What is needed may stand in a variable, or be hidden.
    is_fine(&format!("{encoder} $MORE"), "1.3.0");
    let set = format!("DYN_SGL_ENABLE_MULTIMODAL=true {encoder} --disaggregation-mode pd");
    is_fine(&set, "1.3.0");
    let modes = "python3 -m dynamo.vllm --is-prefill-worker --disaggregation-mode prefill --kv-transfer-config '{}'";
    let found = names(modes, Some("1.1.0"));
    let codes: Vec<&str> = found.iter().map(|finding| finding.code.as_str()).collect();
    assert_eq!(codes, ["flag-deprecated", "flag-refused"], "{found:#?}");
    assert!(found[1].message.contains("does not go with `--disaggregation-mode`"));
}

#[test]
fn a_variable_is_refused_or_not_read() {
    let connector = "DYN_CONNECTOR=kvbm python3 -m dynamo.vllm";
    is_fine(connector, "0.9.1");
    holds(connector, "1.0.0", "env-refused", Error, "--kv-transfer-config");
    let encode = "DYN_VLLM_MULTIMODAL_ENCODE_WORKER=1 python3 -m dynamo.vllm";
    is_fine(encode, "1.3.0");
    holds(encode, "1.4.0", "env-refused", Error, "DYN_VLLM_DISAGGREGATION_MODE=encode");
    is_fine(&encode.replace("=1", "=0"), "1.4.0");
    let events = "DYN_KV_EVENTS=false python3 -m dynamo.frontend";
    is_fine(events, "0.9.1");
    holds(events, "1.0.0", "env-ignored", Warning, "DYN_ROUTER_USE_KV_EVENTS");
    // Another program never read it.
    is_fine("DYN_KV_EVENTS=false python3 -m dynamo.sglang", "1.0.0");
    is_fine("MY_OWN=1 python3 -m dynamo.frontend", "1.4.0");
}

#[test]
fn a_key_of_the_planner_is_passed_over() {
    let planner = "python3 -m dynamo.planner --config '{\"environment\":\"kubernetes\",\"no_correction\":true}'";
    is_fine(planner, "1.0.1");
    holds(planner, "1.1.0", "planner-key-ignored", Warning, "");
    let flag = "python3 -m dynamo.planner --environment kubernetes";
    is_fine(flag, "0.9.1");
    holds(flag, "1.0.0", "flag-refused", Error, "the key `environment` of `--config`");
}

#[test]
fn a_negated_flag_is_told_what_negated_takes_its_place() {
    let events = "python3 -m dynamo.frontend --no-kv-events";
    holds(events, "1.0.0", "flag-deprecated", Note, "`--no-router-kv-events`");
    holds(
        "python3 -m dynamo.frontend --kv-events",
        "1.0.0",
        "flag-deprecated",
        Note,
        "`--router-kv-events`",
    );
    let worker = "python3 -m dynamo.vllm --no-is-prefill-worker";
    holds(worker, "1.4.0", "flag-refused", Error, "Remove it");
}

#[test]
fn only_what_holds_everywhere_is_said_where_the_release_is_not_known() {
    let none = names("python3 -m dynamo.vllm --is-prefill-worker --connector nixl", None);
    assert!(none.is_empty(), "{none:#?}");
    let found = names("python3 -m dynamo.frontend --router-mode kvv --no-such-flag", None);
    let codes: Vec<&str> = found.iter().map(|finding| finding.code.as_str()).collect();
    assert_eq!(codes, ["value-refused", "flag-refused"], "{found:#?}");
    assert!(found[0].message.contains("of any release"), "{}", found[0].message);
}

#[test]
fn nothing_is_said_of_a_flag_that_may_not_be_one() {
    is_fine("if test -n \"$X\"; then F=--connector; fi\npython3 -m dynamo.vllm $F nixl", "1.4.0");
}
