//! A new session: a new identifier and a new secret at every proof, whatever the browser had before.

use crate::adapters::rng::rng;
use crate::web::cookies::Name;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::ids::SessionId;
use idp_domain::secret::{TokenHash, random_token};
use idp_domain::session::AuthenticationMethod;
use idp_store::NewSession;

/// The session that a successful proof starts, and the cookie that carries it.
pub struct StartedSession {
    /// To be stored.
    pub new: NewSession,
    /// `Set-Cookie`.
    pub cookie: Option<String>,
}

/// Draws one for this visit; the browser's live session ends with it.
///
/// # Errors
/// The database is away.
pub async fn start(visit: &Visit, method: AuthenticationMethod) -> Result<StartedSession, Problem> {
    let replaces = visit.session().await?.map(|live| live.session.id);
    let secret = random_token(&mut rng());
    let new = NewSession {
        id: SessionId::random(&mut rng()),
        secret: TokenHash::of(secret.expose()),
        device: visit.browser_hash(),
        replaces,
        methods: vec![method],
        network: visit.network_hash("audit-network").to_base64url(),
        browser: visit.browser_name(),
    };
    Ok(StartedSession { new, cookie: visit.set_cookie(Name::Session, secret.expose()) })
}
