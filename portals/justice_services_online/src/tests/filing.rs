//! J5, J6, J9 and J10.

use super::{Answer, World};
use actix_web::http::StatusCode;
use portal_front::pdf::MAX_SIZE;
use portal_front::testing::SMALLEST_PDF as SMALLEST;
use relying_party::browser_session::CookieSecret;

const CLAIM: &str = "/en/file/statement-of-claim";
const DIVORCE: &str = "/en/file/joint-divorce";
const TITLE: &str = "Flowers v. Elm";

/// Posts the answers of a form that was shown.
async fn answer(
    world: &World,
    person: &CookieSecret,
    path: &str,
    form: &Answer,
    typed: &[(&str, &str)],
) -> Answer {
    let (handle, revision) = (form.value("handle"), form.value("revision"));
    let hidden = [("handle", handle.as_str()), ("revision", revision.as_str())];
    let form: Vec<_> = hidden.into_iter().chain(typed.iter().copied()).collect();
    world.post_as(person, path, &form).await
}

/// The address of a draft with these answers.
pub(super) async fn draft(world: &World, person: &CookieSecret, title: &str) -> String {
    let form = world.get_as(person, CLAIM).await;
    let typed = [("title", title), ("court", "Toronto"), ("save", "yes")];
    let saved = answer(world, person, CLAIM, &form, &typed).await;
    saved.location().split('?').next().unwrap().to_owned()
}

/// From a draft to its transaction.
pub(super) async fn submit(world: &World, person: &CookieSecret, draft: &str) -> Answer {
    let check = world.get_as(person, &format!("{draft}/check")).await;
    world.post_as(person, &format!("{draft}/check"), &[("revision", &check.value("revision"))]).await
}

#[actix_web::test]
async fn a_claim_is_saved_continued_checked_and_submitted_once() {
    let world = World::new();
    let bernie = world.registered("bernie").await;
    let form = world.get_as(&bernie, CLAIM).await;
    form.assert_is_page("J10");
    assert!(form.body.contains("If your session ends, what you entered is saved as a draft."));
    let empty = answer(&world, &bernie, CLAIM, &form, &[]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.body.contains("Enter a title") && empty.body.contains("Choose a court location"));
    // A double click on "Save draft" saves one draft; what was continued above is the same one.
    let typed = [("title", TITLE), ("court", ""), ("save", "yes")];
    let mut drafts = Vec::new();
    for _ in 0..2 {
        let saved = answer(&world, &bernie, CLAIM, &empty, &typed).await;
        assert!(saved.location().ends_with("?notice=saved"), "{} {}", saved.status, saved.body);
        drafts.push(saved.location().split('?').next().unwrap().to_owned());
    }
    assert_eq!(drafts[0], drafts[1]);
    let list = world.get_as(&bernie, "/en/drafts").await.body;
    assert_eq!(list.matches("<bdi>").count(), 1);
    assert!(list.contains(TITLE) && list.contains(&drafts[0]));

    let incomplete = world.get_as(&bernie, &format!("{}/check", drafts[0])).await;
    assert_eq!(incomplete.location(), format!("{}?check=1", drafts[0]));
    let form = world.get_as(&bernie, incomplete.location()).await;
    assert!(form.body.contains("Choose a court location") && form.value("title") == TITLE);
    let on = answer(&world, &bernie, &drafts[0], &form, &[("title", TITLE), ("court", "Ottawa")]).await;
    assert_eq!(on.location(), format!("{}/document", drafts[0]));
    let document = world.get_as(&bernie, on.location()).await;
    assert!(document.body.contains("One PDF file of at most 5 MB."));
    let uploaded =
        world.upload_as(&bernie, on.location(), &[("document", Some("claim.pdf"), SMALLEST)]).await;
    assert_eq!(uploaded.location(), format!("{}/check", drafts[0]), "{}", uploaded.body);
    let check = world.get_as(&bernie, uploaded.location()).await;
    for words in [TITLE, "Ottawa", "claim.pdf (1 KB)", "Flowers", "M5V 2T6"] {
        assert!(check.body.contains(words), "{words}");
    }
    let submitted = submit(&world, &bernie, &drafts[0]).await;
    assert!(submitted.location().starts_with("/en/transactions/F-"), "{}", submitted.body);
    // A double click, and every page of the filing afterwards.
    let again = world.post_as(&bernie, &format!("{}/check", drafts[0]), &[("revision", "1")]).await;
    assert_eq!(again.location(), submitted.location());
    for page in ["", "/document", "/check"] {
        let done = world.get_as(&bernie, &format!("{}{page}", drafts[0])).await;
        assert_eq!(done.status, StatusCode::CONFLICT, "{page}");
        assert!(done.body.contains("This step is finished."));
    }
    let late = answer(&world, &bernie, &drafts[0], &form, &[("title", "Changed"), ("court", "Ottawa")]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    let transaction = world.get_as(&bernie, submitted.location()).await;
    assert!(
        transaction.body.contains("We received your filing.")
            && transaction.body.contains("claim.pdf (1 KB)")
    );
    assert!(world.get_as(&bernie, "/en/drafts").await.body.contains("No drafts"));
    assert!(world.get_as(&bernie, "/en/transactions").await.body.contains("Submitted"));
}

#[actix_web::test]
async fn contact_information_of_a_filing_stays_what_it_was() {
    let world = World::new();
    let bernie = world.registered("bernie").await;
    let transaction = submit(&world, &bernie, &draft(&world, &bernie, TITLE).await).await;
    world.post_as(&bernie, "/en/contact/edit", &super::contact_with(&[("last_name", "Blumen")])).await;
    let page = world.get_as(&bernie, transaction.location()).await;
    assert!(page.body.contains("Flowers</bdi>") && !page.body.contains("Blumen"));
}

#[actix_web::test]
async fn two_tabs_do_not_overwrite_each_other_unseen() {
    let world = World::new();
    let bernie = world.registered("bernie").await;
    let path = draft(&world, &bernie, TITLE).await;
    let (first, second) = (world.get_as(&bernie, &path).await, world.get_as(&bernie, &path).await);
    let check = world.get_as(&bernie, &format!("{path}/check")).await;
    let save = [("court", "Barrie"), ("save", "yes")];
    let kept = answer(&world, &bernie, &path, &first, &[save[0], save[1], ("title", "First tab")]).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER);
    let refused = answer(&world, &bernie, &path, &second, &[save[0], save[1], ("title", "Second tab")]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body.contains("changed in another tab") && refused.value("title") == "Second tab");
    assert!(world.get_as(&bernie, &path).await.value("title") == "First tab");
    // What the third tab had checked is not what is there now.
    let stale = [("revision", check.value("revision"))];
    let stale = [(stale[0].0, stale[0].1.as_str())];
    let unseen = world.post_as(&bernie, &format!("{path}/check"), &stale).await;
    assert_eq!(unseen.status, StatusCode::CONFLICT);
    assert!(
        unseen.body.contains("Check it again before you submit it.") && unseen.body.contains("First tab")
    );
    // Said, seen, and meant.
    let meant = answer(&world, &bernie, &path, &refused, &[save[0], save[1], ("title", "Second tab")]).await;
    assert_eq!(meant.status, StatusCode::SEE_OTHER);
    assert!(world.get_as(&bernie, &path).await.value("title") == "Second tab");
    // A document is a change too.
    let check = world.get_as(&bernie, &format!("{path}/check")).await;
    world.upload_as(&bernie, &format!("{path}/document"), &[("document", Some("a.pdf"), SMALLEST)]).await;
    let unseen =
        world.post_as(&bernie, &format!("{path}/check"), &[("revision", &check.value("revision"))]).await;
    assert_eq!(unseen.status, StatusCode::CONFLICT);
}

#[actix_web::test]
async fn a_civil_filing_that_comes_too_late_is_saved_as_a_draft() {
    let world = World::new();
    let bernie = world.registered("bernie").await;
    let form = world.get_as(&bernie, CLAIM).await;
    world.pass(15 * 60);
    let late = answer(&world, &bernie, CLAIM, &form, &[("title", TITLE), ("court", "Toronto")]).await;
    let path = format!("{CLAIM}/{}", form.value("handle"));
    let page = path.trim_start_matches("/en/");
    assert_eq!(late.location(), format!("/en/session-expired?page={page}&kept=draft"));
    let expired = world.get_as(&bernie, late.location()).await.body;
    assert!(expired.contains("Your draft was saved") && expired.contains(&format!("sign-in?page={page}")));
    assert!(
        world.get_as(&bernie, "/en/drafts").await.location().starts_with("/en/session-expired?page=drafts")
    );
    let again = world.signed_in("bernie").await;
    assert_eq!(world.get_as(&again, &path).await.value("title"), TITLE, "after signing in, what was typed");
    let list = world.get_as(&again, "/en/drafts").await.body;
    assert!(list.contains(TITLE), "{list}");
    // The same for a draft that was there.
    let path = draft(&world, &again, "Before").await;
    let form = world.get_as(&again, &path).await;
    world.pass(15 * 60);
    let late = answer(&world, &again, &path, &form, &[("title", "After"), ("court", "Toronto")]).await;
    assert!(late.location().ends_with("kept=draft"), "{}", late.location());
    let again = world.signed_in("bernie").await;
    assert_eq!(world.get_as(&again, &path).await.value("title"), "After");
    // Submitting too late types nothing: the draft stays as it is.
    let check = world.get_as(&again, &format!("{path}/check")).await;
    world.pass(15 * 60);
    let revision = check.value("revision");
    let late = world.post_as(&again, &format!("{path}/check"), &[("revision", &revision)]).await;
    assert!(late.location().ends_with("kept=draft"), "{}", late.location());
    let again = world.signed_in("bernie").await;
    let form = world.get_as(&again, &path).await;
    assert_eq!((form.value("title"), form.value("revision")), ("After".to_owned(), revision));
}

#[actix_web::test]
async fn a_family_filing_is_lost_with_its_session() {
    let world = World::new();
    let bernie = world.registered("bernie").await;
    let form = world.get_as(&bernie, DIVORCE).await;
    assert!(
        form.body.contains("If your session ends, what you entered is not saved.")
            && !form.body.contains("id=\"save\"")
    );
    let typed = [("title", TITLE), ("court", "Toronto"), ("save", "yes")];
    let on = answer(&world, &bernie, DIVORCE, &form, &typed).await;
    let path =
        on.location().strip_suffix("/document").expect("\"save\" is for civil filings only").to_owned();
    for list in ["/en/drafts", "/en/transactions"] {
        assert!(!world.get_as(&bernie, list).await.body.contains(TITLE), "{list}");
    }
    // Another browser of the same person sees nothing of it, and leaves it alone.
    let elsewhere = world.signed_in("bernie").await;
    assert_eq!(world.get_as(&elsewhere, &path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.get_as(&bernie, &path).await.value("title"), TITLE);
    world.pass(15 * 60);
    let late = answer(&world, &bernie, &path, &form, &typed).await;
    assert_eq!(late.location().split("&kept=").nth(1), Some("nothing"), "{}", late.location());
    assert!(world.get_as(&bernie, late.location()).await.body.contains("Your answers were not saved"));
    let again = world.signed_in("bernie").await;
    assert_eq!(world.get_as(&again, &path).await.status, StatusCode::NOT_FOUND);
    let rows = world.front.database.read(|c| {
        use diesel::prelude::*;
        diesel::sql_query("SELECT COUNT(*) AS rows FROM drafts").get_result::<Rows>(c)
    });
    assert_eq!(rows.await.unwrap().rows, 0);
    // Within a session it is filed as any other.
    let form = world.get_as(&again, DIVORCE).await;
    let on = answer(&world, &again, DIVORCE, &form, &typed[..2]).await;
    let submitted = submit(&world, &again, on.location().strip_suffix("/document").unwrap()).await;
    let later = world.signed_in("bernie").await;
    assert!(world.get_as(&later, submitted.location()).await.body.contains(TITLE));
}

#[derive(diesel::QueryableByName)]
struct Rows {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    rows: i64,
}

#[actix_web::test]
async fn leaving_ends_a_family_filing_too() {
    let world = World::new();
    let bernie = world.registered("bernie").await;
    let form = world.get_as(&bernie, DIVORCE).await;
    answer(&world, &bernie, DIVORCE, &form, &[("title", TITLE), ("court", "Toronto")]).await;
    world.post_as(&bernie, "/en/exit", &[]).await;
    let rows = world.front.database.read(|c| {
        use diesel::prelude::*;
        diesel::sql_query("SELECT COUNT(*) AS rows FROM drafts").get_result::<Rows>(c)
    });
    assert_eq!(rows.await.unwrap().rows, 0);
}

#[actix_web::test]
async fn only_whole_pdfs_with_plain_names_are_taken() {
    let world = World::new();
    let bernie = world.registered("bernie").await;
    let path = format!("{}/document", draft(&world, &bernie, TITLE).await);
    let large = vec![b' '; MAX_SIZE + 1];
    for (name, content, words) in [
        ("claim.pdf", b"".as_slice(), "The file is empty."),
        ("claim.pdf", b"<html>%PDF-1.4", "The file is not a complete PDF."),
        ("claim.pdf", &large, "The file must be 5 MB or smaller"),
        ("../../claim.pdf", SMALLEST, "The file name must end in .pdf"),
        ("claim.exe", SMALLEST, "The file name must end in .pdf"),
        ("fdp\u{202e}exe.pdf", SMALLEST, "The file name must end in .pdf"),
        (&format!("{}.pdf", "a".repeat(252)), SMALLEST, "The file name must end in .pdf"),
        ("", SMALLEST, "The file name must end in .pdf"),
    ] {
        let refused = world.upload_as(&bernie, &path, &[("document", Some(name), content)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(
            refused.body.contains(words) && refused.body.contains("href=\"#document\""),
            "{name}: {}",
            refused.body
        );
    }
    assert!(!world.get_as(&bernie, &path).await.body.contains("id=\"present\""));
    // No file is an answer too.
    let none = world.upload_as(&bernie, &path, &[("document", Some(""), b"")]).await;
    assert!(none.location().ends_with("/check"));
    for name in ["claim.pdf", "دعوى.pdf", "訴状 & <b>.pdf"] {
        let taken = world.upload_as(&bernie, &path, &[("document", Some(name), SMALLEST)]).await;
        assert!(taken.location().ends_with("/check"), "{name}: {}", taken.body);
    }
    let page = world.get_as(&bernie, &path).await;
    assert!(page.body.contains("訴状 &#38; &#60;b&#62;.pdf (1 KB)"), "{}", page.body);
    world.upload_as(&bernie, &path, &[("remove", None, b"yes")]).await;
    assert!(!world.get_as(&bernie, &path).await.body.contains("id=\"present\""));
}

#[actix_web::test]
async fn a_document_that_was_chosen_when_the_time_ran_out_is_in_the_draft() {
    let world = World::new();
    let bernie = world.registered("bernie").await;
    let path = format!("{}/document", draft(&world, &bernie, TITLE).await);
    let parts = [("document", Some("late.pdf"), SMALLEST), ("_keep", None, b"yes".as_slice())];
    let late = world.upload_as(&bernie, &path, &parts).await;
    assert!(
        late.location().starts_with("/en/session-expired?page=file/")
            && late.location().ends_with("kept=draft")
    );
    assert_eq!(world.get_as(&bernie, "/en/account").await.location(), "/en/?notice=signed-out");
    let again = world.signed_in("bernie").await;
    assert!(world.get_as(&again, &path).await.body.contains("late.pdf"));
}

#[actix_web::test]
async fn drafts_are_searched_paged_and_deleted() {
    let world = World::new();
    let bernie = world.registered("bernie").await;
    for n in 0..41 {
        draft(&world, &bernie, &format!("Été {n:02} 100%_")).await;
        world.pass(1);
    }
    let first = world.get_as(&bernie, "/en/drafts").await.body;
    assert!(first.contains("Page 1 of 3") && first.contains("Été 40") && !first.contains("Été 20 "));
    assert!(world.get_as(&bernie, "/fr/drafts?page=3").await.body.contains("Page 3 sur 3"));
    assert_eq!(world.get_as(&bernie, "/en/drafts?page=4").await.location(), "/en/drafts?page=3");
    for page in ["0", "-1", "x", "99999999999999999999"] {
        assert_eq!(
            world.get_as(&bernie, &format!("/en/drafts?page={page}")).await.status,
            StatusCode::OK,
            "{page}"
        );
    }
    let found = world.get_as(&bernie, "/en/drafts?q=ete%2007").await.body;
    assert!(found.contains("Été 07") && !found.contains("Été 08"));
    // Signs of the pattern language are signs.
    for (q, rows) in
        [("%25", true), ("100%25_", true), ("0_0", false), ("%27%20OR%201=1--", false), ("%5C", false)]
    {
        let page = world.get_as(&bernie, &format!("/en/drafts?q={q}")).await.body;
        assert_eq!(page.contains("<tbody>"), rows, "{q}");
    }
    let none = world.get_as(&bernie, "/fr/drafts?q=%3Cscript%3E").await;
    none.assert_is_page("nothing found");
    assert!(none.body.contains("Aucun résultat pour «\u{a0}&#60;script&#62;\u{a0}»"));
    let french = world.get_as(&bernie, "/en/drafts?q=%C3%A9t%C3%A9&_lang=fr").await;
    assert_eq!(french.location(), "/fr/drafts?q=%C3%A9t%C3%A9");

    let path = draft(&world, &bernie, "Gone").await;
    let delete = format!("/en/drafts/{}/delete", path.rsplit('/').next().unwrap());
    assert!(world.get_as(&bernie, &delete).await.body.contains("Gone"));
    for _ in 0..2 {
        assert_eq!(world.post_as(&bernie, &delete, &[]).await.location(), "/en/drafts?notice=deleted");
    }
    assert_eq!(world.get_as(&bernie, &path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.get_as(&bernie, &delete).await.status, StatusCode::NOT_FOUND);
    // What was submitted can't be deleted.
    let path = draft(&world, &bernie, "Kept").await;
    let submitted = submit(&world, &bernie, &path).await;
    world.post_as(&bernie, &format!("/en/drafts/{}/delete", path.rsplit('/').next().unwrap()), &[]).await;
    assert_eq!(world.get_as(&bernie, submitted.location()).await.status, StatusCode::OK);
}

#[actix_web::test]
async fn nobody_fills_the_disk_with_drafts() {
    let world = World::new();
    let bernie = world.registered("bernie").await;
    for n in 0..100 {
        draft(&world, &bernie, &n.to_string()).await;
    }
    let form = world.get_as(&bernie, CLAIM).await;
    let refused = answer(&world, &bernie, CLAIM, &form, &[("title", "One more"), ("court", "Toronto")]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body.contains("You have 100 drafts") && refused.value("title") == "One more");
}
