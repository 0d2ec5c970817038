//! Making the demonstration's platform complete through the API, as an administrator would: people, a center, money.
//! Each step looks first whether it was done, so that an interrupted start goes on where it stopped.

use std::time::Duration;

use tieline_model::money::MICROS;
use tieline_model::{CenterId, Currency, Error, ErrorKind, Money, Result};
use tieline_wire_api::Client;
use tieline_wire_api::apps::App;
use tieline_wire_api::centers::CreateCenter;
use tieline_wire_api::client::Proof;
use tieline_wire_api::money::{ListPrices, SetPrice, TopUp};
use tieline_wire_api::people::{CreateUser, SetRoles, SignIn};
use tokio::time::Instant;

use super::people::Person;
use super::settings::{CENTER, MACHINE};

/// How long the hub may take to answer, and the gateway to connect.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(50);
/// What a core costs for an hour, in millionths: 0.10 CNY.
const CORE_HOUR: i64 = MICROS / 10;
/// What a researcher begins with, in millionths: 1000 CNY.
const GIFT: i64 = 1000 * MICROS;

/// The administrator, signed in.
#[derive(Debug)]
pub struct Setup {
    client: Client,
}

impl Setup {
    /// Waits for the hub and signs in.
    ///
    /// # Errors
    /// `Unavailable` where it does not answer in time.
    pub async fn begin(url: &str, administrator: &Person) -> Result<Self> {
        let client = Client::new(url, Proof::Nobody)?;
        let who = SignIn { name: administrator.name.clone(), password: administrator.password.clone() };
        let end = Instant::now() + PATIENCE;
        let proof = loop {
            match client.sign_in(&who).await {
                Ok(proof) => break proof,
                Err(error) if error.kind() == ErrorKind::Unavailable && Instant::now() < end => tokio::time::sleep(PAUSE).await,
                Err(error) if error.kind() == ErrorKind::Unauthenticated => {
                    let message = format!("{} cannot sign in with the password of the first start: {error}", who.name);
                    return Err(
                        Error::unauthenticated(message).hint("write the present password into people.json in the demonstration's folder")
                    );
                }
                Err(error) => return Err(error),
            }
        };
        Ok(Self { client: Client::new(url, Proof::Token(proof.access_token))? })
    }

    /// The embedded center; makes it where there is none. A token to enrol its gateway comes only where `join` asks for one.
    ///
    /// # Errors
    /// What the hub says.
    pub async fn center(&self, join: bool) -> Result<(CenterId, Option<String>)> {
        let known = self.client.list_centers().await?.items.into_iter().find(|center| center.name.as_str() == CENTER);
        let Some(center) = known else {
            let center = CreateCenter {
                name: CENTER.parse()?,
                title: Some("Demonstration center".to_owned()),
                description: "A center that is this very machine.".to_owned(),
                organisation: "Demonstration".to_owned(),
                contact: String::new(),
            };
            let made = self.client.create_center(&center).await?;
            return Ok((made.center.id, Some(made.join.token)));
        };
        let token = if join { Some(self.client.create_join_token(&center.id.to_string()).await?.token) } else { None };
        Ok((center.id, token))
    }

    /// The people but the administrator, with their roles.
    ///
    /// # Errors
    /// What the hub says.
    pub async fn people(&self, people: &[Person], center: CenterId) -> Result<()> {
        let known = self.client.list_users().await?.items;
        for person in people {
            if known.iter().any(|user| user.name.as_str() == person.name) {
                continue;
            }
            let mut letters = person.name.chars();
            let display_name = letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default();
            let user = CreateUser { name: person.name.parse()?, display_name, password: person.password.clone(), roles: Vec::new() };
            let user = self.client.create_user(&user).await?;
            if person.roles.iter().any(|role| role == "center-operator") {
                let roles = SetRoles { roles: vec![format!("center-operator:{center}")] };
                self.client.set_roles(&user.id.to_string(), &roles).await?;
            }
        }
        Ok(())
    }

    /// Waits until the embedded machine is connected and was read once.
    ///
    /// # Errors
    /// `Unavailable` where that takes too long.
    pub async fn machine(&self) -> Result<()> {
        let end = Instant::now() + PATIENCE;
        loop {
            let machines = self.client.list_machines().await?.items;
            if machines.iter().any(|machine| machine.name.as_str() == MACHINE && machine.connected && machine.reading.is_some()) {
                return Ok(());
            }
            if Instant::now() >= end {
                return Err(
                    Error::unavailable("the embedded center did not connect in time").hint("its log is log/gateway.log in the folder")
                );
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// The apps by name: those whose programs are on the embedded machine, and those whose are not.
    ///
    /// # Errors
    /// What the hub says.
    pub async fn apps(&self) -> Result<(Vec<String>, Vec<String>)> {
        let apps = self.client.list_apps().await?.items;
        let (ready, lacking): (Vec<_>, Vec<_>) =
            apps.into_iter().partition(|app| app.machines.iter().any(|machine| machine.name.as_str() == MACHINE && machine.ready));
        let names = |apps: Vec<App>| apps.into_iter().map(|app| app.app.to_string()).collect();
        Ok((names(ready), names(lacking)))
    }

    /// A price for the embedded machine, and money for those who run jobs; each once.
    ///
    /// # Errors
    /// What the hub says.
    pub async fn money(&self, researchers: impl Iterator<Item = &Person>) -> Result<()> {
        if self.client.list_prices(&ListPrices { machine: Some(MACHINE.to_owned()) }).await?.items.is_empty() {
            let price = SetPrice {
                machine: MACHINE.to_owned(),
                queue: None,
                account: None,
                currency: Currency::CNY,
                core_hour: CORE_HOUR,
                node_hour: 0,
                gpu_hour: 0,
            };
            self.client.set_price(&price).await?;
        }
        for person in researchers {
            if !self.client.list_charges(&person.name).await?.items.is_empty() {
                continue;
            }
            let sum = Money::from_micros(GIFT, Currency::CNY).into();
            self.client.top_up(&person.name, &TopUp { sum, reason: "To try the demonstration with".to_owned() }).await?;
        }
        Ok(())
    }
}
