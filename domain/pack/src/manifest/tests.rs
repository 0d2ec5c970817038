//! What a wrong manifest is told.

use super::*;

const HEAD: &str = r#"id = "demo"
name = "Demo"
version = "1.0"
title = { en = "Demo", zh = "演示" }
description = { en = "A demo.", zh = "一个演示。" }
kind = "tool"
deployment = "at-job-time"
"#;

const PARAMETER: &str = r#"
[[parameter]]
id = "steps"
type = "integer"
label = { en = "Steps", zh = "步数" }
"#;

const RUN: &str = "\n[run]\ncommand = [\"demo\"]\n";

/// The error of the manifest made of these parts: its field and its message.
fn fault(parts: &[&str]) -> (String, String) {
    let text = parts.concat();
    let error = Manifest::parse(&text).expect_err(&text);
    (error.wrong_field().unwrap_or_default().to_owned(), error.message().to_owned())
}

#[test]
fn the_smallest_manifest_is_whole() {
    let manifest = Manifest::parse(&[HEAD, RUN].concat()).unwrap();
    assert_eq!((manifest.mode, manifest.parameters.len()), (Mode::Async, 0));
}

#[test]
fn a_fault_names_its_key_and_its_line() {
    for (parts, field, line, says) in [
        (vec![HEAD, "colour = 1\n", RUN], "colour", 8, "unknown field"),
        (vec![&HEAD.replace("\"tool\"", "\"toy\""), RUN], "kind", 6, "unknown variant"),
        (vec![&HEAD.replace("1.0", "one two"), RUN], "version", 3, "not a version"),
        (vec![HEAD, RUN, "stage = [\"../x\"]\n"], "run.stage", 11, "below the folder"),
        (vec![HEAD, PARAMETER, "min = \"a\"\n", RUN], "parameter.1.min", 13, "invalid type"),
        (vec![HEAD, PARAMETER, "colour = 1\n", RUN], "parameter.1.colour", 13, "unknown field"),
        (vec![HEAD, PARAMETER, "min = 5\nmax = 4\n", RUN], "parameter.1.max", 14, "less than the min 5"),
        (vec![HEAD, PARAMETER, "default = \"x\"\n", RUN], "parameter.1.default", 13, "a whole number"),
        (vec![HEAD, PARAMETER, "max = 4\ndefault = 5\n", RUN], "parameter.1.default", 14, "at most 4"),
        (vec![HEAD, PARAMETER, "pattern = \"x\"\n", RUN], "parameter.1.pattern", 13, "for texts only"),
        (vec![HEAD, PARAMETER, "group = \"g\"\n", RUN], "parameter.1.group", 13, "does not exist"),
        (vec![HEAD, PARAMETER, PARAMETER, RUN], "parameter.2.id", 15, "two parameters"),
        (vec![HEAD, &PARAMETER.replace("\"steps\"", "\"cores\""), RUN], "parameter.1.id", 10, "keep for themselves"),
        (vec![HEAD, "[run]\ncommand = []\n"], "run.command", 9, "must not be empty"),
        (vec![HEAD, PARAMETER, "[run]\ncommand = [\"{steps}\"]\n"], "run.command", 14, "no parameter may choose"),
        (vec![HEAD, "[run]\ncommand = [\"a\",\n\"{b}\"]\n"], "run.command.2", 10, "neither a parameter nor a builtin"),
        (vec![HEAD, "[run]\ncommand = [\"a\",\n\"{nodes}{cores}\"]\n"], "run.command.2", 10, "more than one"),
        (vec![HEAD, PARAMETER, "[run]\ncommand = [\"a\", \"{steps}\"]\n"], "run.command.2", 14, "may have no value"),
        (vec![HEAD, RUN, "env = { \"A B\" = \"x\" }\n"], "run.env.A B", 11, "environment variable"),
        (vec![HEAD, RUN, "[requires]\nprograms = [\"a;b\"]\n"], "requires.programs", 12, "not a program's name"),
        (vec![HEAD, "alternatives = [[\"x\"], [\"y\"]]\n", RUN], "alternatives", 8, "not a parameter"),
    ] {
        let (named, message) = fault(&parts);
        assert_eq!(named, field, "{message}");
        assert!(message.contains(&format!("line {line},")) && message.contains(says), "{field}: {message}");
    }
}

#[test]
fn a_fault_inside_a_group_is_told_in_its_own_words() {
    let (_, message) = fault(&[HEAD, PARAMETER, "[run]\ncommand = [\"a\", { if = \"steps\", arg = [\"b\"] }]\n"]);
    assert!(message.contains("unknown field `arg`") && message.contains("line 14"), "{message}");
}

#[test]
fn what_is_not_toml_names_its_line() {
    let (_, message) = fault(&["id = \"demo\"\nname = \n"]);
    assert!(message.contains("line 2"), "{message}");
}

#[test]
fn the_first_pattern_that_matches_decides_and_a_star_stays_in_its_folder() {
    let outputs = "[[output]]\npattern = \"a*.dat\"\nbring = false\n[[output]]\npattern = \"*.dat\"\nbring = true\n[[output]]\npattern = \"r/**\"\nbring = true\n";
    let manifest = Manifest::parse(&[HEAD, RUN, outputs].concat()).unwrap();
    let brings = |path: &str| matches_output(&manifest, &path.parse().unwrap());
    assert_eq!(brings("r/.tieline/x").zip(brings(".tieline/r/x")), None);
    assert_eq!([brings("ab.dat"), brings("b.dat"), brings("x/b.dat"), brings("r/x/b")], [Some(false), Some(true), None, Some(true)]);
}
