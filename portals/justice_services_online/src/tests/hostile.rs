//! What people send who mean no good, or can't help it.

use super::{CONTACT, World, contact_with, cookie, multipart};
use actix_web::http::{StatusCode, header};
use actix_web::test::TestRequest;
use portal_front::pdf::MAX_SIZE;
use portal_front::testing::SMALLEST_PDF as SMALLEST;

const SCRIPTS: [&str; 12] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "'; DROP TABLE accounts;--",
    "{{7*7}} ${7*7} <%= 7*7 %>",
    "\u{202e}gnp.exe\u{2066}",
    "a\r\nBcc: everybody@example.test",
    "\u{0}\u{1}\u{7f}\u{85}",
    "ﷺ🏴‍☠️👨‍👩‍👧‍👦 Z̸̢̛a̷l̵g̶o",
    "../../../../etc/passwd%00",
    "\u{feff}\u{200b}\u{2028}",
];

#[actix_web::test]
async fn nothing_that_is_typed_becomes_markup_or_a_fault() {
    let world = World::new();
    let bernie = world.registered("bernie").await;
    for text in SCRIPTS {
        for field in [
            "role",
            "last_name",
            "first_name",
            "firm",
            "address",
            "city",
            "country",
            "province",
            "province_of",
            "postal",
            "phone",
            "ext",
            "fax",
            "email",
        ] {
            let answer = world.post_as(&bernie, "/en/contact/edit", &contact_with(&[(field, text)])).await;
            // The front reads no form with a NUL.
            let expected = [StatusCode::SEE_OTHER, StatusCode::UNPROCESSABLE_ENTITY, StatusCode::BAD_REQUEST];
            assert!(expected.contains(&answer.status), "{field} {text:?}: {}", answer.status);
            if answer.status == StatusCode::UNPROCESSABLE_ENTITY {
                answer.assert_is_page(field);
                assert!(!answer.body.contains("<img"), "{field}");
            }
            let page = world.get_as(&bernie, "/fr/contact").await;
            page.assert_is_page(field);
            assert!(!page.body.contains("<img") && !page.body.contains('\u{202e}'), "{field} {text:?}");
        }
    }
    let huge = "x".repeat(40_000);
    let answer = world.post_as(&bernie, "/en/contact/edit", &contact_with(&[("firm", &huge)])).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let answer = world.post_as(&bernie, "/en/contact/edit", &[("firm", &huge), ("city", &huge)]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    answer.assert_is_page("too large");
    let twice: Vec<_> = CONTACT.into_iter().chain([("email", "other@example.test")]).collect();
    assert_eq!(world.post_as(&bernie, "/en/contact/edit", &twice).await.status, StatusCode::BAD_REQUEST);
}

#[actix_web::test]
async fn a_foreign_form_changes_nothing() {
    let world = World::new();
    let (bernie, other) = (world.registered("bernie").await, world.registered("other").await);
    let csrf = other.csrf_token();
    for path in
        ["/en/contact/edit", "/en/exit", "/en/file/statement-of-claim", "/en/register/terms", "/en/sign-out"]
    {
        for token in ["", "x", &csrf] {
            let form: Vec<_> = [("_csrf", token)].into_iter().chain(CONTACT).collect();
            let request = TestRequest::post().uri(path).insert_header(cookie(&bernie)).set_form(form);
            assert_eq!(world.send(request).await.status, StatusCode::FORBIDDEN, "{path} {token}");
        }
        // The right token from a foreign page.
        let form = [("_csrf", bernie.csrf_token())];
        let request = TestRequest::post()
            .uri(path)
            .insert_header(cookie(&bernie))
            .insert_header((header::ORIGIN, "https://evil.example"))
            .set_form(form);
        assert_eq!(world.send(request).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(world.get_as(&bernie, "/en/account").await.status, StatusCode::OK);
}

async fn claim(world: &World, person: &relying_party::browser_session::CookieSecret) -> String {
    let form = world.get_as(person, "/en/file/statement-of-claim").await;
    let typed = [("title", "Mine"), ("court", "Toronto"), ("handle", &form.value("handle")), ("save", "yes")];
    let saved = world.post_as(person, "/en/file/statement-of-claim", &typed).await;
    saved.location().split('?').next().unwrap().to_owned()
}

#[actix_web::test]
async fn nobody_reaches_what_is_anothers() {
    let world = World::new();
    let (bernie, other) = (world.registered("bernie").await, world.registered("other").await);
    let path = claim(&world, &bernie).await;
    let handle = path.rsplit('/').next().unwrap().to_owned();
    for page in ["", "/document", "/check"] {
        assert_eq!(
            world.get_as(&other, &format!("{path}{page}")).await.status,
            StatusCode::NOT_FOUND,
            "{page}"
        );
    }
    let delete = format!("/en/drafts/{handle}/delete");
    assert_eq!(world.get_as(&other, &delete).await.status, StatusCode::NOT_FOUND);
    world.post_as(&other, &delete, &[]).await;
    world.post_as(&other, &path, &[("title", "Theirs"), ("court", "Barrie"), ("revision", "1")]).await;
    world.upload_as(&other, &format!("{path}/document"), &[("document", Some("a.pdf"), SMALLEST)]).await;
    world.post_as(&other, &format!("{path}/check"), &[("revision", "1")]).await;
    let mine = world.get_as(&bernie, &path).await;
    assert_eq!(
        (mine.status, mine.value("title").as_str(), mine.value("revision").as_str()),
        (StatusCode::OK, "Mine", "1")
    );
    // The same filing under another kind is none.
    let elsewhere = path.replace("statement-of-claim", "joint-divorce");
    assert_eq!(world.get_as(&bernie, &elsewhere).await.status, StatusCode::NOT_FOUND);
    let check = world.get_as(&bernie, &format!("{path}/check")).await;
    let submitted =
        world.post_as(&bernie, &format!("{path}/check"), &[("revision", &check.value("revision"))]).await;
    assert_eq!(world.get_as(&other, submitted.location()).await.status, StatusCode::NOT_FOUND);
}

#[actix_web::test]
async fn malformed_handles_revisions_and_addresses_are_refused_without_a_fault() {
    let world = World::new();
    let bernie = world.registered("bernie").await;
    let claim = "/en/file/statement-of-claim";
    for handle in ["", "x", "../../x", &"a".repeat(44), &"é".repeat(43)] {
        let answer = world.post_as(&bernie, claim, &[("title", "T"), ("handle", handle)]).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{handle}");
    }
    for path in [
        "/en/file/x",
        "/en/file/joint-divorce/x",
        "/en/file/%2e%2e/x",
        "/en/transactions/%00",
        "/en/drafts/%F0%28/delete",
        "/en/nothing",
    ] {
        let answer = world.get_as(&bernie, path).await;
        assert!(answer.status.is_client_error(), "{path} {}", answer.status);
        answer.assert_is_page(path);
    }
    let path = self::claim(&world, &bernie).await;
    for revision in ["", "x", "-1", "99999999999999999999", "0"] {
        let answer =
            world.post_as(&bernie, &path, &[("title", "Other"), ("court", ""), ("revision", revision)]).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{revision}");
        let answer = world.post_as(&bernie, &format!("{path}/check"), &[("revision", revision)]).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{revision}");
    }
}

#[actix_web::test]
async fn an_upload_is_read_only_as_far_as_it_may_go() {
    let world = World::new();
    let bernie = world.registered("bernie").await;
    let path = format!("{}/document", claim(&world, &bernie).await);
    let csrf = bernie.csrf_token();
    let csrf = ("_csrf", None, csrf.as_bytes());
    let file = ("document", Some("a.pdf"), SMALLEST);
    let long = vec![b'x'; 5000];
    let many: Vec<_> = [csrf].into_iter().chain((0..30).map(|_| ("x", None, b"y".as_slice()))).collect();
    let beyond = vec![b' '; 5 * MAX_SIZE + 1];
    for (parts, status) in [
        (vec![file], StatusCode::FORBIDDEN),
        (vec![file, csrf], StatusCode::FORBIDDEN),
        (vec![("_csrf", None, b"wrong".as_slice()), file], StatusCode::FORBIDDEN),
        (vec![("_csrf", Some("csrf.pdf"), csrf.2), csrf, file], StatusCode::SEE_OTHER),
        (vec![csrf, ("x", None, &long)], StatusCode::PAYLOAD_TOO_LARGE),
        (vec![csrf, ("x", None, b"\xff\xfe")], StatusCode::BAD_REQUEST),
        (vec![csrf, ("", None, b"")], StatusCode::BAD_REQUEST),
        (many, StatusCode::BAD_REQUEST),
        (vec![csrf, ("document", Some("a.pdf"), &beyond)], StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        let answer = world.post_multipart(&bernie, &path, multipart(&parts)).await;
        let shown: Vec<_> = parts.iter().map(|part| (part.0, part.2.len())).collect();
        assert_eq!(answer.status, status, "{shown:?}");
    }
    let whole = multipart(&[csrf, file]);
    for length in [0, 10, whole.len() / 2, whole.len() - 6] {
        let answer = world.post_multipart(&bernie, &path, whole[..length].to_vec()).await;
        assert!(answer.status.is_client_error(), "{length} {}", answer.status);
        answer.assert_is_page("a cut body");
    }
    let plain = world.post_as(&bernie, &path, &[("document", "x")]).await;
    assert!(plain.status.is_client_error(), "{}", plain.status);
}
