//! Centers, gateways, join tokens and machines.

use tieline_model::machine::{CoreCounts, Description, GpuCounts, NodeCounts, NodeReading, Reading, SchedulerKind};
use tieline_model::{CenterId, ErrorKind, GatewayId, JoinTokenId, MachineId, Seconds, Sha256};
use tieline_store_hub::centers::{self, Center};
use tieline_store_hub::gateways::{self, Gateway};
use tieline_store_hub::join_tokens::{self, JoinToken};
use tieline_store_hub::machines::{self, Machine};
use tieline_store_hub::{Store, Tx};

use crate::engines::id;
use crate::{for_each_engine, moment};

async fn center(tx: &Tx, name: &str) -> Center {
    let text = || name.to_uppercase();
    let center = Center {
        id: id::<CenterId>(),
        name: name.parse().unwrap(),
        title: text(),
        description: text(),
        organisation: text(),
        contact: text(),
        created: moment(1),
    };
    centers::insert(tx, &center).await.unwrap();
    center
}

async fn gateway(tx: &Tx, center: CenterId) -> Gateway {
    let gateway = Gateway {
        id: id::<GatewayId>(),
        center,
        serial: "4f".to_owned(),
        expires: moment(100),
        revoked: false,
        version: "1".to_owned(),
        clock_offset_micros: None,
        created: moment(1),
        last_seen: None,
    };
    gateways::insert(tx, &gateway).await.unwrap();
    gateway
}

async fn machine(tx: &Tx, gateway: &Gateway, name: &str) -> Machine {
    let description = Description {
        name: name.parse().unwrap(),
        title: "水".to_owned(),
        description: String::new(),
        organisation: String::new(),
        architecture: "x86_64".to_owned(),
        accelerators: Vec::new(),
        peak_gflops: None,
        scheduler: SchedulerKind::Slurm,
        scheduler_version: None,
        node_classes: Vec::new(),
        queues: Vec::new(),
        deployments: Vec::new(),
    };
    let machine = Machine {
        id: id::<MachineId>(),
        center: gateway.center,
        gateway: gateway.id,
        name: name.parse().unwrap(),
        description,
        reading: None,
        enabled: true,
        last_seen: moment(2),
    };
    machines::insert(tx, &machine, moment(2)).await.unwrap();
    machine
}

fn reading(idle: u32) -> Reading {
    Reading {
        as_of: moment(3),
        nodes: NodeCounts::default(),
        cores: CoreCounts { total: idle, idle, ..Default::default() },
        gpus: GpuCounts::default(),
        queues: Vec::new(),
        node_map: vec![NodeReading { name: "n1".to_owned(), state: "IDLE".to_owned(), cores: idle, allocated: 0 }],
        raw: "raw".to_owned(),
        storage: Vec::new(),
        trouble: None,
    }
}

#[tokio::test]
async fn a_join_token_is_spent_once_and_not_after_its_end() {
    for_each_engine(async |store: Store| {
        let tx = store.begin().await.unwrap();
        let center = center(&tx, "east").await.id;
        for byte in [1, 2] {
            let secret = Sha256([byte; 32]);
            let token = JoinToken { id: id::<JoinTokenId>(), center, secret, created: moment(0), expires: moment(10) };
            join_tokens::insert(&tx, &token).await.unwrap();
        }
        let spend = async |byte, at| join_tokens::spend(&tx, Sha256([byte; 32]), moment(at)).await.unwrap().map(|(_, center)| center);
        assert_eq!(spend(1, 9).await, Some(center));
        assert_eq!((spend(1, 9).await, spend(2, 10).await, spend(3, 0).await), (None, None, None));
        join_tokens::forget(&tx, moment(11)).await.unwrap();
        assert_eq!(spend(2, 0).await, None);
    })
    .await;
}

#[tokio::test]
async fn a_machine_keeps_its_latest_reading_whole_and_its_history_thin() {
    for_each_engine(async |store: Store| {
        let tx = store.begin().await.unwrap();
        let center = center(&tx, "east").await;
        let gateway = gateway(&tx, center.id).await;
        let machine = machine(&tx, &gateway, "m1").await;
        for (at, idle) in [(0, 1), (299, 2), (300, 3)] {
            machines::read(&tx, machine.id, &reading(idle), moment(at)).await.unwrap();
        }
        machines::set_enabled(&tx, machine.id, false).await.unwrap();
        tx.commit().await.unwrap();
        let db = store.read();
        let read = Machine { reading: Some(reading(3)), enabled: false, last_seen: moment(300), ..machine.clone() };
        assert_eq!(machines::all(db).await.unwrap(), [read]);
        let history = machines::history(db, machine.id, moment(0), moment(301), 10).await.unwrap();
        let thin = |idle| Reading { node_map: Vec::new(), raw: String::new(), ..reading(idle) };
        assert_eq!(history, [(moment(0), thin(2)), (moment(300), thin(3))]);

        let tx = store.begin().await.unwrap();
        machines::read(&tx, machine.id, &reading(4), moment(300) + machines::HISTORY + Seconds(1)).await.unwrap();
        let left = machines::history(&tx, machine.id, moment(0), moment(9_999_999), 10).await.unwrap();
        assert_eq!(left.len(), 1, "what is older than a month is gone");
    })
    .await;
}

#[tokio::test]
async fn a_machine_is_found_by_id_by_name_and_by_center_and_name() {
    for_each_engine(async |store: Store| {
        let tx = store.begin().await.unwrap();
        let mut found = Vec::new();
        for (center_name, machine_name) in [("east", "m1"), ("west", "m1"), ("west", "m2")] {
            let center = match centers::by_name(&tx, &center_name.parse().unwrap()).await.unwrap() {
                Some(center) => center,
                None => center(&tx, center_name).await,
            };
            let gateway = gateway(&tx, center.id).await;
            found.push(machine(&tx, &gateway, machine_name).await.id);
        }
        let find = async |text: &str| machines::find(&tx, text).await.map(|machine| machine.id).map_err(|error| error.kind());
        assert_eq!(find("west/m1").await, Ok(found[1]));
        assert_eq!(find("m2").await, Ok(found[2]));
        assert_eq!(find(&found[0].to_string()).await, Ok(found[0]));
        assert_eq!(find("m1").await, Err(ErrorKind::Conflict));
        for missing in ["m3", "north/m1", "../m1", "", "a/b/c"] {
            assert_eq!(find(missing).await, Err(ErrorKind::NotFound), "{missing}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_gateway_remembers_its_certificate_its_clock_and_whether_it_is_kept_out() {
    for_each_engine(async |store: Store| {
        let tx = store.begin().await.unwrap();
        let (east, west) = (center(&tx, "east").await.id, center(&tx, "west").await.id);
        let first = gateway(&tx, east).await;
        let other = gateway(&tx, west).await;
        gateways::greeted(&tx, first.id, "2", -5, moment(7)).await.unwrap();
        gateways::renewed(&tx, first.id, "50", moment(200)).await.unwrap();
        gateways::set_revoked(&tx, first.id, true).await.unwrap();
        gateways::seen(&tx, first.id, moment(8)).await.unwrap();
        let now = Gateway {
            serial: "50".to_owned(),
            expires: moment(200),
            revoked: true,
            version: "2".to_owned(),
            clock_offset_micros: Some(-5),
            last_seen: Some(moment(8)),
            ..first.clone()
        };
        assert_eq!(gateways::list(&tx, None, None, 10).await.unwrap(), [now.clone(), other.clone()]);
        assert_eq!(gateways::list(&tx, Some(&[west]), None, 10).await.unwrap(), std::slice::from_ref(&other));
        assert_eq!(gateways::list(&tx, None, Some(first.id), 10).await.unwrap(), [other]);
        let taken = Center { id: id::<CenterId>(), ..centers::by_id(&tx, east).await.unwrap().unwrap() };
        assert_eq!(centers::insert(&tx, &taken).await.unwrap_err().kind(), ErrorKind::Conflict);
    })
    .await;
}
