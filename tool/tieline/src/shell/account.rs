//! `tieline account …`, `price …`, `topup`: who pays, and what for.

use clap::{Args, Subcommand};
use serde::Serialize;
use tieline_model::{Currency, MemberRole, Result, money};
use tieline_wire_api::accounts::{Account, AccountDetail, CreateAccount, SetMember};
use tieline_wire_api::money::{Balance, Charge, Hold, ListPrices, Price, SetPrice, TopUp};

use super::ShellArgs;
use crate::exit::Exit;
use crate::output::{Column, Listing, Look, Record};

/// What one asks about accounts; without a command, your accounts with their balances.
#[derive(Args, Debug)]
pub struct AccountArgs {
    #[command(subcommand)]
    command: Option<AccountCommand>,
}

/// What one does with accounts.
#[derive(Subcommand, Debug)]
pub enum AccountCommand {
    /// Show an account: members, balance, what is set aside, and the statement
    Show {
        /// Its name or id
        account: String,
    },
    /// Make a shared account
    Add {
        /// Its name
        name: String,
        /// Its first owner; without it, you
        #[arg(long, value_name = "USER")]
        owner: Option<String>,
    },
    /// Make a person a member, or change what they may do
    Member {
        /// The account
        account: String,
        /// The person
        user: String,
        /// `owner`, `administrator` or `member`
        #[arg(long, default_value = "member", value_name = "ROLE")]
        role: MemberRole,
        /// Take the person out instead
        #[arg(long, conflicts_with = "role")]
        remove: bool,
    },
}

/// What one does with prices.
#[derive(Subcommand, Debug)]
pub enum PriceCommand {
    /// Set a price from now on; jobs that are placed keep theirs
    Set {
        /// The machine
        machine: String,
        /// Only in this queue
        #[arg(long, value_name = "QUEUE")]
        queue: Option<String>,
        /// Only for this account
        #[arg(long, value_name = "ACCOUNT")]
        account: Option<String>,
        /// For a core-hour, such as 0.10
        #[arg(long, default_value = "0", value_name = "SUM")]
        core_hour: String,
        /// For a node-hour
        #[arg(long, default_value = "0", value_name = "SUM")]
        node_hour: String,
        /// For a GPU-hour
        #[arg(long, default_value = "0", value_name = "SUM")]
        gpu_hour: String,
        /// In which currency
        #[arg(long, default_value = "CNY", value_name = "LETTERS")]
        currency: Currency,
    },
    /// List the prices, every edition, the youngest first
    List {
        /// Only of this machine
        #[arg(long, value_name = "MACHINE")]
        machine: Option<String>,
    },
}

/// Money for an account.
#[derive(Args, Debug)]
pub struct TopUpArgs {
    /// The account
    account: String,
    /// How much, such as 100.00
    sum: String,
    /// In which currency
    #[arg(long, default_value = "CNY", value_name = "LETTERS")]
    currency: Currency,
    /// Why, for the statement
    #[arg(long, default_value = "", hide_default_value = true, value_name = "TEXT")]
    reason: String,
}

/// Answers about accounts.
///
/// # Errors
/// What the hub says.
pub async fn run(what: AccountArgs, args: &ShellArgs) -> Result<Exit> {
    let client = args.client()?;
    match what.command {
        None => {
            let mut items = Vec::new();
            for account in client.list_accounts().await?.items {
                let balances = client.get_balance(account.name.as_str()).await?;
                items.push(Standing { account, balances });
            }
            let columns = [
                Column { title: "ACCOUNT", cell: |standing: &Standing, _: &Look| standing.account.name.to_string() },
                Column { title: "KIND", cell: |standing, _| if standing.account.personal { "personal" } else { "shared" }.to_owned() },
                Column { title: "BALANCE", cell: |standing, _| sums(&standing.balances, |balance| balance.balance) },
                Column { title: "SET ASIDE", cell: |standing, _| sums(&standing.balances, |balance| balance.held) },
                Column { title: "AVAILABLE", cell: |standing, _| sums(&standing.balances, |balance| balance.available) },
            ];
            let name = |standing: &Standing| standing.account.name.to_string();
            args.output().give(&Listing { items, next: None, columns: &columns, name, none: "no accounts" })?;
        }
        Some(AccountCommand::Show { account }) => {
            let detail = client.get_account(&account).await?;
            let name = detail.account.name.to_string();
            let value = Statement {
                detail,
                balances: client.get_balance(&name).await?,
                holds: client.list_holds(&name).await?.items,
                charges: client.list_charges(&name).await?.items,
            };
            args.output().give(&Record { value, lines: Statement::lines, name: |statement| statement.detail.account.name.to_string() })?;
        }
        Some(AccountCommand::Add { name, owner }) => {
            let account = client.create_account(&CreateAccount { name: name.parse()?, owner }).await?.account;
            let lines = |account: &Account, _: &Look| vec![("account", account.name.to_string()), ("id", account.id.to_string())];
            args.output().give(&Record { value: account, lines, name: |account| account.name.to_string() })?;
        }
        Some(AccountCommand::Member { account, user, role: _, remove: true }) => {
            client.remove_member(&account, &user).await?;
            args.done(&client.get_account(&account).await?, &account, format!("{user} is no longer in {account}"))?;
        }
        Some(AccountCommand::Member { account, user, role, remove: false }) => {
            let now = client.set_member(&account, &user, &SetMember { role }).await?;
            args.done(&now, &account, format!("{user} is in {account} as {role}"))?;
        }
    }
    Ok(Exit::Done)
}

/// Answers about prices.
///
/// # Errors
/// What the hub says.
pub async fn price(command: PriceCommand, args: &ShellArgs) -> Result<Exit> {
    let client = args.client()?;
    let items = match command {
        PriceCommand::Set { machine, queue, account, core_hour, node_hour, gpu_hour, currency } => {
            let rate =
                |field: &str, text: &str| money::Money::parse(text, currency).map(|sum| sum.micros).map_err(|error| error.field(field));
            let price = SetPrice {
                machine,
                queue,
                account,
                currency,
                core_hour: rate("core_hour", &core_hour)?,
                node_hour: rate("node_hour", &node_hour)?,
                gpu_hour: rate("gpu_hour", &gpu_hour)?,
            };
            vec![client.set_price(&price).await?]
        }
        PriceCommand::List { machine } => client.list_prices(&ListPrices { machine }).await?.items,
    };
    let columns = [
        Column {
            title: "MACHINE",
            cell: |price: &Price, _: &Look| price.machine_name.as_ref().map_or_else(|| price.machine.to_string(), ToString::to_string),
        },
        Column { title: "QUEUE", cell: |price, _| price.queue.as_ref().map_or_else(|| "all".to_owned(), ToString::to_string) },
        Column { title: "ACCOUNT", cell: |price, _| price.account.map_or_else(|| "all".to_owned(), |account| account.to_string()) },
        Column { title: "CORE-HOUR", cell: |price, _| money::Money::from_micros(price.core_hour, price.currency).to_string() },
        Column { title: "NODE-HOUR", cell: |price, _| money::Money::from_micros(price.node_hour, price.currency).to_string() },
        Column { title: "GPU-HOUR", cell: |price, _| money::Money::from_micros(price.gpu_hour, price.currency).to_string() },
        Column { title: "SINCE", cell: |price, look| look.time(price.since) },
    ];
    args.output().give(&Listing {
        items,
        next: None,
        columns: &columns,
        name: |price| price.id.to_string(),
        none: "no prices: no job is placed before its machine has one",
    })?;
    Ok(Exit::Done)
}

/// Puts money into an account.
///
/// # Errors
/// What the hub says.
pub async fn top_up(what: TopUpArgs, args: &ShellArgs) -> Result<Exit> {
    let client = args.client()?;
    let sum = money::Money::parse(&what.sum, what.currency).map_err(|error| error.field("sum"))?;
    let charge = client.top_up(&what.account, &TopUp { sum: sum.into(), reason: what.reason }).await?;
    args.done(&charge, &what.account, format!("{} got {sum}", what.account))?;
    Ok(Exit::Done)
}

/// An account and what it has.
#[derive(Serialize)]
struct Standing {
    #[serde(flatten)]
    account: Account,
    balances: Vec<Balance>,
}

/// Everything about an account.
#[derive(Serialize)]
struct Statement {
    #[serde(flatten)]
    detail: AccountDetail,
    balances: Vec<Balance>,
    holds: Vec<Hold>,
    charges: Vec<Charge>,
}

impl Statement {
    fn lines(&self, look: &Look) -> Vec<(&'static str, String)> {
        let member = |member: &tieline_wire_api::accounts::Member| format!("{} ({})", member.name, member.role);
        let hold = |hold: &Hold| format!("{}  {}  for {} attempt {}", look.time(hold.created_at), plain(hold.sum), hold.job, hold.attempt);
        let charge = |charge: &Charge| {
            let job = charge.attempt.as_ref().map(|attempt| format!("  for {attempt}")).unwrap_or_default();
            format!("{}  {}  {}{job}  {}", look.time(charge.at), plain(charge.sum), charge.kind, charge.reason)
        };
        vec![
            ("account", self.detail.account.name.to_string()),
            ("id", self.detail.account.id.to_string()),
            ("members", self.detail.members.iter().map(member).collect::<Vec<_>>().join(", ")),
            ("balance", sums(&self.balances, |balance| balance.balance)),
            ("set aside", sums(&self.balances, |balance| balance.held)),
            ("available", sums(&self.balances, |balance| balance.available)),
            ("holds", self.holds.iter().map(hold).collect::<Vec<_>>().join("\n")),
            ("statement", self.charges.iter().map(charge).collect::<Vec<_>>().join("\n")),
        ]
    }
}

fn sums(balances: &[Balance], which: fn(&Balance) -> tieline_wire_api::money::Money) -> String {
    if balances.is_empty() {
        return "-".to_owned();
    }
    balances.iter().map(|balance| plain(which(balance))).collect::<Vec<_>>().join(", ")
}

fn plain(sum: tieline_wire_api::money::Money) -> String {
    money::Money::from(sum).to_string()
}
