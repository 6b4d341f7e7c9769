//! The tables of `migrations/`.

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
        sid -> Nullable<Text>,
        email -> Nullable<Text>,
        locale -> Nullable<Text>,
        onekey_subject -> Nullable<Text>,
        id_token -> Text,
        refresh_token -> Nullable<Text>,
        refreshed_at -> BigInt,
        destination -> Text,
        created_at -> BigInt,
        last_seen_at -> BigInt,
        ended -> Nullable<Text>,
    }
}

diesel::table! {
    used_logout_tokens (jti) {
        jti -> Text,
        remember_until -> BigInt,
    }
}

diesel::table! {
    submissions (id_hash) {
        id_hash -> Text,
        location -> Text,
        remember_until -> BigInt,
    }
}

diesel::table! {
    held_forms (issuer, subject, page) {
        issuer -> Text,
        subject -> Text,
        page -> Text,
        fields -> Text,
        hold_until -> BigInt,
    }
}

diesel::table! {
    letters (id) {
        id -> BigInt,
        letter -> Text,
    }
}
