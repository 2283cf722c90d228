//! What is answered: every kind of answer against an independent brute force, on the bundled matrices
//! and on random ones.

mod analyze;
mod batch_lines;
mod brute_force;
mod changes;
mod check_codes;
mod check_features;
mod check_findings;
mod check_names;
mod check_properties;
mod check_samples;
mod check_upgrades;
mod check_verdicts;
mod checklist;
mod every_plan;
mod every_request;
mod folding;
mod judgement;
mod known_answers;
mod large;
mod manifest_round_trip;
mod manifest_schema;
mod oracle;
mod own_dimension;
mod random_matrices;
mod run;
mod split;
mod split_backends;
mod split_lists;
mod wants;
mod workloads;
