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

diesel::joinable!(activities -> accounts (account_id));
diesel::allow_tables_to_appear_in_same_query!(accounts, activities);
