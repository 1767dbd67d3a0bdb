//! All documents, page by page.

use super::answer::Page;
use super::api::Api;
use super::failure::ApiError;
use super::source::ApiSource;

/// Objects that are read at the same time. Each of them has one request on its way.
const AT_ONCE: usize = 3;

/// The pages of one object, from a place on.
pub struct Reading<'r> {
    api: &'r Api,
    source: &'r ApiSource,
    after: Option<String>,
    is_over: bool,
}

impl<'r> Reading<'r> {
    /// Begins after a cursor, or at the beginning.
    pub fn from(api: &'r Api, source: &'r ApiSource, after: Option<String>) -> Self {
        Self { api, source, after, is_over: false }
    }
}

impl Iterator for Reading<'_> {
    type Item = Result<Page, ApiError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let page = self.api.page(self.source, self.after.as_deref());
        self.after = page.as_ref().ok().and_then(|page| page.next.clone());
        self.is_over = self.after.is_none();
        Some(page)
    }
}

/// Everything that the sources give, in their order, as one page.
///
/// # Errors
/// The first error, in the order of the sources; nothing is given then.
pub fn read_all(api: &Api, sources: &[ApiSource]) -> Result<Page, ApiError> {
    let mut whole = Page::default();
    for some in sources.chunks(AT_ONCE) {
        let pages: Vec<Result<Page, ApiError>> = std::thread::scope(|scope| {
            let running: Vec<_> =
                some.iter().map(|source| scope.spawn(|| joined(Reading::from(api, source, None)))).collect();
            running.into_iter().map(|it| it.join().unwrap_or_else(|_| Err(died()))).collect()
        });
        for page in pages {
            whole.add(page?);
        }
    }
    Ok(whole)
}

fn died() -> ApiError {
    ApiError::Unreachable("reading ended without a word".to_owned())
}

fn joined(pages: Reading<'_>) -> Result<Page, ApiError> {
    let mut whole = Page::default();
    for page in pages {
        whole.add(page?);
    }
    Ok(whole)
}

impl Page {
    fn add(&mut self, page: Self) {
        self.documents.extend(page.documents);
        self.set_aside.extend(page.set_aside);
        self.warnings.extend(page.warnings);
    }
}
