//! The clock: read once per request here and nowhere else.

use idp_domain::time::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Where `now` comes from.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// The system's clock.
    #[must_use]
    pub fn system() -> Self {
        Self(Arc::new(system_now))
    }

    /// The system's clock moved by `offset` microseconds, which tests and the demo change.
    #[must_use]
    pub fn shifted(offset: Arc<AtomicI64>) -> Self {
        Self(Arc::new(move || Timestamp::from_micros(system_now().micros() + offset.load(Ordering::SeqCst))))
    }

    /// This clock moved by `offset` microseconds as well: the demonstration's, which its mailbox moves forward.
    #[must_use]
    pub fn moved_by(self, offset: Arc<AtomicI64>) -> Self {
        let Self(now) = self;
        Self(Arc::new(move || Timestamp::from_micros(now().micros() + offset.load(Ordering::SeqCst))))
    }

    /// This instant.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

#[allow(clippy::disallowed_methods, reason = "the one place that may read the system's clock")]
fn system_now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::EPOCH.plus(since)
}
