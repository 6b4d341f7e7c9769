//! The reference portal hears of a session's end from the identity server: the whole demonstration, without a browser.

use demo::{Demo, DemoOptions, Ports, ReadyMadeAccount};
use idp_server::adapters::clock::Clock;
use idp_tests::idp::{Page, Visitor, visitor_at};

struct Scene {
    demo: Demo,
    visitor: Visitor,
    folder: std::path::PathBuf,
}

impl Scene {
    async fn start(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("idp-portal-{}-{name}", std::process::id()));
        let options = DemoOptions {
            ports: Ports::FREE,
            directory: folder.clone(),
            clock: Clock::system(),
            settings: Vec::new(),
        };
        let demo = Demo::start(options).await.unwrap();
        let visitor = visitor_at(&demo.addresses.idp);
        let scene = Self { demo, visitor, folder };
        scene.sign_in_at_the_portal().await;
        scene
    }

    async fn portal(&self, path: &str) -> Page {
        self.visitor.get(&format!("{}{path}", self.demo.addresses.serviceontario)).await
    }

    /// A ready-made ONE-key account.
    fn one_key(&self, number: usize) -> ReadyMadeAccount {
        let mut all = self.demo.accounts.iter().filter(|account| !account.one_key_id.is_empty());
        all.nth(number).expect("it is ready-made").clone()
    }

    /// From T1 over T2 and T6 back to the portal.
    async fn carry_over(&self, page: &Page, one_key: &ReadyMadeAccount) -> Page {
        let page = self.visitor.submit(page, "f", &[("transfer", "yes")]).await;
        let page = self.visitor.follow(page).await;
        let typed = [("onekey_id", one_key.one_key_id.as_str()), ("onekey_password", &one_key.password)];
        let done = self.visitor.follow(self.visitor.submit(&page, "f", &typed).await).await;
        assert!(done.text().contains("ServiceOntario account"), "the service that came along: {done:?}");
        self.visitor.submit(&done, "continue-form", &[]).await
    }

    async fn sign_in_at_the_portal(&self) {
        let begun = self.portal("/en/sign-in").await;
        let page = self.visitor.follow(self.visitor.get(begun.location().unwrap()).await).await;
        let account = &self.demo.accounts[0];
        let typed = [("email", account.email.as_str()), ("password", account.password.as_str())];
        let page = self.visitor.follow(self.visitor.submit(&page, "f", &typed).await).await;
        let answer = self.carry_over(&page, &self.one_key(0)).await;
        let answer = self.visitor.get(answer.location().expect("back to the portal")).await;
        assert_eq!(answer.location(), Some("/en/setup/terms"), "{answer:?}");
        assert_eq!(self.portal("/en/setup/terms").await.status, 200);
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        // The system clears its temporary files anyway.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_out_at_the_identity_server_ends_the_portals_session() {
    let scene = Scene::start("sign-out").await;
    let page = scene.visitor.get("/en/account").await;
    let page = scene.visitor.follow(scene.visitor.submit(&page, "sign-out-form", &[]).await).await;
    assert_eq!(page.words_of("told"), "ServiceOntario account", "{page:?}");
    let answer = scene.portal("/en/setup/terms").await;
    assert_eq!(answer.location(), Some("/en/?notice=signed-out"), "{answer:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_ready_made_one_key_accounts_sign_in_until_they_are_carried_over() {
    let scene = Scene::start("one-key").await;
    for number in 0..5 {
        let (account, visitor) = (scene.one_key(number), visitor_at(&scene.demo.addresses.idp));
        let page = visitor.get("/en/one-key/sign-in").await;
        let typed = [("id", account.one_key_id.as_str()), ("password", account.password.as_str())];
        let answer = visitor.submit(&page, "f", &typed).await;
        if number == 0 {
            assert!(answer.text().contains("was moved to My Ontario Account"), "{answer:?}");
        } else {
            assert_eq!(answer.status, 303, "{}: {answer:?}", account.one_key_id);
        }
    }
}
