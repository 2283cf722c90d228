//! Wrong command lines, and the answers that their users would want.
#![allow(clippy::unwrap_used)]

use std::process::Command;

use crate::snapshot;

/// A wrong command line, and what its answer must offer.
const MISTAKES: [(&str, &str); 30] = [
    ("", "--need lora,tools"),
    ("--backend vllm", "`dynamo-plan matrix vllm`"),
    ("--backend vlm", "did you mean vllm"),
    ("lora --backend tgi", "the backends are sglang, trtllm, vllm"),
    ("lora vllm", "--backend vllm"),
    ("vllm", "--backend vllm"),
    ("explian lora", "`dynamo-plan explain lora`"),
    ("lora explain", "`dynamo-plan explain lora`"),
    ("--need lora --release 1.4.0 matrix", "`dynamo-plan matrix`"),
    ("help explian", "explain"),
    ("lorra", "did you mean lora"),
    ("--need 'image or video'", "--need multimodal"),
    ("--need 'lora or tools'", "--want lora,tool-calling"),
    ("'lora and disagg'", "--need lora,disaggregated-serving"),
    ("lora+disagg", "--need lora,disaggregated-serving"),
    ("lora 1.4", "--release 1.4"),
    ("lora EP/D", "--pattern EP/D"),
    ("lora !tools", "--avoid tools"),
    ("lora moe", "--fact moe"),
    ("lora --release lastest", "did you mean latest"),
    ("lora --release 7.7", "`dynamo-plan list releases`"),
    ("lora --release 1.7", "`dynamo-plan list releases`"),
    ("lora --pattern EPD", "--need or --want"),
    ("lora --accept unsupported", "experimental"),
    ("lora --ned tools", "--need"),
    ("lora --json --format table", "--format"),
    ("README.md", "--matrix README.md"),
    ("diff 1.4", "<NEW>"),
    ("batch --jobs x", "give one up to 256, or 0 for one on each core"),
    ("lora --limit some", "or 0 for all"),
];

/// The words of a line, of which some are quoted.
fn words(line: &str) -> Vec<String> {
    let parts = line.split('\'').enumerate();
    let words = parts.flat_map(|(at, part)| match at % 2 {
        0 => part.split_whitespace().map(str::to_owned).collect(),
        _ => vec![part.to_owned()],
    });
    words.collect()
}

#[test]
fn a_wrong_command_line_is_told_what_to_write() {
    let mut transcript = String::new();
    for (line, offer) in MISTAKES {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dynamo-plan"));
        for name in ["DYNAMO_PLAN_RELEASE", "CLICOLOR_FORCE", "COLUMNS"] {
            command.env_remove(name);
        }
        let output = command.args(words(line)).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{line}: {said}");
        assert!(output.stdout.is_empty(), "{line}");
        assert!(said.contains(offer), "{line}: {said}");
        transcript += &format!("$ dynamo-plan {line}\n{}\n\n", said.trim_end());
    }
    snapshot::check("mistakes.txt", &transcript);
}

#[test]
fn the_offered_command_is_understood() {
    for line in
        ["explain lora", "matrix vllm", "list releases", "--need lora,disagg", "lora disagg"]
    {
        let output = Command::new(env!("CARGO_BIN_EXE_dynamo-plan"))
            .args(words(line))
            .env_remove("DYNAMO_PLAN_RELEASE")
            .output()
            .unwrap();
        assert_ne!(output.status.code(), Some(2), "{line}");
    }
}

#[test]
fn features_need_no_flag() {
    let printed = |line: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dynamo-plan"));
        let output = command.args(words(line)).env_remove("DYNAMO_PLAN_RELEASE").output().unwrap();
        assert!(output.stderr.is_empty(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let flagged = printed("--need lora,disagg");
    for line in
        ["lora disagg", "lora,disagg", "plan lora disagg", "--need lora disagg", "-- lora disagg"]
    {
        assert_eq!(printed(line), flagged, "{line}");
    }
    for command in ["explain", "since", "split", "analyze", "diff 1.3 1.4", "whatif --upgrade 1.4"]
    {
        let flagged = printed(&format!("{command} --need lora,disagg"));
        assert_eq!(printed(&format!("{command} lora disagg")), flagged, "{command}");
    }
    for command in ["lora", "explain lora", "list", "matrix", "analyze lora", "diff 1.3 1.4"] {
        let formatted = printed(&format!("{command} --format json"));
        assert_eq!(printed(&format!("{command} --json")), formatted, "{command}");
    }
}
