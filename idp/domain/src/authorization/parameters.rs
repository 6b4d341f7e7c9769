//! Request parameters, from a query or a form. RFC 6749 section 3.1: none may appear twice, empty ones count as absent,
//! unknown ones are ignored.

/// The longest value of one parameter, in bytes: room for long `state` and `nonce` values, never for a flood.
pub const MAX_VALUE: usize = 4096;
/// The most parameters in one request.
const MAX_COUNT: usize = 64;

/// What came, in order.
#[derive(Debug, Clone, Default)]
pub struct Parameters(Vec<(String, String)>);

/// Why a parameter can't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParameterError {
    /// It appears twice.
    #[error("a parameter appears more than once")]
    Repeated,
    /// It is too long or holds control characters.
    #[error("a parameter is too long or malformed")]
    Malformed,
}

impl Parameters {
    /// From pairs already decoded.
    ///
    /// # Errors
    /// More than 64 parameters.
    pub fn new(pairs: Vec<(String, String)>) -> Result<Self, ParameterError> {
        if pairs.len() > MAX_COUNT { Err(ParameterError::Malformed) } else { Ok(Self(pairs)) }
    }

    /// From a query or a form body (`application/x-www-form-urlencoded`).
    ///
    /// # Errors
    /// More than 64 parameters.
    pub fn parse(encoded: &[u8]) -> Result<Self, ParameterError> {
        Self::new(
            url::form_urlencoded::parse(encoded)
                .take(MAX_COUNT + 1)
                .map(|(k, v)| (k.into_owned(), v.into_owned()))
                .collect(),
        )
    }

    /// The value of `name`; absent and empty are the same.
    ///
    /// # Errors
    /// It appears twice, is too long or holds control characters.
    pub fn get(&self, name: &str) -> Result<Option<&str>, ParameterError> {
        let value = self.get_within(name, MAX_VALUE)?;
        if value.is_some_and(|value| value.contains(char::is_control)) {
            return Err(ParameterError::Malformed);
        }
        Ok(value)
    }

    /// The value of `name`, of at most `most` bytes whatever they are: JSON may hold line ends, a request object is long.
    ///
    /// # Errors
    /// It appears twice or is too long.
    pub fn get_within(&self, name: &str, most: usize) -> Result<Option<&str>, ParameterError> {
        let mut values = self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let value = values.next();
        if values.next().is_some() {
            return Err(ParameterError::Repeated);
        }
        match value {
            Some(value) if value.len() > most => Err(ParameterError::Malformed),
            Some("") | None => Ok(None),
            some => Ok(some),
        }
    }

    /// Every value of `name`, in order.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether any parameter, known or not, appears twice. `resource` may (RFC 8707 section 2).
    #[must_use]
    pub fn has_repeated(&self) -> bool {
        let names = self.0.iter().map(|(name, _)| name.as_str());
        let mut names: Vec<&str> = names.filter(|name| *name != "resource").collect();
        names.sort_unstable();
        names.windows(2).any(|pair| pair[0] == pair[1])
    }

    /// The pairs, to be sent on as they came.
    #[must_use]
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn doubled_empty_and_monstrous_parameters() {
        let parameters = Parameters::parse(b"a=1&b=&c=2&c=2&d=%00").unwrap();
        assert_eq!(parameters.get("a"), Ok(Some("1")));
        assert_eq!(parameters.get("b"), Ok(None));
        assert_eq!(parameters.get("c"), Err(ParameterError::Repeated));
        assert_eq!(parameters.get("d"), Err(ParameterError::Malformed));
        assert!(parameters.has_repeated());
        assert!(Parameters::parse("x=1&".repeat(65).as_bytes()).is_err());
        let parameters = Parameters::parse(b"resource=a&resource=b&claims=%7B%0A%7D").unwrap();
        assert!(!parameters.has_repeated());
        assert_eq!(parameters.all("resource").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(parameters.get("resource"), Err(ParameterError::Repeated));
        assert_eq!(parameters.get_within("claims", 3), Ok(Some("{\n}")));
        assert_eq!(parameters.get_within("claims", 2), Err(ParameterError::Malformed));
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            if let Ok(parameters) = Parameters::parse(&bytes) {
                let _ = parameters.get("state");
                let _ = parameters.has_repeated();
            }
        }
    }
}
