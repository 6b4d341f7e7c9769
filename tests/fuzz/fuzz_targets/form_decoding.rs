//! Query strings and forms: whatever the bytes, a parameter is found once or refused, and what is found was sent.
#![no_main]

use idp_domain::authorization::parameters::{MAX_VALUE, Parameters};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(parameters) = Parameters::parse(bytes) else { return };
    for (name, _) in parameters.pairs() {
        let occurrences = parameters.pairs().iter().filter(|(other, _)| other == name).count();
        match parameters.get(name) {
            Ok(Some(value)) => {
                assert_eq!(occurrences, 1);
                assert!(!value.is_empty() && value.len() <= MAX_VALUE && !value.contains(char::is_control));
            }
            Ok(None) => assert_eq!(occurrences, 1),
            Err(_) => {}
        }
        assert!(occurrences < 2 || parameters.has_repeated());
    }
});
