//! The tables of `migrations/`.

diesel::table! {
    accounts (id) {
        id -> BigInt,
        issuer -> Text,
        subject -> Text,
        email -> Text,
        language -> Text,
        terms_version -> Integer,
        created_at -> BigInt,
        last_signed_in_at -> BigInt,
    }
}

diesel::table! {
    activities (id) {
        id -> BigInt,
        account_id -> BigInt,
        kind -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    pending_sign_ins (state) {
        state -> Text,
        browser_hash -> Text,
        nonce -> Text,
        code_verifier -> Text,
        destination -> Text,
        language -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    sessions (cookie_hash) {
        cookie_hash -> Text,
        issuer -> Text,
        subject -> Text,
        email -> Text,
        id_token -> Text,
        destination -> Text,
        account_id -> Nullable<BigInt>,
        created_at -> BigInt,
        last_seen_at -> BigInt,
        sid -> Nullable<Text>,
        ended_at -> Nullable<BigInt>,
        onekey_subject -> Nullable<Text>,
    }
}

diesel::table! {
    used_logout_tokens (jti) {
        jti -> Text,
        remember_until -> BigInt,
    }
}

diesel::joinable!(activities -> accounts (account_id));
diesel::joinable!(sessions -> accounts (account_id));
diesel::allow_tables_to_appear_in_same_query!(accounts, activities, sessions);
