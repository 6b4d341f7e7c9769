//! Services from a file at the console: what would change is shown, and that is what is done.

use super::{Administrator, administrator, records};
use idp_domain::administration::{Order, Role};
use idp_store::RoleOrder;
use idp_tests::idp::{Database, Page, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use std::time::Duration;

on_sqlite_and_postgres! {
    a_file_is_shown_confirmed_and_applied_and_its_secrets_told_once
    each_fault_of_a_file_is_told_at_its_line_in_both_languages
    of_two_administrators_with_a_file_the_late_one_is_told
    a_secret_in_a_file_is_never_shown_again
    a_file_is_for_those_who_may_change_services
    a_token_for_services_that_register_themselves_is_shown_once
    sc_104_no_file_gives_a_program_a_right_that_its_administrator_does_not_have
    whoever_lost_the_role_on_the_page_that_asks_once_more_applies_nothing
}

const PATH: &str = "/en/admin/services/new/file";

fn service(id: &str, name: &str) -> String {
    format!(
        "[[services]]\nclient_id = \"{id}\"\nclient_name = \"{name}\"\nredirect_uris = [\"https://{id}.example.ca/cb\"]\n"
    )
}

async fn fill(one: &Administrator, file: &str) -> Page {
    one.fill(PATH, &[("service_file", file), ("reason", "ticket 9")]).await
}

async fn a_file_is_shown_confirmed_and_applied_and_its_secrets_told_once(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &[Role::ServiceAdmin]).await;
    let list = one.get("/en/admin/services").await;
    assert!(list.body.contains("href=\"/en/admin/services/new/file\""), "{list:?}");
    let file = service("fishing", "Fishing") + &service("hunting", "<b>Hunting</b>");
    let confirm = fill(&one, &file).await;
    let told = confirm.words_of("confirm");
    assert!(told.contains("fishing New service") && told.contains("A secret will be made"), "{told}");
    assert!(!told.contains("Post-logout URIs") && !told.contains("require_auth_time"), "it has none: {told}");
    assert!(told.contains("Reason ticket 9") && !confirm.body.contains("<b>Hunting"), "{confirm:?}");
    assert_eq!(idp.count("relying_service"), 0);
    let shown = one.visitor.submit(&confirm, "f", &[]).await;
    let secrets = shown.words_of("secrets");
    assert!(secrets.contains("Client secret of fishing") && secrets.contains("of hunting"), "{secrets}");
    assert!(shown.text().contains("They will not be shown again"), "{shown:?}");
    let secret = secrets.split_whitespace().nth(4).unwrap().to_owned();
    let form = [("grant_type", "authorization_code"), ("code", "x")];
    let answer = idp.token(Some(("fishing", &secret)), &form).await;
    assert_eq!(answer.json()["error"], "invalid_grant", "{secret}");
    assert_eq!(records(&idp, "service_added").len(), 2);
    // The download is a file that changes nothing, then one that changes one thing.
    let download = one.get("/en/admin/services?format=toml").await;
    assert_eq!(download.header("content-disposition"), "attachment; filename=\"services.toml\"");
    assert!(!download.body.contains(&secret), "{}", download.body);
    let same = fill(&one, &download.body).await;
    assert!(same.text().contains("Nothing differs from what is registered"), "{same:?}");
    let confirm = fill(&one, &download.body.replace("\"Fishing\"", "\"Fish\"")).await;
    let told = confirm.words_of("confirm");
    assert!(
        told.contains("Name in English: from Fishing to Fish") && told.contains("Unchanged hunting"),
        "{told}"
    );
    let answer = one.visitor.submit(&confirm, "f", &[]).await;
    assert_eq!(answer.location(), Some("/en/admin/services?done=applied"), "{answer:?}");
    let list = one.get("/en/admin/services?done=applied").await;
    assert!(list.text().contains("The file was applied") && list.text().contains("Fish"), "{list:?}");
    assert!(records(&idp, "service_updated")[0].contains("ticket 9"));
}

async fn each_fault_of_a_file_is_told_at_its_line_in_both_languages(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &[Role::ServiceAdmin]).await;
    let long = "x".repeat(32_001);
    for (file, english, french) in [
        ("", "Paste the file", "Collez le fichier"),
        (long.as_str(), "The file must have 32,000 bytes or fewer", "Le fichier doit compter au plus"),
        ("a = \n", "Line 1: it is no TOML", "Ligne 1\u{a0}: ce n’est pas du TOML"),
        (
            "client_name = \"x\"\nname = 1",
            "Line 2: it is no registration: unknown field `name`",
            "Ligne 2\u{a0}: ce n’est pas une inscription de service\u{a0}: name",
        ),
        (
            "client_name = \"x\"\nredirect_uris = [\"https://x.ca/\"]",
            "name the service, so that it can be applied again",
            "nommez le service, pour que le fichier puisse resservir",
        ),
        (
            "client_id = \"a\"\nclient_name = \"x\"\nredirect_uris = [\n\"http://x.ca/\"]",
            "Line 4: Redirect URI 1 must be https and exact",
            "Ligne 4\u{a0}: l’URI de redirection 1 doit être https et exacte",
        ),
    ] {
        for (path, words) in [(PATH, english), ("/fr/admin/services/new/file", french)] {
            let page = one.fill(path, &[("service_file", file), ("reason", "x")]).await;
            let errors = page.errors().join(" | ");
            assert!(page.status == 422 && errors.contains(words), "{file:.40}: {errors}");
            assert_eq!(page.form("f").value("service_file"), file, "what was typed stays");
        }
    }
    // Without a reason nothing is done; what is longer than any form is refused.
    let page = one.fill(PATH, &[("service_file", "services = []"), ("reason", "")]).await;
    assert_eq!(page.errors(), ["Say why"]);
    let page = one.fill(PATH, &[("service_file", &"#".repeat(70_000)), ("reason", "x")]).await;
    assert!(page.status == 400 || page.status == 413, "{}", page.status);
    assert_eq!(idp.count("relying_service"), 0);
}

async fn of_two_administrators_with_a_file_the_late_one_is_told(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &[Role::ServiceAdmin]).await;
    let two = administrator(&idp, "two@example.test", &[Role::ServiceAdmin]).await;
    let (first, second) =
        (fill(&one, &service("fishing", "Fishing")).await, fill(&two, &service("fishing", "Fisher")).await);
    assert_eq!(one.visitor.submit(&first, "f", &[]).await.status, 200);
    let late = two.visitor.submit(&second, "f", &[]).await;
    assert!(late.status == 409 && late.text().contains("Nothing was changed"), "{late:?}");
    let stored = idp.query("SELECT metadata AS value FROM relying_service WHERE client_id = 'fishing'");
    assert!(stored[0].contains("Fishing"), "{stored:?}");
    // A plan or a file that was changed on the way is shown again.
    let confirm = fill(&two, &service("fishing", "Fisher")).await;
    for tampered in [("plan", "x"), ("service_file", "services = []"), ("reason", "another")] {
        let confirm = fill(&two, &service("fishing", "Fisher")).await;
        let page = two.visitor.submit(&confirm, "f", &[tampered]).await;
        assert!(page.status == 200 && !page.text().contains("was applied"), "{tampered:?}: {page:?}");
    }
    assert_eq!(records(&idp, "service_updated").len(), 0);
    assert_eq!(two.visitor.submit(&confirm, "f", &[]).await.status, 303);
}

async fn a_secret_in_a_file_is_never_shown_again(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &[Role::ServiceAdmin]).await;
    let secret = "a-secret-of-the-file-0123456789";
    let file = service("fishing", "Fishing") + &format!("client_secret = \"{secret}\"\n");
    let confirm = fill(&one, &file).await;
    let told = confirm.words_of("confirm");
    assert!(told.contains("The secret in the file takes the place of all others"), "{told}");
    assert!(!confirm.body.contains(secret) && !confirm.body.contains("client_secret ="), "{confirm:?}");
    let page = one.fill(PATH, &[("service_file", &file), ("reason", "")]).await;
    assert!(page.status == 422 && !page.body.contains(secret), "{page:?}");
    let done = one.visitor.submit(&confirm, "f", &[]).await;
    assert_eq!(done.location(), Some("/en/admin/services?done=applied"), "{done:?}");
    let form = [("grant_type", "authorization_code"), ("code", "x")];
    assert_eq!(idp.token(Some(("fishing", secret)), &form).await.json()["error"], "invalid_grant");
    // Neither is it held over signing in again.
    let page = one.get(PATH).await;
    idp.advance(Duration::from_mins(16));
    let answer = one.visitor.submit(&page, "f", &[("service_file", &file), ("reason", "kept")]).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    one.sign_in_again(&idp).await;
    let page = one.get(&format!("{PATH}?held=1")).await;
    assert!(!page.body.contains(secret), "{page:?}");
    assert_eq!(page.form("f").value("reason"), "kept");
}

async fn a_file_is_for_those_who_may_change_services(database: Database) {
    let idp = TestIdp::start(database).await;
    for (email, role, may_read) in [
        ("one@example.test", Role::Auditor, true),
        ("two@example.test", Role::KeyAdmin, false),
        ("three@example.test", Role::Support, false),
    ] {
        let one = administrator(&idp, email, &[role]).await;
        assert_eq!(one.get(PATH).await.status, 403, "{email}");
        let download = one.get("/en/admin/services?format=toml").await;
        assert_eq!(download.status, if may_read { 200 } else { 403 }, "{email}");
        if may_read {
            assert!(!one.get("/en/admin/services").await.body.contains("/new/file"), "{email}");
        }
    }
    let visitor = idp.visitor();
    let answer = visitor.get(PATH).await;
    assert_eq!(answer.location(), Some("/en/sign-in?next=admin/services/new/file"));
}

async fn a_token_for_services_that_register_themselves_is_shown_once(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &[Role::ServiceAdmin]).await;
    let path = "/en/admin/services/new/token";
    for (name, value, words) in [
        ("uses", "0", "Enter a number from 1 to 1000"),
        ("uses", "x", "Enter a number from 1 to 1000"),
        ("expires", "tomorrow", "Enter a span like 24h or 30d, at most 366d"),
        ("policy", "minimum_acr = 1", "it is no policy"),
        ("policy", "minimum_acr = \"x\"", "not a level of this server"),
        ("policy", "client_name = \"x\"", "it is no policy: unknown field `client_name`"),
        ("policy", "scope = \"openid services:write\"", "gets no scope of the administration"),
        ("policy", "scope = \"openid accounts:read\"", "gets no scope of the administration"),
    ] {
        let page = one.fill(path, &[(name, value), ("reason", "x")]).await;
        let errors = page.errors().join(" | ");
        assert!(page.status == 422 && errors.contains(words), "{value}: {errors}");
    }
    let page = one.fill("/fr/admin/services/new/token", &[("policy", "a = 1"), ("reason", "x")]).await;
    assert_eq!(page.errors(), ["ce n’est pas une règle d’inscription\u{a0}: a"]);
    let typed =
        [("policy", "minimum_acr = \"urn:ontario:idp:acr:2\""), ("uses", "2"), ("reason", "a partner")];
    let shown = one.change(path, &typed).await;
    let token = shown.words_of("secret");
    assert!(shown.status == 200 && token.len() >= 40, "{shown:?}");
    assert_eq!(idp.count("initial_access_token WHERE uses_left = 2"), 1);
    let told = records(&idp, "registration_token_issued");
    assert!(
        told.len() == 1 && told[0].contains("a partner") && told[0].contains(one.id.as_str()),
        "{told:?}"
    );
    assert!(!told[0].contains(&token));
}

fn program_with(id: &str, scope: &str) -> String {
    format!(
        "[[services]]\nclient_id = \"{id}\"\nclient_name = \"Desk\"\ngrant_types = [\"client_credentials\"]\nscope = \"{scope}\"\n"
    )
}

async fn sc_104_no_file_gives_a_program_a_right_that_its_administrator_does_not_have(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &[Role::ServiceAdmin]).await;
    let both = administrator(&idp, "two@example.test", &[Role::ServiceAdmin, Role::KeyAdmin]).await;
    for scope in ["keys:read", "services:write accounts:write", "audit:read"] {
        let file = service("fishing", "Fishing") + &program_with("desk", scope);
        let page = fill(&one, &file).await;
        let right = scope.trim_start_matches("services:write ");
        let told = format!("has or would get the right {right}, which you do not have");
        assert!(page.status == 403 && page.text().contains(&told), "{page:?}");
    }
    assert_eq!(idp.count("relying_service"), 0);
    let confirm = fill(&one, &program_with("mine", "services:write")).await;
    assert_eq!(one.visitor.submit(&confirm, "f", &[]).await.status, 200);
    // What one was shown is another's by the time that they confirm it.
    let renamed = program_with("mine", "services:write").replace("Desk", "Mine");
    let confirm = fill(&one, &renamed).await;
    assert!(confirm.has("confirm"), "{confirm:?}");
    let widened = fill(&both, &program_with("mine", "services:write keys:write")).await;
    let answer = both.visitor.submit(&widened, "f", &[]).await;
    assert_eq!(answer.location(), Some("/en/admin/services?done=applied"), "{answer:?}");
    assert_eq!(one.visitor.submit(&confirm, "f", &[]).await.status, 403);
    let secret = program_with("mine", "services:write keys:write")
        + "client_secret = \"0123456789-0123456789-0123\"\n";
    assert_eq!(fill(&one, &secret).await.status, 403);
    assert_eq!(idp.count("relying_service WHERE metadata LIKE '%keys:write%'"), 1);
    let refused = records(&idp, "administration_refused");
    assert!(refused.len() == 5 && refused.iter().all(|it| it.contains(one.id.as_str())), "{refused:?}");
}

async fn whoever_lost_the_role_on_the_page_that_asks_once_more_applies_nothing(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &[Role::ServiceAdmin, Role::Auditor]).await;
    let two = administrator(&idp, "two@example.test", &[Role::ServiceAdmin]).await;
    let confirm = fill(&one, &service("fishing", "Fishing")).await;
    let token = one.fill("/en/admin/services/new/token", &[("reason", "a partner")]).await;
    assert!(confirm.has("confirm") && token.has("confirm"));
    // What was sealed for one of them opens nothing for another.
    let page = two.get(PATH).await;
    let carried = confirm.form("f").value("service_file").to_owned();
    assert!(carried.starts_with("sealed."), "{carried}");
    let stolen = two.visitor.submit(&page, "f", &[("service_file", &carried), ("reason", "x")]).await;
    assert_eq!(stolen.status, 422, "{stolen:?}");
    let order = RoleOrder {
        account: one.id.clone(),
        role: Role::ServiceAdmin,
        order: Order::of_operator(),
        now: idp.now(),
    };
    idp.app.store.revoke_role(order).await.unwrap();
    for page in [&confirm, &token] {
        assert_eq!(one.visitor.submit(page, "f", &[]).await.status, 403);
    }
    assert_eq!((idp.count("relying_service"), idp.count("initial_access_token")), (0, 0));
}
