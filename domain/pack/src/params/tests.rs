//! What is refused, how it is told, and that no value reaches beyond its own argument.

use proptest::prelude::*;
use serde_json::json;
use tieline_model::{ErrorKind, Resources, Seconds};

use super::*;
use crate::{Setting, command};

const APP: &str = r#"
id = "demo"
name = "Demo"
version = "1.0"
title = { en = "Demo", zh = "演示" }
description = { en = "A demo.", zh = "一个演示。" }
kind = "tool"
deployment = "at-job-time"

[[parameter]]
id = "input"
type = "file"
label = { en = "Input", zh = "输入" }
required = true
extensions = [".in", ".txt"]
max_size = "1K"

[[parameter]]
id = "more"
type = "files"
label = { en = "More", zh = "更多" }
max = 2

[[parameter]]
id = "steps"
type = "integer"
label = { en = "Steps", zh = "步数" }
default = 10
min = 1
max = 100

[[parameter]]
id = "size"
type = "number"
label = { en = "Size", zh = "大小" }
min = 0.5

[[parameter]]
id = "title"
type = "text"
label = { en = "Title", zh = "标题" }
default = ""
max = 20

[[parameter]]
id = "code"
type = "text"
label = { en = "Code", zh = "代码" }
pattern = "[a-z]+"

[[parameter]]
id = "mode"
type = "choice"
label = { en = "Mode", zh = "模式" }
choices = ["fast", { value = "exact", label = { en = "Exact", zh = "精确" } }]
default = "fast"

[[parameter]]
id = "verbose"
type = "boolean"
label = { en = "Verbose", zh = "详细" }

[[parameter]]
id = "pairs"
type = "text"
label = { en = "Pairs", zh = "变量" }

[run]
command = [
    "demo", "--title={title}", "{steps}", { if = "size", args = ["--size", "{size}"] },
    { if = "mode", equals = "exact", args = ["--exact"] }, { if = "verbose", not = true, args = ["--quiet"] },
    { each = "pairs", args = ["-D", "{name}:", "{value}"] }, { if = "more", args = ["{more}"] }, "{input}", "{cores_per_node}",
]
stage = ["helper.*"]
"#;

fn manifest() -> Manifest {
    Manifest::parse(APP).unwrap()
}

fn files() -> BTreeMap<String, FileMeta> {
    let names = ["a.in", "b.in", "big.in", "a.dat", "-x.in", ".hidden.in", "helper.in", "sub/c.in", "line\n.in", "B.IN", "stdout.txt"];
    let size = |name: &str| if name == "big.in" { 2000 } else { 10 };
    names.map(|name| (name.to_owned(), FileMeta { name: name.to_owned(), size: size(name) })).into()
}

fn checked(given: Json) -> Result<Params, Vec<Error>> {
    check_params(&manifest(), given.as_object().unwrap(), &files())
}

fn argv(params: &Params) -> Vec<String> {
    let resources = Resources { nodes: 2, cores: 8, memory_mib: None, gpus: 0, time: Seconds(60) };
    command(&manifest(), params, &Setting { resources: &resources, package: "/p", job: "/j" }).unwrap()
}

#[test]
fn defaults_are_filled_in_and_conditions_choose_the_arguments() {
    assert_eq!(argv(&checked(json!({ "input": "a.in" })).unwrap()), ["demo", "--title=", "10", "--quiet", "a.in", "4"]);
    let all = json!({ "input": "a.in", "more": ["b.in", "a.dat"], "steps": 5, "size": 1.5, "title": "a b; rm -rf /", "code": "x",
        "mode": "exact", "verbose": true, "pairs": "k=v 'two words'=''" });
    let expected = [
        "demo",
        "--title=a b; rm -rf /",
        "5",
        "--size",
        "1.5",
        "--exact",
        "-D",
        "k:",
        "v",
        "-D",
        "two words:",
        "",
        "b.in",
        "a.dat",
        "a.in",
        "4",
    ];
    assert_eq!(argv(&checked(all).unwrap()), expected);
}

#[test]
fn each_fault_names_its_field_and_the_limit() {
    for (field, value, says) in [
        ("steps", json!("5"), "a whole number"),
        ("steps", json!(1.5), "not 1.5"),
        ("steps", json!(101), "1 to 100"),
        ("steps", json!(0), "1 to 100"),
        ("steps", json!([1]), "not a list"),
        ("size", json!(0.1), "at least 0.5"),
        ("size", json!(true), "a number"),
        ("title", json!("x".repeat(21)), "0 to 20"),
        ("title", json!("a\nb"), "control character"),
        ("title", json!(7), "a text"),
        ("code", json!("A"), "[a-z]+"),
        ("code", json!("a1"), "[a-z]+"),
        ("code", json!(""), "[a-z]+"),
        ("mode", json!("slow"), "fast, exact"),
        ("verbose", json!("yes"), "true or false"),
        ("pairs", json!("novalue"), "name=value"),
        ("pairs", json!("a='b"), "not closed"),
        ("input", json!("absent.in"), "no file"),
        ("input", json!("a.dat"), ".in or .txt"),
        ("input", json!("-x.in"), "starts with"),
        ("input", json!(".hidden.in"), "starts with"),
        ("input", json!("sub/c.in"), "a folder"),
        ("input", json!("line\n.in"), "cannot be used"),
        ("input", json!("stdout.txt"), "own output"),
        ("input", json!("helper.in"), "the package brings"),
        ("input", json!(3), "the name of a file"),
        ("more", json!("a.dat"), "a list"),
        ("more", json!(["a.dat", "b.in", "B.IN"]), "0 to 2 are allowed"),
        ("more", json!(["b.in", "b.in"]), "two files"),
        ("nothing", json!(1), "no such parameter"),
    ] {
        let mut given = json!({ "input": "a.in" });
        given[field] = value.clone();
        let errors = checked(given).unwrap_err();
        assert_eq!(errors.len(), 1, "{field} {value}: {errors:?}");
        assert_eq!(errors[0].wrong_field(), Some(format!("params.{field}").as_str()), "{value}");
        assert!(errors[0].message().contains(says), "{field} {value}: {}", errors[0]);
    }
}

#[test]
fn all_faults_are_told_at_once_and_a_large_file_is_told_as_such() {
    let errors = checked(json!({ "steps": 1000, "mode": 1, "other": null, "more": ["big.in", "nope"] })).unwrap_err();
    let mut fields: Vec<_> = errors.iter().filter_map(Error::wrong_field).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["params.input", "params.mode", "params.more", "params.other", "params.steps"]);
    let error = checked(json!({ "input": "big.in" })).unwrap_err().remove(0);
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    assert!(error.message().contains("2000 bytes") && error.message().contains("1 KiB"), "{error}");
}

#[test]
fn what_travels_to_a_gateway_reads_back_as_the_same_parameters() {
    let given = json!({ "input": "a.in", "more": ["b.in"], "size": 2, "title": "t", "verbose": true });
    let params = checked(given).unwrap();
    let back = Params::from_json(&manifest(), &params.to_json()).unwrap();
    assert_eq!(back.to_json(), params.to_json());
    assert_eq!(argv(&back), argv(&params));
    let mut escaping = params.to_json();
    escaping.insert("input".to_owned(), "../a.in".into());
    assert!(Params::from_json(&manifest(), &escaping).is_err());
}

#[test]
fn what_is_typed_on_a_command_line_becomes_what_the_parameters_want() {
    let texts =
        [("input", "a.in"), ("steps", "7"), ("size", "1e3"), ("title", "7"), ("verbose", "yes"), ("more", "b.in,a.dat"), ("x", "1")];
    let texts = texts.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
    let expected =
        json!({ "input": "a.in", "steps": 7, "size": 1000.0, "title": "7", "verbose": true, "more": ["b.in", "a.dat"], "x": "1" });
    assert_eq!(Json::Object(typed(&manifest(), &texts)), expected);
    let wrong = typed(&manifest(), &[("input".to_owned(), "a.in".to_owned()), ("steps".to_owned(), "many".to_owned())].into());
    assert!(checked(wrong.into()).unwrap_err()[0].message().contains("'many'"));
}

proptest! {
    #[test]
    fn no_value_changes_the_number_or_the_order_of_other_arguments(title in "\\PC{0,20}", size in 0.5f64..1e300, steps in 1i64..=100) {
        let plain = argv(&checked(json!({ "input": "a.in", "size": 1, "title": "t", "steps": 1 })).unwrap());
        let given = argv(&checked(json!({ "input": "a.in", "size": size, "title": title, "steps": steps })).unwrap());
        prop_assert_eq!(given.len(), plain.len());
        for (index, (before, now)) in plain.iter().zip(&given).enumerate() {
            match index {
                1 => prop_assert_eq!(now, &format!("--title={title}")),
                2 => prop_assert_eq!(now, &steps.to_string()),
                4 => prop_assert_eq!(now.parse::<f64>().unwrap(), size),
                _ => prop_assert_eq!(now, before),
            }
        }
    }

    #[test]
    fn no_json_makes_the_check_panic(name in "[a-z]{1,8}|input|steps|more|pairs", text in ".{0,30}", number in any::<f64>()) {
        for value in [json!(text), json!(number), json!([text]), json!({ "a": text }), json!(null)] {
            let mut given = json!({ "input": "a.in" });
            given[&name] = value;
            if let Ok(params) = checked(given) {
                argv(&params);
            }
        }
    }
}
