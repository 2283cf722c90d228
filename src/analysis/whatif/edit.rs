//! Edits of cells: a line such as `1.4.0/vllm: lora + multimodal = supported` in, a changed matrix
//! out.

use super::{CellState, Change};
use crate::load;
use crate::matrix::{Backend, Cell, Matrix, Release, ReleaseRange, Rule, RuleSet, Term, slug};
use crate::request::{Names, RequestError, Resolution, option_key};
use crate::target::Catalog;

/// An edit of one cell, as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellEdit {
    /// The whole line.
    text: String,
    /// The release that it is for; all where `None`.
    release: Option<String>,
    /// The backend that it is for; all where `None`.
    backend: Option<String>,
    /// The terms, as they were typed.
    terms: Vec<String>,
    mark: CellState,
}

/// The help on writing an edit.
const HOW_TO_WRITE: &str = "write one like 'vllm: lora + multimodal = supported'; the backend may be * for \
                    all, with a release as in 1.4.0/vllm, and the level a word or a mark";

impl CellEdit {
    /// Reads one edit.
    ///
    /// # Errors
    ///
    /// Where the line is none, with how to write it.
    pub fn read(text: &str) -> Result<Self, RequestError> {
        let wrong = |why: &str| {
            RequestError::new("invalid-edit", Some(text), format!("{text:?} {why}; {HOW_TO_WRITE}"))
        };
        let (target, rest) = text.split_once(':').ok_or_else(|| wrong("names no backend"))?;
        let (terms, mark) = rest.rsplit_once('=').ok_or_else(|| wrong("gives no level"))?;
        if mark.trim().is_empty() {
            return Err(wrong("gives no level"));
        }
        let (level, caveat) = load::cell_mark(mark).map_err(|help| {
            RequestError::new("invalid-edit", Some(text), format!("{text:?}: {help}"))
        })?;
        let (release, backend) = match target.rsplit_once('/') {
            Some((release, backend)) => (Some(release.trim()), backend.trim()),
            None => (None, target.trim()),
        };
        let terms: Vec<String> = terms.split(" + ").flat_map(parts).collect();
        if backend.is_empty() || terms.is_empty() || terms.iter().any(String::is_empty) {
            return Err(wrong("lacks a name"));
        }
        Ok(CellEdit {
            text: text.trim().to_owned(),
            release: release.filter(|release| *release != "*").map(str::to_owned),
            backend: Some(backend).filter(|backend| *backend != "*").map(str::to_owned),
            terms,
            mark: CellState { level, caveat },
        })
    }

    /// Reads a patch: one edit a line; blank lines and comments after `#` are skipped.
    ///
    /// # Errors
    ///
    /// Where a line is no edit, with its number.
    pub fn read_patch(text: &str, name: &str) -> Result<Vec<Self>, RequestError> {
        let mut edits = Vec::new();
        for (line, number) in text.lines().zip(1..) {
            let line = line.split('#').next().unwrap_or_default().trim();
            if !line.is_empty() {
                edits.push(Self::read(line).map_err(|error| {
                    let at = format!("{name}:{number}");
                    RequestError {
                        message: format!("{at}: {}", error.message),
                        at: Some(at),
                        ..error
                    }
                })?);
            }
        }
        Ok(edits)
    }

    /// Makes the edit, and gives what it changed.
    ///
    /// # Errors
    ///
    /// Where it names what no matrix has, with the nearest names.
    fn apply(
        &self,
        matrices: &mut [Matrix],
        rules: &mut Vec<RuleSet>,
    ) -> Result<Vec<Change>, RequestError> {
        let backend = self.backend_id(matrices)?;
        let catalog = Catalog::new(&*matrices);
        let mut changes = Vec::new();
        let releases: Vec<Option<Release>> = matrices.iter().map(|m| m.release.clone()).collect();
        let release = self.release.as_deref().map(|label| {
            // An incomplete version is the newest that begins so, as in `--release`.
            let label = Release::new(label);
            label.named_among(releases.iter().flatten()).cloned().unwrap_or(label)
        });
        for matrix in matrices {
            if release.is_some() && matrix.release != release {
                continue;
            }
            let here = matrix.backends.iter().map(|b| &b.id);
            if !here.clone().any(|id| backend.as_ref().is_none_or(|wanted| wanted == id)) {
                continue;
            }
            let terms = self.resolve(matrix, &catalog, rules)?;
            let of_facts = terms.iter().any(|term| term.fact().is_some());
            let backends: Vec<String> = here.cloned().collect();
            let source = matrix.provenance.source.clone();
            let meant = |b: &&mut Backend| backend.as_ref().is_none_or(|wanted| *wanted == b.id);
            for target in matrix.backends.iter_mut().filter(meant) {
                let edited = EditTarget { release: &matrix.release, backend: &target.id };
                let ruled = set_rules(rules, &edited, &releases, &backends, &terms, self.mark);
                // No table speaks of facts, so that only a rule can.
                if of_facts && ruled.is_none() {
                    continue;
                }
                let stated = (!of_facts).then(|| set(target, &terms, self.mark, &source)).flatten();
                let before = match (stated, ruled) {
                    (Some(stated), Some(ruled)) => Some(stated.worse(ruled)),
                    (stated, ruled) => stated.or(ruled),
                };
                changes.push(Change::Cell {
                    release: matrix.release.clone(),
                    backend: target.id.clone(),
                    terms: terms.clone(),
                    before,
                    after: self.mark,
                });
            }
        }
        if changes.is_empty() { Err(self.nowhere()) } else { Ok(changes) }
    }

    fn backend_id(&self, matrices: &[Matrix]) -> Result<Option<String>, RequestError> {
        let Some(name) = &self.backend else { return Ok(None) };
        self.meant("backend", name, &Names::of_backends(matrices)).map(Some)
    }

    fn nowhere(&self) -> RequestError {
        let target = self.release.as_deref().unwrap_or("the chosen releases");
        let message = format!(
            "{:?} changes nothing: no chosen matrix is of {target} with that backend. Choose its \
             release with --release or --upgrade",
            self.text
        );
        RequestError::new("edit-without-place", Some(&self.text), message)
    }

    /// The ids of the terms, in the order of a cell.
    fn resolve(
        &self,
        matrix: &Matrix,
        catalog: &Catalog,
        rules: &[RuleSet],
    ) -> Result<Vec<Term>, RequestError> {
        let names = Names::of_features(catalog);
        let terms = self.terms.iter().map(|typed| {
            let (name, negated) = match typed.strip_prefix('!') {
                Some(name) => (name.trim(), true),
                None => (typed.as_str(), false),
            };
            let id = match name.split_once('=') {
                Some((key, fact)) if slug(key) == "fact" && !negated => self.fact(fact, rules)?,
                Some((dimension, option)) => self.option(matrix, dimension, option)?,
                None => self.meant("feature", name, &names)?,
            };
            Ok(if negated { Term::off(id) } else { Term::on(id) })
        });
        let mut terms = terms.collect::<Result<Vec<Term>, RequestError>>()?;
        terms.sort();
        terms.dedup();
        self.check(&terms, catalog)?;
        Ok(terms)
    }

    /// Rejects terms that no cell can have.
    fn check(&self, terms: &[Term], catalog: &Catalog) -> Result<(), RequestError> {
        let group = |term: &Term| {
            let feature = catalog.features().iter().find(|it| it.id == term.id());
            feature.and_then(|it| it.group.as_deref()).unwrap_or(term.id()).to_owned()
        };
        let why = match terms {
            [_] if self.terms.len() > 1 => "names one feature twice",
            [a, b] if a.is_negated() == b.is_negated() && group(a) == group(b) => {
                "names two variants of one group, which always go together"
            }
            [a, b] if a.id() == b.id() => "names a feature with and without it",
            _ => return Ok(()),
        };
        let message = format!("{:?} {why}; {HOW_TO_WRITE}", self.text);
        Err(RequestError::new("invalid-edit", Some(&self.text), message))
    }

    /// The term of a fact that some rule waits for.
    fn fact(&self, name: &str, rules: &[RuleSet]) -> Result<String, RequestError> {
        let rules = rules.iter().flat_map(|set| &set.rules);
        let mut facts: Vec<&str> = rules.flat_map(|rule| rule.facts()).collect();
        facts.sort_unstable();
        facts.dedup();
        if let Some(fact) = facts.iter().find(|fact| **fact == slug(name)) {
            return Ok(Term::of_fact(fact).to_string());
        }
        let message = format!(
            "{:?}: no rule waits for a fact {:?}; `dynamo-plan list rules` shows them",
            self.text,
            name.trim()
        );
        Err(RequestError::new("unknown-fact", Some(name.trim()), message))
    }

    /// The term of an option, spelled as a request may spell it.
    fn option(&self, matrix: &Matrix, name: &str, option: &str) -> Result<String, RequestError> {
        let dimension = matrix.dimension.as_ref().filter(|it| it.id == slug(name));
        let options = dimension.map_or(&[][..], |it| &it.options);
        let found = options.iter().find(|it| option_key(&it.id) == option_key(option));
        if let (Some(dimension), Some(found)) = (dimension, found) {
            return Ok(dimension.term(found));
        }
        let known: Vec<String> = options.iter().map(|it| it.id.clone()).collect();
        let message = match known.as_slice() {
            [] => format!("{:?}: the matrix states nothing about any {}", self.text, name.trim()),
            known => format!(
                "{:?}: no {} is called {:?}; there are {}",
                self.text,
                name.trim(),
                option.trim(),
                known.join(", ")
            ),
        };
        Err(RequestError::new("unknown-pattern", Some(option.trim()), message)
            .with_suggestions(known))
    }

    fn meant(&self, what: &str, name: &str, names: &Names) -> Result<String, RequestError> {
        let (code, ids, words) = match names.resolve(name) {
            Resolution::Id(id) => return Ok(id),
            Resolution::Ambiguous(ids) => ("ambiguous", ids, "say which is meant:"),
            Resolution::Unknown(ids) if ids.is_empty() => ("unknown", ids, ""),
            Resolution::Unknown(ids) => ("unknown", ids, "did you mean"),
        };
        let help = match ids.as_slice() {
            [] => format!("`dynamo-plan list` shows every {what}"),
            ids => format!("{words} {}?", ids.join(" or ")),
        };
        let message = format!("{:?}: no {what} is called {name:?}; {help}", self.text);
        Err(RequestError::new(&format!("{code}-{what}"), Some(name), message).with_suggestions(ids))
    }
}

/// The terms between two spaced plus signs; a plus sign may also stand without spaces.
fn parts(text: &str) -> impl Iterator<Item = String> {
    text.split('+').map(|part| part.trim().to_owned())
}

/// Makes a cell say something, added where there is none, and gives what it said.
fn set(backend: &mut Backend, terms: &[Term], mark: CellState, source: &str) -> Option<CellState> {
    let CellState { level, caveat } = mark;
    if let Some(cell) = backend.cells.iter_mut().find(|cell| cell.terms == terms) {
        let before = CellState { level: cell.level, caveat: cell.caveat };
        (cell.level, cell.caveat) = (level, caveat);
        return Some(before);
    }
    let cell = Cell { caveat, ..Cell::new(terms.iter().cloned(), level, source.to_owned()) };
    let at = backend.cells.partition_point(|known| known.listing_order(&cell).is_lt());
    backend.cells.insert(at, cell);
    None
}

/// A backend of a release.
struct EditTarget<'p> {
    release: &'p Option<Release>,
    backend: &'p String,
}

/// Makes the rules of some terms say something of one backend of one release, and gives what the worst
/// of them said; `None` where no rule is about it. A cell and the rules of its terms are one cell.
fn set_rules(
    sets: &mut Vec<RuleSet>,
    edited: &EditTarget<'_>,
    releases: &[Option<Release>],
    backends: &[String],
    terms: &[Term],
    mark: CellState,
) -> Option<CellState> {
    let mut before: Option<CellState> = None;
    for set in sets {
        let mut rules = Vec::with_capacity(set.rules.len());
        for rule in std::mem::take(&mut set.rules) {
            if rule.terms != terms || !rule.applies_to(edited.release.as_ref(), edited.backend) {
                rules.push(rule);
                continue;
            }
            let said = CellState { level: rule.level, caveat: rule.caveat };
            before = Some(before.map_or(said, |known| known.worse(said)));
            let here = |release: &Option<Release>| Rule {
                backends: vec![edited.backend.clone()],
                releases: release.iter().map(ReleaseRange::exactly).collect(),
                ..rule.clone()
            };
            let others = releases.iter().filter(|release| *release != edited.release);
            let others = others.filter(|it| rule.applies_to(it.as_ref(), edited.backend));
            rules.extend(others.map(here));
            let CellState { level, caveat } = mark;
            rules.push(Rule { level, caveat, ..here(edited.release) });
            let about = |id: &&String| *id != edited.backend && rule.applies_to_backend(id);
            let left: Vec<String> = backends.iter().filter(about).cloned().collect();
            if !left.is_empty() {
                rules.push(Rule { backends: left, ..rule });
            }
        }
        set.rules = rules;
    }
    before
}

impl CellState {
    /// The worse of two levels, with a caveat where either has one.
    fn worse(self, other: CellState) -> CellState {
        CellState { level: self.level.max(other.level), caveat: self.caveat || other.caveat }
    }
}

/// Makes some edits, one after the other, and gives what they changed.
///
/// # Errors
///
/// Where an edit names what no matrix has, with the nearest names.
pub fn apply(
    edits: &[CellEdit],
    matrices: &mut [Matrix],
    rules: &mut Vec<RuleSet>,
) -> Result<Vec<Change>, RequestError> {
    let mut changes = Vec::new();
    for edit in edits {
        changes.extend(edit.apply(matrices, rules)?);
    }
    Ok(changes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::Level;

    #[test]
    fn edits_are_read_in_every_spelling() {
        let edit =
            CellEdit::read(" 1.4.0/vLLM : LoRA+!multimodal + pattern=E/P/D = 🚧 ! ").unwrap();
        assert_eq!(edit.release.as_deref(), Some("1.4.0"));
        assert_eq!(edit.backend.as_deref(), Some("vLLM"));
        assert_eq!(edit.terms, ["LoRA", "!multimodal", "pattern=E/P/D"]);
        assert_eq!(edit.mark, CellState { level: Level::Experimental, caveat: true });
        let all = CellEdit::read("*: lora = supported").unwrap();
        assert_eq!((all.release, all.backend), (None, None));
    }

    #[test]
    fn what_is_no_edit_says_how_to_write_one() {
        for text in ["", "vllm lora = supported", "vllm: lora", "vllm: lora =", ": lora = ✅"] {
            let error = CellEdit::read(text).unwrap_err();
            assert!(error.message.contains("vllm: lora + multimodal = supported"), "{error}");
        }
        let error = CellEdit::read("vllm: lora = suported").unwrap_err();
        assert!(error.message.contains("`supported`"), "{error}");
        let error = CellEdit::read_patch("# a comment\n\nvllm: lora\n", "p.txt").unwrap_err();
        assert_eq!(error.at.as_deref(), Some("p.txt:3"));
    }
}
