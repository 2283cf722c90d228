//! The engine and the solver beneath it: the fast path against SAT, scopes, cores, optima.

#[path = "../answers/oracle/mod.rs"]
mod oracle;
mod scope;
mod second_solver;
mod solve;
mod table;
