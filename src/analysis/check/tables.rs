//! The rows of the model that deployments are read by, made ready to be looked up in.

use std::collections::{BTreeSet, HashMap};

use regex_lite::Regex;

use crate::load::bundle;
use crate::load::manifest::ProgramNames;
use crate::matrix::deploy::{
    CheckRule, FlagTable, ImagePattern, OptionFile, ProcessModule, Processes, Signal, WorkerRoles,
};
use crate::matrix::{Release, Vocabulary};

/// What deployments are read by.
pub struct CheckTables {
    /// The names of programs that are looked for in commands.
    pub programs: ProgramNames,
    /// What shows that a feature is on.
    pub signals: Vec<Signal>,
    /// The processes, images and roles.
    pub processes: Processes,
    /// The flags of programs.
    pub flags: FlagTable,
    /// The findings.
    pub rules: Vec<CheckRule>,
    /// The names of features, groups and patterns.
    pub vocabulary: Vocabulary,
    /// The roles of workers by pattern.
    pub workers: Vec<WorkerRoles>,
    /// The image patterns, each with the number of its row.
    images: Vec<(Regex, usize)>,
    /// The flags of each program that takes beginnings of them, sorted.
    abbreviated: HashMap<String, BTreeSet<String>>,
    /// The number of the row of each module.
    modules: HashMap<String, usize>,
    /// The program of each module, by its number.
    program_of: HashMap<String, usize>,
}

impl CheckTables {
    /// The tables that the program was built with.
    #[must_use]
    pub fn bundled() -> Self {
        let processes = bundle::processes();
        let flags = bundle::flags();
        let images = processes.images.iter().enumerate();
        // The test of the bundle holds that every pattern is one.
        let images = images.filter_map(|(i, row)| Some((Regex::new(&row.pattern).ok()?, i)));
        let modules = processes.modules.iter().enumerate();
        let mut program_of = HashMap::new();
        for (i, program) in flags.programs.iter().enumerate() {
            program_of.extend(program.modules.iter().map(|module| (module.clone(), i)));
        }
        CheckTables {
            programs: ProgramNames::new(&processes),
            signals: bundle::signals(),
            rules: bundle::check_rules(),
            vocabulary: bundle::vocabulary(),
            workers: bundle::settings().workers,
            images: images.collect(),
            abbreviated: abbreviated(&flags),
            modules: modules.map(|(i, module)| (module.name.clone(), i)).collect(),
            program_of,
            processes,
            flags,
        }
    }

    /// The row of a module.
    #[must_use]
    pub fn module(&self, name: &str) -> Option<&ProcessModule> {
        self.modules.get(name).map(|row| &self.processes.modules[*row])
    }

    /// The row of the image of this name, without registry and tag.
    #[must_use]
    pub fn image(&self, name: &str) -> Option<&ImagePattern> {
        let found = self.images.iter().find(|(pattern, _)| pattern.is_match(name));
        found.map(|(_, row)| &self.processes.images[*row])
    }

    /// The id of the program whose flags a process takes: that of its module, else that of its backend or role.
    #[must_use]
    pub fn program<'t>(
        &'t self,
        module: Option<&str>,
        backend: Option<&'t str>,
        role: &'t str,
    ) -> &'t str {
        let of_module = module.and_then(|module| self.program_of.get(module));
        match of_module {
            Some(row) => &self.flags.programs[*row].id,
            None => backend.unwrap_or(role),
        }
    }

    /// The full name of a flag, of which a program may take the beginning.
    #[must_use]
    pub fn full_name<'n>(&'n self, program: &str, name: &'n str) -> &'n str {
        let Some(known) = self.abbreviated.get(program).filter(|known| !known.contains(name))
        else {
            return name;
        };
        let mut longer = known.range(name.to_owned()..).take_while(|known| known.starts_with(name));
        match (longer.next(), longer.next()) {
            (Some(only), None) if name.len() > 2 => only,
            _ => name,
        }
    }

    /// The flags of a program that name files.
    pub fn option_files<'t>(&'t self, program: &'t str) -> impl Iterator<Item = &'t OptionFile> {
        self.processes.option_files.iter().filter(move |file| file.program == program)
    }

    /// The oldest release of which anything is known.
    #[must_use]
    pub fn oldest(&self) -> Option<&Release> {
        self.flags.readings.first().map(|reading| &reading.release)
    }
}

/// The flags of each program that takes unambiguous beginnings of them.
fn abbreviated(flags: &FlagTable) -> HashMap<String, BTreeSet<String>> {
    let mut names: HashMap<String, BTreeSet<String>> = HashMap::new();
    for program in flags.programs.iter().filter(|program| program.abbreviations) {
        let own = flags.flags.iter().filter(|flag| flag.program == program.id);
        let engines = flags.engine_flags.iter().filter(|row| row.program == program.id);
        let known = names.entry(program.id.clone()).or_default();
        for flag in own {
            known.insert(flag.name.clone());
            if flag.negatable {
                known.insert(flag.name.replacen("--", "--no-", 1));
            }
        }
        known.extend(engines.flat_map(|row| row.names.iter().cloned()));
    }
    names
}
