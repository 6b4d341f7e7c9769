//! One clock for all programs of the demonstration: the caller's, moved forward from the mailbox. How far is kept in the
//! folder, so that a new start goes on from there: what has happened must not lie in the future.

use crate::folder::Folder;
use idp_server::adapters::clock::Clock;
use idp_server::adapters::workers;
use idp_server::app::App;
use mailbox::MovableClock;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// The clock of the programs, and what moves it.
pub(crate) fn shared(base: Clock, folder: &Folder) -> (Clock, MovableClock) {
    let offset = Arc::new(AtomicI64::new(folder.clock_offset()));
    let clock = base.moved_by(Arc::clone(&offset));
    let (shown, read, folder) = (clock.clone(), Arc::clone(&offset), folder.clone());
    let movable = MovableClock {
        now: Arc::new(move || shown.now().micros()),
        offset: Arc::new(move || read.load(Ordering::SeqCst)),
        shift: Arc::new(move |from, to| {
            if offset.load(Ordering::SeqCst) != from || folder.keep_clock_offset(to).is_err() {
                return false;
            }
            offset.compare_exchange(from, to, Ordering::SeqCst, Ordering::SeqCst).is_ok()
        }),
    };
    (clock, movable)
}

/// Lets the identity server do at once what a moved clock brings about, as the portals do.
pub(crate) fn waking(clock: MovableClock, app: &Arc<App>) -> MovableClock {
    let (app, shift) = (Arc::clone(app), clock.shift);
    let shift = move |from, to| {
        let is_moved = shift(from, to);
        if is_moved && let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let app = Arc::clone(&app);
            runtime.spawn(async move {
                if let Err(error) = workers::catch_up(&app).await {
                    tracing::error!(%error, "what the moved clock brings about could not be done");
                }
            });
        }
        is_moved
    };
    MovableClock { shift: Arc::new(shift), ..clock }
}
