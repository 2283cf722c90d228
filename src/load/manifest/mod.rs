//! Kubernetes manifests and launch scripts to the deployments that they write, each part with its place.
//!
//! What comes out is what stands in the file: components, containers, command lines with their variables put in,
//! mounted files. What a flag means, nobody here knows; the names of programs alone come from the model. Nothing is
//! run, and no other file is opened.

mod components;
mod containers;
mod deployment;
mod env;
mod objects;
mod places;
mod program;
mod shell;
mod yaml;

use std::path::Path;

use super::{Diagnostic, Report};

pub use deployment::{
    Component, ConfigMapMount, Container, EnvVariable, Environment, Gap, GapReason,
    ManifestDeployment, ManifestFile, ManifestObject, Process, TextFile, Word, WordState,
};
pub use program::ProgramNames;
pub use yaml::{YamlKey, YamlNode, YamlStyle, YamlValue, yaml};

/// The largest manifest or script that is read, in bytes; a cluster takes none that is larger.
pub const MAX_MANIFEST_BYTES: usize = 4 << 20;

/// Reads a manifest or launch script.
///
/// # Errors
///
/// When it is too large, no text, or no YAML; a file that is YAML only after something is put in is a `template`.
pub fn manifest(
    bytes: Vec<u8>,
    path: &Path,
    programs: &ProgramNames,
) -> Result<ManifestFile, Report> {
    let name = path.display().to_string();
    let text = text_of(bytes).map_err(|problem| Report {
        file: name.clone(),
        text: String::new(),
        diagnostics: vec![problem],
    })?;
    let read = match is_script(path, &text) {
        true => Ok((vec![script(path, &text, programs)], Vec::new())),
        false => objects::read(&text, programs),
    };
    match read {
        Ok((mut deployments, objects)) => {
            deployments
                .retain(|deployment| !deployment.components.is_empty() || deployment.api.is_some());
            let lines = yaml::line_starts(&text);
            Ok(ManifestFile { path: name, text, lines, deployments, objects })
        }
        Err(problem) => {
            let problem = within(&text, as_template(&text, problem));
            Err(Report { file: name, text, diagnostics: vec![problem] })
        }
    }
}

fn text_of(bytes: Vec<u8>) -> Result<String, Diagnostic> {
    if bytes.len() > MAX_MANIFEST_BYTES {
        let message = format!("the file is larger than {} MB", MAX_MANIFEST_BYTES >> 20);
        let help = "no manifest is so large; name the one that is meant";
        return Err(Diagnostic::error("too-large", message, None).with_help(help));
    }
    String::from_utf8(bytes).map_err(|found| {
        let at = found.utf8_error().valid_up_to();
        let message = format!("byte {} is no UTF-8", at + 1);
        Diagnostic::error("not-text", message, None).with_help("save the file as UTF-8 text")
    })
}

/// Whether a file is a shell script, by its name or its first line.
fn is_script(path: &Path, text: &str) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    match extension.map(str::to_ascii_lowercase).as_deref() {
        Some("sh" | "bash") => true,
        Some("yaml" | "yml" | "json") => false,
        _ => text.lines().next().is_some_and(|line| line.starts_with("#!") && line.contains("sh")),
    }
}

/// The deployment that a script is: a component for each process.
fn script(path: &Path, text: &str, programs: &ProgramNames) -> ManifestDeployment {
    let file = TextFile { path: String::new(), text: text.to_owned(), at: 0, places: Vec::new() };
    let shell::ShellReading { processes, files } =
        shell::script(&file, None, &Environment::default(), programs);
    let component = |process: Process| Component {
        name: process.module.clone().unwrap_or_default(),
        at: process.at,
        fields: None,
        replicas: None,
        containers: vec![Container {
            at: process.at,
            has_command: true,
            processes: vec![process],
            written: files.clone(),
            ..Container::default()
        }],
    };
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    ManifestDeployment {
        name: name.unwrap_or_default(),
        api: None,
        at: 0,
        is_patch: false,
        backend_framework: None,
        components: processes.into_iter().map(component).collect(),
    }
}

/// A problem whose place is one of whole characters of the text.
fn within(text: &str, problem: Diagnostic) -> Diagnostic {
    let span = problem.span.clone().map(|span| {
        let before =
            |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
        let start = before(span.start).unwrap_or(0);
        let width = text[start..].chars().next().map_or(0, char::len_utf8);
        start..start + width
    });
    Diagnostic { span, ..problem }
}

/// The problem of a file that would be YAML once something is put in.
fn as_template(text: &str, problem: Diagnostic) -> Diagnostic {
    let marks = ["{{", "${", "{%"];
    if problem.code != "not-yaml" || !marks.iter().any(|mark| text.contains(mark)) {
        return problem;
    }
    let message = "this is a template: it is YAML only after values are put in";
    let help =
        "put the values in first, as with `helm template` or `envsubst`, and give the result";
    Diagnostic { code: "template", message: message.to_owned(), ..problem }.with_help(help)
}
