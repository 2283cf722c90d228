//! Answers in, text out: tables for people, Markdown, CSV and JSON.
//!
//! Text for people is first a [`Page`], so that a terminal and a Markdown file show the same
//! content. Nothing here prints, and nothing knows the environment: colour and width come with a
//! [`Style`].

pub mod answer;
pub mod card;
pub mod check;
mod diagnostic;
pub mod diff;
mod dot;
mod finding;
pub mod fleet;
mod github;
mod json;
pub mod lint;
pub mod list;
pub mod manifest;
pub mod matrix;
mod origin;
mod page;
mod sarif;
mod shorten;
pub mod since;
pub mod split;
pub mod survey;
pub mod whatif;
pub(crate) mod words;

pub use answer::manifest_command;
pub use diagnostic::{most_shown, report, sanitize_lines};
pub use dot::dot;
pub use finding::FileFinding;
pub use github::github;
pub use json::{ToJson, sanitize_json};
pub(crate) use origin::NEWEST_DIFFERS;
pub use origin::Origin;
pub use page::{Page, Style};
pub use sarif::sarif;
pub use shorten::{shorten_message, shorten_name};
pub use words::{shell_path, shell_word};

/// The forms that every answer has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For people, on a terminal or in a file.
    Terminal(Style),
    /// For a page or a ticket.
    Markdown,
    /// For programs.
    Json,
}

/// The part of an answer that its page shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PageView {
    /// The most rows of each list to show; all where `None`.
    pub limit: Option<usize>,
    /// Whether to leave out notices and explanations.
    pub quiet: bool,
    /// Whether to show every text and source of a list that is shortened otherwise.
    pub full: bool,
}

impl PageView {
    /// The most rows of each list.
    fn most(self) -> usize {
        self.limit.unwrap_or(usize::MAX)
    }
}

impl Form {
    /// A page in this form; empty for programs, which read no pages.
    #[must_use]
    pub fn draw_page(&self, page: &Page) -> String {
        match self {
            Form::Terminal(style) => page.to_terminal(style),
            Form::Markdown => page.to_markdown(),
            Form::Json => String::new(),
        }
    }

    /// An answer in this form: its page or its document.
    pub fn draw(&self, page: impl FnOnce() -> Page, document: &impl ToJson) -> String {
        match self {
            Form::Terminal(style) => page().to_terminal(style),
            Form::Markdown => page().to_markdown(),
            Form::Json => document.to_json(),
        }
    }
}
