//! The tables of `migrations/`.

diesel::table! {
    accounts (id) {
        id -> BigInt,
        issuer -> Text,
        subject -> Text,
        language -> Text,
        terms_version -> Integer,
        terms_accepted_at -> BigInt,
        reference -> Nullable<Text>,
        registered_at -> Nullable<BigInt>,
        contact -> Nullable<Text>,
        contact_changed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    documents (draft_id) {
        draft_id -> BigInt,
        name -> Text,
        size -> BigInt,
        content -> Binary,
    }
}
