//! The packages that ship with Tieline: they hold together, speak both languages and become the commands they should.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends there")]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tieline_model::{RelPath, Resources, Seconds};
use tieline_pack::{Entry, FileMeta, Language, Limits, Package, Setting, check_params, command, environment, form_schema, matches_output};

fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packages")
}

fn files_below(root: &Path, folder: &Path, found: &mut Vec<Entry>) {
    for item in fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() {
            files_below(root, &path, found);
            continue;
        }
        let executable = fs::metadata(&path).unwrap().permissions().mode() & 0o100 != 0;
        let relative = path.strip_prefix(root).unwrap().to_str().unwrap().parse().unwrap();
        found.push(Entry { path: relative, executable, bytes: fs::read(&path).unwrap() });
    }
}

fn package(name: &str) -> Package {
    let root = shipped().join(name);
    let mut files = Vec::new();
    files_below(&root, &root, &mut files);
    Package::from_files(files).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn names() -> Vec<String> {
    let folders = fs::read_dir(shipped()).unwrap().map(Result::unwrap).filter(|item| item.file_type().unwrap().is_dir());
    let mut names: Vec<_> = folders.map(|item| item.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The command for these parameters, and its environment.
fn run(name: &str, params: Value) -> Value {
    let package = package(name);
    let files: BTreeMap<_, _> = ["in.melt", "water.gro", "water.top", "water.mdp", "water.tpr", "hello.sh", "pi.py", "pair.table"]
        .map(|name| (format!("inputs/{name}"), FileMeta { name: name.to_owned(), size: 1000 }))
        .into();
    let params = check_params(&package.manifest, params.as_object().unwrap(), &files).unwrap_or_else(|errors| panic!("{errors:?}"));
    let resources = Resources { nodes: 1, cores: 4, memory_mib: None, gpus: 0, time: Seconds::hours(1) };
    let setting = Setting { resources: &resources, package: "/work/package", job: "/work/job" };
    json!({
        "command": command(&package.manifest, &params, &setting).unwrap().join(" | "),
        "environment": environment(&package.manifest, &params, &setting).unwrap(),
        "inputs": params.inputs().map(|input| input.path.to_string()).collect::<Vec<_>>(),
    })
}

#[test]
fn every_shipped_package_holds_together_and_is_named_like_its_folder() {
    assert_eq!(names(), ["gromacs", "lammps", "python", "shell"]);
    for name in names() {
        let package = package(&name);
        assert_eq!(package.manifest.id.as_str(), name);
        assert!(!package.manifest.requires.programs.is_empty() && !package.manifest.outputs.is_empty(), "{name}");
        let archive = package.to_archive().unwrap();
        assert_eq!(Package::from_archive(&archive, Limits::default()).unwrap().files, package.files, "{name}");
    }
}

#[test]
fn every_form_is_complete_in_both_languages() {
    for name in names() {
        let manifest = package(&name).manifest;
        for (language, chinese) in [(Language::En, false), (Language::Zh, true)] {
            let form = form_schema(&manifest, language);
            let speaks = |text: &Value| {
                let text = text.as_str().unwrap_or_default();
                !text.is_empty() && text.chars().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter)) == chinese
            };
            assert!(speaks(&form["title"]) && speaks(&form["description"]), "{name} {language:?}");
            assert_eq!(form["properties"].as_object().unwrap().len(), manifest.parameters.len());
            for (id, property) in form["properties"].as_object().unwrap() {
                assert!(speaks(&property["title"]) && speaks(&property["description"]), "{name} {language:?} {id}");
            }
            for group in form["x-ui"]["groups"].as_array().unwrap() {
                assert!(speaks(&group["title"]), "{name} {language:?} {group}");
            }
        }
    }
}

#[test]
fn lammps_runs_over_mpi_with_its_variables() {
    insta::assert_json_snapshot!(run("lammps", json!({ "input": "inputs/in.melt", "x": 2, "y": 2, "variables": "steps=100 t=1.44" })));
}

#[test]
fn gromacs_runs_a_run_input_file() {
    insta::assert_json_snapshot!(run("gromacs", json!({ "tpr": "inputs/water.tpr" })));
}

#[test]
fn gromacs_prepares_its_input_from_three_files() {
    let params = json!({ "gro": "inputs/water.gro", "top": "inputs/water.top", "mdp": "inputs/water.mdp", "steps": 1000 });
    insta::assert_json_snapshot!(run("gromacs", params));
}

#[test]
fn a_shell_script_gets_its_arguments_one_by_one() {
    insta::assert_json_snapshot!(run("shell", json!({ "script": "inputs/hello.sh", "args": "one 'two words' $(three)" })));
}

#[test]
fn a_python_script_gets_its_arguments_one_by_one() {
    insta::assert_json_snapshot!(run("python", json!({ "script": "inputs/pi.py", "args": "1000", "data": ["inputs/pair.table"] })));
}

#[test]
fn the_form_of_gromacs_asks_for_one_set_of_inputs() {
    insta::assert_json_snapshot!(form_schema(&package("gromacs").manifest, Language::En));
}

#[test]
fn small_results_are_brought_and_trajectories_stay() {
    let brings = |app: &str, path: &str| matches_output(&package(app).manifest, &path.parse::<RelPath>().unwrap());
    assert_eq!(brings("lammps", "log.lammps"), Some(true));
    assert_eq!(brings("lammps", "melt.dump"), Some(false));
    assert_eq!(brings("lammps", "in.melt"), None);
    assert_eq!(brings("gromacs", "run.xtc"), Some(false));
    assert_eq!(brings("shell", "results/a/b.bin"), Some(true));
    assert_eq!(brings("shell", "other/a.txt"), None);
}
