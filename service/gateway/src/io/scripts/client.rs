//! The tools a script calls: `ssh`, `put` and `get` ask the broker, `json` reads a value for scripts that are plain shell.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;

use serde_json::Value as Json;
use sha2::{Digest, Sha256 as Hasher};
use tieline_model::Sha256;

use super::frame::{Ask, Kind, Reply, receive_now, send_now};
use super::spec::BROKER;

const USAGE: i32 = 64;
const NO_BROKER: i32 = 69;

/// Runs `ssh PROGRAM ARG…`, `put LOCAL REMOTE`, `get REMOTE LOCAL` or `json get .a.b` and gives the exit status.
pub fn main(args: impl IntoIterator<Item = String>) -> i32 {
    let args: Vec<String> = args.into_iter().collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["ssh", ref argv @ ..] if !argv.is_empty() => ssh(argv),
        ["put", local, remote] => put(local, remote),
        ["get", remote, local] => get(remote, local),
        ["json", "get", path] => json(path),
        _ => {
            eprintln!(
                "usage: tieline-ssh PROGRAM ARGUMENT... | tieline-put LOCAL REMOTE | tieline-get REMOTE LOCAL | tieline-json get .a.b"
            );
            return USAGE;
        }
    };
    done.unwrap_or_else(|error| {
        eprintln!("tieline: {error}");
        NO_BROKER
    })
}

fn ssh(argv: &[&str]) -> io::Result<i32> {
    let ask = Ask::Run { argv: argv.iter().map(|&word| word.to_owned()).collect() };
    let mut stream = connect(&ask)?;
    let mut input = stream.try_clone()?;
    // It ends with this process: a command that wants no input must not wait for one.
    std::thread::spawn(move || send_all(&mut io::stdin().lock(), &mut input));
    let reply = receive_all(&mut stream, &mut io::stdout().lock())?;
    told(&reply)
}

fn put(local: &str, remote: &str) -> io::Result<i32> {
    let mut hashed = Hashed { to: io::sink(), hasher: Hasher::new() };
    io::copy(&mut File::open(local)?, &mut hashed)?;
    let ask = Ask::Put { path: remote.to_owned(), sha256: Sha256(hashed.hasher.finalize().into()) };
    let mut stream = connect(&ask)?;
    let sent = send_all(&mut File::open(local)?, &mut stream);
    // A broker that refused has stopped to listen; its reason is what counts.
    let reply = receive_all(&mut stream, &mut io::sink()).or_else(|error| sent.and(Err(error)))?;
    told(&reply)
}

fn get(remote: &str, local: &str) -> io::Result<i32> {
    let mut stream = connect(&Ask::Get { path: remote.to_owned() })?;
    let part = format!("{local}.tieline-part");
    let mut to = Hashed { to: File::create(&part)?, hasher: Hasher::new() };
    let reply = receive_all(&mut stream, &mut to)?;
    if reply.status == 0 && reply.sha256 == Some(Sha256(to.hasher.finalize().into())) {
        std::fs::rename(&part, local)?;
        return Ok(0);
    }
    std::fs::remove_file(&part)?;
    told(&reply).map(|status| if status == 0 { NO_BROKER } else { status })
}

fn json(path: &str) -> io::Result<i32> {
    let value: Json = serde_json::from_reader(io::stdin().lock())?;
    let mut steps = path.split('.').filter(|step| !step.is_empty());
    let found = steps.try_fold(&value, |value, step| match value {
        Json::Array(list) => list.get(step.parse::<usize>().ok()?),
        value => value.get(step),
    });
    match found {
        None => Ok(1),
        Some(Json::String(text)) => writeln!(io::stdout(), "{text}").map(|()| 0),
        Some(other) => writeln!(io::stdout(), "{other}").map(|()| 0),
    }
}

fn connect(ask: &Ask) -> io::Result<UnixStream> {
    let mut stream = UnixStream::connect(Path::new(BROKER))?;
    send_now(&mut stream, Kind::Word, &serde_json::to_vec(ask)?)?;
    Ok(stream)
}

fn send_all(from: &mut impl Read, to: &mut UnixStream) -> io::Result<()> {
    let mut piece = vec![0; 64 << 10];
    loop {
        let read = from.read(&mut piece)?;
        if read == 0 {
            return send_now(to, Kind::End, &[]);
        }
        send_now(to, Kind::Data, &piece[..read])?;
    }
}

fn receive_all(from: &mut UnixStream, to: &mut impl Write) -> io::Result<Reply> {
    loop {
        match receive_now(from)? {
            (Kind::Data, bytes) => to.write_all(&bytes)?,
            (Kind::Word, word) => {
                to.flush()?;
                return Ok(serde_json::from_slice(&word)?);
            }
            (Kind::End, _) => {}
        }
    }
}

fn told(reply: &Reply) -> io::Result<i32> {
    io::stderr().write_all(reply.stderr.as_bytes())?;
    Ok(reply.status)
}

/// Hashes what passes through.
struct Hashed<W> {
    to: W,
    hasher: Hasher,
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        Ok(written)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}
