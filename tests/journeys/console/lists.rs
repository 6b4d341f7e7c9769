//! Lists: hostile names, CSV, filters, pages; the dashboard's figures; the audit's chain.

use super::{administrator, records};
use idp_domain::administration::Role;
use idp_tests::idp::{Database, PASSWORD, TestIdp};
use idp_tests::on_sqlite_and_postgres;

on_sqlite_and_postgres! {
    hostile_names_are_text_in_lists_and_no_formula_in_files
    fifty_entries_are_a_page
    the_dashboard_counts_what_happened
    the_audit_is_filtered_and_downloaded_and_checked
}

async fn hostile_names_are_text_in_lists_and_no_formula_in_files(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &Role::ALL).await;
    for name in ["=HYPERLINK(1)", "<script>alert(1)</script>", "\"><img src=x onerror=y>", "@SUM(A1)"] {
        let answer = one
            .change(
                "/en/admin/services/new",
                &[
                    ("name_en", name),
                    ("name_fr", name),
                    ("redirect_uris", "https://rp.example.ca/cb"),
                    ("reason", name),
                ],
            )
            .await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let notice = [("text_en", name), ("text_fr", name), ("kind", "information"), ("reason", "x")];
        assert_eq!(one.change("/en/admin/notices/new", &notice).await.status, 303);
    }
    for path in ["services", "notices", "audit"] {
        let page = one.get(&format!("/fr/admin/{path}")).await;
        assert_eq!(page.status, 200, "{page:?}");
        for hostile in ["<script>alert", "<img"] {
            assert!(!page.body.contains(hostile), "{path}: {hostile}");
        }
        let file = one.get(&format!("/fr/admin/{path}?format=csv")).await;
        assert_eq!(file.header("content-type"), "text/csv; charset=utf-8", "{path}");
        assert!(file.header("content-disposition").starts_with("attachment"), "{path}");
        for line in file.body.split("\r\n") {
            let cells = line.split(',');
            assert!(!cells.clone().any(|cell| cell.starts_with(['=', '+', '@'])), "{path}: {line}");
        }
    }
    assert!(one.get("/en/admin/services?format=csv").await.body.contains("'=HYPERLINK(1)"));
    // A search is text too.
    let page = one.get("/en/admin/services?q=%22%3E%3Cscript%3E").await;
    assert!(page.text().contains("Nothing found") && !page.body.contains("<script>a"), "{page:?}");
    assert_eq!(page.form("filter").value("q"), "\"><script>");
}

async fn fifty_entries_are_a_page(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &[Role::Auditor]).await;
    for number in 0..60 {
        idp.execute(&format!(
            "INSERT INTO system_notice (id, kind, text_en, text_fr, starts_at, ends_at, place)
             VALUES ('notice-{number:02}', 'information', 'English {number:02}', 'French', {number}, NULL, 'everywhere')"
        ));
    }
    let page = one.get("/en/admin/notices").await;
    assert!(page.text().contains("English 59") && !page.text().contains("English 09"), "{page:?}");
    assert!(page.text().contains("Page 1 of 2"), "{page:?}");
    let page = one.get("/en/admin/notices?page=2").await;
    assert!(page.text().contains("English 09") && !page.text().contains("English 59"), "{page:?}");
    assert_eq!(one.get("/en/admin/notices?format=csv&page=2").await.body.matches("English").count(), 60);
    // Records that no sealer has numbered yet are paged too, each once.
    idp.execute(
        "INSERT INTO audit_record (recorded_at, body) SELECT starts_at, '{\"event\":\"signed_out\",\"account\":\"' || id || '\"}' \
         FROM system_notice",
    );
    let mut seen = Vec::new();
    let mut path = "/en/admin/audit?action=signed_out".to_owned();
    while seen.len() < 60 {
        let page = one.get(&path).await;
        seen.extend(
            page.body.match_indices("Person notice-").map(|(at, _)| page.body[at..at + 16].to_owned()),
        );
        let Some(rest) = page.body.split("<nav id=\"pages\"").nth(1) else { break };
        let Some(older) = rest.split("href=\"").find(|link| link.contains("before=")) else { break };
        path = older.split('"').next().unwrap().replace("&#38;", "&");
    }
    let mut each = seen.clone();
    each.sort();
    each.dedup();
    assert_eq!((seen.len(), each.len()), (60, 60), "{seen:?}");
    idp.seal_audit().await;
    let first = one.get("/en/admin/audit").await;
    assert!(first.body.matches("<tr>").count() <= 51, "{first:?}");
}

async fn the_dashboard_counts_what_happened(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &[Role::Support]).await;
    let before = one.get("/en/admin").await.words_of("last-day");
    for password in [PASSWORD, "Wrong-Password-1", "Wrong-Password-2"] {
        idp.sign_in(&idp.visitor(), "one@example.test", password).await;
    }
    idp.deliver().await;
    let page = one.get("/en/admin").await;
    let after = page.words_of("last-day");
    assert_ne!(before, after);
    assert!(after.contains("Failed sign-ins 2") && after.contains("Activations 1"), "{after}");
    assert!(page.words_of("health").contains("In order: RS256 in use"), "{page:?}");
    assert!(page.has("sign-ins-picture") && page.has("sign-ins") && page.has("mail-delays"), "{page:?}");
    assert_eq!(page.body.matches("aria-hidden=\"true\" focusable=\"false\"").count(), 3, "three pictures");
    // Support sees the mails' page, not the keys'.
    assert!(page.body.contains("href=\"/en/admin/mail\"") && !page.body.contains("href=\"/en/admin/keys\""));
}

async fn the_audit_is_filtered_and_downloaded_and_checked(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &[Role::Auditor]).await;
    idp.seal_audit().await;
    let id = one.id.to_string();
    let page = one.get("/en/admin/audit?action=role_granted").await;
    let words = page.words_of("audit");
    assert!(words.contains("Operator, by command Role granted"), "{words}");
    assert!(words.contains(&format!("Account {id}")) && !words.contains("Signed in"), "{words}");
    let words = one.get("/fr/admin/audit?action=role_granted").await.words_of("audit");
    assert!(words.contains("Exploitant, par commande Rôle accordé"), "{words}");
    let file = one.get("/fr/admin/audit?action=role_granted&format=csv").await.body;
    assert!(file.contains(",operator,role_granted,"), "files keep the audit's own words: {file}");
    let page = one.get(&format!("/en/admin/audit?target={id}&action=account_activated")).await;
    assert_eq!(page.body.matches("<tr>").count(), 2, "{page:?}");
    for (query, message) in [
        ("from=yesterday", "Enter a date and a time, like 2026-11-21 14:05"),
        ("actor=%25%27", "Use letters, digits and - _ : . ~ only"),
    ] {
        let page = one.get(&format!("/en/admin/audit?{query}")).await;
        assert_eq!((page.status, page.errors()), (422, vec![message.to_owned()]));
    }
    assert!(one.get("/en/admin/audit?to=2001-01-01").await.text().contains("Nothing found"));
    let json = one.get("/en/admin/audit?format=json&action=role_granted").await;
    assert_eq!(json.json()[0]["record"]["account"], id.as_str());
    let page = one.get("/fr/admin/audit/chain").await;
    let records_in_all = idp.count("audit_record WHERE number IS NOT NULL");
    assert!(page.words_of("chain").contains(&format!("Vérifié jusqu’à {records_in_all}")), "{page:?}");
    let page = one.get("/fr/admin/audit").await;
    assert!(page.body.contains("href=\"/fr/admin/audit/export\"") && page.has("audit"), "{page:?}");
    let file = one.get("/fr/admin/audit/export").await;
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"audit.ndjson\"");
    let read =
        idp_server::admin::audit::verify_export(file.body.as_bytes(), |kid| idp.app.keys.find_public(kid));
    assert_eq!(read.unwrap().records, i64::try_from(records_in_all).unwrap());
    let told = records(&idp, "audit_exported");
    assert!(told.len() == 1 && told[0].contains(&format!("administrator:{id}")), "{told:?}");
    let key_admin = administrator(&idp, "two@example.test", &[Role::KeyAdmin]).await;
    assert_eq!(key_admin.get("/en/admin/audit/export").await.status, 403);
    one.visitor.forget_cookie("idp_session");
    let page = one.get("/fr/admin/audit/export").await;
    assert_eq!((page.status, page.location()), (303, Some("/fr/admin/audit")));
    one.sign_in_again(&idp).await;
    idp.execute(
        "UPDATE audit_record SET body = '{\"event\":\"data_exported\",\"account\":\"x\"}' WHERE number = 3",
    );
    assert_eq!(one.get("/en/admin/audit/export").await.location(), Some("/en/admin/audit/chain"));
    let page = one.get("/en/admin/audit/chain").await;
    assert!(page.words_of("chain").contains("record 3 is missing or was altered"), "{page:?}");
    assert!(records(&idp, "role_granted").len() == 2);
}
