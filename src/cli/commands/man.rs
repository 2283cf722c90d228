//! `man`: the manual page.

use std::io;

use clap::{ArgMatches, Args, Command, FromArgMatches};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};
use dynamo_plan::RequestError;

use super::{ALL, DEFAULT, named, unknown_command};
use crate::command_spec::{CommandSpec, Group, Run};
use crate::error::Failure;
use crate::exit::{self, Answer};

pub(super) const SPEC: CommandSpec = CommandSpec {
    name: "man",
    group: Group::Integrate,
    about: "The manual page, of the program or of a command",
    examples: &[
        ("dynamo-plan man | man -l -", "Read it"),
        ("dynamo-plan man explain > dynamo-plan-explain.1", "Install one for a command"),
    ],
    args: ManArgs::augment_args,
    run: Run::Described(run),
};

// The flags of `man`. (No doc comment: the parser would show it as the description.)
#[derive(Debug, Args)]
struct ManArgs {
    /// The command; the program itself where none is named
    command: Option<String>,
}

/// The version of the program.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What the environment decides.
const ENVIRONMENT: [(&str, &str); 6] = [
    ("DYNAMO_PLAN_RELEASE", "The release, as for --release, where no flag chooses one."),
    ("NO_COLOR", "Not empty: no colour, unless --color always is given."),
    ("CLICOLOR_FORCE", "Neither empty nor 0: colour even where the output is no terminal."),
    ("FORCE_HYPERLINK", "Not 0: addresses are links wherever there is colour."),
    ("COLUMNS", "The width of tables and of wrapped text."),
    ("TERM", "dumb: no colour."),
];

/// What is read and written.
const FILES: &str = "There is no configuration file. Model files (TOML) and published pages (Markdown, \
                     MDX) are read where a flag or a word names them, up to 64 MiB each; - is the \
                     standard input. Nothing is written but what import -o names.";

fn run(matches: &mut ArgMatches, mut all: Command) -> Result<Answer, Failure> {
    let ManArgs { command } = ManArgs::from_arg_matches_mut(matches)?;
    all.build();
    let spec = match &command {
        None => &DEFAULT,
        Some(name) => named(name).ok_or_else(|| unknown_command(name))?,
    };
    let program = all.get_name().to_owned();
    let source = format!("{program} {VERSION}");
    let page = match command.and_then(|name| all.find_subcommand(name).cloned()) {
        None => Man::new(all),
        Some(of) => Man::new(of).title(format!("{program}-{}", spec.name)),
    };
    let text = compose(&page.source(source), spec).map_err(|error| {
        RequestError::new("no-manual-page", None, format!("cannot compose the page: {error}"))
    })?;
    Ok(Answer::done(String::from_utf8_lossy(&text).into_owned()))
}

/// A manual page: what the parser knows of the flags, and what it does not know.
fn compose(page: &Man, spec: &CommandSpec) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    page.render_title(&mut text)?;
    page.render_name_section(&mut text)?;
    page.render_synopsis_section(&mut text)?;
    page.render_description_section(&mut text)?;
    page.render_options_section(&mut text)?;
    let mut rest = Roff::new();
    commands(&mut rest);
    rest.control("SH", ["EXAMPLES"]);
    for (command, what) in spec.examples {
        rest.control("PP", []).text([roman(format!("{what}:"))]).control("RS", ["4"]);
        // A command is to be copied, so it stands on a line of its own.
        rest.control("nf", []).text([bold(*command)]).control("fi", []).control("RE", []);
    }
    rest.control("SH", ["EXIT STATUS"]);
    for (status, meaning) in exit::MEANINGS {
        rest.control("TP", []).text([bold(status.to_string())]).text([roman(meaning)]);
    }
    rest.control("SH", ["ENVIRONMENT"]);
    for (name, what) in ENVIRONMENT {
        rest.control("TP", []).text([bold(name)]).text([roman(what)]);
    }
    rest.control("SH", ["FILES"]).text([roman(FILES)]);
    rest.control("SH", ["VERSION"]).text([roman(VERSION)]);
    rest.to_writer(&mut text)?;
    Ok(text)
}

/// The other pages, all of which `man COMMAND` composes.
fn commands(page: &mut Roff) {
    page.control("SH", ["COMMANDS"]);
    for spec in ALL {
        let name = format!("dynamo-plan-{}", spec.name);
        page.control("TP", []).text([bold(name), roman("(1)")]).text([roman(spec.about)]);
    }
}
