//! The conflict graph: which terms conflict, in which cells, at which targets.
//!
//! An arrow goes from a conflict to its terms and to the cells that block it, from a term to the
//! cells that it touches, and from a cell to its target. Nothing leads back, so no explanation read
//! off the graph is circular.

use std::sync::Arc;

use itertools::Itertools;
use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};

use super::rejection;
use crate::matrix::{Release, Term};
use crate::plan::TouchedCell;
use crate::request::{PlatformFacts, Request};
use crate::target::Target;

/// A node of the [`ConflictGraph`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// A minimal set of terms that fails at every target, by its position in the answer.
    Conflict(usize),
    /// A term of the request.
    Term(Term),
    /// A cell that blocks a conflict at a target.
    Cell(Arc<TouchedCell>),
    /// One backend of one release.
    Target(Option<Release>, String),
}

/// The reason that a conflict fails at one target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The release.
    pub release: Option<Release>,
    /// The backend's id.
    pub backend: String,
    /// The cells that block the conflict's terms alone.
    pub blocking: Vec<Arc<TouchedCell>>,
}

/// The graph of conflicts, their terms, cells and targets.
#[derive(Clone, Debug, Default)]
pub struct ConflictGraph {
    graph: DiGraph<Node, ()>,
}

impl ConflictGraph {
    pub(in crate::plan) fn new(
        targets: &[Target<'_>],
        request: &Request,
        conflicts: &[Vec<Term>],
    ) -> Self {
        let mut graph = ConflictGraph::default();
        for (index, conflict) in conflicts.iter().enumerate() {
            let root = graph.node(Node::Conflict(index));
            for term in conflict {
                let term = graph.node(Node::Term(term.clone()));
                graph.connect(root, term);
            }
            let alone = only(request, conflict);
            for target in targets {
                graph.add_reason(root, target, &alone, conflict);
            }
        }
        graph
    }

    fn add_reason(
        &mut self,
        root: NodeIndex,
        target: &Target<'_>,
        alone: &Request,
        terms: &[Term],
    ) {
        let at = Node::Target(target.release().cloned(), target.backend().id.clone());
        let at = self.node(at);
        for cell in rejection(target, alone, alone.accept).blocking {
            let touching = terms.iter().filter(|term| touches(target, term, &cell)).collect_vec();
            let cell = self.cell_at(cell, at);
            self.connect(root, cell);
            for term in touching {
                let term = self.node(Node::Term(term.clone()));
                self.connect(term, cell);
            }
        }
    }

    /// The graph, for other views of it.
    #[must_use]
    pub fn graph(&self) -> &DiGraph<Node, ()> {
        &self.graph
    }

    /// The reasons that a conflict fails, target by target.
    #[must_use]
    pub fn reasons(&self, conflict: usize) -> Vec<Reason> {
        let Some(root) = self.find(&Node::Conflict(conflict)) else { return Vec::new() };
        let mut reasons: Vec<(NodeIndex, Reason)> = Vec::new();
        for (target, cell) in self.blocking_cells(root) {
            if !reasons.iter().any(|(known, _)| *known == target) {
                let Node::Target(release, backend) = &self.graph[target] else { continue };
                let (release, backend) = (release.clone(), backend.clone());
                reasons.push((target, Reason { release, backend, blocking: Vec::new() }));
            }
            if let Some((_, reason)) = reasons.iter_mut().find(|(known, _)| *known == target) {
                reason.blocking.push(cell.clone());
            }
        }
        reasons.into_iter().map(|(_, reason)| reason).collect()
    }

    /// The cells that block a conflict, each with its target, in the order of the targets.
    fn blocking_cells(&self, root: NodeIndex) -> Vec<(NodeIndex, &Arc<TouchedCell>)> {
        let mut found = Vec::new();
        for node in self.graph.neighbors(root).sorted() {
            if let Node::Cell(cell) = &self.graph[node] {
                let targets = self.graph.neighbors_directed(node, Direction::Outgoing);
                found.extend(targets.map(|target| (target, cell)));
            }
        }
        found
    }

    fn find(&self, node: &Node) -> Option<NodeIndex> {
        self.graph.node_indices().find(|&index| self.graph[index] == *node)
    }

    /// The node, added where it is new.
    fn node(&mut self, node: Node) -> NodeIndex {
        self.find(&node).unwrap_or_else(|| self.graph.add_node(node))
    }

    /// The node of a cell at a target: two targets may have cells that look the same.
    fn cell_at(&mut self, cell: Arc<TouchedCell>, at: NodeIndex) -> NodeIndex {
        let node = Node::Cell(cell);
        let here = self.graph.neighbors_directed(at, Direction::Incoming);
        let known = here.into_iter().find(|&index| self.graph[index] == node);
        known.unwrap_or_else(|| {
            let index = self.graph.add_node(node);
            self.graph.add_edge(index, at, ());
            index
        })
    }

    fn connect(&mut self, from: NodeIndex, to: NodeIndex) {
        self.graph.update_edge(from, to, ());
    }
}

/// The request with only some of its terms.
fn only(request: &Request, terms: &[Term]) -> Request {
    let kept = |term: Term| terms.contains(&term);
    let PlatformFacts { driver, cuda, engine } = &request.platform;
    let fact =
        |name: &str, value: &dyn std::fmt::Display| kept(Term::on(format!("{name}={value}")));
    Request {
        need: request.need.iter().filter(|id| kept(Term::on(*id))).cloned().collect(),
        avoid: request.avoid.iter().filter(|id| kept(Term::off(*id))).cloned().collect(),
        pattern: request.pattern.clone().filter(|id| fact("pattern", id)),
        facts: request
            .facts
            .iter()
            .filter(|fact| fact.starts_with('!') || kept(Term::of_fact(fact)))
            .cloned()
            .collect(),
        platform: PlatformFacts {
            driver: driver.filter(|driver| fact("driver", driver)),
            cuda: cuda.clone().filter(|cuda| fact("cuda", cuda)),
            engine: engine.clone().filter(|engine| fact("engine", engine)),
        },
        ..request.clone()
    }
}

/// Whether a request's term is one of a cell's, itself or by its group.
fn touches(target: &Target<'_>, term: &Term, cell: &TouchedCell) -> bool {
    let catalog = target.catalog();
    let features = |id: &str| catalog.atom(id).map(|atom| catalog.features_of(atom));
    cell.terms.iter().any(|part| {
        part.id() == term.id()
            || match (features(part.id()), features(term.id())) {
                (Some(a), Some(b)) => !a.is_disjoint(&b),
                _ => false,
            }
    })
}
