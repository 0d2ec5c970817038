//! From the books to the wire.

use tieline_ledger as ledger;
use tieline_store_hub::books::Entry;
use tieline_store_hub::holds::Hold;
use tieline_store_hub::machines::Machine;
use tieline_wire_api::money as wire;

pub(super) fn price(price: ledger::Price, machines: &[Machine]) -> wire::Price {
    let ledger::Rates { core_hour, node_hour, gpu_hour } = price.rates;
    wire::Price {
        id: price.id,
        machine: price.machine,
        machine_name: machines.iter().find(|machine| machine.id == price.machine).map(|machine| machine.name.clone()),
        queue: price.queue,
        account: price.account,
        since: price.since,
        currency: price.currency,
        core_hour,
        node_hour,
        gpu_hour,
    }
}

pub(super) fn hold(hold: Hold) -> wire::Hold {
    wire::Hold {
        id: hold.id,
        job: hold.key.job,
        attempt: hold.key.number,
        sum: hold.sum.into(),
        price: hold.price,
        created_at: hold.created,
    }
}

pub(super) fn charge(entry: Entry) -> wire::Charge {
    wire::Charge {
        id: entry.id,
        kind: entry.kind.word().to_owned(),
        sum: entry.sum.into(),
        attempt: entry.key,
        price: entry.price,
        actor: entry.actor,
        reason: entry.reason,
        usage: entry.usage,
        at: entry.at,
    }
}
