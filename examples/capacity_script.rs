//! A capacity-planning script: runs the program as any script would, reads its JSON, and prints how
//! many workers each workload takes on its best backend.
//!
//! ```sh
//! cargo run --example capacity_script
//! ```
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::process::Command;

use serde_json::Value;

/// What is to be deployed: a name, how many replicas, and what it needs.
const WORKLOADS: [(&str, u64, &str); 4] = [
    ("chat", 6, "kv-routing,tools"),
    ("photo-search", 2, "image,disagg"),
    ("per-customer", 3, "lora,migration"),
    ("video-tuned", 1, "video,lora"),
];

/// The program: built beside this example, or else built now.
fn program() -> Result<Command, Box<dyn Error>> {
    let name = format!("dynamo-plan{}", std::env::consts::EXE_SUFFIX);
    let example = std::env::current_exe()?;
    let built = example.ancestors().nth(2).map(|folder| folder.join(name));
    if let Some(built) = built.filter(|built| built.exists()) {
        return Ok(Command::new(built));
    }
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["run", "--quiet", "--bin", "dynamo-plan", "--"]);
    Ok(cargo)
}

/// The program's answer to a request. A request without a plan exits with 1 and is still an answer.
fn ask(need: &str) -> Result<Value, Box<dyn Error>> {
    let output = program()?.args(["--need", need, "--format", "json", "--limit", "1"]).output()?;
    match output.status.code() {
        Some(0 | 1) => Ok(serde_json::from_slice(&output.stdout)?),
        _ => Err(String::from_utf8_lossy(&output.stderr).into()),
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    println!("{:<14} {:<8} {:<8} {:>8}  note", "workload", "backend", "pattern", "workers");
    for (name, replicas, need) in WORKLOADS {
        let answer = ask(need)?;
        let Some(plan) = answer["plans"].get(0) else {
            let hint = &answer["corrections"][0]["drop"];
            println!("{name:<14} {:<8} {:<8} {:>8}  nothing fits; drop {hint}", "-", "-", "-");
            continue;
        };
        let roles = plan["score"]["roles"].as_u64().unwrap_or(0).max(1);
        let pattern = plan["pattern"].as_str().unwrap_or("-");
        let backend = plan["backend"].as_str().unwrap_or("-");
        let level = plan["level"].as_str().unwrap_or("-");
        println!("{name:<14} {backend:<8} {pattern:<8} {:>8}  {level}", replicas * roles);
    }
    Ok(())
}
