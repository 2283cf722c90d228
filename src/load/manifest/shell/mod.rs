//! Shell scripts to the processes that they start. Nothing is run: conditions are not decided, and what depends on
//! one is marked so.

mod brackets;
mod fields;
mod lexer;
mod token;
mod values;

use super::deployment::{
    EnvVariable, Environment, Gap, GapReason, Process, TextFile, Word, WordState,
};
use super::program::{FoundProgram, ProgramNames};
use fields::{ShellField, is_plain, text_of};
use token::{Part, ShellOperator, ShellWord, Token, name_at};
use values::ShellVariables;

/// Scripts may stand in the words of scripts this often.
const DEPTH: usize = 3;
/// The most words and operators that are read of one script.
const TOKENS: usize = 200_000;
/// The most processes that are read of one script.
const PROCESSES: usize = 500;

/// What a script starts and writes.
#[derive(Debug, Default)]
pub(super) struct ShellReading {
    /// The processes, in the order of the script.
    pub(super) processes: Vec<Process>,
    /// The files that it writes itself.
    pub(super) files: Vec<TextFile>,
}

/// Reads a script that is started with variables, and with arguments where they are known.
pub(super) fn script(
    file: &TextFile,
    arguments: Option<&[Word]>,
    env: &Environment,
    programs: &ProgramNames,
) -> ShellReading {
    let mut reading = ShellReading::default();
    let mut variables = ShellVariables::new(env);
    if let Some(arguments) = arguments {
        variables.assign_array("@", fields_of(arguments), false, false);
    }
    run(file, variables, env, programs, false, 0, &mut reading);
    reading
}

/// Reads a command that is not given to a shell, word by word.
pub(super) fn words(words: &[Word], env: &Environment, programs: &ProgramNames) -> ShellReading {
    let mut reading = ShellReading::default();
    start(&fields_of(words), env, programs, false, 0, &mut reading);
    reading
}

fn run<'e>(
    file: &'e TextFile,
    variables: ShellVariables<'e>,
    env: &'e Environment,
    programs: &'e ProgramNames,
    is_conditional: bool,
    depth: usize,
    reading: &'e mut ShellReading,
) {
    let mut shell = Shell {
        file,
        programs,
        env,
        variables,
        blocks: Vec::new(),
        conditional_blocks: usize::from(is_conditional),
        chain_is_conditional: false,
        was_test: false,
        brackets: 0,
        depth,
        reading,
    };
    let mut command = Command::default();
    let mut goes_on = false;
    for (token, at) in lexer::tokens(&file.text).into_iter().take(TOKENS) {
        match token {
            Token::Word(word) => command.words.push(word),
            Token::Array { name, appends, words } => command.arrays.push((name, appends, words)),
            Token::Redirection { writes: true, target } => command.target = Some(target),
            Token::Redirection { .. } => {}
            Token::Heredoc { text, at, .. } => command.heredoc = Some((text, at)),
            Token::Operator(operator) => {
                // A line may end after `&&`.
                let is_empty_line = operator == ShellOperator::End && goes_on && command.is_empty();
                if !is_empty_line {
                    shell.operator(std::mem::take(&mut command), operator, at);
                    goes_on = matches!(
                        operator,
                        ShellOperator::And | ShellOperator::Or | ShellOperator::Pipe
                    );
                }
            }
        }
    }
    shell.operator(command, ShellOperator::End, file.text.len());
}

/// The parts of one command.
#[derive(Default)]
struct Command {
    words: Vec<ShellWord>,
    arrays: Vec<(String, bool, Vec<ShellWord>)>,
    target: Option<ShellWord>,
    heredoc: Option<(String, usize)>,
}

impl Command {
    fn is_empty(&self) -> bool {
        self.words.is_empty() && self.arrays.is_empty() && self.heredoc.is_none()
    }
}

/// A script on the way from its first command to its last.
struct Shell<'a> {
    file: &'a TextFile,
    programs: &'a ProgramNames,
    env: &'a Environment,
    variables: ShellVariables<'a>,
    /// The blocks that are open, and whether each runs on a condition.
    blocks: Vec<bool>,
    conditional_blocks: usize,
    /// Whether a test stands before, joined by `&&` or `||`.
    chain_is_conditional: bool,
    was_test: bool,
    brackets: usize,
    depth: usize,
    reading: &'a mut ShellReading,
}

impl Shell<'_> {
    fn operator(&mut self, mut command: Command, operator: ShellOperator, _at: usize) {
        match operator {
            ShellOperator::Open => {
                if literal(command.words.first()) == Some("for") {
                    self.open_block(false);
                }
                // `name()` begins a function; it is read where it stands, as if it were called once.
                if command.words.len() > 1 {
                    self.command(command);
                }
                self.brackets += 1;
                return;
            }
            // A pattern of `case` ends with a bracket that nothing opened.
            ShellOperator::Close if self.brackets == 0 => command = Command::default(),
            ShellOperator::Close => self.brackets -= 1,
            _ => {}
        }
        self.command(command);
        match operator {
            ShellOperator::And => self.chain_is_conditional |= self.was_test,
            ShellOperator::Or => self.chain_is_conditional = true,
            ShellOperator::End => self.chain_is_conditional = false,
            _ => {}
        }
    }

    fn is_conditional(&self) -> bool {
        self.conditional_blocks > 0 || self.chain_is_conditional
    }

    fn open_block(&mut self, is_conditional: bool) {
        self.blocks.push(is_conditional);
        self.conditional_blocks += usize::from(is_conditional);
    }

    fn close_block(&mut self) {
        let was_conditional = self.blocks.pop().unwrap_or(false);
        self.conditional_blocks -= usize::from(was_conditional);
    }

    /// Goes past the words that the shell itself reads; `false` where no command follows.
    fn keywords(&mut self, words: &mut &[ShellWord]) -> bool {
        while let Some(word) = literal(words.first()) {
            match word {
                "if" => self.open_block(true),
                "while" | "until" => {
                    let is_endless = matches!(literal(words.get(1)), Some("true" | ":"));
                    self.open_block(!is_endless);
                }
                "then" | "else" | "elif" | "do" | "!" | "time" => {}
                "{" => self.open_block(false),
                "for" | "select" => {
                    self.open_block(false);
                    self.loop_variable(words);
                    return false;
                }
                "case" => {
                    self.open_block(true);
                    return false;
                }
                "fi" | "done" | "esac" | "}" => self.close_block(),
                "function" => return false,
                _ => return true,
            }
            *words = &words[1..];
        }
        !words.is_empty()
    }

    /// Sets the variable of a loop: known where the loop runs once.
    fn loop_variable(&mut self, words: &[ShellWord]) {
        let Some(name) = literal(words.get(1)).map(str::to_owned) else { return };
        self.variables.unset(&name);
        if let [_, _, _, only] = words {
            let value = self.variables.value(&only.parts, self.file.place(only.at), self.file);
            if is_plain(&value) && !text_of(&value).contains(['{', '*']) {
                self.variables.assign(&name, value, false, false);
            }
        }
    }

    fn command(&mut self, command: Command) {
        let Command { words, arrays, target, heredoc } = command;
        let mut words = &words[..];
        let follows = self.keywords(&mut words);
        let is_conditional = self.is_conditional();
        for (name, appends, words) in arrays {
            let fields =
                words.iter().flat_map(|word| self.variables.fields(word, self.file)).collect();
            self.variables.assign_array(&name, fields, appends, is_conditional);
        }
        self.was_test = false;
        if !follows {
            return;
        }
        let mut set = Vec::new();
        while let Some((name, parts, appends)) = words.first().and_then(values::assignment) {
            let value = self.variables.value(&parts, self.file.place(words[0].at), self.file);
            set.push((name, value, appends));
            words = &words[1..];
        }
        if words.is_empty() {
            for (name, value, appends) in set {
                self.variables.assign(&name, value, appends, is_conditional);
            }
            return;
        }
        if self.declares(words) {
            return;
        }
        let fields: Vec<ShellField> =
            words.iter().flat_map(|word| self.variables.fields(word, self.file)).collect();
        let first = fields.first().map_or("", |field| field.text.as_str());
        self.was_test = matches!(first, "[" | "[[" | "test" | "grep" | "command");
        if let Some((text, at)) = heredoc {
            self.write(&fields, target.as_ref(), text, at);
        }
        if !starts(&fields, self.programs) {
            return;
        }
        let env = self.env.under(self.variables.exported());
        let set = set.into_iter().map(|(name, value, appends)| variable(name, &value, appends));
        let set = set.collect();
        start(&fields, &env.under(set), self.programs, is_conditional, self.depth, self.reading);
    }

    /// Whether a command only declares variables; it sets them.
    fn declares(&mut self, words: &[ShellWord]) -> bool {
        let command = literal(words.first()).unwrap_or_default();
        let exports = command == "export";
        match command {
            "unset" => {
                for name in words[1..].iter().filter_map(|word| literal(Some(word))) {
                    self.variables.unset(name);
                }
                return true;
            }
            "export" | "local" | "declare" | "readonly" | "typeset" => {}
            _ => return false,
        }
        let is_conditional = self.is_conditional();
        let exports = exports || words.iter().any(|word| literal(Some(word)) == Some("-x"));
        for word in &words[1..] {
            if let Some((name, parts, appends)) = values::assignment(word) {
                let value = self.variables.value(&parts, self.file.place(word.at), self.file);
                self.variables.assign(&name, value, appends, is_conditional);
                if exports {
                    self.variables.export(&name);
                }
            } else if let Some(name) = literal(Some(word)).filter(|_| exports) {
                self.variables.export(name);
            }
        }
        true
    }

    /// Keeps a file that a command writes from a heredoc.
    fn write(
        &mut self,
        fields: &[ShellField],
        target: Option<&ShellWord>,
        text: String,
        at: usize,
    ) {
        let program = fields.first().map_or("", |field| field.text.as_str());
        let path = match (target, program) {
            (Some(target), "cat") => {
                Some(text_of(&self.variables.value(&target.parts, 0, self.file)))
            }
            (_, "tee") => fields[1..]
                .iter()
                .map(|field| field.text.clone())
                .find(|text| !text.starts_with('-')),
            _ => None,
        };
        if let Some(path) = path {
            let at = self.file.place(at);
            self.reading.files.push(TextFile { path, text, at, places: Vec::new() });
        }
    }
}

/// The text of a word that stands without quotes and variables.
fn literal(word: Option<&ShellWord>) -> Option<&str> {
    match word?.parts.as_slice() {
        [Part::Text { text, is_quoted: false }] => Some(text),
        _ => None,
    }
}

/// The variable that is set for one command; what it adds to is not looked up.
fn variable(name: String, value: &[ShellField], appends: bool) -> EnvVariable {
    let known = (is_plain(value) && !appends).then(|| text_of(value));
    let at = value.first().map_or(0, |part| part.at);
    EnvVariable { name, value: known, at, is_sure: true }
}

/// Whether a command starts a known program or gives a script to a shell.
fn starts(fields: &[ShellField], programs: &ProgramNames) -> bool {
    let texts: Vec<&str> = fields.iter().map(|field| field.text.as_str()).collect();
    programs.find(&texts).is_some()
}

/// Adds the process that a command starts, or those of the script that it gives to another shell.
fn start(
    fields: &[ShellField],
    env: &Environment,
    programs: &ProgramNames,
    is_conditional: bool,
    depth: usize,
    reading: &mut ShellReading,
) {
    let texts: Vec<&str> = fields.iter().map(|field| field.text.as_str()).collect();
    match programs.find(&texts) {
        Some(FoundProgram::Known { name, at, first }) if reading.processes.len() < PROCESSES => {
            let before = fields[..at].iter().filter(|field| !field.text.starts_with('-'));
            let set = before.filter_map(|field| {
                let (name, value) = field.text.split_once('=')?;
                let is_name = name_at(name).is_some_and(|it| it.len() == name.len());
                let known = (field.state == WordState::Plain).then(|| value.to_owned());
                let (name, at) = (name.to_owned(), field.at);
                is_name.then_some(EnvVariable { name, value: known, at, is_sure: true })
            });
            let words = &fields[first..];
            let (gaps, unknown_values) = gaps(words);
            reading.processes.push(Process {
                module: Some(name.to_owned()),
                at: fields[at].at,
                gaps,
                unknown_values,
                words: words.iter().map(word).collect(),
                env: env.under(set.collect()),
                // A condition may also choose the program.
                is_conditional: is_conditional || fields[at].state == WordState::Conditional,
            });
        }
        Some(FoundProgram::Script { at }) if depth < DEPTH => {
            let field = &fields[at];
            let place = u32::try_from(field.at).unwrap_or(u32::MAX);
            let (path, text) = (String::new(), field.text.clone());
            let file = TextFile { path, text, at: field.at, places: vec![place] };
            let variables = ShellVariables::new(env);
            run(&file, variables, env, programs, is_conditional, depth + 1, reading);
        }
        _ => {}
    }
}

fn word(field: &ShellField) -> Word {
    Word { text: field.text.clone(), at: field.at, state: field.state }
}

/// The words of which nothing is known: those that may be flags, and those after a flag, which may be its values.
fn gaps(fields: &[ShellField]) -> (Vec<Gap>, Vec<Gap>) {
    let (mut gaps, mut values) = (Vec::new(), Vec::new());
    let mut is_after_flag = false;
    for field in fields {
        if let Some(reason) = field.gap {
            let list = if is_after_flag { &mut values } else { &mut gaps };
            list.push(Gap { reason, text: field.text.clone(), at: field.at });
        }
        is_after_flag =
            field.text.starts_with('-') && !field.text.contains('=') && field.gap.is_none();
    }
    (gaps, values)
}

/// The words of which nothing is known, of a command that no shell reads: as [`gaps`] tells them apart.
pub(super) fn word_gaps(words: &[Word]) -> (Vec<Gap>, Vec<Gap>) {
    gaps(&fields_of(words))
}

fn fields_of(words: &[Word]) -> Vec<ShellField> {
    let field = |word: &Word| {
        let is_unknown = word.state == WordState::Unresolved && !word.text.starts_with('-');
        let gap = is_unknown.then_some(GapReason::Variable);
        ShellField { text: word.text.clone(), at: word.at, state: word.state, gap }
    };
    words.iter().map(field).collect()
}
