//! Who asks and where from, taken from the request by every operation that needs to know.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts, OriginalUri, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use tieline_model::{Error, RequestId, Result};
use tracing::Instrument;

use super::Fault;
use super::error::answer;
use crate::App;
use crate::app::people::access;
pub use crate::app::people::caller::{Caller, Origin};

/// The header that names a request in answers and logs.
pub const REQUEST_ID: &str = "x-request-id";

/// A caller where there is one: for pages that are open to everybody. A proof that is no longer good is still refused.
#[derive(Clone, Debug)]
pub struct MaybeCaller(pub Option<Caller>);

impl FromRequestParts<App> for Caller {
    type Rejection = Fault;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fault> {
        let MaybeCaller(caller) = MaybeCaller::from_request_parts(parts, app).await?;
        caller.ok_or_else(|| Fault(Error::unauthenticated("sign in first").hint("tieline login")))
    }
}

impl FromRequestParts<App> for MaybeCaller {
    type Rejection = Fault;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fault> {
        let Some(value) = parts.headers.get(header::AUTHORIZATION).cloned() else { return Ok(Self(None)) };
        let origin = Origin::from_request_parts(parts, app).await?;
        let unknown = || Error::unauthenticated("the Authorization header must read 'Bearer TOKEN'");
        let (scheme, bearer) = value.to_str().ok().and_then(|text| text.split_once(' ')).ok_or_else(unknown)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Fault(unknown()));
        }
        let caller = access::check(app, bearer.trim(), &origin).await?;
        tracing::Span::current().record("user", tracing::field::display(&caller.name));
        Ok(Self(Some(caller)))
    }
}

/// Somebody who reads a file: a caller, or who follows a link made by one for this very address.
#[derive(Clone, Debug)]
pub struct Reader(pub Caller);

impl FromRequestParts<App> for Reader {
    type Rejection = Fault;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fault> {
        let Some(ticket) = parts.uri.query().and_then(ticket) else {
            return Ok(Self(Caller::from_request_parts(parts, app).await?));
        };
        let OriginalUri(whole) = OriginalUri::from_request_parts(parts, app).await.unwrap_or_else(|never| match never {});
        let origin = Origin::from_request_parts(parts, app).await?;
        let caller = access::check_ticket(app, &ticket, whole.path(), &origin).await?;
        tracing::Span::current().record("user", tracing::field::display(&caller.name));
        Ok(Self(caller))
    }
}

fn ticket(query: &str) -> Option<String> {
    query.split('&').find_map(|pair| pair.strip_prefix("ticket=")).map(str::to_owned)
}

impl FromRequestParts<App> for Origin {
    type Rejection = Fault;
    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, Fault> {
        let known = parts.extensions.get::<Self>().cloned();
        known.ok_or_else(|| Fault(Error::internal("the router serves without its outermost layer")))
    }
}

/// The outermost layer: names the request, finds out where it came from, and logs it with its answer.
pub(super) async fn identify(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    let address = peer.map_or_else(|| "-".to_owned(), |peer| client(peer, request.headers(), &app.config.http.trusted_proxies).to_string());
    let id = given(&request, peer, &app).unwrap_or_else(|| app.clock.id());
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let span = tracing::info_span!("request", id = %id, %method, path, address, user = tracing::field::Empty);
    request.extensions_mut().insert(Origin { request: id, address });
    let mut response = if plain_text_is_for(peer, &app) {
        next.run(request).instrument(span.clone()).await
    } else {
        let refusal = Error::forbidden("this hub speaks plain HTTP to its proxy alone").hint(format!("use {}", app.config.http.public_url));
        answer(StatusCode::FORBIDDEN, &refusal)
    };
    span.in_scope(|| tracing::debug!(status = response.status().as_u16(), "answered"));
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// Whoever sits between a person and a hub without a certificate reads passwords: it serves this machine and its proxies alone.
fn plain_text_is_for(peer: Option<IpAddr>, app: &App) -> bool {
    app.config.http.certificate.is_some() || peer.is_none_or(|peer| plain(peer).is_loopback() || is_proxy(peer, app))
}

fn is_proxy(peer: IpAddr, app: &App) -> bool {
    app.config.http.trusted_proxies.contains(&plain(peer))
}

/// A request's id is taken over from a trusted proxy only.
fn given(request: &Request, peer: Option<IpAddr>, app: &App) -> Option<RequestId> {
    let trusted = peer.is_some_and(|peer| is_proxy(peer, app));
    trusted.then(|| request.headers().get(REQUEST_ID)?.to_str().ok()?.parse().ok()).flatten()
}

/// The last address in `X-Forwarded-For` that is not one of our proxies; the peer where it is not a proxy itself.
fn client(peer: IpAddr, headers: &HeaderMap, proxies: &[IpAddr]) -> IpAddr {
    let mut seen = plain(peer);
    let hops = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let hops = hops.flat_map(|value| value.split(',')).map(str::trim).collect::<Vec<_>>();
    for hop in hops.into_iter().rev() {
        if !proxies.contains(&seen) {
            break;
        }
        let Ok(before) = hop.parse::<IpAddr>() else { break };
        seen = plain(before);
    }
    seen
}

/// An IPv4 address that came in through an IPv6 socket is an IPv4 address.
fn plain(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forwarded_address_is_believed_from_a_trusted_proxy_only() {
        let [proxy, other] = ["10.0.0.1", "192.0.2.9"].map(|text| text.parse::<IpAddr>().unwrap());
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_static("198.51.100.1, 203.0.113.5, 10.0.0.1"));
        assert_eq!(client(proxy, &headers, &[proxy]).to_string(), "203.0.113.5", "what stands before it, the client may have made up");
        assert_eq!(client(other, &headers, &[proxy]), other);
        assert_eq!(client(proxy, &headers, &[]), proxy);
        assert_eq!(client("::ffff:10.0.0.1".parse().unwrap(), &headers, &[proxy]).to_string(), "203.0.113.5");
    }
}
