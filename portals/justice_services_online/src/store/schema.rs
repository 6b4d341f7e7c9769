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
    filings (id) {
        id -> BigInt,
        account_id -> BigInt,
        handle -> Text,
        kind -> Text,
        title -> Text,
        court -> Text,
        folded -> Text,
        revision -> BigInt,
        session_hash -> Nullable<Text>,
        created_at -> BigInt,
        changed_at -> BigInt,
        submitted_at -> Nullable<BigInt>,
        number -> Nullable<Text>,
        contact -> Nullable<Text>,
        noticed_60_at -> Nullable<BigInt>,
        noticed_30_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    documents (filing_id) {
        filing_id -> BigInt,
        name -> Text,
        size -> BigInt,
        content -> Binary,
    }
}

// The front's, as far as it is looked at here.
diesel::table! {
    sessions (cookie_hash) {
        cookie_hash -> Text,
        last_seen_at -> BigInt,
        ended -> Nullable<Text>,
    }
}

diesel::joinable!(filings -> accounts (account_id));
diesel::joinable!(documents -> filings (filing_id));
diesel::allow_tables_to_appear_in_same_query!(accounts, filings, documents, sessions);
