//! The processes of a deployment: as what each runs, for which backend, and with which flags.

use super::flags::ProcessFlags;
use super::reading::ProcessReading;
use super::release::ImageParts;
use super::tables::CheckTables;
use crate::load::manifest::{
    Component, Container, ManifestDeployment, ManifestFile, Process, YamlNode,
};
use crate::matrix::deploy::{ComponentRole, PatternRole};

/// The role of an engine that runs without Dynamo.
const ENGINE: &str = "engine";
/// The role of workers.
pub(super) const WORKER: &str = "worker";
/// The role of what stands in for workers.
pub(super) const MOCKER: &str = "mocker";
/// The role of what makes images or video.
pub(super) const GENERATION: &str = "generation";
/// The roles of programs that run no engine, so that their images tell no backend.
const WITHOUT_ENGINE: [&str; 2] = ["frontend", "planner"];
/// The fields of a component that say its role, the more exact ones first.
const ROLE_FIELDS: [&str; 3] = ["subComponentType", "type", "componentType"];
/// The fields of a component that say its type.
const TYPE_FIELDS: [&str; 2] = ["type", "componentType"];

/// A process with its flags.
pub(super) struct ProcessView<'f> {
    pub(super) reading: ProcessReading,
    pub(super) component: &'f Component,
    pub(super) process: &'f Process,
    pub(super) flags: ProcessFlags,
}

/// The processes of a deployment, in the order of the file.
pub(super) fn read<'f>(
    tables: &CheckTables,
    file: &'f ManifestFile,
    deployment: &'f ManifestDeployment,
) -> Vec<ProcessView<'f>> {
    let mut views = Vec::new();
    let in_deployment = deployment.components.iter().any(|it| runs_sidecar(tables, it));
    for (i, component) in deployment.components.iter().enumerate() {
        // Each process of a script is a component of its own.
        let is_script = component.fields.is_none();
        let has_sidecar = if is_script { in_deployment } else { runs_sidecar(tables, component) };
        for (j, container) in component.containers.iter().enumerate() {
            for (k, process) in container.processes.iter().enumerate() {
                let at = (i, j, k);
                let Some(reading) =
                    reading(tables, deployment, component, container, process, at, has_sidecar)
                else {
                    continue;
                };
                let backend = reading.backend.as_deref();
                let program = tables.program(reading.module.as_deref(), backend, &reading.role);
                let flags = ProcessFlags::read(tables, file, container, process, program);
                let part = part(tables, &reading, process, &flags);
                let reading = ProcessReading { part, ..reading };
                views.push(ProcessView { reading, component, process, flags });
            }
        }
    }
    views
}

/// Whether a component runs a program that has an engine beside it.
fn runs_sidecar(tables: &CheckTables, component: &Component) -> bool {
    component.containers.iter().any(|container| {
        let has_engine_beside = |process: &Process| {
            let module = module_of(tables, container, process);
            module.and_then(|module| tables.module(module)).is_some_and(|row| row.has_engine_beside)
        };
        container.processes.iter().any(has_engine_beside)
    })
}

/// The module that a process runs: that of its command, else the one that its image is called by.
fn module_of<'p>(
    tables: &CheckTables,
    container: &'p Container,
    process: &'p Process,
) -> Option<&'p str> {
    process.module.as_deref().or_else(|| {
        let name = ImageParts::of(&container.image.as_ref()?.text).name;
        tables.module(name).map(|_| name)
    })
}

/// As what a process runs; `None` for one that is none of Dynamo's.
fn reading(
    tables: &CheckTables,
    deployment: &ManifestDeployment,
    component: &Component,
    container: &Container,
    process: &Process,
    (i, j, k): (usize, usize, usize),
    has_sidecar: bool,
) -> Option<ProcessReading> {
    let mut module = module_of(tables, container, process).map(str::to_owned);
    if module.is_none() {
        let role = component_role(tables, component);
        let default = tables.processes.roles.iter().find(|row| !row.default_command.is_empty());
        let runs_default = match role {
            _ if container.is_frontend_sidecar => default,
            Some(role) if j == 0 => Some(role),
            _ => None,
        };
        module = runs_default.and_then(|role| role.default_command.last().cloned());
        if module.is_none() && j > 0 {
            return None;
        }
    }
    let row = module.as_deref().and_then(|module| tables.module(module));
    let (role, backend) = match row {
        Some(row) if row.role == ENGINE && !has_sidecar => return None,
        Some(row) if row.role == ENGINE => (WORKER.to_owned(), row.backend.clone()),
        Some(row) => (row.role.clone(), row.backend.clone()),
        // The command is that of the image.
        None => {
            let role = component_role(tables, component).map(program_role)?;
            let is_worker = role == WORKER;
            let backend = is_worker.then(|| backend_of_image(tables, deployment, container));
            (role, backend.flatten())
        }
    };
    let part = String::new();
    Some(ProcessReading { component: i, container: j, process: k, module, role, part, backend })
}

/// The role of the program of a component: a prefill worker is a worker.
fn program_role(role: &ComponentRole) -> String {
    let of_type = role.v1alpha1.iter().find(|(field, _)| TYPE_FIELDS.contains(&field.as_str()));
    of_type.map_or_else(|| role.name.clone(), |(_, value)| value.clone())
}

/// The role of a component, by the row most of whose fields it has.
pub(super) fn component_role<'t>(
    tables: &'t CheckTables,
    component: &Component,
) -> Option<&'t ComponentRole> {
    let fields = component.fields.as_ref()?;
    let has = |(field, value): &(String, String)| {
        fields.get(field).and_then(YamlNode::text) == Some(value.as_str())
    };
    let fits = |row: &&ComponentRole| {
        let fits = |fields: &[(String, String)]| !fields.is_empty() && fields.iter().all(has);
        fits(&row.v1alpha1) || fits(&row.v1beta1)
    };
    let fitting = tables.processes.roles.iter().filter(fits);
    // Of equal rows the first; a later one with more fields is more exact.
    fitting.fold(None, |best: Option<&ComponentRole>, row| match best {
        Some(best)
            if best.v1alpha1.len() >= row.v1alpha1.len() || !row.v1alpha1.iter().all(has) =>
        {
            Some(best)
        }
        _ => Some(row),
    })
}

/// The value of the field that says the role of a component, or its type.
pub(super) fn role_field(component: &Component, is_type: bool) -> Option<&YamlNode> {
    let fields = component.fields.as_ref()?;
    let names = if is_type { &TYPE_FIELDS[..] } else { &ROLE_FIELDS[..] };
    names.iter().find_map(|name| fields.get(name))
}

/// The backend of a container by its image, else by what the deployment says.
fn backend_of_image(
    tables: &CheckTables,
    deployment: &ManifestDeployment,
    container: &Container,
) -> Option<String> {
    let image = container.image.as_ref().map(|image| ImageParts::of(&image.text).name);
    let of_image = image.and_then(|name| tables.image(name)).and_then(|row| row.backend.clone());
    of_image.or_else(|| {
        let written = &deployment.backend_framework.as_ref()?.text;
        let known = tables.vocabulary.backends.iter().find(|known| known.id == *written)?;
        Some(known.id.clone())
    })
}

/// Whether the image of a container tells the backend of its deployment.
pub(super) fn image_tells_backend(tables: &CheckTables, component: &Component) -> bool {
    component_role(tables, component)
        .is_none_or(|role| !WITHOUT_ENGINE.contains(&role.name.as_str()))
}

/// The role of a worker among workers; empty for other programs.
fn part(
    tables: &CheckTables,
    reading: &ProcessReading,
    process: &Process,
    flags: &ProcessFlags,
) -> String {
    if reading.role != WORKER {
        return String::new();
    }
    let fits = |row: &&PatternRole| {
        let has_flag = |flag: &String| match flag.split_once('=') {
            // One of several values that a condition chooses tells no role.
            Some((name, value)) => flags.get(name).is_some_and(|flag| {
                let is_one = flag.is_sure || process.is_conditional || flag.values.len() == 1;
                is_one && flag.values.iter().any(|it| it == value)
            }),
            None => flags.get(flag).is_some(),
        };
        let has_variable = |variable: &String| {
            let (name, value) = variable.split_once('=').unwrap_or((variable, ""));
            process.env.get(name).and_then(|found| found.value.as_deref()) == Some(value)
        };
        let runs = |module: &String| reading.module.as_ref() == Some(module);
        let says_nothing =
            row.flags.is_empty() && row.variables.is_empty() && row.modules.is_empty();
        says_nothing
            || row.flags.iter().any(has_flag)
            || row.variables.iter().any(has_variable)
            || row.modules.iter().any(runs)
    };
    let fitting = tables.processes.pattern_roles.iter().find(fits);
    fitting.map_or_else(String::new, |row| row.role.clone())
}
