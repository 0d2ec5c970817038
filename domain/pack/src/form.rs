//! The web form of an app: a JSON Schema (draft 2020-12) with hints for the page under `x-ui`.

use serde_json::{Map, Value as Json, json};

use crate::manifest::{Choice, Manifest, Parameter, ParameterType as Type, Text};

/// A language of the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    En,
    /// Chinese.
    Zh,
}

impl Text {
    /// The text in this language.
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::En => &self.en,
            Language::Zh => &self.zh,
        }
    }
}

/// The form. A file is a string, whatever the caller of `check_params` lets a person name a file by; its property has `x-ui.widget` = `file` or `files`.
pub fn form_schema(manifest: &Manifest, language: Language) -> Json {
    let properties: Map<_, _> = manifest
        .parameters
        .iter()
        .enumerate()
        .map(|(order, parameter)| (parameter.id.to_string(), property(parameter, order, language)))
        .collect();
    let required: Vec<_> =
        manifest.parameters.iter().filter(|parameter| parameter.required).map(|parameter| parameter.id.as_str()).collect();
    let order: Vec<_> = manifest.parameters.iter().map(|parameter| parameter.id.as_str()).collect();
    let groups: Vec<_> =
        manifest.groups.iter().map(|group| json!({ "id": group.id, "title": group.title.in_language(language) })).collect();
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "title": manifest.title.in_language(language),
        "description": manifest.description.in_language(language),
        "properties": properties,
        "required": required,
        "additionalProperties": false,
        "x-ui": { "order": order, "groups": groups },
    });
    if !manifest.alternatives.is_empty() {
        schema["oneOf"] = manifest.alternatives.iter().map(|set| json!({ "required": set })).collect();
    }
    schema
}

fn property(parameter: &Parameter, order: usize, language: Language) -> Json {
    let mut property = Map::new();
    let mut set = |key: &str, value: Json| {
        property.insert(key.to_owned(), value);
    };
    set("title", parameter.label.in_language(language).into());
    if let Some(help) = &parameter.help {
        set("description", help.in_language(language).into());
    }
    if let Some(default) = &parameter.default {
        set("default", default.clone());
    }
    let (fewest, most) = parameter.counts();
    match parameter.kind {
        Type::Integer | Type::Number => {
            set("type", if parameter.kind == Type::Integer { "integer" } else { "number" }.into());
            for (key, bound) in [("minimum", &parameter.min), ("maximum", &parameter.max)] {
                if let Some(bound) = bound {
                    set(key, bound.clone().into());
                }
            }
        }
        Type::Text => {
            set("type", "string".into());
            set("minLength", fewest.into());
            set("maxLength", most.into());
            if let Some(pattern) = &parameter.pattern {
                set("pattern", pattern.anchored().into());
            }
        }
        Type::Choice => {
            set("type", "string".into());
            set("enum", parameter.choices.iter().map(Choice::value).collect());
        }
        Type::Boolean => set("type", "boolean".into()),
        Type::File => set("type", "string".into()),
        Type::Files => {
            set("type", "array".into());
            set("items", json!({ "type": "string" }));
            set("minItems", fewest.max(u64::from(parameter.required)).into());
            set("maxItems", most.into());
        }
    }
    set("x-ui", hints(parameter, order, language));
    Json::Object(property)
}

fn hints(parameter: &Parameter, order: usize, language: Language) -> Json {
    let widget = match parameter.kind {
        Type::Integer | Type::Number => "number",
        Type::Text => "text",
        Type::Choice => "select",
        Type::Boolean => "switch",
        Type::File => "file",
        Type::Files => "files",
    };
    let mut hints = json!({ "widget": widget, "order": order, "advanced": parameter.advanced });
    if let Some(group) = &parameter.group {
        hints["group"] = json!(group);
    }
    if let Some(step) = &parameter.step {
        hints["step"] = json!(step);
    }
    if let Some(limit) = parameter.max_size {
        hints["maxSize"] = json!(limit);
    }
    if !parameter.extensions.is_empty() {
        hints["accept"] = json!(parameter.extensions);
    }
    if parameter.kind == Type::Choice {
        let label = |choice: &Choice| match choice {
            Choice::Word(word) => word.clone(),
            Choice::Labelled(labelled) => labelled.label.in_language(language).to_owned(),
        };
        hints["labels"] = parameter.choices.iter().map(label).collect();
    }
    hints
}
