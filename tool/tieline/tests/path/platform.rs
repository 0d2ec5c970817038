//! A demonstration for one test, and a shell to speak to it with.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;
use tieline_testkit::port::{self, Port};

/// The program under test.
const PROGRAM: &str = env!("CARGO_BIN_EXE_tieline");
/// How long anything may take on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// A demonstration that ends with this.
pub struct Platform {
    /// Everything of this test.
    pub folder: TempDir,
    port: Port,
    _beside: Port,
    process: Child,
    ready: Value,
}

impl Platform {
    /// Starts one from nothing.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // Jobs run as other users, and write beside the platform's own folder.
        std::fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        let (port, beside) = neighbours();
        let (process, ready) = launch(folder.path(), port.number());
        Self { folder, port, _beside: beside, process, ready }
    }

    /// Stops it as Ctrl-C does and starts it again; gives how it ended.
    pub fn restart(&mut self) -> Option<i32> {
        let status = self.stop();
        let (process, ready) = launch(self.folder.path(), self.port.number());
        (self.process, self.ready) = (process, ready);
        status
    }

    /// The address.
    pub fn url(&self) -> &str {
        self.ready["url"].as_str().unwrap()
    }

    /// The port of the address.
    pub fn port(&self) -> u16 {
        self.port.number()
    }

    /// A person's password.
    pub fn password(&self, name: &str) -> &str {
        let users = self.ready["users"].as_array().unwrap();
        users.iter().find(|user| user["name"] == name).unwrap()["password"].as_str().unwrap()
    }

    /// A shell where this person has signed in.
    pub fn shell(&self, name: &str) -> Shell {
        let shell = Shell { home: self.folder.path().join(format!("shell-{name}")) };
        std::fs::create_dir_all(&shell.home).unwrap();
        let login = ["login", "--url", self.url(), "--user", name, "--password-stdin", "--quiet"];
        assert_eq!(shell.with_input(&login, self.password(name)).text(), name);
        shell
    }

    /// Kills the process of this name (`hub`, `gateway`) at once and waits until another one stands in its place.
    pub fn kill(&self, name: &str) {
        let old = self.child(name).unwrap();
        kill_process(Pid::from_raw(old).unwrap(), Signal::KILL).unwrap();
        until(&format!("another {name}"), || self.child(name).is_some_and(|new| new != old));
    }

    fn child(&self, name: &str) -> Option<i32> {
        let parent = self.process.id().to_string();
        std::fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<i32>().ok()).find(|pid| {
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            let ours = stat.rsplit_once(')').is_some_and(|(_, rest)| rest.split_whitespace().nth(1) == Some(&*parent));
            let words = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            ours && words.split(|byte| *byte == 0).nth(1) == Some(name.as_bytes())
        })
    }

    fn stop(&mut self) -> Option<i32> {
        let pid = Pid::from_child(&self.process);
        if kill_process(pid, Signal::INT).is_err() {
            return None;
        }
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            if let Ok(Some(status)) = self.process.try_wait() {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.process.kill();
        self.process.wait().ok()?.code()
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A person at a terminal.
pub struct Shell {
    /// The folder it works in, with its credentials.
    pub home: PathBuf,
}

impl Shell {
    /// Runs a command to its end.
    pub fn run(&self, args: &[&str]) -> Done {
        self.with_input(args, "")
    }

    /// Runs a command with this line on its input.
    pub fn with_input(&self, args: &[&str], line: &str) -> Done {
        let mut process = self.command(args).stdin(Stdio::piped()).spawn().unwrap();
        std::io::Write::write_all(&mut process.stdin.take().unwrap(), format!("{line}\n").as_bytes()).unwrap_or_default();
        Done { args: args.join(" "), output: process.wait_with_output().unwrap() }
    }

    /// A command that goes on beside the test.
    pub fn beside(&self, args: &[&str]) -> Child {
        self.command(args).stdin(Stdio::null()).spawn().unwrap()
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = command(args);
        command.current_dir(&self.home).env("TIELINE_CONFIG_DIR", self.home.join("config"));
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Writes a script to run, and gives its name.
    pub fn script(&self, name: &str, text: &str) -> String {
        std::fs::write(self.home.join(name), format!("#!/bin/sh\n{text}\n")).unwrap();
        format!("script={name}")
    }

    /// Waits until a job is in this state.
    pub fn until_state(&self, job: &str, state: &str) {
        until(&format!("{job} is {state}"), || self.run(&["job", "show", job, "--json"]).json()["state"] == state);
    }
}

/// A command that ended.
pub struct Done {
    args: String,
    output: Output,
}

impl Done {
    /// Its exit status.
    pub fn status(&self) -> i32 {
        self.output.status.code().unwrap()
    }

    /// What it printed, where it succeeded.
    pub fn text(&self) -> String {
        assert_eq!(self.status(), 0, "tieline {}: {}", self.args, self.talk());
        self.printed()
    }

    /// What it printed, however it ended.
    pub fn printed(&self) -> String {
        String::from_utf8(self.output.stdout.clone()).unwrap().trim_end().to_owned()
    }

    /// What it printed, as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text()).unwrap()
    }

    /// What it said on stderr.
    pub fn talk(&self) -> String {
        String::from_utf8(self.output.stderr.clone()).unwrap().trim_end().to_owned()
    }
}

/// Asks again and again until the answer is yes.
pub fn until(what: &str, mut check: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !check() {
        assert!(Instant::now() < end, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The program with a surrounding that is the same everywhere.
pub fn command(args: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(args).env("TZ", "UTC").env("NO_COLOR", "1").env_remove("TIELINE_URL").env_remove("TIELINE_TOKEN");
    command
}

fn launch(folder: &Path, port: u16) -> (Child, Value) {
    let ready = folder.join("ready.json");
    let (port, dir, file) = (port.to_string(), folder.join("demo"), ready.display().to_string());
    let talk = std::fs::File::create(folder.join("talk")).unwrap();
    let mut process = command(&["demo", "--dir", dir.to_str().unwrap(), "--port", &port, "--ready", &file])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(talk)
        .spawn()
        .unwrap();
    until("the demonstration is ready", || {
        let ended = process.try_wait().unwrap();
        assert!(ended.is_none(), "the demonstration ended: {}", std::fs::read_to_string(folder.join("talk")).unwrap());
        ready.exists()
    });
    let ready = serde_json::from_str(&std::fs::read_to_string(ready).unwrap()).unwrap();
    (process, ready)
}

/// Two ports side by side: the demonstration takes the next one for its gateways.
fn neighbours() -> (Port, Port) {
    let mut first = port::take().unwrap();
    loop {
        let second = port::take().unwrap();
        if second.number() == first.number() + 1 {
            return (first, second);
        }
        first = second;
    }
}
