//! Accounts, money and the audit log by name. Each call fails with what the hub says, or with `Unavailable` where it
//! cannot be reached.
#![expect(clippy::missing_errors_doc, reason = "said once above for all of them")]

use reqwest::Method;
use tieline_model::Result;

use super::Client;
use super::calls::pairs;
use crate::Page;
use crate::accounts::{Account, AccountDetail, CreateAccount, SetMember};
use crate::audit::{AuditEntry, AuditQuery};
use crate::money::{Balance, Charge, Hold, ListPrices, Price, SetPrice, TopUp};

impl Client {
    /// Makes a shared account.
    pub async fn create_account(&self, account: &CreateAccount) -> Result<AccountDetail> {
        self.send(Method::POST, &["accounts"], account).await
    }

    /// One's accounts; all of them for administrators.
    pub async fn list_accounts(&self) -> Result<Page<Account>> {
        self.whole(&["accounts"], &()).await
    }

    /// An account with its members, by id or name.
    pub async fn get_account(&self, account: &str) -> Result<AccountDetail> {
        self.get(&["accounts", account], &[]).await
    }

    /// Makes a person a member of an account, or changes what they may do there.
    pub async fn set_member(&self, account: &str, user: &str, member: &SetMember) -> Result<AccountDetail> {
        self.send(Method::PUT, &["accounts", account, "members", user], member).await
    }

    /// Takes a person out of an account.
    pub async fn remove_member(&self, account: &str, user: &str) -> Result<()> {
        self.tell(Method::DELETE, &["accounts", account, "members", user], None::<&()>).await
    }

    /// What an account has, by currency.
    pub async fn get_balance(&self, account: &str) -> Result<Vec<Balance>> {
        self.get(&["accounts", account, "balance"], &[]).await
    }

    /// What is set aside.
    pub async fn list_holds(&self, account: &str) -> Result<Page<Hold>> {
        self.get(&["accounts", account, "holds"], &[]).await
    }

    /// The statement, newest first.
    pub async fn list_charges(&self, account: &str) -> Result<Page<Charge>> {
        self.whole(&["accounts", account, "charges"], &()).await
    }

    /// Puts money into an account.
    pub async fn top_up(&self, account: &str, sum: &TopUp) -> Result<Charge> {
        self.send(Method::POST, &["accounts", account, "topups"], sum).await
    }

    /// The prices in force.
    pub async fn list_prices(&self, which: &ListPrices) -> Result<Page<Price>> {
        self.get(&["prices"], &pairs(which)?).await
    }

    /// Sets a price from now on.
    pub async fn set_price(&self, price: &SetPrice) -> Result<Price> {
        self.send(Method::POST, &["prices"], price).await
    }

    /// One page of the audit log.
    pub async fn list_audit(&self, which: &AuditQuery) -> Result<Page<AuditEntry>> {
        self.get(&["audit"], &pairs(which)?).await
    }
}
