//! The packages that ship, with the real programs.

use crate::platform::{Platform, Shell, until};

/// A file of a package's examples, as a parameter takes it.
fn example(parameter: &str, path: &str) -> String {
    format!("{parameter}={}/../../packages/{path}", env!("CARGO_MANIFEST_DIR"))
}

fn read(shell: &Shell, path: &str) -> String {
    std::fs::read_to_string(shell.home.join(path)).unwrap()
}

#[test]
fn lammps_replicates_its_box_on_as_many_ranks_as_there_are_cores() {
    let platform = Platform::start();
    let alice = platform.shell("alice");
    let input = example("input", "lammps/examples/in.melt");
    let run = ["run", "lammps", "-f", &input, "-p", "x=2", "-p", "z=2", "-p", "variables=steps=100", "--cores", "2", "--download", "melt"];
    alice.run(&run).text();
    let log = read(&alice, "melt/log.lammps");
    assert!(log.contains("on 2 procs for 100 steps with 2000 atoms"), "{log}");
}

#[test]
fn a_python_script_has_its_arguments_its_data_and_its_own_end() {
    let platform = Platform::start();
    let alice = platform.shell("alice");
    let pi = example("script", "python/examples/pi.py");
    let ran = alice.run(&["run", "python", "-f", &pi, "-p", "args=2000", "--download", "pi", "--quiet"]).text();
    let found: serde_json::Value = serde_json::from_str(&read(&alice, "pi/pi.json")).unwrap();
    assert!(found["points"] == 2000 && found["pi"].as_f64().is_some_and(|pi| (2.5..3.8).contains(&pi)), "{found}");
    assert_eq!(alice.run(&["job", "logs", &ran]).text(), found["pi"].to_string());

    std::fs::write(alice.home.join("sum.py"), "import sys\nsys.exit(sum(map(int, open('numbers.txt'))))\n").unwrap();
    std::fs::write(alice.home.join("numbers.txt"), "3\n4\n").unwrap();
    let summed = alice.run(&["run", "python", "-f", "script=sum.py", "-f", "data=numbers.txt", "--wait"]);
    assert!(summed.status() == 1 && summed.talk().contains("exit code 7"), "{}", summed.talk());
}

// GROMACS takes 370 MB of disk: `make gromacs` installs it and runs this, and `make test` leaves it out.
#[test]
fn with_gromacs_both_kinds_of_input_run_and_a_job_goes_on_from_its_checkpoint() {
    let platform = Platform::start();
    let alice = platform.shell("alice");
    let [gro, top, mdp] = ["gro", "top", "mdp"].map(|kind| example(kind, &format!("gromacs/examples/water.{kind}")));
    let three = ["run", "gromacs", "-f", &gro, "-f", &top, "-f", &mdp, "--download", "three", "--quiet"];
    let prepared = alice.run(&three).text();
    assert!(read(&alice, "three/run.log").contains("Writing checkpoint, step 500 at"));
    assert!(read(&alice, "three/run.gro").lines().count() == 642);

    // The run input file that job prepared is the other kind of input.
    alice.run(&["cp", &format!("tl:{prepared}/.run.tpr"), "water.tpr"]).text();
    let long = ["run", "gromacs", "-f", "tpr=water.tpr", "-p", "steps=30000", "-p", "checkpoint_minutes=60", "--time", "30m", "--quiet"];
    let job = alice.run(&long).text();
    let steps = || alice.run(&["job", "logs", &job, "--stderr"]).printed().contains("starting mdrun");
    until("the simulation runs", steps);
    alice.run(&["job", "cancel", &job]).text();
    alice.until_state(&job, "canceled");
    alice.run(&["job", "retry", &job]).text();
    alice.run(&["job", "wait", &job, "--download", "resumed"]).text();
    let log = read(&alice, "resumed/run.log");
    let reached = |text: &str| text.split("Writing checkpoint, step ").nth(1).and_then(|rest| rest.split(' ').next()?.parse::<u64>().ok());
    let stopped = reached(&log).unwrap();
    assert!((1..30_000).contains(&stopped), "it was cancelled at step {stopped}");
    assert!(log.contains("Restarting from checkpoint, appending to previous log file."), "{log}");
    assert!(log.contains("Writing checkpoint, step 30000 at"), "{log}");
}
