//! Prices, holds and the books.

use tieline_ledger::{LedgerAccount, Parties, Postings, Price, Rates};
use tieline_model::job::AttemptKey;
use tieline_model::{AccountId, CenterId, ChargeId, Currency, ErrorKind, HoldId, MachineId, Money, PriceId};
use tieline_store_hub::books::{self, Entry, Kind};
use tieline_store_hub::holds::{self, Hold};
use tieline_store_hub::{Store, Tx, prices};

use crate::engines::id;
use crate::{for_each_engine, moment};

fn yuan(micros: i64) -> Money {
    Money::from_micros(micros, Currency::CNY)
}

fn entry(account: AccountId, kind: Kind, sum: Money, key: Option<AttemptKey>) -> Entry {
    let reason = "because".to_owned();
    Entry { id: id::<ChargeId>(), account, kind, key, price: None, actor: None, sum, reason, usage: None, at: moment(5) }
}

async fn post(tx: &Tx, entry: &Entry, postings: &Postings) {
    books::post(tx, entry, postings, id).await.unwrap();
}

async fn balance(store: &Store, account: LedgerAccount) -> i64 {
    books::balance(store.read(), account, Currency::CNY).await.unwrap().micros
}

#[tokio::test]
async fn every_posting_moves_a_balance_and_all_of_them_sum_to_zero() {
    for_each_engine(async |store| {
        let (payer, center, key) = (id::<AccountId>(), id::<CenterId>(), AttemptKey { job: id(), number: 1 });
        let parties = Parties { payer, center };
        let euro = Money::from_micros(5, "EUR".parse().unwrap());
        let tx = store.begin().await.unwrap();
        post(&tx, &entry(payer, Kind::TopUp, yuan(100), None), &Postings::top_up(payer, yuan(100)).unwrap()).await;
        post(&tx, &entry(payer, Kind::TopUp, euro, None), &Postings::top_up(payer, euro).unwrap()).await;
        let charge = entry(payer, Kind::Charge, yuan(-30), Some(key));
        post(&tx, &charge, &Postings::charge(parties, yuan(30)).unwrap()).await;
        let back = entry(payer, Kind::Adjustment, yuan(10), Some(key));
        post(&tx, &back, &Postings::adjustment(parties, yuan(30), yuan(20)).unwrap()).await;
        tx.commit().await.unwrap();
        let tx = store.begin().await.unwrap();
        post(&tx, &entry(payer, Kind::Charge, yuan(-1), Some(key)), &Postings::charge(parties, yuan(1)).unwrap()).await;
        drop(tx);
        let expected = [(LedgerAccount::Account(payer), 80), (LedgerAccount::Center(center), 20), (LedgerAccount::Cash, -100)];
        for (account, micros) in expected {
            assert_eq!(balance(&store, account).await, micros, "{account:?}");
        }
        books::audit(store.read()).await.unwrap();
        let mut both = books::balances(store.read(), LedgerAccount::Account(payer)).await.unwrap();
        both.sort_by_key(|sum| sum.micros);
        assert_eq!(both, [euro, yuan(80)]);
        assert_eq!(books::of_attempt(store.read(), key).await.unwrap(), [charge, back.clone()]);
        let page = books::statement(store.read(), payer, None, 2).await.unwrap();
        assert_eq!((page.len(), &page[0]), (2, &back));
        assert_eq!(books::statement(store.read(), payer, Some(page[1].id), 9).await.unwrap().len(), 2);
        let tx = store.begin().await.unwrap();
        books::refold(&tx).await.unwrap();
        tx.commit().await.unwrap();
        books::audit(store.read()).await.unwrap();
        for (account, micros) in expected {
            assert_eq!(balance(&store, account).await, micros, "{account:?} after folding anew");
        }
    })
    .await;
}

#[tokio::test]
async fn an_attempt_has_one_hold_which_counts_until_it_is_released() {
    for_each_engine(async |store| {
        let account = id::<AccountId>();
        let price = Price {
            id: id::<PriceId>(),
            machine: id::<MachineId>(),
            queue: Some("main".parse().unwrap()),
            account: Some(account),
            since: moment(1),
            currency: Currency::CNY,
            rates: Rates { core_hour: 1, node_hour: 2, gpu_hour: 3 },
        };
        let hold = |sum| Hold {
            id: id::<HoldId>(),
            account,
            key: AttemptKey { job: id(), number: 1 },
            price: price.id,
            center: id(),
            sum,
            created: moment(2),
            released: None,
        };
        let (first, second) = (hold(yuan(7)), hold(yuan(5)));
        let tx = store.begin().await.unwrap();
        prices::insert(&tx, &price, moment(1)).await.unwrap();
        holds::insert(&tx, &first).await.unwrap();
        holds::insert(&tx, &second).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(prices::by_id(store.read(), price.id).await.unwrap(), Some(price.clone()));
        assert_eq!(prices::all(store.read(), Some(price.machine)).await.unwrap(), std::slice::from_ref(&price));
        assert_eq!(holds::sum(store.read(), account, Currency::CNY).await.unwrap(), yuan(12));
        let tx = store.begin().await.unwrap();
        let again = Hold { id: id(), ..first.clone() };
        assert_eq!(holds::insert(&tx, &again).await.unwrap_err().kind(), ErrorKind::Conflict);
        drop(tx);
        let tx = store.begin().await.unwrap();
        holds::release(&tx, first.key, moment(3)).await.unwrap();
        holds::release(&tx, first.key, moment(4)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(holds::open(store.read(), account).await.unwrap(), [second]);
        assert_eq!(holds::of_attempt(store.read(), first.key).await.unwrap().unwrap().released, Some(moment(3)));
        assert_eq!(holds::sum(store.read(), account, "EUR".parse().unwrap()).await.unwrap().micros, 0);
    })
    .await;
}
