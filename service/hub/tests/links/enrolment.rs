//! Who is let in as a gateway, and who is not.

use http::Method;
use serde_json::json;
use tieline_hub::authority::Authority;
use tieline_model::Seconds;
use tieline_wire_gateway::v1;
use tonic::Code;

use crate::gateway::{Gateway, request};
use crate::hub::{Hub, until};

#[tokio::test]
async fn a_join_token_is_good_once_and_for_fifteen_minutes_and_says_nothing_else() {
    let hub = Hub::start().await;
    let (center, secret) = hub.center("east").await;
    Gateway::enrol(&hub, &secret).await;
    let late = hub.ask(Method::POST, &format!("/centers/{center}/join-tokens"), None).await["token"].as_str().unwrap().to_owned();
    hub.move_time(Seconds(15 * 60));
    let mut answers = Vec::new();
    for token in [secret.as_str(), late.as_str(), "made-up"] {
        let body = json!({ "token": token, "csr_pem": request().1, "version": "0.1.0" });
        answers.push(hub.send(Method::POST, "/gateways/enroll", None, Some(body)).await);
    }
    assert_eq!(answers[0].0, 403);
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    hub.stop().await;
}

#[tokio::test]
async fn a_bad_certificate_request_does_not_spend_the_token() {
    let hub = Hub::start().await;
    let (_, secret) = hub.center("east").await;
    let body = json!({ "token": secret, "csr_pem": "nonsense", "version": "0.1.0" });
    let (status, answer) = hub.send(Method::POST, "/gateways/enroll", None, Some(body)).await;
    assert_eq!((status, answer["field"].as_str()), (422, Some("csr_pem")), "{answer}");
    Gateway::enrol(&hub, &secret).await;
    hub.stop().await;
}

#[tokio::test]
async fn a_certificate_of_another_authority_opens_nothing() {
    let hub = Hub::start().await;
    let (_, secret) = hub.center("east").await;
    let mut gateway = Gateway::enrol(&hub, &secret).await;
    let folder = tempfile::tempdir().unwrap();
    let other = Authority::open(folder.path(), &hub.app.clock).unwrap();
    let csr = rcgen::CertificateParams::default().serialize_request(&gateway.key).unwrap().pem().unwrap();
    gateway.certificate = other.sign_gateway(gateway.id, &csr, &hub.app.clock).unwrap().pem;
    assert!(gateway.dial().await.is_err());
    hub.stop().await;
}

#[tokio::test]
async fn a_gateway_the_hub_does_not_know_is_not_let_in_whatever_its_certificate_says() {
    let hub = Hub::start().await;
    let (_, secret) = hub.center("east").await;
    let mut gateway = Gateway::enrol(&hub, &secret).await;
    let csr = rcgen::CertificateParams::default().serialize_request(&gateway.key).unwrap().pem().unwrap();
    gateway.certificate = hub.app.authority.sign_gateway(hub.app.clock.id(), &csr, &hub.app.clock).unwrap().pem;
    assert_eq!(gateway.dial().await.err().unwrap().code(), Code::Unauthenticated);
    hub.stop().await;
}

#[tokio::test]
async fn a_certificate_ends_after_thirty_days_unless_it_was_renewed() {
    let hub = Hub::start().await;
    let (_, secret) = hub.center("east").await;
    let mut gateway = Gateway::enrol(&hub, &secret).await;
    hub.move_time(Seconds::days(29));
    let (key, csr_pem) = request();
    let mut client = gateway.connect().await.unwrap();
    let renewed = client.renew(v1::RenewRequest { csr_pem }).await.unwrap().into_inner();
    hub.move_time(Seconds::days(2));
    assert!(gateway.dial().await.is_err(), "the first certificate is over");
    (gateway.key, gateway.certificate) = (key, renewed.certificate_pem);
    gateway.arrive(&hub).await;
    hub.stop().await;
}

#[tokio::test]
async fn a_revoked_gateway_is_cut_at_once_and_stays_out() {
    let hub = Hub::start().await;
    let (_, secret) = hub.center("east").await;
    let gateway = Gateway::enrol(&hub, &secret).await;
    let (mut control, _) = gateway.arrive(&hub).await;
    hub.ask(Method::PUT, &format!("/gateways/{}/revoked", gateway.id), Some(json!({ "revoked": true }))).await;
    assert_eq!(control.end().await.code(), Code::Unavailable);
    until("it is gone", || async { !hub.app.links.is_connected(gateway.id) }).await;
    assert_eq!(gateway.dial().await.err().unwrap().code(), Code::Unauthenticated);
    let gateways = hub.ask(Method::GET, "/gateways", None).await;
    assert_eq!((&gateways["items"][0]["revoked"], &gateways["items"][0]["connected"]), (&json!(true), &json!(false)));
    hub.stop().await;
}

#[tokio::test]
async fn an_operator_handles_the_own_center_only() {
    let hub = Hub::start().await;
    let (east, secret) = hub.center("east").await;
    let (west, _) = hub.center("west").await;
    let gateway = Gateway::enrol(&hub, &secret).await;
    let operator = hub.person("olga", &[format!("center-operator:{east}")]).await;
    let other = hub.person("oleg", &[format!("center-operator:{west}")]).await;
    let user = hub.person("uwe", &[]).await;
    let tokens = format!("/centers/{east}/join-tokens");
    let revoked = format!("/gateways/{}/revoked", gateway.id);
    let change = || Some(json!({ "revoked": false }));
    for (token, join, list, revoke, create) in [(&operator, 201, 200, 200, 403), (&other, 403, 200, 404, 403), (&user, 403, 403, 404, 403)]
    {
        assert_eq!(hub.send(Method::POST, &tokens, Some(token), None).await.0, join);
        assert_eq!(hub.send(Method::GET, "/gateways", Some(token), None).await.0, list);
        assert_eq!(hub.send(Method::PUT, &revoked, Some(token), change()).await.0, revoke);
        assert_eq!(hub.send(Method::POST, "/centers", Some(token), Some(json!({ "name": "new" }))).await.0, create);
    }
    let (_, seen) = hub.send(Method::GET, "/gateways", Some(&other), None).await;
    assert_eq!(seen["items"], json!([]), "gateways of others are not listed");
    hub.stop().await;
}

#[tokio::test]
async fn everybody_may_see_centers_but_not_whom_to_call() {
    let hub = Hub::start().await;
    for name in ["east", "west", "north"] {
        hub.center(name).await;
        hub.move_time(Seconds(1));
    }
    let (status, first) = hub.send(Method::GET, "/centers?limit=2", None, None).await;
    assert_eq!((status, first["items"].as_array().unwrap().len()), (200, 2));
    assert_eq!((first["items"][0]["name"].as_str(), first["items"][0].get("contact")), (Some("east"), None));
    let (_, second) = hub.send(Method::GET, &format!("/centers?limit=2&after={}", first["next"].as_str().unwrap()), None, None).await;
    assert_eq!((second["items"][0]["name"].as_str(), &second["next"]), (Some("north"), &json!(null)));
    let signed_in = hub.ask(Method::GET, "/centers", None).await;
    assert_eq!(signed_in["items"][0]["contact"], "desk@example.org");
    let taken = hub.send(Method::POST, "/centers", Some(&hub.sign_in("root").await), Some(json!({ "name": "east" }))).await;
    assert_eq!((taken.0, taken.1["field"].as_str()), (409, Some("name")), "{taken:?}");
    hub.stop().await;
}
