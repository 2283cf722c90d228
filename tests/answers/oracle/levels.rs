//! How kind a random matrix is.

use dynamo_plan::matrix::Level;

use super::rng::Rng;

/// How often each level occurs among a hundred cells, best to worst.
#[derive(Clone, Copy, Debug)]
pub struct Profile([usize; 5]);

impl Profile {
    /// Almost everything works.
    pub const KIND: Profile = Profile([78, 12, 2, 3, 5]);
    /// A bit of everything.
    pub const MIXED: Profile = Profile([50, 18, 8, 12, 12]);
    /// Little works.
    pub const HARSH: Profile = Profile([30, 20, 10, 15, 25]);

    pub fn level(self, rng: &Rng) -> Level {
        let mut rest = rng.below(self.0.iter().sum());
        for (level, share) in Level::ALL.into_iter().zip(self.0) {
            if rest < share {
                return level;
            }
            rest -= share;
        }
        unreachable!("the shares add up")
    }
}
