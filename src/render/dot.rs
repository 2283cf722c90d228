//! A conflict graph in the language of Graphviz (DOT), to be drawn by `dot` or read by other tools.

use std::fmt::Write;

use petgraph::visit::EdgeRef;

use super::page::text::sanitize;
use super::words;
use crate::matrix::Release;
use crate::plan::{ConflictGraph, Node, TouchedCell};

/// The graph as DOT: an arrow goes from a conflict to its terms and the cells that block it, from a term
/// to the cells that it touches, and from a cell to its target. Without a conflict it has no node.
#[must_use]
pub fn dot(graph: &ConflictGraph) -> String {
    let graph = graph.graph();
    let mut out =
        String::from("digraph conflicts {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n");
    for index in graph.node_indices() {
        let _ = writeln!(out, "  n{} [{}];", index.index(), attributes(&graph[index]));
    }
    for edge in graph.edge_references() {
        let _ = writeln!(out, "  n{} -> n{};", edge.source().index(), edge.target().index());
    }
    out.push_str("}\n");
    out
}

/// The look of a node.
fn attributes(node: &Node) -> String {
    match node {
        Node::Conflict(index) => {
            let label = format!("conflict {}", index + 1);
            format!("kind=\"conflict\", shape=diamond, label={}", quoted(&label))
        }
        Node::Term(term) => {
            format!("kind=\"term\", shape=ellipse, label={}", quoted(term.as_str()))
        }
        Node::Cell(cell) => cell_attributes(cell),
        Node::Target(release, backend) => {
            let label = [Some(backend.as_str()), release.as_ref().map(Release::as_str)];
            let label: Vec<&str> = label.into_iter().flatten().collect();
            format!("kind=\"target\", shape=box, label={}", quoted(&label.join(" ")))
        }
    }
}

fn cell_attributes(cell: &TouchedCell) -> String {
    let terms: Vec<&str> = cell.terms.iter().map(|term| term.as_str()).collect();
    let label = format!("{}\n{} {}", terms.join(" + "), words::mark(cell.level), cell.level);
    let notes: Vec<&str> = cell.notes.iter().map(|note| note.text.as_str()).collect();
    let why = if notes.is_empty() { cell.source.clone() } else { notes.join("\n") };
    let mut attributes =
        format!("kind=\"cell\", shape=note, label={}, tooltip={}", quoted(&label), quoted(&why));
    if let Some(url) = &cell.url {
        let _ = write!(attributes, ", URL={}", quoted(url));
    }
    attributes
}

/// A string of DOT, in which only quotation marks, backslashes and line breaks mean something.
fn quoted(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let line = sanitize(line);
        line.replace('\\', "\\\\").replace('"', "\\\"")
    });
    format!("\"{}\"", lines.collect::<Vec<_>>().join("\\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_end_where_they_should() {
        assert_eq!(quoted("a \"b\"\\\nc\x1b"), "\"a \\\"b\\\"\\\\\\nc\u{fffd}\"");
        assert_eq!(dot(&ConflictGraph::default()).lines().count(), 4);
    }
}
