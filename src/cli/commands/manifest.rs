//! `manifest`: a plan as the objects that Kubernetes runs it by.

use std::path::PathBuf;

use clap::{ArgMatches, Args, FromArgMatches, ValueEnum};
use dynamo_plan::answer::add_newest;
use dynamo_plan::plan::{CellDetail, ManifestOptions, ManifestRefusal, Plan};
use dynamo_plan::render::answer::View;
use dynamo_plan::render::manifest::{preface, refusals, refusals_json, to_json, to_yaml, warnings};
use dynamo_plan::render::{Form, manifest_command};
use dynamo_plan::{Planner, Query, Request, plan_as_text};

use crate::args::whole;
use crate::ask::AskArgs;
use crate::atomic_file;
use crate::command_spec::{CommandSpec, Group, Run};
use crate::error::Failure;
use crate::exit::{Answer, Status};
use crate::source::Source;
use crate::terminal::{Stream, style};

pub(super) const SPEC: CommandSpec = CommandSpec {
    name: "manifest",
    group: Group::Integrate,
    about: "A plan as a DynamoGraphDeployment for Kubernetes",
    examples: &[
        ("dynamo-plan manifest --need kv-routing --model Qwen/Qwen3-8B", "The best plan, written"),
        ("dynamo-plan manifest disagg lora -b vllm -r latest -o vllm.yaml", "To a file"),
        ("dynamo-plan manifest tools --fill tool-parser=hermes", "What only you know, filled in"),
        ("dynamo-plan manifest --need image --json | kubectl apply -f -", "To a cluster"),
    ],
    args: ManifestArgs::augment_args,
    run: Run::Plain(run),
};

// The flags of `manifest`. (No doc comment: the parser would show it as the description.)
#[derive(Debug, Args)]
struct ManifestArgs {
    #[command(flatten)]
    ask: AskArgs<ManifestFormat>,

    /// The model to serve
    #[arg(long, value_name = "MODEL", help_heading = "Deployment", display_order = 60)]
    model: Option<String>,

    /// The tag of the backend's image, or another image of the same release
    #[arg(long, value_name = "TAG", help_heading = "Deployment", display_order = 61)]
    image: Option<String>,

    /// The secret with the token of Hugging Face
    #[arg(long, value_name = "SECRET", help_heading = "Deployment", display_order = 62)]
    secret: Option<String>,

    /// The GPUs of each worker
    #[arg(long, value_name = "COUNT", help_heading = "Deployment", display_order = 63)]
    #[arg(value_parser = gpus)]
    #[arg(allow_negative_numbers = true)]
    gpus: Option<u32>,

    /// The name of the deployment
    #[arg(long, value_name = "NAME", help_heading = "Deployment", display_order = 64)]
    name: Option<String>,

    /// What else only you know, such as `tool-parser=hermes`; the manifest names each
    #[arg(long, value_name = "ID=VALUE", value_parser = filled, help_heading = "Deployment")]
    #[arg(display_order = 65)]
    fill: Vec<(String, String)>,

    /// Write to this file, whole or not at all, instead of stdout
    #[arg(short, long, value_name = "FILE", help_heading = "Output", display_order = 302)]
    output: Option<PathBuf>,
}

/// The forms of a manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ManifestFormat {
    /// With comments
    Yaml,
    /// One List, without comments, which are told on stderr
    Json,
}

/// Reads a number of GPUs.
fn gpus(text: &str) -> Result<u32, String> {
    whole(text, 1..=1024, "a number of GPUs from 1 to 1024")
}

fn run(matches: &mut ArgMatches) -> Result<Answer, Failure> {
    let args = ManifestArgs::from_arg_matches_mut(matches)?;
    let options = args.options()?;
    let format = args.ask.format_or(ManifestFormat::Yaml);
    let query = args.ask.query(false)?;
    let source = args.ask.open_source()?;
    let request = source.planner.resolve(&query)?;
    let Some((_, best)) = source.planner.best(&request) else {
        return without_plan(&args, &source, &query, format);
    };
    let mut manifest = match source.planner.manifest(&request, &best, &options) {
        Ok(manifest) => manifest,
        Err(found) => return Ok(refused(&args, &source, &request, &best, &found, format)),
    };
    manifest.is_default_release = source.origin.is_default;
    manifest.notices = notices(&source, &request);
    let (text, aside) = match format {
        ManifestFormat::Yaml => (to_yaml(&manifest), warnings(&manifest)),
        ManifestFormat::Json => (to_json(&manifest), preface(&manifest)),
    };
    let remarks = args.ask.output.remarks(source.remarks + &aside);
    let text = atomic_file::write_or_keep(args.output.as_deref(), text)?;
    Ok(Answer { text, remarks, status: Status::Done })
}

/// How the newest release would answer, where nobody chose a release.
fn notices(source: &Source, request: &Request) -> Vec<String> {
    if !source.origin.is_default {
        return Vec::new();
    }
    let mut outcome = source.planner.answer_without_runs(request, CellDetail::None, Some(1));
    let known = outcome.notices.len();
    add_newest(&source.planner, &source.origin, request, &mut outcome);
    outcome.notices.into_iter().skip(known).map(|notice| notice.text).collect()
}

impl ManifestArgs {
    /// What the flags say of the manifest.
    fn options(&self) -> Result<ManifestOptions, Failure> {
        let mut options = ManifestOptions::default();
        let gpus = self.gpus.map(|gpus| gpus.to_string());
        let flags = [("model", &self.model), ("secret", &self.secret), ("gpus", &gpus)];
        let flags = flags.into_iter().filter_map(|(id, value)| Some((id, value.as_deref()?)));
        let fills = self.fill.iter().map(|(id, value)| (id.as_str(), value.as_str()));
        for (id, value) in flags.chain(fills) {
            options.fill(id, value)?;
        }
        if let Some(image) = &self.image {
            options.use_image(image)?;
        }
        if let Some(name) = &self.name {
            options.use_name(name)?;
        }
        Ok(options)
    }
}

/// The answer of `plan`, which says why there is none.
fn without_plan(
    args: &ManifestArgs,
    source: &Source,
    query: &Query,
    format: ManifestFormat,
) -> Result<Answer, Failure> {
    let view = View { ..args.ask.view(source.origin.clone()) };
    let form = match format {
        ManifestFormat::Yaml => Form::Terminal(style(args.ask.output.color(), Stream::Stdout)),
        ManifestFormat::Json => Form::Json,
    };
    let (_, text) = plan_as_text(&source.planner, query, &view, form)?;
    let remarks = args.ask.output.remarks(source.remarks.clone());
    Ok(Answer { text, remarks, status: Status::No })
}

/// Why the best plan cannot be written, and the first that can.
fn refused(
    args: &ManifestArgs,
    source: &Source,
    request: &Request,
    best: &Plan,
    found: &[ManifestRefusal],
    format: ManifestFormat,
) -> Answer {
    let text = match format {
        ManifestFormat::Json => refusals_json(found),
        ManifestFormat::Yaml => {
            let mut text = refusals(found);
            if let Some(other) = writable(&source.planner, request, best) {
                let view = args.ask.view(source.origin.clone());
                let command = manifest_command(request, &other, &view);
                text.push_str(&format!("\nTry\n  {command}\n"));
            }
            text
        }
    };
    let remarks = args.ask.output.remarks(source.remarks.clone());
    Answer { text, remarks, status: Status::No }
}

/// The first plan after the best that can be written.
fn writable(planner: &Planner, request: &Request, best: &Plan) -> Option<Plan> {
    let (_, plans) = planner.plans(request, CellDetail::None, Some(MOST_TRIED));
    let mut others = plans.into_iter().filter(|plan| plan.rank != best.rank);
    others.find(|plan| planner.manifest_refusals(request, plan).is_empty())
}

/// The most plans that are looked at for one that can be written.
const MOST_TRIED: usize = 50;

/// Reads `id=value`.
fn filled(text: &str) -> Result<(String, String), String> {
    let (id, value) =
        text.split_once('=').ok_or("write the id and the value, as `tool-parser=hermes`")?;
    Ok((id.trim().to_owned(), value.to_owned()))
}
