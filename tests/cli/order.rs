//! Backends stand in one order in every table, by id as in the JSON; where rows are ranked, rank goes first.
#![allow(clippy::unwrap_used)]

use std::process::Command;

/// Commands whose tables are not ranked.
const LINES: [&str; 14] = [
    "list",
    "list backends",
    "list releases",
    "list releases --release >=1.2,<1.5",
    "analyze",
    "analyze --release latest",
    "analyze --cover-pairs",
    "since --need image",
    "diff 0.9.0 1.3.0",
    "diff 0.8.0 1.2.1 --need image,kv-routing",
    "show image",
    "show multimodal --release latest",
    "show kvbm --release 1.2.0",
    "show E/PD --release latest",
];

const BACKENDS: [&str; 3] = ["sglang", "trtllm", "vllm"];

fn printed(line: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_dynamo-plan"))
        .args(line.split_whitespace())
        .env_remove("DYNAMO_PLAN_RELEASE")
        .env_remove("COLUMNS")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{line}");
    String::from_utf8(output.stdout).unwrap()
}

/// The cells of a row of a Markdown table.
fn cells(row: &str) -> Vec<String> {
    let cells = row.trim_matches('|').split('|');
    cells.map(|cell| cell.trim().trim_matches('`').to_owned()).collect()
}

/// Holds that backends are met in order.
fn check(line: &str, met: &[String]) {
    assert!(met.is_sorted(), "{line}: {met:?}");
}

#[test]
fn backends_stand_in_one_order_in_every_table() {
    for line in LINES {
        let page = printed(&format!("{line} --format markdown"));
        let mut tables = 0;
        for table in page.split("\n\n").filter(|part| part.starts_with('|')) {
            let mut rows = table.lines();
            let head = cells(rows.next().unwrap());
            let Some(column) = head.iter().position(|title| title == "backend") else { continue };
            // Rank goes first.
            if head[0] == "#" {
                continue;
            }
            let key = head.iter().position(|title| title == "feature").filter(|at| *at < column);
            tables += 1;
            let mut met: Vec<(String, String)> = Vec::new();
            for row in rows.skip(1).map(cells) {
                let of = key.map(|at| row[at].clone()).unwrap_or_default();
                let entry = (of, row[column].clone());
                if !met.contains(&entry) {
                    met.push(entry);
                }
            }
            for (of, _) in &met {
                let own = met.iter().filter(|(other, _)| other == of);
                let own: Vec<String> = own.map(|(_, backend)| backend.clone()).collect();
                check(line, &own);
            }
        }
        assert!(tables > 0, "{line} has no table of backends:\n{page}");
    }
}

#[test]
fn the_matrix_stands_in_the_same_order() {
    for release in ["0.9.0", "1.2.0"] {
        let page = printed(&format!("matrix --release {release}"));
        let heads = page.lines().filter(|line| line.contains("  vllm") && line.contains("sglang"));
        let mut count = 0;
        for head in heads {
            let words = head.split_whitespace().filter(|word| BACKENDS.contains(word));
            check(head, &words.map(str::to_owned).collect::<Vec<_>>());
            count += 1;
        }
        assert!(count >= 1, "{page}");
        for form in ["csv", "table"] {
            let text = printed(&format!("matrix vllm,sglang,trtllm -r {release} --format {form}"));
            let titles = BACKENDS.map(|id| {
                if form == "csv" {
                    format!(",{id},")
                } else {
                    let name = match id {
                        "sglang" => "SGLang",
                        "trtllm" => "TensorRT-LLM",
                        _ => "vLLM",
                    };
                    format!("{name}: features")
                }
            });
            let places: Vec<Option<usize>> =
                titles.iter().map(|title| text.find(title.as_str())).collect();
            assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{form}: {places:?}");
        }
    }
}

#[test]
fn a_difference_on_one_backend_is_about_that_alone() {
    let page = printed("diff 1.1.1 1.3.0 --backend vllm");
    assert!(page.contains("\nCompared on vllm alone.\n"), "{page}");
    for other in ["sglang", "trtllm"] {
        let told = page.lines().filter(|line| line.starts_with("  ") && line.contains(other));
        let told: Vec<&str> = told.filter(|line| !line.contains("docs/")).collect();
        assert!(told.is_empty(), "{told:?}");
    }
    let narrowed = printed("diff 1.1.1 1.3.0 --need lora --backend vllm");
    assert!(!narrowed.contains("sglang"), "{narrowed}");
}

#[test]
fn releases_that_pin_the_same_share_a_row_and_one_without_a_matrix_can_be_listed() {
    let all = printed("list releases");
    assert!(all.contains("  1.3.0-1.3.1 ") && all.contains("  0.9.0-0.9.1 "), "{all}");
    let one = printed("list releases --release 1.3.1");
    assert!(one.starts_with("Dynamo 1.3.1 (") && !one.contains("1.3.0-"), "{one}");
    let pinned = printed("list releases --release 1.6");
    assert!(pinned.starts_with("Dynamo 1.6.2 (") && !pinned.contains("1.5.1  "), "{pinned}");
    let range = printed("list releases --release >=1.5");
    assert!(range.contains("1.5.0-1.5.1") && range.contains("1.7.0"), "{range}");
}
