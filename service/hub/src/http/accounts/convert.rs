//! From the store's accounts to those on the wire.

use tieline_store_hub::accounts::{Account, Member};
use tieline_wire_api::accounts as wire;

pub(super) fn account(account: Account) -> wire::Account {
    wire::Account { id: account.id, name: account.name, personal: account.personal_of.is_some(), created_at: account.created }
}

pub(super) fn detail((of, members): (Account, Vec<Member>)) -> wire::AccountDetail {
    wire::AccountDetail { account: account(of), members: members.into_iter().map(member).collect() }
}

fn member(member: Member) -> wire::Member {
    wire::Member { user: member.user, name: member.name, display_name: member.display_name, role: member.role, since: member.since }
}
