//! What people read of a registration.

use super::{ClientMetadata, MetadataError, error};

/// Each text is one line, and a name isn't empty.
pub(super) fn check(metadata: &ClientMetadata, errors: &mut Vec<MetadataError>) {
    let texts = [
        ("client_name", Some(&metadata.client_name), 1),
        ("client_name#fr", metadata.client_name_fr.as_ref(), 1),
        ("ministry", metadata.ministry.as_ref(), 0),
        ("ministry#fr", metadata.ministry_fr.as_ref(), 0),
        ("description", metadata.description.as_ref(), 0),
        ("description#fr", metadata.description_fr.as_ref(), 0),
    ];
    for (field, text, least) in texts {
        let Some(text) = text else { continue };
        if text.trim().chars().count() < least || text.chars().count() > 200 || text.contains(is_unseen) {
            errors.push(error(
                field,
                "it must be one line of at most 200 characters, none of them unseen, and a name can't be empty",
            ));
        }
    }
    if metadata.contacts.len() > 20 || metadata.contacts.iter().any(|contact| contact.chars().count() > 254) {
        errors.push(error("contacts", "at most 20 of at most 254 characters"));
    }
}

/// What a person doesn't see, but reads other text by: controls, marks of direction, blanks without width (Unicode
/// Technical Report 36 section 2.5).
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
