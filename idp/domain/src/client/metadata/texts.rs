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
        let length = text.trim().chars().count();
        if length < least || length > 200 || text.contains(char::is_control) {
            errors.push(error(
                field,
                "it must be one line of at most 200 characters, and a name can't be empty",
            ));
        }
    }
    if metadata.contacts.len() > 20 || metadata.contacts.iter().any(|contact| contact.len() > 254) {
        errors.push(error("contacts", "at most 20 of at most 254 characters"));
    }
}
