//! The `dynamo-plan` program.
mod args;
use clap::{Args, Command, FromArgMatches};
#[derive(Debug, Clone, Args)]
struct PlanArgs {
    #[command(flatten)]
    request: args::RequestArgs,
    #[command(flatten)]
    source: args::SourceArgs,
    #[command(flatten)]
    platform: args::PlatformArgs,
    #[command(flatten)]
    answer: args::AnswerArgs,
    /// all
    #[arg(long)]
    all: bool,
}
fn cmd() -> Command {
    let mut c = PlanArgs::augment_args(
        Command::new("dynamo-plan").version("0.1").args_conflicts_with_subcommands(true),
    );
    for n in [
        "plan",
        "explain",
        "matrix",
        "list",
        "whatif",
        "split",
        "batch",
        "analyze",
        "import",
        "lint",
        "diff",
        "since",
        "export",
        "verify",
        "completions",
        "man",
    ] {
        c = c.subcommand(
            Command::new(n).about("abc def ghi jkl mnop").hide(true).defer(PlanArgs::augment_args),
        );
    }
    c
}
fn main() {
    let t = std::time::Instant::now();
    let m = match cmd().try_get_matches() {
        Ok(m) => m,
        Err(e) => e.exit(),
    };
    let a = PlanArgs::from_arg_matches(&m).unwrap();
    let d = t.elapsed();
    let mut t2 = std::time::Duration::ZERO;
    if std::env::var_os("REP").is_some() {
        let t = std::time::Instant::now();
        let m = match cmd().try_get_matches() {
            Ok(m) => m,
            Err(e) => e.exit(),
        };
        PlanArgs::from_arg_matches(&m).unwrap();
        t2 = t.elapsed();
    }
    println!("{:?} second {:?} {}", d, t2, a.request.need.len());
}
