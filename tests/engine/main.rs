//! The engine and the solver beneath it: the fast path against SAT, scopes, cores, optima.

mod exact_cover;
#[path = "../answers/oracle/mod.rs"]
mod oracle;
mod scope;
mod second_solver;
mod solve;
mod table;
