//! The hub simulator beside an identity server, and a person who goes there and back.

use crate::idp::{Database, Page, TestIdp, Visitor, visitor_at};
use partner_hub::{Control, RelyingParty, Settings, TestPerson};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// The identity server at the hub.
pub const CLIENT_ID: &str = "my-ontario-account";
/// Its secret there.
pub const SECRET: &str = "a secret of the hub: 100% & more";

/// An identity server whose one sign-in partner is a simulator.
pub struct HubWorld {
    /// The identity server.
    pub idp: TestIdp,
    /// How the hub goes wrong.
    pub hub: Control,
    /// The hub's address.
    pub issuer: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl HubWorld {
    /// Starts both.
    pub async fn start(database: Database) -> Self {
        Self::start_with(database, &[]).await
    }

    /// Starts both, with settings of the identity server.
    pub async fn start_with(database: Database, settings: &[(&str, &str)]) -> Self {
        Self::start_at("localhost", database, settings).await
    }

    /// The same with a hub at another name of this machine: a browser gives a host's cookies to all its ports.
    pub async fn start_at(host: &str, database: Database, settings: &[(&str, &str)]) -> Self {
        let address = if host == "localhost" { "127.0.0.1" } else { host };
        let listener = TcpListener::bind((address, 0)).expect("a free port on loopback");
        let issuer = format!("http://{host}:{}", listener.local_addr().expect("an address").port());
        let partner = [
            ("IDP_PARTNER__ISSUER", issuer.as_str()),
            ("IDP_PARTNER__CLIENT_ID", CLIENT_ID),
            ("IDP_PARTNER__CLIENT_SECRET", SECRET),
        ];
        let idp = TestIdp::start_with(database, &[&partner, settings].concat()).await;
        let hub = Control::default();
        let (clock, party) = (idp.app.clock.clone(), |id: &str, secret: &str| RelyingParty {
            client_id: id.to_owned(),
            client_secret: secret.to_owned(),
            redirect_uris: ["default", "second"]
                .map(|name| format!("{}/partner/callback/{name}", idp.issuer))
                .to_vec(),
        });
        let settings = Settings {
            issuer: issuer.clone(),
            relying_parties: vec![party(CLIENT_ID, SECRET), party("another", "another secret")],
            people: ["alex", "bo"]
                .map(|user| TestPerson { user: user.to_owned(), password: format!("{user}-password") })
                .to_vec(),
            file: Some(idp.folder.join("hub.json")),
            clock: Arc::new(move || clock.now().micros()),
            control: hub.clone(),
        };
        let (stop, thread) = serve(settings, listener);
        Self { idp, hub, issuer, stop: Some(stop), thread: Some(thread) }
    }

    /// Presses the sign-in page's button; the answer, which leads to the hub.
    pub async fn choose_partner(&self, person: &Visitor, sign_in: &str) -> Page {
        let page = person.follow(person.get(sign_in).await).await;
        person.submit(&page, "partner-form", &[]).await
    }

    /// Goes through the hub in a browser that was never there: the bank's sign-in, the terms where they are asked. The address
    /// of the answer.
    pub async fn through_hub(&self, to_hub: &Page, user: &str) -> String {
        let at_hub = visitor_at(&self.issuer);
        let back = self.through_hub_with(&at_hub, to_hub, user).await;
        let back = if back.has("terms") {
            at_hub.submit(&back, "terms", &[("answer", "accept")]).await
        } else {
            back
        };
        back.location().unwrap_or_else(|| panic!("no answer: {back:?}")).to_owned()
    }

    /// The same up to the terms, or the answer where they are accepted.
    pub async fn through_hub_with(&self, at_hub: &Visitor, to_hub: &Page, user: &str) -> Page {
        let url = to_hub.location().unwrap_or_else(|| panic!("not to the hub: {to_hub:?}"));
        let language = at_hub.follow(at_hub.get(url).await).await;
        let banks = at_hub.follow(at_hub.submit(&language, "language-en", &[]).await).await;
        let bank = at_hub.follow(at_hub.submit(&banks, "partners", &[("partner", "boreal")]).await).await;
        let password = format!("{user}-password");
        at_hub.follow(at_hub.submit(&bank, "f", &[("user", user), ("password", &password)]).await).await
    }

    /// From the sign-in page to the hub and back; the page after it.
    pub async fn by_partner(&self, person: &Visitor, sign_in: &str, user: &str) -> Page {
        let to_hub = self.choose_partner(person, sign_in).await;
        let back = self.through_hub(&to_hub, user).await;
        person.follow(person.get(&back).await).await
    }

    /// P4: gives an address; the page that asks for the code.
    pub async fn give_address(&self, person: &Visitor, page: &Page, email: &str) -> Page {
        assert!(page.url.contains("/partner/email"), "{page:?}");
        person.follow(person.submit(page, "f", &[("email", email)]).await).await
    }

    /// P5: types the newest code and accepts the terms; the answer.
    pub async fn give_code(&self, person: &Visitor, page: &Page, email: &str) -> Page {
        let code = self.idp.mail_to(email).await.code();
        person.submit(page, "f", &[("code", &code), ("terms", "yes")]).await
    }

    /// A new account for a person of the hub; their browser is signed in.
    pub async fn create_account(&self, person: &Visitor, user: &str, email: &str) {
        let page = self.by_partner(person, "/en/sign-in", user).await;
        let page = self.give_address(person, &page, email).await;
        let done = self.give_code(person, &page, email).await;
        assert_eq!(done.location(), Some("/en/partner/done"), "{done:?}");
    }
}

impl Drop for HubWorld {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A server that panicked has failed its test already.
            let _ = thread.join();
        }
    }
}

/// Runs the hub on a thread of its own until the sender is dropped.
pub fn serve(settings: Settings, listener: TcpListener) -> (oneshot::Sender<()>, JoinHandle<()>) {
    let (stop, stopped) = oneshot::channel::<()>();
    let thread = std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = partner_hub::server(settings, listener).expect("the hub starts");
            let handle = server.handle();
            actix_web::rt::spawn(async move {
                let _ = stopped.await;
                handle.stop(false).await;
            });
            server.await.expect("the hub ends");
        });
    });
    (stop, thread)
}
