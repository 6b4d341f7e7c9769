//! The files under `/static/`, embedded in the program. A file's address holds the hash of its content, so that it may
//! be kept for ever: answer with `Cache-Control: public, max-age=31536000, immutable`.

/// One embedded file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asset {
    /// The name in the source tree: `app.css`.
    pub name: &'static str,
    /// The last part of its address: `app.0123456789abcdef.css`.
    pub file_name: &'static str,
    /// The value of `Content-Type`.
    pub content_type: &'static str,
    /// The content.
    pub bytes: &'static [u8],
    /// The content for `Content-Encoding: br`; none for fonts, which are compressed already.
    pub brotli: Option<&'static [u8]>,
}

/// Every embedded file.
pub static ALL: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The address of the file called `name` in the source tree: `/static/app.0123456789abcdef.css`. A name that is not
/// embedded gives an address that answers 404.
#[must_use]
pub fn url(name: &str) -> String {
    let file_name = ALL.iter().find(|asset| asset.name == name).map_or(name, |asset| asset.file_name);
    format!("/static/{file_name}")
}

/// The file whose address ends in `file_name` (hash included), or none.
#[must_use]
pub fn find(file_name: &str) -> Option<&'static Asset> {
    ALL.iter().find(|asset| asset.file_name == file_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_to_its_file_and_the_plain_name_to_none() {
        let address = url("app.css");
        let asset = find(address.strip_prefix("/static/").unwrap()).unwrap();
        assert_eq!((asset.name, asset.content_type), ("app.css", "text/css; charset=utf-8"));
        assert!(find("app.css").is_none());
        assert!(find("../Cargo.toml").is_none());
    }

    #[test]
    fn sheets_name_only_embedded_files_and_no_data_uri() {
        for sheet in ALL.iter().filter(|asset| asset.content_type.starts_with("text/css")) {
            let text = std::str::from_utf8(sheet.bytes).unwrap();
            assert!(!text.contains("data:"), "{}", sheet.name);
            for part in text.split("url(").skip(1) {
                let file_name = part.split(')').next().unwrap();
                assert!(find(file_name).is_some(), "{} names {file_name}", sheet.name);
            }
        }
    }

    #[test]
    fn weights_stay_within_the_goals() {
        let compressed = |extension: &str| -> usize {
            ALL.iter().filter(|a| a.name.ends_with(extension)).map(|a| a.brotli.map_or(0, <[u8]>::len)).sum()
        };
        let raw = |extension: &str| -> usize {
            ALL.iter().filter(|a| a.name.ends_with(extension)).map(|a| a.bytes.len()).sum()
        };
        assert!(compressed(".css") <= 8 * 1024, "{}", compressed(".css"));
        assert!(compressed(".js") <= 8 * 1024, "{}", compressed(".js"));
        assert!(raw(".woff2") <= 48 * 1024, "{}", raw(".woff2"));
    }
}
