//! What is answered: every kind of answer against an independent brute force, on the bundled matrices
//! and on random ones.

mod analyze;
mod brute_force;
mod changes;
mod checklist;
mod every_plan;
mod every_request;
mod folding;
mod judgement;
mod known_answers;
mod large;
mod oracle;
mod own_dimension;
mod random_matrices;
mod run;
mod split;
mod split_backends;
mod wants;
mod workloads;
