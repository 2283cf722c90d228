//! The programs that are known, found in the words of a command.

use std::collections::HashSet;

use crate::matrix::deploy::Processes;

/// Shells that take a script after `-c`.
const SHELLS: [&str; 5] = ["sh", "bash", "dash", "ash", "zsh"];
/// Commands that only show or search for the words that follow them.
const QUOTING: [&str; 11] =
    ["echo", "printf", "pkill", "pgrep", "grep", "trap", "man", "which", "kill", "test", "wait"];

/// The programs that are known, by the way in which they are started.
#[derive(Clone, Debug, Default)]
pub struct ProgramNames {
    /// Modules after `-m`, and programs by their own name.
    names: HashSet<String>,
    /// Programs of two words, as `vllm serve`.
    pairs: Vec<String>,
    /// Python files, by the end of their path.
    files: Vec<String>,
}

/// A program in the words of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FoundProgram<'n> {
    /// A known one.
    Known {
        /// Its name.
        name: &'n str,
        /// The number of the word that names it.
        at: usize,
        /// The number of the first word after its name.
        first: usize,
    },
    /// A script that is given to a shell.
    Script {
        /// The number of its word.
        at: usize,
    },
}

impl ProgramNames {
    /// The names of the programs of a table.
    #[must_use]
    pub fn new(processes: &Processes) -> Self {
        let mut names = ProgramNames::default();
        for module in &processes.modules {
            let name = module.name.clone();
            if name.contains(' ') {
                names.pairs.push(name);
            } else if name.contains('/') {
                names.files.push(name);
            } else {
                names.names.insert(name);
            }
        }
        names
    }

    /// The first known program of a command, or the script that it gives to a shell: what stands before is taken for
    /// a wrapper.
    pub(super) fn find(&self, words: &[&str]) -> Option<FoundProgram<'_>> {
        let first = *words.first()?;
        if QUOTING.contains(&base_name(first)) {
            return None;
        }
        // What `eval` gets is a script, also where it is one word.
        if first == "eval" && words.len() == 2 {
            return Some(FoundProgram::Script { at: 1 });
        }
        (0..words.len()).find_map(|at| self.at(words, at))
    }

    /// The number of the word that a command gives to a shell as its script.
    pub(super) fn script(&self, words: &[&str]) -> Option<usize> {
        match self.find(words)? {
            FoundProgram::Script { at } => Some(at),
            FoundProgram::Known { .. } => None,
        }
    }

    fn at(&self, words: &[&str], at: usize) -> Option<FoundProgram<'_>> {
        let word = words[at];
        let next = words.get(at + 1).copied();
        if let Some(name) = next.filter(|_| word == "-m").and_then(|next| self.names.get(next)) {
            return Some(FoundProgram::Known { name, at: at + 1, first: at + 2 });
        }
        let base = base_name(word);
        if SHELLS.contains(&base) {
            return script_of(words, at);
        }
        if let Some(name) = self.names.get(base).filter(|name| is_program(name)) {
            return Some(FoundProgram::Known { name, at, first: at + 1 });
        }
        if let Some(name) = base.strip_suffix(".py").and_then(|base| self.names.get(base)) {
            return Some(FoundProgram::Known { name, at, first: at + 1 });
        }
        let is_file = |name: &&String| {
            word.strip_suffix(name.as_str())
                .is_some_and(|before| before.is_empty() || before.ends_with('/'))
        };
        if let Some(name) = self.files.iter().find(is_file) {
            return Some(FoundProgram::Known { name, at, first: at + 1 });
        }
        let is_pair = |pair: &&String| pair.split_once(' ') == next.map(|next| (base, next));
        let name = self.pairs.iter().find(is_pair)?;
        Some(FoundProgram::Known { name, at: at + 1, first: at + 2 })
    }
}

/// The script that a shell gets, where it gets one.
fn script_of<'n>(words: &[&str], shell: usize) -> Option<FoundProgram<'n>> {
    let mut options = (shell + 1..words.len()).take_while(|at| words[*at].starts_with(['-', '+']));
    let takes = |word: &str| !word.starts_with("--") && word.contains('c');
    let last = options.find(|at| takes(words[*at]))?;
    // Options may follow, as in `bash -c -e`; the script is the first word that is none.
    let script = (last + 1..words.len()).find(|at| !words[*at].starts_with('-'))?;
    Some(FoundProgram::Script { at: script })
}

/// Whether a name is that of a program and not of a Python module.
fn is_program(name: &str) -> bool {
    !name.contains(['.', '_'])
}

/// The last part of a path.
fn base_name(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}
