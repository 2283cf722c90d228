//! Model counting: how many assignments satisfy a formula, without listing them.
//!
//! Depth-first search with unit propagation, in which parts without a common variable are counted
//! apart and multiplied, and every part is counted once (component caching: Sang et al., *Combining
//! Component Caching and SharedClause Learning for Effective Model Counting*, SAT 2004). Of the
//! variables only some may be *shown*: then assignments that differ in hidden ones count once.

use std::collections::HashMap;
use std::rc::Rc;

use crate::encode::{Lit, Var};

/// The most literals of remembered parts, which bounds the memory.
const MOST_CACHED: usize = 10_000_000;

/// The number of satisfying assignments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Models {
    /// The number, or the largest number that was proved.
    pub number: u128,
    /// Whether there are no more.
    pub exact: bool,
}

/// Counts models. What it has learnt of one formula helps with others over the same variables.
#[derive(Clone, Debug)]
pub struct Counter {
    shown: Vec<bool>,
    cache: HashMap<Vec<Lit>, u128>,
    /// The literals of all remembered parts.
    cached: usize,
    /// Scratch: the value of each variable, during one propagation.
    values: Vec<Option<bool>>,
    steps: u64,
}

type SharedClause = Rc<[Lit]>;

impl Counter {
    /// A counter for formulas over `variables` variables, of which some are shown.
    #[must_use]
    pub fn new(variables: usize, shown: impl Fn(Var) -> bool) -> Self {
        Counter {
            shown: (0..variables).map(|index| shown(Var::new(index))).collect(),
            cache: HashMap::new(),
            cached: 0,
            values: vec![None; variables],
            steps: 0,
        }
    }

    /// Counts the assignments of the shown variables that satisfy all clauses and units, in at most
    /// so many steps, from which those taken are subtracted. Shown variables in no clause are free.
    pub fn count<'c>(
        &mut self,
        clauses: impl IntoIterator<Item = &'c [Lit]>,
        units: &[Lit],
        steps: &mut u64,
    ) -> Models {
        self.steps = *steps;
        let clauses: Vec<SharedClause> = clauses.into_iter().map(Rc::from).collect();
        let all = (0..self.shown.len()).filter(|&v| self.shown[v]).count();
        let number = match self.propagate(&clauses, units) {
            None => 0,
            Some(rest) => self.with_free(all, rest),
        };
        *steps = self.steps;
        let exact = self.steps > 0 && number < u128::MAX;
        Models { number, exact }
    }

    /// The models of what propagation left, times two for each shown variable that is open and in
    /// no clause.
    fn with_free(&mut self, open: usize, rest: Residual) -> u128 {
        let bound = self.occurrences(&rest.clauses).iter().filter(|&&(v, _)| self.shown[v]).count();
        let free = open.saturating_sub(bound + rest.assigned);
        // Each free variable doubles the number; the largest number, which stands for all that do
        // not fit, is never called exact.
        let factor = u32::try_from(free).ok().and_then(|free| 1_u128.checked_shl(free));
        self.models(rest.clauses).saturating_mul(factor.unwrap_or(u128::MAX))
    }

    /// The models of clauses without a unit among them, over the shown variables in them.
    fn models(&mut self, clauses: Vec<SharedClause>) -> u128 {
        let mut product: u128 = 1;
        for component in components(clauses, self.shown.len()) {
            product = product.saturating_mul(self.component(component));
            if product == 0 {
                break;
            }
        }
        product
    }

    fn component(&mut self, mut clauses: Vec<SharedClause>) -> u128 {
        // Sorted, so that the same clauses are known again in any order.
        clauses.sort_unstable();
        let key = key(&clauses);
        if let Some(&known) = self.cache.get(&key) {
            return known;
        }
        if self.steps == 0 {
            return 0;
        }
        self.steps -= 1;
        let occurrences = self.occurrences(&clauses);
        let shown = occurrences.iter().filter(|&&(v, _)| self.shown[v]).count();
        // Shown variables first: once none is left, a part is settled by its first model.
        let busiest = |&&(v, count): &&(usize, usize)| (self.shown[v], count, usize::MAX - v);
        let Some(&(branch, _)) = occurrences.iter().max_by_key(busiest) else { return 1 };
        let mut sum: u128 = 0;
        for negated in [false, true] {
            // Without a shown variable, one model is as good as many.
            if shown == 0 && sum > 0 {
                break;
            }
            let literal = Var::new(branch).literal(negated);
            if let Some(rest) = self.propagate(&clauses, &[literal]) {
                sum = sum.saturating_add(self.with_free(shown, rest));
            }
        }
        // Without steps left, the sum is only a lower bound, which must not be remembered.
        if self.steps > 0 && self.cached + key.len() < MOST_CACHED {
            self.cached += key.len();
            self.cache.insert(key, sum);
        }
        sum
    }

    /// The variables in some clauses, in order, and how often they occur.
    fn occurrences(&self, clauses: &[SharedClause]) -> Vec<(usize, usize)> {
        let mut counts = vec![0; self.shown.len()];
        for literal in clauses.iter().flat_map(|clause| clause.iter()) {
            counts[literal.var().index()] += 1;
        }
        counts.into_iter().enumerate().filter(|&(_, count)| count > 0).collect()
    }

    /// Reduces clauses by literals that hold, and by all that follows from single ones; `None`
    /// where that cannot be.
    fn propagate(&mut self, clauses: &[SharedClause], units: &[Lit]) -> Option<Residual> {
        let mut trail = Vec::new();
        let mut holds = units.iter().all(|&unit| self.assign(unit, &mut trail));
        // What one clause forces can make another one single: go on until a pass forces nothing.
        let mut settled = false;
        while holds && !settled {
            settled = true;
            for clause in clauses {
                match self.single(clause) {
                    OpenLiterals::Several => {}
                    OpenLiterals::Nothing => holds = false,
                    OpenLiterals::One(unit) => {
                        settled = false;
                        holds &= self.assign(unit, &mut trail);
                    }
                }
            }
        }
        let residual = holds.then(|| Residual {
            clauses: clauses.iter().filter_map(|clause| self.reduced(clause)).collect(),
            assigned: trail.iter().filter(|&&v| self.shown[v]).count(),
        });
        for variable in trail {
            self.values[variable] = None;
        }
        residual
    }

    /// Makes a literal hold; `false` where it cannot.
    fn assign(&mut self, literal: Lit, trail: &mut Vec<usize>) -> bool {
        let variable = literal.var().index();
        match self.values[variable] {
            Some(value) => value != literal.is_negated(),
            None => {
                self.values[variable] = Some(!literal.is_negated());
                trail.push(variable);
                true
            }
        }
    }

    fn value(&self, literal: Lit) -> Option<bool> {
        self.values[literal.var().index()].map(|value| value != literal.is_negated())
    }

    fn single(&self, clause: &[Lit]) -> OpenLiterals {
        let mut open = OpenLiterals::Nothing;
        for &literal in clause {
            match (self.value(literal), &open) {
                (Some(true), _) => return OpenLiterals::Several,
                (Some(false), _) => {}
                (None, OpenLiterals::Nothing) => open = OpenLiterals::One(literal),
                (None, _) => open = OpenLiterals::Several,
            }
        }
        open
    }

    /// The open literals of a clause; `None` where it is satisfied.
    fn reduced(&self, clause: &SharedClause) -> Option<SharedClause> {
        if clause.iter().any(|&literal| self.value(literal) == Some(true)) {
            return None;
        }
        if clause.iter().all(|&literal| self.value(literal).is_none()) {
            return Some(Rc::clone(clause));
        }
        Some(clause.iter().copied().filter(|&literal| self.value(literal).is_none()).collect())
    }
}

/// Clauses after propagation, and how many shown variables it assigned.
struct Residual {
    clauses: Vec<SharedClause>,
    assigned: usize,
}

/// The open literals of a clause that is not yet satisfied; a satisfied one counts as `Several`.
enum OpenLiterals {
    Nothing,
    One(Lit),
    Several,
}

/// Clauses in the form that parts are remembered by: of each clause its last literal, then all of
/// them, so that the last one, met again, marks where the clause ends.
fn key(clauses: &[SharedClause]) -> Vec<Lit> {
    let mut key = Vec::with_capacity(clauses.iter().map(|clause| clause.len() + 1).sum());
    for clause in clauses {
        key.extend(clause.last());
        key.extend_from_slice(clause);
    }
    key
}

/// Splits clauses into parts that share no variable.
fn components(clauses: Vec<SharedClause>, variables: usize) -> Vec<Vec<SharedClause>> {
    let mut leader: Vec<usize> = (0..variables).collect();
    for clause in &clauses {
        let first = clause.first().map(|literal| find(&mut leader, literal.var().index()));
        for literal in clause.iter() {
            let other = find(&mut leader, literal.var().index());
            leader[other] = first.unwrap_or(other);
        }
    }
    let mut parts: HashMap<usize, usize> = HashMap::new();
    let mut components: Vec<Vec<SharedClause>> = Vec::new();
    for clause in clauses {
        let Some(literal) = clause.first() else { continue };
        let of = find(&mut leader, literal.var().index());
        let next = components.len();
        let part = *parts.entry(of).or_insert(next);
        if part == next {
            components.push(Vec::new());
        }
        components[part].push(clause);
    }
    components
}

/// The representative of a variable's part.
fn find(leader: &mut [usize], mut variable: usize) -> usize {
    while leader[variable] != variable {
        // Halves the path while at it, so that later look-ups are short.
        leader[variable] = leader[leader[variable]];
        variable = leader[variable];
    }
    variable
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lit(number: isize) -> Lit {
        Var::new(number.unsigned_abs() - 1).literal(number < 0)
    }

    fn count(variables: usize, shown: usize, clauses: &[&[isize]]) -> Models {
        let clauses: Vec<Vec<Lit>> =
            clauses.iter().map(|clause| clause.iter().map(|&n| lit(n)).collect()).collect();
        let mut counter = Counter::new(variables, |var| var.index() < shown);
        counter.count(clauses.iter().map(Vec::as_slice), &[], &mut 1000)
    }

    fn exactly(number: u128) -> Models {
        Models { number, exact: true }
    }

    #[test]
    fn free_variables_double_the_number() {
        assert_eq!(count(10, 10, &[]), exactly(1024));
        assert_eq!(count(10, 10, &[&[1]]), exactly(512));
        assert_eq!(count(3, 3, &[&[1, 2]]), exactly(6));
        assert_eq!(count(3, 3, &[&[1], &[-1]]), exactly(0));
        assert_eq!(count(4, 4, &[&[-1, -2], &[-3, -4]]), exactly(9));
    }

    #[test]
    fn hidden_variables_count_once() {
        assert_eq!(count(3, 2, &[&[1, 3], &[2, -3]]), exactly(3));
        assert_eq!(count(4, 2, &[&[3, 4]]), exactly(4));
        assert_eq!(count(3, 2, &[&[3], &[-3]]), exactly(0));
    }

    #[test]
    fn more_than_fits_is_said() {
        assert_eq!(count(127, 127, &[]).number, 1 << 127);
        assert!(!count(128, 128, &[]).exact);
    }

    /// Every formula of a few small clauses, against a listing of all assignments.
    #[test]
    fn counts_as_a_listing_does() {
        let mut state = 7_u64;
        let mut below = |end: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) % end
        };
        for _ in 0..300 {
            let shown = below(7) as usize;
            let clauses: Vec<Vec<isize>> = (0..below(12))
                .map(|_| {
                    (0..=below(3))
                        .map(|_| (below(6) as isize + 1) * if below(3) == 0 { 1 } else { -1 })
                        .collect()
                })
                .collect();
            let holds = |bits: usize| {
                clauses.iter().all(|clause| {
                    clause.iter().any(|&n| (bits >> (n.unsigned_abs() - 1) & 1 == 1) == (n > 0))
                })
            };
            let mut found: Vec<usize> =
                (0..64).filter(|&bits| holds(bits)).map(|bits| bits & ((1 << shown) - 1)).collect();
            found.sort_unstable();
            found.dedup();
            let clauses: Vec<&[isize]> = clauses.iter().map(Vec::as_slice).collect();
            assert_eq!(count(6, shown, &clauses), exactly(found.len() as u128), "{clauses:?}");
        }
    }
}
