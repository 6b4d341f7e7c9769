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

diesel::table! {
    drafts (id) {
        id -> BigInt,
        account_id -> BigInt,
        handle -> Text,
        kind -> Text,
        answers -> Text,
        folded -> Text,
        revision -> BigInt,
        session_hash -> Nullable<Text>,
        changed_at -> BigInt,
        noticed_60_at -> Nullable<BigInt>,
        noticed_30_at -> Nullable<BigInt>,
        submitted_at -> Nullable<BigInt>,
        number -> Nullable<Text>,
        enclosed -> Nullable<Text>,
        waits -> Bool,
    }
}

diesel::allow_tables_to_appear_in_same_query!(drafts, sessions);
