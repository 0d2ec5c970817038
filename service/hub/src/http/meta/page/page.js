// Draws the OpenAPI document. Everything from the document enters the page as text, never as markup.
"use strict";

const element = (name, attributes = {}, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
};

const typeName = (schema) => {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").pop();
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return choices.map(typeName).join(" or ");
  if (schema.allOf) return schema.allOf.map(typeName).join(" and ");
  if (schema.type === "array") return `list of ${typeName(schema.items)}`;
  const type = Array.isArray(schema.type) ? schema.type.join(" or ") : (schema.type ?? "any");
  return schema.format ? `${type} (${schema.format})` : type;
};

// The fields of a schema, references followed one step, so that recursion ends.
const fields = (schema, known) => {
  const whole = schema?.$ref ? known[typeName(schema)] : schema;
  if (!whole) return [];
  if (whole.allOf) return whole.allOf.flatMap((part) => fields(part, known));
  const required = new Set(whole.required ?? []);
  return Object.entries(whole.properties ?? {}).map(([name, field]) => ({ name, field, required: required.has(name) }));
};

const table = (rows) => element("table", {}, ...rows.map((cells) => element("tr", {}, ...cells.map((cell) => element("td", {}, cell)))));

const section = (title, rows) => (rows.length ? [element("h3", {}, title), table(rows)] : []);

const schemaOf = (content) => Object.values(content?.content ?? {})[0]?.schema;

const details = (operation, known) => {
  const input = schemaOf(operation.requestBody);
  const field = ({ name, field: schema, required }) => [required ? `${name} *` : name, typeName(schema), schema.description ?? ""];
  const answers = Object.entries(operation.responses ?? {}).map(([status, answer]) => [status, typeName(schemaOf(answer)), answer.description ?? ""]);
  const success = Object.entries(operation.responses ?? {}).find(([status]) => status.startsWith("2"))?.[1];
  const output = schemaOf(success);
  return element(
    "div",
    { class: "body" },
    operation.description ? element("p", { class: "note" }, operation.description) : null,
    ...section("Parameters", (operation.parameters ?? []).map((one) => [one.required ? `${one.name} *` : one.name, one.in, one.description ?? typeName(one.schema)])),
    ...section(`Request: ${typeName(input)}`, fields(input, known).map(field)),
    ...section("Answers", answers),
    ...section(typeName(output), fields(output, known).map(field)),
  );
};

const base = "/api/v1";

const draw = (spec) => {
  const known = spec.components?.schemas ?? {};
  const groups = new Map();
  for (const [path, methods] of Object.entries(spec.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const tag = operation.tags?.[0] ?? "other";
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push({ path, method, operation });
    }
  }
  const main = document.getElementById("operations");
  const nav = document.getElementById("tags");
  main.replaceChildren();
  for (const [tag, operations] of groups) {
    nav.append(element("a", { href: `#${tag}` }, tag, element("span", {}, String(operations.length))));
    main.append(element("h2", { id: tag }, tag));
    for (const { path, method, operation } of operations) {
      const line = element(
        "summary",
        {},
        element("span", { class: `method ${method}` }, method),
        element("code", {}, path.replace(base, "")),
        element("span", { class: "what" }, operation.summary ?? ""),
      );
      const whole = element("details", { id: operation.operationId ?? "" }, line);
      whole.addEventListener("toggle", () => whole.childElementCount === 1 && whole.append(details(operation, known)));
      main.append(whole);
    }
  }
  const wanted = document.getElementById(location.hash.slice(1));
  if (wanted instanceof HTMLDetailsElement) wanted.open = true;
  wanted?.scrollIntoView();
};

document.getElementById("search").addEventListener("input", (event) => {
  const text = event.target.value.toLowerCase();
  for (const one of document.querySelectorAll("details")) {
    one.hidden = !one.firstChild.textContent.toLowerCase().includes(text) && !one.id.includes(text);
  }
});

fetch("/api/v1/openapi.json")
  .then((answer) => answer.json())
  .then(draw)
  .catch((error) => document.getElementById("operations").replaceChildren(`The document cannot be read: ${error.message}`));
