//! A hub and a gateway as an administrator sets them up by hand, with the machine a test wishes. Both are processes of
//! their own that can be killed, and the wire between them can be cut.

use std::fs::Permissions;
use std::net::SocketAddr;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;
use tieline_testkit::link::Link;
use tieline_testkit::port::{self, Port};
use tieline_testkit::users;
use tieline_wire_api::Client;
use tieline_wire_api::client::Proof;

use crate::platform::{Shell, command, until};
use crate::world::World;

/// The only machine's name.
pub const MACHINE: &str = "bench";
/// What each researcher begins with, in millionths.
pub const GIFT: i64 = 1_000_000 * 1_000_000;
const PASSWORD: &str = "a password of many words";
/// The researchers, and as whom their jobs run.
const PEOPLE: [(&str, &str); 2] = [("alice", "tlu1"), ("bob", "tlu2")];

/// A platform that ends with this.
pub struct Center {
    // Dropped first, so that nobody writes into the folder any more.
    gateway: Daemon,
    hub: Daemon,
    /// The wire from the gateway to the hub.
    pub link: Link,
    /// What surrounds both.
    pub world: World,
    url: String,
    _ports: [Port; 2],
    /// Everything of this test.
    pub folder: TempDir,
}

/// Half of a platform: the gateway has joined and does not run yet.
pub struct Joined {
    center: Center,
    admin: Shell,
}

impl Center {
    /// Sets up a hub and joins a gateway, whose state lies on a small disk where wanted. `machine` gets the folder below which jobs lie and gives the rest of the machine's
    /// table.
    pub async fn join(mut world: World, small_disk: bool, machine: impl FnOnce(&str) -> String) -> Joined {
        users::ensure(PEOPLE.map(|(_, local)| local)).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        std::fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        for (_, local) in PEOPLE {
            let own = folder.path().join("jobs").join(local);
            std::fs::create_dir_all(&own).unwrap();
            chown(&own, users::uid(local), None).unwrap();
        }
        if small_disk {
            world.mount(&folder.path().join("gateway"));
        }
        let ports = [port::take().unwrap(), port::take().unwrap()];
        let url = format!("http://127.0.0.1:{}", ports[0].number());
        let link = Link::to(SocketAddr::from(([127, 0, 0, 1], ports[1].number()))).await.unwrap();
        let hub = format!(
            "state = \"{}\"\nhttp = {{ listen = \"127.0.0.1:{}\", public_url = \"{url}\" }}\ngateways = {{ listen = \"127.0.0.1:{}\" }}\n",
            path("hub"),
            ports[0].number(),
            ports[1].number()
        );
        std::fs::write(folder.path().join("hub.toml"), hub).unwrap();
        let gateway = format!(
            "state = \"{}\"\nuser_map = \"{}\"\ncontrol = \"https://{}\"\n\n[[machines]]\nname = \"{MACHINE}\"\ntitle = \"Test bench\"\n\
             apps = [{{ app = \"shell\", programs = [\"sh\"] }}, {{ app = \"scripted\", programs = [\"sh\"] }}, {{ app = \"lammps\", programs = [\"mpirun\", \"lmp\"] }}]\n{}\n",
            path("gateway"),
            path("user-map.toml"),
            link.address(),
            machine(&path("jobs/{user}"))
        );
        std::fs::write(folder.path().join("gateway.toml"), gateway).unwrap();
        let rules: String = PEOPLE.map(|(user, local)| format!("[[rule]]\nuser = \"{user}\"\nlocal = \"{local}\"\n\n")).concat();
        std::fs::write(folder.path().join("user-map.toml"), rules).unwrap();

        let root = Shell { home: folder.path().to_owned() };
        let init = ["hub", "init", "--config", &path("hub.toml"), "--administrator", "admin", "--password-stdin", "--quiet"];
        root.with_input(&init, PASSWORD).text();
        let hub = Daemon::start("hub", folder.path(), &world);
        let gateway = Daemon::later();
        let center = Self { gateway, hub, link, world, url, _ports: ports, folder };
        center.until_hub_answers();
        let admin = center.shell("admin");
        let config = center.folder.path().join("gateway.toml").display().to_string();
        let token = admin.run(&["center", "add", "uni", "--title", "A university", "--quiet"]).text();
        root.run(&["gateway", "join", "--config", &config, "--hub", &center.url, "--token", &token]).text();
        Joined { center, admin }
    }

    /// A shell where this person has signed in.
    pub fn shell(&self, name: &str) -> Shell {
        let shell = Shell { home: self.folder.path().join(format!("shell-{name}")) };
        std::fs::create_dir_all(&shell.home).unwrap();
        let login = ["login", "--url", &self.url, "--user", name, "--password-stdin", "--quiet"];
        assert_eq!(shell.with_input(&login, PASSWORD).text(), name);
        shell
    }

    /// A client with a personal token of whoever signed in at this shell.
    pub fn client(&self, shell: &Shell) -> Client {
        let token = shell.run(&["token", "create", "test", "--quiet"]).text();
        Client::new(&self.url, Proof::Token(token)).unwrap()
    }

    /// Kills the hub at once.
    pub fn kill_hub(&mut self) {
        self.hub.kill();
    }

    /// Starts another one.
    pub fn start_hub(&mut self) {
        self.hub = Daemon::start("hub", self.folder.path(), &self.world);
    }

    /// Waits until the hub serves.
    pub fn until_hub_answers(&self) {
        let root = Shell { home: self.folder.path().to_owned() };
        until("the hub answers", || root.run(&["version", "--url", &self.url]).status() == 0);
    }

    /// Kills the gateway at once.
    pub fn kill_gateway(&mut self) {
        self.gateway.kill();
    }

    /// Starts another one.
    pub fn start_gateway(&mut self) {
        self.gateway = Daemon::start("gateway", self.folder.path(), &self.world);
    }

    /// Starts whichever of the two has died, and tells whether one had.
    pub fn revive(&mut self) -> bool {
        let ended = [self.hub.has_ended(), self.gateway.has_ended()];
        if ended[0] {
            self.start_hub();
        }
        if ended[1] {
            self.start_gateway();
        }
        ended != [false, false]
    }

    /// Waits for the end of a process that kills itself just now, and starts it again.
    pub fn revive_the_dead(&mut self) {
        until("a process that kills itself has ended", || self.revive());
    }

    /// The number of the gateway's process.
    pub fn gateway_pid(&self) -> u32 {
        self.gateway.process.as_ref().unwrap().id()
    }

    /// The end of what a process (`hub`, `gateway`) logged.
    pub fn log(&self, name: &str) -> String {
        let text = std::fs::read_to_string(self.folder.path().join(format!("{name}.log"))).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }
}

impl Joined {
    /// The line that lets the gateway in as this login name.
    pub fn authority_line(&self, user: &str) -> String {
        let config = self.center.folder.path().join("gateway.toml").display().to_string();
        self.admin.run(&["gateway", "authority", user, "--config", &config]).text()
    }

    /// Starts the gateway, waits for its machine, and brings people, a price and money.
    pub fn open(self) -> Center {
        let Self { mut center, admin } = self;
        center.gateway = Daemon::start("gateway", center.folder.path(), &center.world);
        for (user, _) in PEOPLE {
            admin.with_input(&["user", "add", user, "--password-stdin", "--quiet"], PASSWORD).text();
            admin.run(&["topup", user, &(GIFT / 1_000_000).to_string(), "--reason", "for the test"]).text();
        }
        let mut said = Value::Null;
        let ready = |said: &Value| {
            said["items"].as_array().is_some_and(|all| all.iter().any(|one| one["connected"] == true && !one["reading"].is_null()))
        };
        until("the machine is there", || {
            said = admin.run(&["machines", "--json"]).json();
            ready(&said)
        });
        admin.run(&["price", "set", MACHINE, "--core-hour", "36"]).text();
        center
    }
}

/// A process of the platform.
struct Daemon {
    process: Option<Child>,
}

impl Daemon {
    /// One that does not run yet.
    fn later() -> Self {
        Self { process: None }
    }

    fn start(name: &str, folder: &Path, world: &World) -> Self {
        let config: PathBuf = folder.join(format!("{name}.toml"));
        let log = std::fs::OpenOptions::new().create(true).append(true).open(folder.join(format!("{name}.log"))).unwrap();
        let mut program = command(&[name, "run", "--config", config.to_str().unwrap(), "--end-with-parent"]);
        world.surround(name, &mut program);
        let process = program.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap();
        Self { process: Some(process) }
    }

    fn kill(&mut self) {
        let mut process = self.process.take().unwrap();
        // It may have died by itself in this very moment.
        let _ = process.kill();
        process.wait().unwrap();
    }

    fn has_ended(&mut self) -> bool {
        self.process.as_mut().is_none_or(|process| process.try_wait().unwrap().is_some())
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let Some(process) = &mut self.process else { return };
        if let Ok(None) = process.try_wait() {
            // It may end by itself in this very moment.
            let _ = kill_process(Pid::from_child(process), Signal::TERM);
            let _ = process.wait();
        }
    }
}
