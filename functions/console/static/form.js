/**
 * A form from a JSON Schema. `form(schema, value)` gives `{element, read, complain, clear}`: `read`
 * is the value, without what was left as it is; `complain(fields)` puts the server's words where
 * they belong and gives back those that have no place.
 */

import { h, fill } from "./dom.js";
import {
  about,
  booleanPart,
  choicePart,
  choicesPart,
  connectionPart,
  jsonPart,
  linesPart,
  mark,
  numberPart,
  textPart,
} from "./fields.js";
import { label } from "./format.js";
import { kindOf, resolve, variantName, variantOf } from "./schema.js";
import { button, complain, field, prose, select } from "./ui.js";

export class InvalidForm extends Error {
  constructor(fields) {
    super("Some fields are not as they must be.");
    this.fields = fields;
  }
}

export function form(schema, value = {}, prefix = "input", choices = {}) {
  const env = { root: schema, choices };
  const part = objectPart(resolve(schema, schema), value, env, prefix);
  return {
    element: part.element,
    read() {
      this.clear();
      const wrong = new Map();
      const read = part.read(wrong) ?? {};
      if (wrong.size) throw new InvalidForm(wrong);
      return read;
    },
    complain: (fields) => placed(part.element, fields),
    clear() {
      for (const box of part.element.querySelectorAll("[data-field]")) complain(box, null);
    },
  };
}

/** Put each reason at its field, or the nearest around it; those without a place come back. */
function placed(element, fields) {
  const boxes = new Map(
    [...element.querySelectorAll("[data-field]")].map((box) => [box.dataset.field, box]),
  );
  const left = new Map();
  let first = null;
  for (const [path, reason] of fields) {
    const box = nearest(boxes, path);
    if (!box) left.set(path, reason);
    else {
      complain(box, reason);
      for (let at = box.closest("details"); at; at = at.parentElement.closest("details"))
        at.open = true;
      first = first || box;
    }
  }
  if (first)
    (first.control || first.querySelector("input, select, textarea, button") || first).focus();
  return left;
}

/** Union types put names of models into a path, which no field has: they are passed over. */
function nearest(boxes, path) {
  const parts = path.split(".");
  const plain = parts.filter(
    (part, index) => index === 0 || !/^[A-Z]|^(list|dict|function-)\b|\[/.test(part),
  );
  for (let length = plain.length; length > 1; length--) {
    const box = boxes.get(plain.slice(0, length).join("."));
    if (box) return box;
  }
  return null;
}

/** A control for any schema: `{element, read(wrong)}`; undefined is left out. */
export function part(name, given, value, env, path, required) {
  const { schema, nullable, variants } = kindOf(given, env.root);
  const initial = value === undefined || value === null ? schema.default : value;
  const stated = value !== undefined && value !== null;
  const context = {
    name,
    schema,
    value: initial ?? undefined,
    stated,
    env,
    path,
    required,
    nullable,
  };
  if (name === "connectionId" && env.choices.connections) return connectionPart(context);
  if (variants) return unionPart(context, variants);
  if ("const" in schema) return { element: null, read: () => schema.const };
  if (schema.enum) return choicePart(context);
  if (schema.type === "boolean") return booleanPart(context);
  if (schema.type === "integer" || schema.type === "number") return numberPart(context);
  if (schema.type === "array") return arrayPart(context);
  if (schema.type === "object" && schema.properties) return nestedPart(context);
  if (schema.type === "string") return textPart(context);
  return jsonPart(context);
}

/** An object's fields: those that must be given first, then the others. */
export function objectPart(schema, value, env, path) {
  const special = env.choices.special?.(schema, value, env, path);
  if (special) return special;
  const required = new Set(schema.required || []);
  const names = Object.keys(schema.properties || {});
  const ordered = [
    ...names.filter((n) => required.has(n)),
    ...names.filter((n) => !required.has(n)),
  ];
  const parts = ordered.map((name) => [
    name,
    part(name, schema.properties[name], value?.[name], env, `${path}.${name}`, required.has(name)),
  ]);
  const element = h(
    "div",
    { class: "form" },
    arranged(
      parts.filter(([, one]) => one.element),
      required,
      env.brief,
    ),
  );
  const read = (wrong) =>
    Object.fromEntries(
      parts.map(([name, one]) => [name, one.read(wrong)]).filter(([, one]) => one !== undefined),
    );
  return { element, read };
}

/**
 * Texts first, short answers side by side, then lists, and what is folded last. In a brief form all
 * but long texts and what is required is folded away together.
 */
function arranged(parts, required, brief) {
  if (brief) {
    const shown = parts.filter(([name, one]) => required.has(name) || one.long);
    const rest = parts.filter((one) => !shown.includes(one));
    if (!rest.length || !shown.length) return arranged(parts, required, false);
    const more = h(
      "details",
      { class: "fold" },
      h("summary", {}, "More fields"),
      h("div", { class: "form" }, arranged(rest, required, false)),
    );
    return [arranged(shown, required, false), more];
  }
  const of = (size) => parts.filter(([, one]) => one.size === size).map(([, one]) => one.element);
  const short = of("short");
  return [
    of(undefined),
    short.length > 1 ? h("div", { class: "row" }, short) : short,
    of("list"),
    of("folded"),
  ];
}

/** An object inside: folded away, and left out until somebody writes something into it. */
function nestedPart(context) {
  const { name, schema, value, stated, env, path, required } = context;
  const inner = objectPart(schema, value, env, path);
  const details = h(
    "details",
    { class: "fold", "data-field": path, open: required || stated },
    h("summary", {}, label(name), required && mark()),
    schema.description && h("p", { class: "help" }, prose(schema.description)),
    h("p", { class: "error", hidden: true }),
    inner.element,
  );
  const text = () => JSON.stringify(inner.read(new Map()));
  const untouched = required || stated ? null : text();
  return {
    element: details,
    size: "folded",
    read: (wrong) => (text() === untouched ? undefined : inner.read(wrong)),
  };
}

/** The same without a fold, where it stands in a frame already. */
function bare(name, given, value, env, path) {
  const { schema, variants } = kindOf(given, env.root);
  const plain = !variants && schema.type === "object" && schema.properties;
  return plain ? objectPart(schema, value, env, path) : part(name, given, value, env, path, true);
}

function arrayPart(context) {
  const { schema, env, path } = context;
  const item = kindOf(schema.items || {}, env.root);
  if (!item.variants && item.schema.enum) return choicesPart(context, item.schema.enum);
  if (!item.variants && item.schema.type === "string") return linesPart(context);
  return listPart(context, (value, index) =>
    bare("item", schema.items || {}, value, env, `${path}.${index}`),
  );
}

/** Objects and whatever else, with buttons to add and remove. */
function listPart(context, make) {
  const { name, value, path, required } = context;
  const list = h("div", { class: "items" });
  let items = [];
  // Each is made anew when one goes: its fields' paths have its place in them.
  const show = (values) => {
    items = values.map(make);
    fill(
      list,
      items.map((item, index) => {
        const without = () =>
          show(items.map((one) => one.read(new Map())).filter((_, at) => at !== index));
        const drop = button("Remove", without, {
          kind: "quiet small",
          "aria-label": `Remove ${label(name)} ${index + 1}`,
        });
        return h(
          "div",
          { class: "item" },
          h("div", { class: "item-head" }, h("span", {}, `${index + 1}`), drop),
          item.element,
        );
      }),
    );
  };
  show(Array.isArray(value) && value.length ? value : required ? [undefined] : []);
  const more = () => show([...items.map((one) => one.read(new Map())), undefined]);
  const element = h(
    "fieldset",
    { class: "field list", "data-field": path },
    h("legend", {}, label(name), required && mark()),
    about(context) && h("p", { class: "help" }, prose(about(context))),
    h("p", { class: "error", hidden: true }),
    list,
    button("Add", more, { kind: "small", "aria-label": `Add to ${label(name)}` }),
  );
  return {
    element,
    size: required ? undefined : "list",
    read(wrong) {
      const read = items.map((item) => item.read(wrong)).filter((one) => one !== undefined);
      if (!read.length && required) wrong.set(path, "Add at least one.");
      return read.length ? read : undefined;
    },
  };
}

/** One of several forms: which is chosen first. */
function unionPart(context, variants) {
  const { name, value, env, path, required } = context;
  const names = variants.map(variantName);
  const absent = !required;
  const options = [
    ...(absent ? [["", "none"]] : []),
    ...names.map((text, index) => [String(index), text]),
  ];
  const given = value !== undefined && !(Array.isArray(value) && !value.length);
  const start = given ? String(variantOf(value, variants)) : options[0][0];
  const control = select(options, start, { class: "short" });
  const place = h("div", {});
  let chosen = null;
  const choose = (initial) => {
    chosen = control.value === "" ? null : bare(name, variants[control.value], initial, env, path);
    fill(place, chosen?.element);
  };
  control.addEventListener("change", () => choose(undefined));
  choose(given ? value : undefined);
  const box = field(label(name), control, { help: about(context), required, path });
  return {
    element: h("div", { class: "union" }, box, place),
    size: required ? undefined : "list",
    read: (wrong) => (chosen ? chosen.read(wrong) : undefined),
  };
}
