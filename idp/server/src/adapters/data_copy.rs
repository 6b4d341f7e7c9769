//! The copy of everything that is kept of a person, as they and support get it (docs/operating.md says what is in it).

use idp_domain::time::Timestamp;
use ontario_language::iso_date_time;
use serde_json::Value;

/// The store's copy with readable times, and whose it is.
#[must_use]
pub fn finished(mut copy: Value, issuer: &str, now: Timestamp) -> Value {
    write_times(&mut copy);
    if let Value::Object(fields) = &mut copy {
        fields.insert("issuer".into(), issuer.into());
        fields.insert("exported_at".into(), iso_date_time(now.micros()).into());
    }
    copy
}

/// Every number under a name that ends in `_at` is a time in microseconds; people get it as ISO 8601.
fn write_times(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                match field.as_i64().filter(|_| name.ends_with("_at")) {
                    Some(micros) => *field = iso_date_time(micros).into(),
                    None => write_times(field),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(write_times),
        _ => {}
    }
}
