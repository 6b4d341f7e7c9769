//! The one schema of both databases; `migrations/` makes it.

#![allow(missing_docs, reason = "the migrations say what each column is")]

diesel::table! {
    account (id) {
        id -> Text,
        email -> Nullable<Text>,
        email_key -> Nullable<Text>,
        one_key_id -> Nullable<Text>,
        one_key_id_key -> Nullable<Text>,
        password_hash -> Nullable<Text>,
        language -> Text,
        status -> Text,
        terms_version -> BigInt,
        created_at -> BigInt,
        password_changed_at -> BigInt,
        last_sign_in_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    one_key_account (account_id) {
        account_id -> Text,
        recovery_email -> Nullable<Text>,
        recovery_email_key -> Nullable<Text>,
        previous_sign_in_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    one_key_question (account_id, position) {
        account_id -> Text,
        position -> BigInt,
        question -> Text,
        answer_hash -> Text,
    }
}

diesel::table! {
    imported_one_key (id_hash) {
        id_hash -> Binary,
        entry_hash -> Binary,
        imported_at -> BigInt,
    }
}

diesel::table! {
    one_key_recovery (id) {
        id -> Text,
        browser_hash -> Binary,
        typed_id -> Text,
        account_id -> Nullable<Text>,
        code_hash -> Nullable<Binary>,
        code_sent_at -> Nullable<BigInt>,
        proven_at -> Nullable<BigInt>,
        finished_at -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::table! {
    transfer_decision (account_id) {
        account_id -> Text,
        id -> Text,
        one_key_account_id -> Nullable<Text>,
        client_id -> Text,
        decided_at -> BigInt,
    }
}

diesel::table! {
    transfer_refusal (id) {
        id -> Text,
        account_id -> Text,
        one_key_account_id -> Text,
        client_id -> Text,
        refused_at -> BigInt,
    }
}

diesel::table! {
    operator_setting (name) {
        name -> Text,
        value -> Text,
        changed_at -> BigInt,
    }
}

diesel::table! {
    system_notice (id) {
        id -> Text,
        kind -> Text,
        text_en -> Text,
        text_fr -> Text,
        starts_at -> BigInt,
        ends_at -> Nullable<BigInt>,
        place -> Text,
    }
}

diesel::table! {
    administrator_role (account_id, role) {
        account_id -> Text,
        role -> Text,
        granted_at -> BigInt,
    }
}

diesel::table! {
    account_lock (account_id) {
        account_id -> Text,
        reference -> Text,
        locked_by -> Text,
        reason -> Text,
        locked_at -> BigInt,
    }
}

diesel::table! {
    factor_removal (account_id) {
        account_id -> Text,
        id -> Text,
        factors -> Text,
        asked_by -> Text,
        reason -> Text,
        asked_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    activity_report (id) {
        id -> Text,
        account_id -> Text,
        reported_at -> BigInt,
    }
}

diesel::table! {
    registration (id) {
        id -> Text,
        browser_hash -> Binary,
        email -> Text,
        email_key -> Text,
        password_hash -> Text,
        language -> Text,
        terms_version -> BigInt,
        request_id -> Nullable<Text>,
        state -> Text,
        wrong_tries -> BigInt,
        codes_dead_until -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::table! {
    activation_code (id) {
        id -> Text,
        registration_id -> Text,
        code_hash -> Binary,
        link_hash -> Binary,
        sent_at -> BigInt,
    }
}

diesel::table! {
    password_reset (id) {
        id -> Text,
        browser_hash -> Binary,
        email -> Text,
        email_key -> Text,
        language -> Text,
        request_id -> Nullable<Text>,
        state -> Text,
        wrong_tries -> BigInt,
        codes_dead_until -> Nullable<BigInt>,
        proven_at -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::table! {
    password_reset_code (id) {
        id -> Text,
        reset_id -> Text,
        code_hash -> Binary,
        link_hash -> Binary,
        sent_at -> BigInt,
    }
}

diesel::table! {
    retention_notice (account_id, position) {
        account_id -> Text,
        position -> BigInt,
        mail_id -> Text,
        written_at -> BigInt,
        deletes_at -> BigInt,
        sent_at -> Nullable<BigInt>,
        sent_lived -> Nullable<BigInt>,
    }
}

diesel::table! {
    lived_time (name) {
        name -> Text,
        seen_at -> BigInt,
        lived -> BigInt,
    }
}

diesel::table! {
    mail_allowance (id) {
        id -> Text,
        address_hash -> Binary,
        sent_at -> BigInt,
    }
}

diesel::table! {
    outbox_mail (id) {
        id -> Text,
        kind -> Text,
        state -> Text,
        payload -> Nullable<Binary>,
        attempts -> BigInt,
        next_attempt_at -> BigInt,
        expires_at -> BigInt,
        created_at -> BigInt,
        settled_at -> Nullable<BigInt>,
        last_error -> Nullable<Text>,
    }
}

diesel::table! {
    browser_session (id) {
        id -> Text,
        secret_hash -> Binary,
        account_id -> Text,
        methods -> Text,
        authenticated_at -> BigInt,
        created_at -> BigInt,
        last_seen_at -> BigInt,
        ended_at -> Nullable<BigInt>,
        browser -> Text,
        proven_at -> Nullable<BigInt>,
        wrong_proofs -> BigInt,
    }
}

diesel::table! {
    session_service (session_id, client_id) {
        session_id -> Text,
        client_id -> Text,
        first_used_at -> BigInt,
    }
}

diesel::table! {
    logout_delivery (session_id, client_id) {
        session_id -> Text,
        client_id -> Text,
        account_id -> Text,
        reason -> Text,
        state -> Text,
        attempts -> BigInt,
        next_attempt_at -> BigInt,
        queued_at -> BigInt,
        settled_at -> Nullable<BigInt>,
        last_error -> Nullable<Text>,
    }
}

diesel::table! {
    known_device (device_hash, account_id) {
        device_hash -> Binary,
        account_id -> Text,
        first_seen_at -> BigInt,
        last_seen_at -> BigInt,
    }
}

diesel::table! {
    sign_in_failure (key) {
        key -> Binary,
        failures -> BigInt,
        last_at -> BigInt,
    }
}

diesel::table! {
    network_counter (key, window_start) {
        key -> Binary,
        window_start -> BigInt,
        uses -> BigInt,
    }
}

diesel::table! {
    authorization_request (id) {
        id -> Text,
        browser_hash -> Binary,
        client_id -> Text,
        request -> Text,
        account_chosen -> Bool,
        completed_at -> Nullable<BigInt>,
        expires_at -> BigInt,
        pushed_hash -> Nullable<Binary>,
        consented_account -> Nullable<Text>,
        level_declined_by -> Nullable<Text>,
    }
}

diesel::table! {
    authenticator_app (account_id) {
        account_id -> Text,
        name -> Text,
        secret -> Binary,
        last_step -> BigInt,
        added_at -> BigInt,
        last_used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    authenticator_enrolment (session_id) {
        session_id -> Text,
        secret -> Binary,
        expires_at -> BigInt,
    }
}

diesel::table! {
    recovery_code (account_id, code_hash) {
        account_id -> Text,
        code_hash -> Binary,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    recovery_code_sheet (account_id) {
        account_id -> Text,
        session_id -> Text,
        codes -> Binary,
        made_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    second_step (id) {
        id -> Text,
        browser_hash -> Binary,
        account_id -> Text,
        purpose -> Text,
        methods -> Text,
        request_id -> Text,
        completed_at -> Nullable<BigInt>,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    pushed_request (reference_hash) {
        reference_hash -> Binary,
        client_id -> Text,
        request -> Text,
        expires_at -> BigInt,
        used_at -> Nullable<BigInt>,
        forget_at -> BigInt,
    }
}

diesel::table! {
    consent (account_id, client_id) {
        account_id -> Text,
        client_id -> Text,
        disclosures -> Text,
        given_at -> BigInt,
    }
}

diesel::table! {
    authorization_code (code_hash) {
        code_hash -> Binary,
        grant_id -> Text,
        account_id -> Text,
        code -> Text,
        expires_at -> BigInt,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    access_token (token_hash) {
        token_hash -> Binary,
        grant_id -> Text,
        client_id -> Text,
        account_id -> Text,
        scope -> Text,
        expires_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
        audience -> Nullable<Text>,
        issued_at -> Nullable<BigInt>,
        jkt -> Nullable<Text>,
    }
}

diesel::table! {
    token_grant (id) {
        id -> Text,
        client_id -> Text,
        account_id -> Text,
        session_id -> Text,
        scope -> Text,
        resources -> Text,
        claims -> Nullable<Text>,
        authenticated_at -> BigInt,
        methods -> Text,
        level -> Text,
        offline -> Bool,
        jkt -> Nullable<Text>,
        refresh_number -> Nullable<BigInt>,
        refreshed_at -> Nullable<BigInt>,
        created_at -> BigInt,
        expires_at -> BigInt,
        ended_at -> Nullable<BigInt>,
        end_reason -> Nullable<Text>,
    }
}

diesel::table! {
    client_token (token_hash) {
        token_hash -> Binary,
        client_id -> Text,
        scope -> Text,
        audience -> Nullable<Text>,
        jkt -> Nullable<Text>,
        issued_at -> BigInt,
        expires_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    connected_service (account_id, client_id) {
        account_id -> Text,
        client_id -> Text,
        first_used_at -> BigInt,
        last_used_at -> BigInt,
        legacy_subject -> Nullable<Text>,
    }
}

diesel::table! {
    service_history (client_id, number) {
        client_id -> Text,
        number -> BigInt,
        event -> Text,
        metadata -> Nullable<Text>,
        changed_by -> Nullable<Text>,
        reason -> Nullable<Text>,
        changed_at -> BigInt,
    }
}

diesel::table! {
    relying_service (client_id) {
        client_id -> Text,
        metadata -> Text,
        created_at -> BigInt,
        disabled_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    initial_access_token (id) {
        id -> Text,
        token_hash -> Binary,
        policy -> Text,
        uses_left -> BigInt,
        expires_at -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    client_registration (client_id) {
        client_id -> Text,
        token_hash -> Binary,
        policy -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    client_logo (client_id) {
        client_id -> Text,
        uri -> Text,
        content_type -> Nullable<Text>,
        image -> Nullable<Binary>,
        attempts -> BigInt,
        next_attempt_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    client_secret (id) {
        id -> Text,
        client_id -> Text,
        secret_hash -> Binary,
        created_at -> BigInt,
    }
}

diesel::table! {
    signing_key (kid) {
        kid -> Text,
        algorithm -> Text,
        state -> Text,
        private_key -> Binary,
        public_jwk -> Text,
        published_at -> BigInt,
        activated_at -> Nullable<BigInt>,
        retired_at -> Nullable<BigInt>,
        removed_at -> Nullable<BigInt>,
        revoked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    signing_key_log (number) {
        number -> BigInt,
        kid -> Text,
        event -> Text,
        entry -> Text,
    }
}

diesel::table! {
    wrapped_secret (name) {
        name -> Text,
        wrapped -> Binary,
        created_at -> BigInt,
    }
}

diesel::table! {
    form_submission (once_hash) {
        once_hash -> Binary,
        answer -> Nullable<Binary>,
        expires_at -> BigInt,
    }
}

diesel::table! {
    held_form (key) {
        key -> Binary,
        fields -> Binary,
        expires_at -> BigInt,
    }
}

diesel::table! {
    audit_record (id) {
        id -> BigInt,
        recorded_at -> BigInt,
        body -> Text,
        number -> Nullable<BigInt>,
        hash -> Nullable<Binary>,
    }
}

diesel::table! {
    passkey_user (account_id) {
        account_id -> Text,
        handle -> Text,
    }
}

diesel::table! {
    passkey (id) {
        id -> Text,
        account_id -> Text,
        credential_id -> Binary,
        public_key -> Binary,
        sign_count -> BigInt,
        backup_eligible -> Bool,
        backed_up -> Bool,
        transports -> Text,
        name -> Text,
        created_at -> BigInt,
        last_used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    passkey_challenge (challenge_hash) {
        challenge_hash -> Binary,
        browser_hash -> Binary,
        purpose -> Text,
        account_id -> Nullable<Text>,
        expires_at -> BigInt,
        state -> Nullable<Binary>,
    }
}

diesel::table! {
    spent_identifier (key) {
        key -> Binary,
        expires_at -> BigInt,
    }
}

diesel::table! {
    sign_in_partner (id) {
        id -> Text,
        name_en -> Text,
        name_fr -> Text,
        issuer -> Text,
        client_id -> Text,
        authentication -> Text,
        algorithm -> Nullable<Text>,
        credential -> Binary,
        position -> BigInt,
        created_at -> BigInt,
        disabled_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    partner_journey (id) {
        id -> Text,
        state_hash -> Binary,
        browser_hash -> Binary,
        request_id -> Nullable<Text>,
        partner_id -> Text,
        issuer -> Text,
        account_id -> Nullable<Text>,
        fresh -> Bool,
        next -> Nullable<Text>,
        language -> Text,
        answered_at -> Nullable<BigInt>,
        subject_hash -> Nullable<Binary>,
        email -> Nullable<Text>,
        email_key -> Nullable<Text>,
        email_proven_at -> Nullable<BigInt>,
        wrong_tries -> BigInt,
        codes_dead_until -> Nullable<BigInt>,
        finished_at -> Nullable<BigInt>,
        last_seen_at -> BigInt,
        created_at -> BigInt,
        link_journey_id -> Nullable<Text>,
    }
}

diesel::table! {
    partner_code (id) {
        id -> Text,
        journey_id -> Text,
        code_hash -> Binary,
        sent_at -> BigInt,
    }
}

diesel::table! {
    partner_link (subject_hash) {
        subject_hash -> Binary,
        partner_id -> Text,
        issuer -> Text,
        account_id -> Text,
        linked_at -> BigInt,
        last_used_at -> BigInt,
    }
}

diesel::table! {
    lease (name) {
        name -> Text,
        holder -> Text,
        until -> BigInt,
    }
}

diesel::table! {
    former_password (account_id, replaced_at) {
        account_id -> Text,
        replaced_at -> BigInt,
        password_hash -> Text,
    }
}

diesel::table! {
    email_change (id) {
        id -> Text,
        account_id -> Text,
        old_email -> Text,
        old_email_key -> Text,
        new_email -> Text,
        new_email_key -> Text,
        state -> Text,
        wrong_tries -> BigInt,
        codes_dead_until -> Nullable<BigInt>,
        undo_hash -> Binary,
        created_at -> BigInt,
        changed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    email_change_code (id) {
        id -> Text,
        change_id -> Text,
        code_hash -> Binary,
        sent_at -> BigInt,
    }
}

diesel::table! {
    account_activity (id) {
        id -> BigInt,
        account_id -> Text,
        recorded_at -> BigInt,
        kind -> Text,
        body -> Text,
        browser -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    account,
    former_password,
    email_change,
    email_change_code,
    account_activity,
    one_key_account,
    one_key_question,
    imported_one_key,
    one_key_recovery,
    transfer_decision,
    transfer_refusal,
    operator_setting,
    administrator_role,
    account_lock,
    factor_removal,
    activity_report,
    service_history,
    system_notice,
    passkey_user,
    passkey,
    passkey_challenge,
    registration,
    activation_code,
    password_reset,
    password_reset_code,
    retention_notice,
    lived_time,
    mail_allowance,
    outbox_mail,
    browser_session,
    session_service,
    logout_delivery,
    known_device,
    sign_in_failure,
    network_counter,
    authorization_request,
    authenticator_app,
    authenticator_enrolment,
    recovery_code,
    recovery_code_sheet,
    second_step,
    pushed_request,
    consent,
    authorization_code,
    access_token,
    token_grant,
    client_token,
    connected_service,
    relying_service,
    initial_access_token,
    client_registration,
    client_logo,
    client_secret,
    signing_key,
    wrapped_secret,
    form_submission,
    held_form,
    audit_record,
    spent_identifier,
    sign_in_partner,
    partner_journey,
    partner_code,
    partner_link,
    lease
);
