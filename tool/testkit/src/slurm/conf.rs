//! The configuration files of a private Slurm.

use std::path::Path;

use super::{Ports, SlurmOptions};
use crate::part::text;

/// Where Debian keeps Slurm's plugins.
pub(super) const PLUGINS: &str =
    if cfg!(target_arch = "aarch64") { "/usr/lib/aarch64-linux-gnu/slurm-wlm" } else { "/usr/lib/x86_64-linux-gnu/slurm-wlm" };

/// `slurm.conf`.
pub(super) fn slurm(folder: &Path, options: &SlurmOptions, ports: &Ports) -> String {
    let folder = text(folder);
    let SlurmOptions { nodes, cores_per_node, memory_per_node, min_job_age, extra, .. } = options;
    let node_ports: Vec<String> = ports.nodes.iter().map(|port| port.number().to_string()).collect();
    let nodes_list: String = (1..=*nodes)
        .zip(&node_ports)
        .map(|(node, port)| {
            format!(
                "NodeName=node{node} NodeHostname=localhost NodeAddr=127.0.0.1 Port={port} CPUs={cores_per_node} RealMemory={memory_per_node} State=UNKNOWN\n"
            )
        })
        .collect();
    format!(
        "ClusterName=testkit
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort={controller}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
CryptoType=crypto/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/%n.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
ReturnToService=2
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SchedulerParameters=sched_interval=1,bf_interval=2
KillWait=5
MinJobAge={min_job_age}
MaxArraySize=20001
MaxJobCount=50000
PluginDir={PLUGINS}
SlurmdParameters=config_overrides
{accounting}{nodes_list}PartitionName=batch Nodes=node[1-{nodes}] Default=YES MaxTime=60 DefMemPerCPU=100 State=UP
PartitionName=short Nodes=node[1-{nodes}] MaxTime=5 DefMemPerCPU=100 State=UP
{extra}
",
        controller = ports.controller.number(),
        accounting = if options.accounting { with_accounting(&folder, ports) } else { without_accounting(&folder) },
    )
}

fn without_accounting(folder: &str) -> String {
    format!(
        "AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
JobCompType=jobcomp/filetxt
JobCompLoc={folder}/jobcomp.txt
"
    )
}

/// The connection to slurmdbd does not read `AuthInfo`: the socket goes into the field of the password.
fn with_accounting(folder: &str, ports: &Ports) -> String {
    format!(
        "AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=localhost
AccountingStoragePort={}
AccountingStoragePass={folder}/munge/socket
AccountingStorageEnforce=associations,limits,qos
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=1
PriorityType=priority/multifactor
JobCompType=jobcomp/none
",
        ports.accounting.number()
    )
}

/// `slurmdbd.conf`, which slurmdbd finds beside `slurm.conf`.
pub(super) fn slurmdbd(folder: &Path, ports: &Ports) -> String {
    let folder = text(folder);
    format!(
        "AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
DbdHost=localhost
DbdPort={}
SlurmUser=root
PidFile={folder}/slurmdbd.pid
StorageType=accounting_storage/mysql
StorageHost=127.0.0.1
StoragePort={}
StorageUser=slurm
StoragePass=only-for-this-test
StorageLoc=slurm_acct_db
PluginDir={PLUGINS}
",
        ports.accounting.number(),
        ports.database.number()
    )
}
