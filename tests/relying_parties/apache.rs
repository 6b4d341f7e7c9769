//! Apache with `mod_auth_openidc`, in front of a page.

use crate::sessions::signs_out_elsewhere;
use crate::world::{World, registration};
use idp_tests::idp::Service;
use idp_tests::relying_party::{Person, RelyingParty, free_base_url, repository, system_program};
use std::path::{Path, PathBuf};

/// Apache, and the folder that it serves.
struct Apache {
    service: Service,
    base_url: String,
    running: RelyingParty,
    folder: PathBuf,
}

impl Apache {
    async fn start(world: &World, algorithm: &str) -> Self {
        let base_url = free_base_url();
        // The module's own address for back-channel logout.
        let file =
            registration(&base_url, algorithm).replace("/backchannel-logout", "/callback?logout=backchannel");
        let service = world.idp.register(&file).await;
        // World-readable: Apache's children aren't root.
        let folder = world.idp.folder.join(format!("apache-{algorithm}"));
        let documents = folder.join("documents");
        std::fs::create_dir_all(documents.join("private")).expect("the test's folder can be written");
        std::fs::write(documents.join("index.html"), "anybody").expect("a page");
        std::fs::write(documents.join("private/index.html"), "only people who are signed in")
            .expect("a page");
        let port = base_url.rsplit_once(':').expect("a port").1.to_owned();
        let text = |path: &Path| path.display().to_string();
        let (root, documents) = (text(&folder), text(&documents));
        let environment = [
            ("ISSUER", world.idp.issuer.as_str()),
            ("CLIENT_ID", service.client.id.as_str()),
            ("CLIENT_SECRET", &service.secret),
            ("BASE_URL", &base_url),
            ("ID_TOKEN_ALG", algorithm),
            ("SESSION_SECRET", "for-this-test-only-for-this-test-only"),
            ("PORT", &port),
            ("SERVER_ROOT", &root),
            ("DOCUMENTS", &documents),
        ];
        let config = text(&repository().join("docs/examples/apache/service.conf"));
        let command =
            [&text(&system_program("apache2")), "-f", &config, "-D", "FOREGROUND"].map(str::to_owned);
        let running = RelyingParty::start(&base_url, &environment, &command).await;
        Self { service, base_url, running, folder }
    }

    fn person(&self, world: &World) -> Person {
        Person::new(&world.idp.issuer, &self.base_url)
    }

    async fn signs_in(&self, world: &World, person: &Person) {
        let page = person.sign_in("/private/", &world.account).await;
        assert_eq!(page.status, 200, "{page:?}\n{}", self.running.output());
        assert_eq!(page.body, "only people who are signed in");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_signs_in_at_apache_and_out_again() {
    let world = World::start().await;
    let apache = Apache::start(&world, "ES256").await;
    let person = apache.person(&world);
    assert_eq!(person.open("/").await.body, "anybody");
    apache.signs_in(&world, &person).await;

    let known = person.open("/callback?info=json").await.json();
    let (claims, userinfo) = (&known["id_token"], &known["userinfo"]);
    assert_eq!(claims["iss"], world.idp.issuer, "{known}");
    assert_eq!(claims["aud"], apache.service.client.id.as_str(), "{known}");
    assert_eq!(userinfo["sub"], claims["sub"], "{known}");
    assert_eq!(userinfo["email"], world.account.email, "{known}");

    let home = format!("{}/", apache.base_url);
    let encoded: String = url::form_urlencoded::byte_serialize(home.as_bytes()).collect();
    let after = person.open(&format!("/callback?logout={encoded}")).await;
    assert_eq!((after.url.as_str(), after.body.as_str()), (home.as_str(), "anybody"), "{after:?}");
    assert!(person.open("/private/").await.has("sign-in"), "both sessions have ended");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_ends_elsewhere_ends_at_apache_and_no_other_does() {
    let world = World::start().await;
    let apache = Apache::start(&world, "ES256").await;
    let (here, elsewhere) = (apache.person(&world), apache.person(&world));
    apache.signs_in(&world, &here).await;
    apache.signs_in(&world, &elsewhere).await;
    signs_out_elsewhere(&world, &here.at_idp).await;
    let page = here.open("/private/").await;
    assert!(page.has("sign-in"), "{page:?}\n{}", apache.running.output());
    assert_eq!(elsewhere.open("/private/").await.body, "only people who are signed in");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn apache_understands_every_algorithm_that_it_knows_and_follows_the_keys() {
    let world = World::start().await;
    // It doesn't know EdDSA.
    for algorithm in ["RS256", "PS256", "ES256"] {
        let apache = Apache::start(&world, algorithm).await;
        apache.signs_in(&world, &apache.person(&world)).await;
        world.rotate_keys().await;
        apache.signs_in(&world, &apache.person(&world)).await;
        world.rotate_keys().await;
        apache.signs_in(&world, &apache.person(&world)).await;
        assert!(apache.folder.exists());
    }
}
