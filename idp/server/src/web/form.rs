//! A posted form, read once: every field has a name, a bound and a place in the page.

use super::problem::Problem;
use actix_web::HttpRequest;
use actix_web::http::header::CONTENT_TYPE;
use idp_domain::authorization::parameters::Parameters;
use idp_domain::secret::Secret;
use percent_encoding::percent_decode;

/// The longest body of a form.
pub const MAX_BODY: usize = 64 * 1024;

/// Whether a request says that its body is a form.
#[must_use]
pub fn is_form(request: &HttpRequest) -> bool {
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    content_type
        .is_some_and(|value| value.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded"))
}

/// The fields of a form.
pub struct Form {
    fields: Parameters,
    /// Whether the page was open too long.
    pub stale: bool,
}

impl Form {
    /// Reads `application/x-www-form-urlencoded`.
    ///
    /// # Errors
    /// Too many fields, a doubled one, or one that isn't UTF-8.
    pub fn parse(body: &[u8]) -> Result<Self, Problem> {
        let fields = Parameters::parse(body).map_err(|_| Problem::BadForm)?;
        // A U+FFFD that somebody pasted is a sign like others; one that stands for broken bytes is not text.
        let is_text = percent_decode(body).decode_utf8().is_ok();
        let no_nul = |(name, value): &(String, String)| !name.contains('\0') && !value.contains('\0');
        if fields.has_repeated() || !is_text || !fields.pairs().iter().all(no_nul) {
            return Err(Problem::BadForm);
        }
        Ok(Self { fields, stale: false })
    }

    /// A field as it was typed; empty where there is none.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        self.fields.pairs().iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// A field that must not be seen.
    #[must_use]
    pub fn secret(&self, name: &str) -> Secret {
        Secret::new(self.value(name))
    }

    /// Whether a box is checked.
    #[must_use]
    pub fn is_checked(&self, name: &str) -> bool {
        !self.value(name).is_empty()
    }

    /// What was typed and chosen, in order, without our own fields.
    pub fn typed(&self) -> impl Iterator<Item = &(String, String)> {
        self.fields.pairs().iter().filter(|(name, _)| !name.starts_with('_'))
    }

    /// What may be held for a person: neither secrets nor our own fields.
    #[must_use]
    pub fn without_secrets(&self) -> Vec<(String, String)> {
        let is_secret = |name: &str| {
            name.starts_with('_')
                || name.contains("password")
                || name.contains("secret")
                || name.starts_with("answer")
                || matches!(name, "private_key" | "service_file")
                || matches!(
                    name,
                    "code" | "current" | "credential" | "recovery" | "a1" | "a2" | "a3" | "receipt"
                )
        };
        self.fields
            .pairs()
            .iter()
            .filter(|(name, value)| !is_secret(name) && value.len() <= 1024)
            .cloned()
            .collect()
    }

    /// A form of held values.
    #[must_use]
    pub fn held(pairs: Vec<(String, String)>) -> Self {
        Self { fields: Parameters::new(pairs).unwrap_or_default(), stale: false }
    }
}
