//! Bodies that come slowly: each must be here within `server.body_timeout`, however it is sent, or it is answered 408 and the
//! connection ends. (What stands before a body has a time of its own, in `server`.)

use crate::app::App;
use actix_web::body::{BodySize, BoxBody, EitherBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::http::ConnectionType;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::middleware::Next;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpMessage, HttpResponse};
use futures_util::Stream;
use std::cell::{Cell, RefCell};
use std::io::ErrorKind;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use tokio::time::{Instant, Sleep, sleep_until};

/// How far a body was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    UnderWay,
    Ended,
    TooLate,
}

/// A body with a time at which it must be here.
struct TimedBody {
    inner: Rc<RefCell<Payload>>,
    until: Instant,
    /// Made when there is something to wait for: most bodies come with their head.
    sleep: Option<Pin<Box<Sleep>>>,
    reading: Rc<Cell<Reading>>,
}

impl Stream for TimedBody {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = Pin::new(&mut *self.inner.borrow_mut()).poll_next(context);
        if let Poll::Ready(next) = next {
            if next.is_none() {
                self.reading.set(Reading::Ended);
            }
            return Poll::Ready(next);
        }
        let until = self.until;
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep_until(until)));
        ready!(sleep.as_mut().poll(context));
        self.reading.set(Reading::TooLate);
        Poll::Ready(Some(Err(PayloadError::Incomplete(Some(ErrorKind::TimedOut.into())))))
    }
}

/// An answer that holds what it left unread of its request until it is sent: of a chunked body that nobody holds the server
/// would read the rest, for as long as that comes, before it ends the connection.
pub struct Holding {
    answer: BoxBody,
    _unread: Rc<RefCell<Payload>>,
}

impl MessageBody for Holding {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.answer.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.answer).poll_next(context)
    }
}

/// Bounds the time of a request's body.
///
/// # Errors
/// Those of the request itself.
pub async fn bound_body<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, Holding>>, actix_web::Error> {
    let inner = request.take_payload();
    let Some(app) = request.app_data::<Data<App>>().filter(|_| !matches!(inner, Payload::None)) else {
        request.set_payload(inner);
        return Ok(next.call(request).await?.map_body(|_, body| EitherBody::left(body)));
    };
    let (inner, reading) = (Rc::new(RefCell::new(inner)), Rc::new(Cell::new(Reading::UnderWay)));
    let until = Instant::now() + app.settings.server.body_timeout;
    let body = TimedBody { inner: Rc::clone(&inner), until, sleep: None, reading: Rc::clone(&reading) };
    request.set_payload(Payload::Stream { payload: Box::pin(body) });
    let mut answer = next.call(request).await?;
    Ok(match reading.get() {
        Reading::Ended => answer.map_body(|_, body| EitherBody::left(body)),
        Reading::UnderWay => {
            answer.response_mut().head_mut().set_connection_type(ConnectionType::Close);
            answer.map_body(|_, body| hold(body, inner))
        }
        Reading::TooLate => {
            let mut late = HttpResponse::RequestTimeout();
            let late = late.force_close().insert_header((CACHE_CONTROL, "no-store")).finish();
            answer.into_response(late).map_body(|_, body| hold(body, inner))
        }
    })
}

fn hold<B>(answer: impl MessageBody + 'static, unread: Rc<RefCell<Payload>>) -> EitherBody<B, Holding> {
    EitherBody::right(Holding { answer: BoxBody::new(answer), _unread: unread })
}
