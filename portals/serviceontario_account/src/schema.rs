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
        noticed_60_at -> Nullable<BigInt>,
        noticed_30_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    activities (id) {
        id -> BigInt,
        account_id -> BigInt,
        kind -> Text,
        at -> BigInt,
        service -> Nullable<Text>,
    }
}

diesel::table! {
    profiles (id) {
        id -> BigInt,
        account_id -> BigInt,
        fields -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    enrolments (account_id, service) {
        account_id -> BigInt,
        service -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    messages (id) {
        id -> BigInt,
        account_id -> BigInt,
        kind -> Text,
        service -> Nullable<Text>,
        day -> Nullable<BigInt>,
        at -> BigInt,
    }
}
