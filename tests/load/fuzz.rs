//! Pages and models that were tampered with: whatever comes in, the loader ends soon with a matrix or
//! with diagnostics, and what it read can be looked at, written and read again.
//!
//! A few seconds' worth run always. `DYNAMO_PLAN_FUZZ_SECONDS=600 cargo test --test load fuzz` goes on
//! for ten minutes, from another seed each time.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::inspect::{Read, inspect, model, page};
use crate::oracle::Rng;
use dynamo_plan::load::{self, bundle};
use dynamo_plan::matrix::Release;

/// The longest that one input of a few kilobytes may take, on a busy machine.
const LONGEST: Duration = Duration::from_secs(10);
/// How many inputs of each kind are tried where no time is given.
const FEW: usize = 400;
/// The longest input.
const LARGEST: usize = 256 << 10;

/// What tends to matter to a reader of pages and models.
const TOKENS: [&str; 72] = [
    "|",
    "||",
    "\n",
    "\n\n",
    "---",
    "| --- |",
    "✅",
    "🚧",
    "—",
    "❌",
    "⚠️",
    "!",
    "~",
    "?",
    "#",
    "## 1. vLLM",
    "#### SGLang Feature Interactions",
    "<sup>1</sup>",
    "<sup>",
    "<sup>†</sup>",
    "\\*",
    "[^a]",
    "\n[^a]: b\n    c\n",
    "<abbr title=\"d\">",
    "</abbr>",
    "```{list-table}\n",
    ":::{list-table}\n",
    "* - ",
    "\n  - ",
    "The symbols mean:\n\n- ✅ = Yes\n",
    "🟠",
    "</sup>",
    "> 1. ",
    "> **Notes:**",
    "<Tabs>",
    "</Tab>",
    "<Tab title=\"x\">",
    "<llms-only>",
    "</llms-only>",
    "<!--",
    "-->",
    "{/*",
    "*/}",
    "```",
    "`",
    "[a][b]",
    "[b]: c",
    "[x](y)",
    "&nbsp;",
    "\\|",
    "'''",
    "\"\"\"",
    "\"",
    "'",
    "[[note]]",
    "[[cell]]",
    "[pairs]",
    "terms = [\"lora\"]",
    "backend = \"vllm\"",
    "= ",
    "\0",
    "\u{202e}",
    "\u{feff}",
    "é",
    "Feature",
    "Multimodal (Image)",
    "| Backend |",
    "\n\\* ",
    "*",
    "✅ (*)",
    "Supported with caveat (x)",
    "Feature support by backend (v1.4.0)",
];

const MODEL: &str = r##"format = "dynamo-plan/model/v1"
release = "7.2.0"
features = '''
| Feature               | vLLM | Beta |
| Disaggregated Serving | ✅ ! | ✅   |
| Multimodal (Image)    | ✅   | ~    |
| LoRA                  | 🚧   | ?    |
'''
patterns = '''
| Pattern | vLLM | Beta |
| EPD     |      | ✅   |
| E/PD    | 🚧   | ✅   |
| EP/D    |      | ✅   |
| E/P/D   |      | —    |
'''
[source]
path = "x.md"
[anchors]
features = "#top"
pairs = { vllm = "y.md" }
[engines]
vllm = "0.1.0"
[pairs]
vllm = '''
| Feature               | Disaggregated Serving | Multimodal | LoRA |
| Disaggregated Serving | —                     |            |      |
| Multimodal            | ✅                    | —          |      |
| LoRA                  | ~                     | ✅         | —    |
'''
beta = '''
| Feature |
'''
[[platform]]
backend = "vllm"
cuda = "12.9"
min-driver = 575
[[cell]]
backend = "beta"
terms = ["!disaggregated-serving", "pattern=E/P/D"]
level = "unsupported"
[[note]]
cells = [["lora"], ["multimodal-image"]]
backend = "vllm"
kind = "limit"
caveat = true
text = "One\nat a time."
[[feature]]
name = "LoRA"
aliases = ["adapters"]
"##;

fn read_all(folder: &Path) -> Vec<Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

fn pages() -> Vec<Vec<u8>> {
    let mut pages = read_all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages"));
    pages.extend(std::env::var_os("DYNAMO_PLAN_PAGES").iter().flat_map(|at| read_all(at.as_ref())));
    pages
}

fn models() -> Vec<Vec<u8>> {
    let matrix = bundle::matrix(&Release::new("0.9.0")).unwrap();
    let written = load::write_model(&matrix, &bundle::vocabulary());
    vec![MODEL.as_bytes().to_vec(), written.into_bytes()]
}

/// A range of some bytes, mostly short.
fn range(rng: &Rng, bytes: &[u8]) -> std::ops::Range<usize> {
    let start = rng.below(bytes.len() + 1);
    let most = if rng.percent(80) { 40 } else { bytes.len() };
    start..(start + rng.below(most + 1)).min(bytes.len())
}

/// Changes an input in one to eight targets.
fn tampered(rng: &Rng, corpus: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = rng.pick(corpus).clone();
    for _ in 0..rng.within(1, 8) {
        let at = range(rng, &bytes);
        match rng.below(8) {
            0 => drop(bytes.drain(at)),
            1 | 2 => drop(bytes.splice(at.start..at.start, rng.pick(&TOKENS).bytes())),
            3 => drop(bytes.splice(at, rng.pick(&TOKENS).bytes())),
            4 => {
                let part = bytes[at.clone()].repeat(rng.within(1, 50));
                bytes.splice(at.start..at.start, part);
            }
            5 => {
                let other = rng.pick(corpus);
                let part = other[range(rng, other)].to_vec();
                bytes.splice(at, part);
            }
            6 => swap_lines(rng, &mut bytes),
            _ => bytes[at].iter_mut().take(1).for_each(|byte| *byte ^= 1 << rng.below(8)),
        }
        bytes.truncate(LARGEST);
    }
    if rng.percent(90) { String::from_utf8_lossy(&bytes).into_owned().into_bytes() } else { bytes }
}

fn swap_lines(rng: &Rng, bytes: &mut Vec<u8>) {
    let mut lines: Vec<Vec<u8>> = bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    let (a, b) = (rng.below(lines.len()), rng.below(lines.len()));
    lines.swap(a, b);
    *bytes = lines.join(&b'\n');
}

/// Reads tampered inputs until enough were tried or the time is over.
fn fuzz(name: &str, corpus: &[Vec<u8>], read: fn(Vec<u8>) -> Read) {
    let seconds = std::env::var("DYNAMO_PLAN_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok());
    let budget = seconds.map(|seconds: u64| Duration::from_secs(seconds) / 2);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
    let first = budget.map_or(0, |_| now as u64);
    let start = Instant::now();
    let (mut tried, mut understood, mut slowest) = (0, 0, Duration::ZERO);
    while budget.map_or(tried < FEW, |budget| start.elapsed() < budget) {
        let seed = first.wrapping_add(tried as u64);
        let bytes = tampered(&Rng::new(seed), corpus);
        let begun = Instant::now();
        let ended = catch_unwind(AssertUnwindSafe(|| {
            let read = read(bytes.clone());
            let good = read.is_ok();
            inspect(read);
            good
        }));
        let took = begun.elapsed();
        if ended.is_err() || took > LONGEST {
            let path = std::env::temp_dir().join(format!("fuzz-{name}-{seed}"));
            fs::write(&path, &bytes).unwrap();
            panic!("{name}, seed {seed}, after {took:?}: see {}", path.display());
        }
        understood += usize::from(ended.unwrap());
        slowest = slowest.max(took);
        tried += 1;
    }
    eprintln!("{name}: {tried} tried, {understood} understood, the slowest in {slowest:?}");
    assert!(understood > 0 && understood < tried);
}

#[test]
fn tampered_pages() {
    fuzz("page", &pages(), page);
}

#[test]
fn tampered_models() {
    fuzz("model", &models(), model);
}

#[test]
fn pages_taken_for_models_and_models_for_pages() {
    pages().into_iter().for_each(|bytes| inspect(model(bytes)));
    models().into_iter().for_each(|bytes| inspect(page(bytes)));
}

/// Found by tampering: a head without a cell, and one with too many, are no tables to look into.
#[test]
fn a_table_without_a_head_is_passed_over() {
    for head in ["|".to_owned(), "| Feature ".repeat(5_000) + "|"] {
        let text = format!("# Features\n\n{head}\n| --- |\n| LoRA |\n");
        inspect(page(text.into_bytes()));
    }
}
