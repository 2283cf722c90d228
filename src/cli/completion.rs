//! What a shell offers where a user asks it to complete a word: commands, flags, and the names that
//! flags take.
//!
//! The script of [`script`] calls the program with [`VARIABLE`] set and the words so far, and the program
//! answers with [`candidates`]. No other run of the program looks at any of this.

use std::ffi::{OsStr, OsString};
use std::io;

use clap::{Arg, Command};
use clap_complete::Shell;
use clap_complete::engine::{
    ArgValueCompleter, CompletionCandidate, PathCompleter, ValueCompleter,
};
use clap_complete::env::Shells;
use dynamo_plan::batch::Field;
use dynamo_plan::load::bundle;
use dynamo_plan::matrix::Level;
use itertools::Itertools;

use crate::command;
use crate::commands::ALL;
use crate::exit::Answer;

/// The environment variable that names the shell which asks.
pub(crate) const VARIABLE: &str = "DYNAMO_PLAN_COMPLETE";

/// The environment variable by which the scripts of some shells say which word is completed.
const INDEX_VARIABLE: &str = "_CLAP_COMPLETE_INDEX";

/// The program, which the scripts find on the path.
const PROGRAM: &str = "dynamo-plan";

/// The endings of the files that are read as models and pages.
const DOCUMENTS: [&str; 3] = ["md", "mdx", "toml"];

/// The script that makes a shell ask the program.
///
/// # Errors
///
/// Where the shell is none that can ask.
pub(crate) fn script(shell: Shell) -> io::Result<String> {
    let name = shell.to_string();
    let shell = Shells::builtins().completer(&name).map(|shell| {
        let mut script = Vec::new();
        shell.write_registration(VARIABLE, PROGRAM, PROGRAM, PROGRAM, &mut script)?;
        Ok(String::from_utf8_lossy(&script).into_owned())
    });
    shell.unwrap_or_else(|| Err(io::Error::other(format!("{name} asks no program"))))
}

/// The words that the one under the cursor may become, in the form that a shell reads. Where nothing can
/// be offered there is none: a message would end up in the user's line.
pub(crate) fn candidates(shell: &OsStr, words: &[OsString]) -> Answer {
    let is_mark = words.first().is_some_and(|word| word == "--");
    let words = words.get(usize::from(is_mark)..).unwrap_or_default();
    let index = std::env::var(INDEX_VARIABLE).ok().and_then(|index| index.parse().ok());
    let current = index.map_or_else(|| words.last(), |index: usize| words.get(index));
    let is_flag = current.is_some_and(|word| word.as_encoded_bytes().starts_with(b"-"));
    let mut out = Vec::new();
    let asked = shell.to_str().and_then(|name| Shells::builtins().completer(name).map(|_| name));
    if let Some(name) = asked
        && let Some(shell) = Shells::builtins().completer(name)
    {
        let folder = std::env::current_dir().ok();
        let mut offered = offered(is_flag);
        // What was written before a failure is no whole answer.
        if shell.write_complete(&mut offered, words.to_vec(), folder.as_deref(), &mut out).is_err()
        {
            out.clear();
        }
    }
    Answer::done(String::from_utf8_lossy(&out).into_owned())
}

/// The command line with the names that its arguments take. Flags are offered where one is begun, or
/// where there is nothing else.
fn offered(is_flag: bool) -> Command {
    let names = KnownNames::new();
    let with_names = |command: Command| {
        command.mut_args(|arg| {
            let id = arg.get_id().to_string();
            let arg = if is_flag { arg } else { arg.hide(true) };
            names.add_to(arg, &id)
        })
    };
    // The scripts hand over the program's name as the first word.
    with_names(command::described().no_binary_name(false)).mut_subcommands(with_names)
}

/// The names of every kind, each as a completer.
struct KnownNames {
    features: NameCompleter,
    backends: NameCompleter,
    patterns: NameCompleter,
    facts: NameCompleter,
    releases: NameCompleter,
    one_release: NameCompleter,
    rules: NameCompleter,
    fields: NameCompleter,
    fills: NameCompleter,
    commands: NameCompleter,
    everything: NameCompleter,
}

impl KnownNames {
    fn new() -> Self {
        let known = bundle::vocabulary();
        let features =
            known.features.iter().map(|it| OfferedName::new(&it.id, &it.name, &it.aliases));
        let groups = known.groups.iter().map(|it| OfferedName::new(&it.id, &it.name, &it.aliases));
        let backends = known.backends.iter();
        let backends = backends.map(|it| OfferedName::new(&it.id, &it.name, &it.aliases));
        let options = known.dimension.options.iter();
        let patterns = options.map(|it| OfferedName::new(&it.id, &it.summary, &[]));
        let facts = bundle::facts();
        let facts = facts.iter().map(|it| OfferedName::new(&it.id, &it.name, &it.aliases));
        let sets = bundle::rule_sets();
        let sets = sets.iter().map(|it| OfferedName::new(&it.id, &it.summary, &[]));
        let none = OfferedName::new("none", "The published tables alone", &[]);
        let labels = bundle::releases().rev().map(|it| OfferedName::new(it.as_str(), "", &[]));
        let latest = OfferedName::new("latest", "The newest bundled release", &[]);
        let labels: Vec<OfferedName> = labels.chain([latest]).collect();
        let all = OfferedName::new("all", "Every bundled release", &[]);
        let releases = [&labels[..], &[all]].concat();
        let fields = Field::ALL.iter().map(|it| OfferedName::new(it.id(), "", &[]));
        let asks = bundle::manifests().asks;
        let fills = asks.iter().map(|it| OfferedName::new(&format!("{}=", it.id), "", &[]));
        let commands = ALL.iter().map(|spec| OfferedName::new(spec.name, spec.about, &[]));
        let features: Vec<OfferedName> = features.chain(groups).collect();
        let backends: Vec<OfferedName> = backends.collect();
        let patterns: Vec<OfferedName> = patterns.collect();
        let facts: Vec<OfferedName> = facts.collect();
        let everything = [&features[..], &backends, &facts, &patterns].concat();
        KnownNames {
            features: NameCompleter { names: features, ..NameCompleter::default() },
            backends: NameCompleter { names: backends, ..NameCompleter::default() },
            patterns: NameCompleter { names: patterns, ..NameCompleter::default() },
            facts: NameCompleter { names: facts, signs: &["!"], ..NameCompleter::default() },
            releases: NameCompleter {
                names: releases,
                signs: &[">=", "<=", "==", "=", ">", "<"],
                lists: true,
            },
            one_release: NameCompleter { names: labels, ..NameCompleter::default() },
            rules: NameCompleter {
                names: sets.chain([none]).collect(),
                ..NameCompleter::default()
            },
            fields: NameCompleter { names: fields.collect(), ..NameCompleter::default() },
            fills: NameCompleter {
                names: fills.unique_by(|it| it.id.clone()).collect(),
                ..NameCompleter::default()
            },
            commands: NameCompleter { names: commands.collect(), ..NameCompleter::default() },
            everything: NameCompleter { names: everything, ..NameCompleter::default() },
        }
    }

    /// An argument with the completer for what it takes, which its id tells.
    fn add_to(&self, arg: Arg, id: &str) -> Arg {
        let names = match id {
            "features" | "need" | "want" | "avoid" | "add" | "drop" | "together" | "every" => {
                &self.features
            }
            "backend" | "backends" => &self.backends,
            "pattern" | "to_pattern" => &self.patterns,
            "facts" => &self.facts,
            "rules" => &self.rules,
            "fields" => &self.fields,
            "fill" => &self.fills,
            "release" => &self.releases,
            "upgrade" => &self.one_release,
            "command" => &self.commands,
            "name" => &self.everything,
            "old" | "new" => {
                let releases = self.one_release.clone();
                let releases_and_files = move |current: &OsStr| {
                    let mut found = releases.complete(current);
                    found.extend(documents(current));
                    found
                };
                return arg.add(ArgValueCompleter::new(releases_and_files));
            }
            "set" => {
                let (backends, features) = (self.backends.clone(), self.features.clone());
                let part = move |current: &OsStr| edit_part(&backends, &features, current);
                return arg.add(ArgValueCompleter::new(part));
            }
            "matrix" | "patch" | "pages" | "files" => {
                return arg.add(ArgValueCompleter::new(documents));
            }
            _ => return arg,
        };
        arg.add(ArgValueCompleter::new(names.clone()))
    }
}

/// The next part of a changed cell, `vllm: lora + multimodal = supported`: what was written before it tells
/// its kind.
fn edit_part(
    backends: &NameCompleter,
    features: &NameCompleter,
    current: &OsStr,
) -> Vec<CompletionCandidate> {
    let Some(current) = current.to_str() else { return Vec::new() };
    let begins = current.rfind([':', '+', '=', '/']).map_or(0, |at| at + 1);
    let begun = current[begins..].trim_start();
    let before = &current[..current.len() - begun.len()];
    let found = match before.trim_end().chars().last() {
        None | Some('/') => backends.complete(OsStr::new(begun)),
        Some('=') => {
            let levels = Level::ALL.map(|level| OfferedName::new(level.id(), "", &[])).to_vec();
            NameCompleter { names: levels, ..NameCompleter::default() }.complete(OsStr::new(begun))
        }
        Some(_) => features.complete(OsStr::new(begun)),
    };
    found.into_iter().map(|candidate| candidate.add_prefix(before)).collect()
}

/// Files that are read as models and pages, and the folders on the way to them.
fn documents(current: &OsStr) -> Vec<CompletionCandidate> {
    let is_document = |path: &std::path::Path| {
        path.is_dir() || path.extension().is_some_and(|end| DOCUMENTS.iter().any(|it| end == *it))
    };
    let mut found = PathCompleter::any().filter(is_document).complete(current);
    // The current folder itself is no document.
    found.retain(|candidate| candidate.get_value() != ".");
    found
}

/// A name that is offered, what it is, and its other names.
#[derive(Clone)]
struct OfferedName {
    id: String,
    about: String,
    aliases: Vec<String>,
}

impl OfferedName {
    fn new(id: &str, about: &str, aliases: &[String]) -> Self {
        OfferedName { id: id.to_owned(), about: about.to_owned(), aliases: aliases.to_vec() }
    }
}

/// Offers names of one kind.
#[derive(Clone, Default)]
struct NameCompleter {
    names: Vec<OfferedName>,
    /// The signs that may stand before a name, longest first.
    signs: &'static [&'static str],
    /// Whether the argument takes lists that the parser does not split.
    lists: bool,
}

impl ValueCompleter for NameCompleter {
    fn complete(&self, current: &OsStr) -> Vec<CompletionCandidate> {
        let Some(current) = current.to_str() else { return Vec::new() };
        let last = current.rfind(',').filter(|_| self.lists).map_or(0, |comma| comma + 1);
        let word = current[last..].trim_start();
        let sign = self.signs.iter().find(|sign| word.starts_with(**sign)).map_or(0, |it| it.len());
        let begun = word[sign..].trim_start();
        let before = &current[..current.len() - begun.len()];
        let offer = |name: &str, about: &str| {
            let help = Some(about.to_owned().into()).filter(|_| !about.is_empty());
            CompletionCandidate::new(format!("{before}{name}")).help(help)
        };
        let begins = |name: &str| {
            let head = name.get(..begun.len());
            head.is_some_and(|head| head.eq_ignore_ascii_case(begun))
        };
        let ids = self.names.iter().filter(|it| begins(&it.id));
        let found: Vec<_> = ids.map(|it| offer(&it.id, &it.about)).collect();
        if !found.is_empty() || begun.is_empty() {
            return found;
        }
        // Other names are many, so that they are offered only where no id begins so.
        let names = self.names.iter();
        let aliases = names.flat_map(|it| it.aliases.iter().map(move |alias| (alias, &it.about)));
        aliases
            .filter(|(alias, _)| begins(alias))
            .map(|(alias, about)| offer(alias, about))
            .collect()
    }
}
