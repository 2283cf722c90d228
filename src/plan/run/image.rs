//! The image of a plan, and the platforms that it is for.

use super::Chosen;
use crate::matrix::Platform;
use crate::matrix::deploy::ReleaseImage;

impl<'a> Chosen<'a> {
    /// The image of the backend: the usual one or, where it is for none of the platforms that the request allows,
    /// the first that is for one of them.
    pub(super) fn image(&self, allowed: &[Platform]) -> Option<&'a ReleaseImage> {
        let images = self.images();
        let usual = images.iter().find(|image| image.cuda.is_none());
        let platform = &self.request.platform;
        if platform.cuda.is_none() && platform.driver.is_none() {
            return usual.copied();
        }
        let is_for_one =
            |image: &&ReleaseImage| allowed.iter().any(|row| is_for(&images, image, row));
        let first = usual.into_iter().chain(&images).find(|image| is_for_one(image));
        first.or(usual).copied()
    }

    /// Those of some platforms that an image is for; all where it is for none of them.
    pub(super) fn platforms_of(
        &self,
        image: Option<&ReleaseImage>,
        platforms: Vec<Platform>,
    ) -> Vec<Platform> {
        let Some(image) = image else { return platforms };
        let images = self.images();
        let own = platforms.iter().filter(|row| is_for(&images, image, row));
        let own: Vec<Platform> = own.cloned().collect();
        if own.is_empty() { platforms } else { own }
    }

    /// The images of the backend.
    fn images(&self) -> Vec<&'a ReleaseImage> {
        let backend = Some(&self.target.backend().id);
        let is_own = |image: &&ReleaseImage| {
            image.backend.as_ref() == backend && image.releases.contains(self.release)
        };
        self.settings.images.iter().filter(is_own).collect()
    }
}

/// Whether an image is for a platform: that of no CUDA of its own is for what the others leave.
fn is_for(images: &[&ReleaseImage], image: &ReleaseImage, row: &Platform) -> bool {
    let has = |image: &ReleaseImage| image.cuda.as_ref().is_some_and(|cuda| row.has_cuda(cuda));
    has(image) || image.cuda.is_none() && !images.iter().any(|other| has(other))
}
