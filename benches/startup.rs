//! What the first answer waits for: the whole process of a request, as a ratio to that of a
//! hello-world built the same way, in pairs, so that a machine whose speed drifts does no harm.
//!
//! ```text
//! cargo install --path . --root /tmp/shipped
//! DYNAMO_PLAN_PROGRAM=/tmp/shipped/bin/dynamo-plan cargo bench --bench startup
//! ```
//!
//! Without the variable the program of the bench profile is timed, which is linked without
//! optimisation and starts slower than what is shipped.

#![allow(clippy::print_stdout, reason = "a bench prints what it measured")]

use std::error::Error;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How many pairs are timed, after some that are not.
const PAIRS: usize = 500;
const WARM_UP: usize = 20;

/// The release profile, as flags of the compiler.
const RELEASE: [&str; 5] =
    ["opt-level=3", "lto=fat", "codegen-units=1", "panic=abort", "strip=symbols"];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let hello = hello_world(folder.path())?;
    let program = std::env::var_os("DYNAMO_PLAN_PROGRAM");
    let program = program.unwrap_or_else(|| env!("CARGO_BIN_EXE_dynamo-plan").into());
    let mut pairs = Vec::new();
    for _ in 0..WARM_UP + PAIRS {
        let base = timed(&mut Command::new(&hello))?;
        let request = ["--need", "multimodal-video,lora"];
        pairs.push((base, timed(Command::new(&program).args(request))?));
    }
    let pairs = &pairs[WARM_UP..];
    let ratio = median(pairs.iter().map(|(base, own)| own.as_secs_f64() / base.as_secs_f64()));
    let milliseconds = |time: &Duration| time.as_secs_f64() * 1000.0;
    let base = median(pairs.iter().map(|(base, _)| milliseconds(base)));
    let own = median(pairs.iter().map(|(_, own)| milliseconds(own)));
    println!(
        "startup: {own:.2} ms against {base:.2} ms, ratio {ratio:.2} (medians of {PAIRS} pairs)"
    );
    Ok(())
}

/// Builds a program that only greets.
fn hello_world(folder: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let (source, program) = (folder.join("hello.rs"), folder.join("hello"));
    std::fs::write(&source, "fn main() { println!(\"Hello, world!\"); }\n")?;
    let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| OsString::from("rustc"));
    let flags = RELEASE.iter().flat_map(|flag| ["-C", flag]);
    let built = Command::new(compiler).args(flags).arg(&source).arg("-o").arg(&program).status()?;
    if built.success() { Ok(program) } else { Err("the hello-world does not build".into()) }
}

/// How long a command takes from its start to its end, whatever its answer is.
fn timed(command: &mut Command) -> std::io::Result<Duration> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    command.status()?;
    Ok(start.elapsed())
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
