//! What the hub remembers: requests under way and codes in memory, the key of its identifiers and the accepted terms in a
//! small file.

use crate::token::{base64url, random_bytes, random_text};
use aws_lc_rs::hmac;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Requests under way at most; the oldest are forgotten.
const MOST: usize = 1000;
/// How long a person may take, seconds.
const REQUEST_LIFE: i64 = 1800;
/// How long a code is good, seconds.
const CODE_LIFE: i64 = 60;

/// A relying party's request, while the person is here.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) client_id: String,
    pub(crate) redirect_uri: String,
    pub(crate) state: Option<String>,
    pub(crate) nonce: Option<String>,
    pub(crate) code_challenge: String,
    /// The browser that brought it.
    pub(crate) browser: String,
    /// The chosen bank.
    pub(crate) bank: Option<&'static str>,
    /// Who signed in there, as the relying party will know them, and when.
    pub(crate) subject: Option<(String, i64)>,
    begun_at: i64,
}

impl Request {
    pub(crate) fn new(
        client_id: String,
        redirect_uri: String,
        state: Option<String>,
        nonce: Option<String>,
        code_challenge: String,
        browser: String,
        now: i64,
    ) -> Self {
        let (bank, subject) = (None, None);
        Self { client_id, redirect_uri, state, nonce, code_challenge, browser, bank, subject, begun_at: now }
    }
}

/// What a code stands for.
pub(crate) struct Code {
    pub(crate) request: Request,
    pub(crate) subject: String,
    pub(crate) authenticated_at: i64,
    issued_at: i64,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    key: String,
    accepted: BTreeSet<String>,
}

struct Inner {
    requests: HashMap<String, Request>,
    codes: HashMap<String, Code>,
    kept: Kept,
}

pub(crate) struct State {
    file: Option<PathBuf>,
    inner: Mutex<Inner>,
}

impl State {
    pub(crate) fn open(file: Option<PathBuf>) -> io::Result<Self> {
        let fresh = || Kept { key: base64url(&random_bytes()), accepted: BTreeSet::new() };
        let kept = match &file {
            Some(path) if path.exists() => serde_json::from_slice(&std::fs::read(path)?)?,
            _ => fresh(),
        };
        let inner = Mutex::new(Inner { requests: HashMap::new(), codes: HashMap::new(), kept });
        let state = Self { file, inner };
        state.save(&state.lock().kept)?;
        Ok(state)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn save(&self, kept: &Kept) -> io::Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        let aside = file.with_extension("new");
        std::fs::write(&aside, serde_json::to_vec(kept)?)?;
        std::fs::rename(aside, file)
    }

    /// Keeps a request; its handle.
    pub(crate) fn begin(&self, request: Request) -> String {
        let (handle, now) = (random_text(), request.begun_at);
        let mut inner = self.lock();
        inner.requests.retain(|_, kept| now - kept.begun_at <= REQUEST_LIFE);
        if inner.requests.len() >= MOST {
            inner.requests.clear();
        }
        inner.requests.insert(handle.clone(), request);
        handle
    }

    /// A request, for its own browser.
    pub(crate) fn find(&self, handle: &str, browser: &str, now: i64) -> Option<Request> {
        let found = self.lock().requests.get(handle).cloned();
        found.filter(|kept| kept.browser == browser && now - kept.begun_at <= REQUEST_LIFE)
    }

    /// Changes a request that is under way.
    pub(crate) fn change(&self, handle: &str, change: impl FnOnce(&mut Request)) {
        if let Some(request) = self.lock().requests.get_mut(handle) {
            change(request);
        }
    }

    /// Ends a request.
    pub(crate) fn end(&self, handle: &str) -> Option<Request> {
        self.lock().requests.remove(handle)
    }

    /// A code for a request that has ended with somebody.
    pub(crate) fn issue(&self, request: Request, subject: String, authenticated_at: i64, now: i64) -> String {
        let code = random_text();
        let mut inner = self.lock();
        inner.codes.retain(|_, kept| now - kept.issued_at <= CODE_LIFE);
        inner.codes.insert(code.clone(), Code { request, subject, authenticated_at, issued_at: now });
        code
    }

    /// Spends a code.
    pub(crate) fn redeem(&self, code: &str, now: i64) -> Option<Code> {
        self.lock().codes.remove(code).filter(|kept| now - kept.issued_at <= CODE_LIFE)
    }

    /// How a relying party knows a person: made by a key, so that nobody else can tell whom it stands for, nor join two.
    pub(crate) fn subject(&self, bank: &str, user: &str, client_id: &str) -> String {
        let key = BASE64_URL_SAFE_NO_PAD.decode(&self.lock().kept.key).unwrap_or_default();
        let text = serde_json::json!([bank, user, client_id]).to_string();
        base64url(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), text.as_bytes()).as_ref())
    }

    pub(crate) fn has_accepted(&self, subject: &str) -> bool {
        self.lock().kept.accepted.contains(subject)
    }

    pub(crate) fn accept(&self, subject: &str) -> io::Result<()> {
        let mut inner = self.lock();
        inner.kept.accepted.insert(subject.to_owned());
        self.save(&inner.kept)
    }
}
