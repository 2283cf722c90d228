//! The words that people bring: what each means where features are asked for, and what is said of those
//! that mean no feature.
#![allow(clippy::unwrap_used)]

use std::process::Command;

use serde_json::Value;

/// Words that mean a feature, whatever the release.
const FEATURES: [(&str, &str); 50] = [
    ("pd", "disaggregated-serving"),
    ("P/D", "disaggregated-serving"),
    ("p/d disaggregation", "disaggregated-serving"),
    ("prefill/decode disaggregation", "disaggregated-serving"),
    ("disaggregated prefill", "disaggregated-serving"),
    ("xPyD", "disaggregated-serving"),
    ("KV routing", "kv-aware-routing"),
    ("kv cache routing", "kv-aware-routing"),
    ("KV-cache-aware routing", "kv-aware-routing"),
    ("prefix-aware routing", "kv-aware-routing"),
    ("smart router", "kv-aware-routing"),
    ("autoscaler", "sla-based-planner"),
    ("autoscaling", "sla-based-planner"),
    ("Dynamo Planner", "sla-based-planner"),
    ("KVBM", "kv-block-manager"),
    ("KV cache offloading", "kv-block-manager"),
    ("kv offload", "kv-block-manager"),
    ("vlm", "multimodal-image"),
    ("VLMs", "multimodal-image"),
    ("vision", "multimodal-image"),
    ("image", "multimodal-image"),
    ("vision-language models", "multimodal-image"),
    ("video input", "multimodal-video"),
    ("audio input", "multimodal-audio"),
    ("Multimodal Support", "multimodal"),
    ("migration", "request-migration"),
    ("live migration", "request-migration"),
    ("cancellation", "request-cancellation"),
    ("abort", "request-cancellation"),
    ("multi-lora", "lora"),
    ("multiLoRA", "lora"),
    ("LoRA Support", "lora"),
    ("LoRA adapters", "lora"),
    ("adapters", "lora"),
    ("function calling", "tool-calling"),
    ("tool parser", "tool-calling"),
    ("tool-call parsing", "tool-calling"),
    ("mtp", "speculative-decoding"),
    ("multi-token prediction", "speculative-decoding"),
    ("eagle", "speculative-decoding"),
    ("eagle3", "speculative-decoding"),
    ("EAGLE-3", "speculative-decoding"),
    ("draft model", "speculative-decoding"),
    ("Medusa", "speculative-decoding"),
    ("n-gram", "speculative-decoding"),
    ("gms", "gpu-memory-service"),
    ("failover", "shadow-engine-failover"),
    ("shadow engines", "shadow-engine-failover"),
    ("snapshots", "dynamo-snapshot"),
    ("checkpoint/restore", "dynamo-snapshot"),
];

/// Words that mean no feature: the code of the error, and a part of what it says or suggests.
const OTHERS: [(&str, &str, &str); 92] = [
    ("moe", "fact-as-feature", "--fact moe"),
    ("fact=moe", "fact-as-feature", "--fact moe"),
    ("Mixture of Experts", "fact-as-feature", "--fact moe"),
    ("WideEP", "fact-as-feature", "--fact expert-parallel"),
    ("expert parallelism", "fact-as-feature", "--fact expert-parallel"),
    ("multi-node", "fact-as-feature", "--fact multi-node"),
    ("Blackwell", "fact-as-feature", "--fact blackwell"),
    ("GB200", "fact-as-feature", "--fact blackwell"),
    ("structured output", "fact-as-feature", "--fact structured-output"),
    ("guided decoding", "fact-as-feature", "--fact structured-output"),
    ("JSON mode", "fact-as-feature", "--fact structured-output"),
    ("Kubernetes", "fact-as-feature", "--fact kubernetes"),
    ("arm", "fact-as-feature", "--fact arm64"),
    ("EFA", "fact-as-feature", "--fact aws-efa"),
    ("load-based planner", "fact-as-feature", "--fact load-scaling"),
    ("vllm", "backend-as-feature", "--backend vllm"),
    ("TensorRT-LLM", "backend-as-feature", "--backend trtllm"),
    ("1.4.0", "release-as-feature", "--release 1.4.0"),
    ("v1.4.0", "release-as-feature", "--release 1.4.0"),
    (">=1.2", "release-as-feature", "--release '>=1.2'"),
    ("latest", "release-as-feature", "--release latest"),
    ("E/PD", "pattern-as-feature", "--pattern E/PD"),
    ("epd", "pattern-as-feature", "--pattern EPD"),
    ("pattern=EP/D", "pattern-as-feature", "--pattern EP/D"),
    ("reasoning", "not-in-matrix", "The nearest is tool-calling."),
    ("reasoning parsers", "not-in-matrix", "The nearest is tool-calling."),
    ("LMCache", "not-in-matrix", "The nearest is kv-block-manager."),
    ("HiCache", "not-in-matrix", "The nearest is kv-block-manager."),
    ("FlexKV", "not-in-matrix", "The nearest is kv-block-manager."),
    ("Mooncake", "not-in-matrix", "The nearest is kv-block-manager."),
    ("SSD offload", "not-in-matrix", "The nearest is kv-block-manager."),
    ("data parallelism", "not-in-matrix", "an engine's own"),
    ("dp attention", "not-in-matrix", "an engine's own"),
    ("tensor parallelism", "not-in-matrix", "--fact multi-node"),
    ("tp", "not-in-matrix", "--fact multi-node"),
    ("pipeline parallelism", "not-in-matrix", "--fact multi-node"),
    ("embeddings", "not-in-matrix", "at the frontend"),
    ("prompt embeddings", "not-in-matrix", "prompt-embeddings.md"),
    ("diffusion", "not-in-matrix", "a table of its own"),
    ("image generation", "not-in-matrix", "a table of its own"),
    ("speech recognition", "not-in-matrix", "The nearest is multimodal-audio."),
    ("ASR", "not-in-matrix", "The nearest is multimodal-audio."),
    ("text-to-speech", "not-in-matrix", "audio that a model is given"),
    ("quantisation", "not-in-matrix", "per format"),
    ("fp8", "not-in-matrix", "per format"),
    ("int4", "not-in-matrix", "per format"),
    ("awq", "not-in-matrix", "per format"),
    ("gptq", "not-in-matrix", "per format"),
    ("NVFP4", "not-in-matrix", "per format"),
    ("prefix caching", "not-in-matrix", "The nearest is kv-aware-routing."),
    ("chunked prefill", "not-in-matrix", "an engine's own"),
    ("CUDA graphs", "not-in-matrix", "an engine"),
    ("batching", "not-in-matrix", "an engine's own"),
    ("continuous batching", "not-in-matrix", "an engine's own"),
    ("streaming", "not-in-matrix", "the frontend's"),
    ("Hopper", "not-in-matrix", "'!blackwell'"),
    ("H100", "not-in-matrix", "'!blackwell'"),
    ("Grove", "not-in-matrix", "--fact kubernetes and --fact multi-node."),
    ("NIXL", "not-in-matrix", "The nearest is disaggregated-serving."),
    ("UCX", "not-in-matrix", "--fact aws-efa"),
    ("InfiniBand", "not-in-matrix", "--fact aws-efa"),
    ("beam search", "not-in-matrix", "sampling"),
    ("logprobs", "not-in-matrix", "sampling"),
    ("realtime API", "not-in-matrix", "the frontend's"),
    ("Responses API", "not-in-matrix", "the frontend's"),
    ("Anthropic API", "not-in-matrix", "the frontend's"),
    ("rate limiting", "not-in-matrix", "under load"),
    ("request rejection", "not-in-matrix", "under load"),
    ("metrics", "not-in-matrix", "pages of their own"),
    ("tracing", "not-in-matrix", "pages of their own"),
    (
        "fault tolerance",
        "not-in-matrix",
        "The nearest are request-cancellation, request-migration and shadow-engine-failover.",
    ),
    ("health checks", "not-in-matrix", "health-checks.md"),
    ("gateway", "not-in-matrix", "kv-aware-routing"),
    ("Gateway API Inference Extension", "not-in-matrix", "kv-aware-routing"),
    ("CRIU", "not-in-matrix", "dynamo-snapshot"),
    ("KEDA", "not-in-matrix", "sla-based-planner"),
    ("llama.cpp", "not-in-matrix", "a backend of your own"),
    ("TGI", "not-in-matrix", "a backend of your own"),
    ("mocker", "not-in-matrix", "stands in for an engine"),
    ("AMD", "not-in-matrix", "NVIDIA GPUs"),
    ("ROCm", "not-in-matrix", "NVIDIA GPUs"),
    ("CPU", "not-in-matrix", "NVIDIA GPUs"),
    ("Gaudi", "not-in-matrix", "NVIDIA GPUs"),
    ("DeepSeek-R1", "not-in-matrix", "--fact moe"),
    ("CUDA 13", "not-in-matrix", "--cuda"),
    ("multimodal-vdeo", "unknown-feature", "did you mean multimodal-video"),
    ("lorra", "unknown-feature", "did you mean lora?"),
    ("kvbn", "unknown-feature", "did you mean kv-block-manager?"),
    ("lora-thing", "unknown-feature", "did you mean lora?"),
    ("translation", "unknown-feature", "`dynamo-plan list` shows every feature"),
    ("hummingbird", "unknown-feature", "`dynamo-plan list` shows every feature"),
    ("snapshot", "unknown-feature", "Dynamo lists it from 1.0.0 on"),
];

/// The exit status, stdout and stderr of a command.
fn ended(words: &[&str], stdin: &str) -> (Option<i32>, String, String) {
    use std::io::Write;
    let mut child = Command::new(env!("CARGO_BIN_EXE_dynamo-plan"))
        .args(words)
        .env_remove("DYNAMO_PLAN_RELEASE")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// The errors or answers to some batch lines.
fn batched(lines: &[Value]) -> Vec<Value> {
    let text: String = lines.iter().map(|line| line.to_string() + "\n").collect();
    let (_, stdout, _) = ended(&["batch", "--fields", "request", "--release", "latest"], &text);
    stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn words_for_features_mean_them() {
    let lines = FEATURES.map(|(word, _)| serde_json::json!({"need": [word]}));
    for ((word, feature), answer) in FEATURES.iter().zip(batched(&lines)) {
        assert_eq!(answer["request"]["need"][0], *feature, "{word}: {answer}");
    }
}

#[test]
fn words_for_nothing_that_is_listed_say_what_they_are() {
    for (word, code, part) in OTHERS {
        let (status, stdout, stderr) = ended(&["--need", word, "--format", "json"], "");
        assert_eq!((status, &*stdout), (Some(2), ""), "{word}");
        let error: Value = serde_json::from_str(&stderr).unwrap();
        let message = error["message"].as_str().unwrap();
        assert_eq!((&error["code"], &error["at"]), (&code.into(), &word.into()), "{message}");
        assert!(message.contains(part), "{word}: {message}");
        let is_told = code == "unknown-feature" || !message.contains("did you mean");
        assert!(
            is_told && message.starts_with(&format!("{word:?} ")) == (code != "unknown-feature")
        );
        if code == "not-in-matrix" {
            assert!(message.contains(" is not in the matrix: "), "{message}");
            for nearest in error["suggestions"].as_array().unwrap() {
                let nearest = nearest.as_str().unwrap().replace("fact=", "--fact ");
                assert!(message.contains(&nearest), "{word}: {message}");
            }
        }
    }
}

#[test]
fn suggestions_for_a_misplaced_name_can_be_written() {
    let suggested = |word: &str| {
        let (.., stderr) = ended(&["--need", word, "--format", "json"], "");
        serde_json::from_str::<Value>(&stderr).unwrap()["suggestions"].clone()
    };
    assert_eq!(suggested("moe"), serde_json::json!(["fact=moe"]));
    assert_eq!(suggested("trt"), serde_json::json!(["trtllm"]));
    assert_eq!(suggested("E/PD"), serde_json::json!(["E/PD"]));
    assert_eq!(suggested("LMCache"), serde_json::json!(["kv-block-manager"]));
    assert_eq!(suggested("UCX"), serde_json::json!(["disaggregated-serving", "fact=aws-efa"]));
    assert_eq!(suggested("fp8"), serde_json::json!([]));
}

#[test]
fn a_word_for_a_fact_and_a_feature_offers_the_fact() {
    for (flag, word, fact) in [
        ("--need", "mtp", "mtp"),
        ("--need", "Multi Token Prediction", "mtp"),
        ("--need", "multitoken-prediction", "mtp"),
        ("--need", "eagle3", "eagle3"),
        ("--need", "EAGLE 3", "eagle3"),
        ("--want", "mtp", "mtp"),
    ] {
        let (_, stdout, _) = ended(&[flag, word, "--format", "json"], "");
        let answer: Value = serde_json::from_str(&stdout).unwrap();
        let notices = answer["notices"].as_array().unwrap();
        let offered = notices.iter().find(|notice| notice["code"] == "fact-offered").unwrap();
        let text = offered["text"].as_str().unwrap();
        assert!(text.contains(&format!("--fact {fact} ")), "{word}: {text}");
    }
    let (_, stdout, _) = ended(&["--need", "mtp", "--fact", "mtp", "--format", "json"], "");
    assert!(!stdout.contains("fact-offered"));
}

#[test]
fn every_place_for_a_feature_says_so() {
    let requests = "{\"need\": [\"fp8\"]}\n";
    let file = std::env::temp_dir().join(format!("dynamo-plan-words-{}.jsonl", std::process::id()));
    std::fs::write(&file, requests).unwrap();
    let file = file.to_str().unwrap();
    for words in [
        &["--want", "fp8=3"][..],
        &["--need", "lora", "--avoid", "fp8"],
        &["explain", "--need", "fp8"],
        &["diff", "1.1.1", "1.2.0", "--need", "fp8"],
        &["since", "--need", "fp8"],
        &["analyze", "--need", "fp8"],
        &["analyze", "--requests", file],
        &["split", "--need", "fp8"],
        &["whatif", "--need", "lora", "--add", "fp8"],
        &["whatif", "--need", "lora", "--set", "vllm: fp8 = supported"],
    ] {
        let (status, _, stderr) = ended(words, "");
        assert_eq!(status, Some(2), "{words:?}");
        assert!(stderr.contains("\"fp8\" is not in the matrix: "), "{words:?}: {stderr}");
    }
    let workload = "{\"name\": \"chat\", \"need\": [\"moe\"]}\n";
    let (status, _, stderr) = ended(&["split", "--workloads", "-"], workload);
    assert_eq!(status, Some(2));
    assert!(stderr.contains(r#""facts": ["moe"]"#), "{stderr}");
    std::fs::remove_file(file).unwrap();
}

#[test]
fn what_is_no_fact_is_not_taken_for_one_that_is_spelt_alike() {
    let of = |word: &str| {
        let words = ["--need", "lora", "--fact", word, "--format", "json"];
        let (status, _, stderr) = ended(&words, "");
        assert_eq!(status, Some(2), "{word}");
        let error: Value = serde_json::from_str(&stderr).unwrap();
        (
            error["code"].clone(),
            error["message"].as_str().unwrap().to_owned(),
            error["suggestions"].clone(),
        )
    };
    let (code, message, nearest) = of("h100");
    assert_eq!((code, nearest), ("unknown-fact".into(), serde_json::json!([])));
    assert!(
        message.contains("no fact is called \"h100\": the tables are not split by GPU"),
        "{message}"
    );
    assert!(message.contains("`dynamo-plan list facts` shows every fact"), "{message}");
    let (_, message, nearest) = of("t100");
    assert_eq!(nearest, serde_json::json!([]));
    assert!(message.ends_with("`dynamo-plan list facts` shows every fact"), "{message}");
    assert_eq!(of("balckwell").2, serde_json::json!(["blackwell"]));
    let (code, message, nearest) = of("lora");
    assert_eq!((code, nearest), ("feature-as-fact".into(), serde_json::json!(["lora"])));
    assert!(message.contains("write --need lora"), "{message}");
}

#[test]
fn the_words_are_listed_with_the_features() {
    let (_, stdout, _) = ended(&["list", "features", "--format", "json"], "");
    let list: Value = serde_json::from_str(&stdout).unwrap();
    let feature = |id: &str| {
        let features = list["features"].as_array().unwrap();
        features.iter().find(|feature| feature["id"] == id).unwrap()["aliases"].clone()
    };
    assert!(feature("lora").as_array().unwrap().contains(&"multi-lora".into()));
    let topics = list["not_in_matrix"].as_array().unwrap();
    let cache = topics.iter().find(|topic| topic["id"] == "lmcache").unwrap();
    assert_eq!(cache["nearest"], serde_json::json!(["kv-block-manager"]));
    assert!(
        cache["url"].as_str().unwrap().starts_with("https://github.com/ai-dynamo/dynamo/blob/")
    );
    let (_, stdout, _) = ended(&["list", "features"], "");
    assert!(
        stdout.contains("Not in the matrix") && stdout.contains("LMCache, FlexKV, HiCache"),
        "{stdout}"
    );
    let (_, stdout, _) = ended(&["list", "facts"], "");
    assert!(!stdout.contains("LMCache"));
    let (_, stdout, _) =
        ended(&["list", "--format", "json", "--matrix", "tests/pages/feature-matrix.md"], "");
    let list: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(list["not_in_matrix"], serde_json::json!([]), "the files list what they list");
}

#[test]
fn a_bad_line_of_json_says_where_and_what_to_write() {
    for (line, wanted) in [
        (r#"{"ned": ["lora"]}"#, "stdin:1:6: unknown field `ned`; did you mean `need`?"),
        (r#"{"Need": ["lora"]}"#, "did you mean `need`?"),
        (r#"{"need": ["lora"], "platform": {"drver": 3}}"#, "did you mean `driver`?"),
        (r#"{"xyzzy": 1}"#, "unknown field `xyzzy`, expected one of `id`, `name`, `need`"),
        (
            r"[1, 2]",
            "stdin:1:1: invalid type: sequence, expected an object; write one object a line",
        ),
        (
            r#"{"need": ["lora"], "want": [{"feature": "lora", "weight": "3"}]}"#,
            "expected a whole number",
        ),
        (r#"{"need": ["lora"], "accept": "supprted"}"#, "did you mean supported?"),
        (r#"{"need": ["lora"], "accept": "whatever"}"#, "write one of supported, experimental"),
    ] {
        let (status, stdout, _) = ended(&["batch"], line);
        assert_eq!(status, Some(2), "{line}");
        let answer: Value = serde_json::from_str(&stdout).unwrap();
        let message = answer["error"]["message"].as_str().unwrap();
        assert!(message.contains(wanted), "{line}: {message}");
        assert!(!message.contains("stdin:1:0"), "{line}: {message}");
    }
    let (_, _, stderr) = ended(&["split", "--workloads", "-"], r#"{"nmae": "a"}"#);
    assert!(stderr.contains("did you mean `name`?"), "{stderr}");
}
