/**
 * The single fields of a form, each for one kind of schema. A field is `{element, size, read}`:
 * `read(wrong)` is its value, or undefined if it was left empty; `wrong` collects what it lacks.
 */

import { h } from "./dom.js";
import { label } from "./format.js";
import { isLong, limits } from "./schema.js";
import { field, prose, select } from "./ui.js";

/** Marks what must be given. */
export const mark = () => h("span", { class: "required" }, " required");

/** What a schema says of its field, and its limits. */
export const about = ({ schema }) => {
  const [said, limit] = [(schema.description || "").trim(), limits(schema)];
  if (!said || !limit) return said || (limit && `${sentence(limit)}.`);
  return /[.!?]$/.test(said) ? `${said} ${sentence(limit)}.` : `${said}; ${limit}`;
};

const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1);

const boxed = (context, control) =>
  field(label(context.name), control, {
    help: about(context),
    required: context.required,
    path: context.path,
  });

export function textPart(context) {
  const { schema, name, value, path, required } = context;
  const long = isLong(name, schema);
  const date = schema.format === "date";
  if (schema.format === "date-time") return momentPart(context);
  const control = long
    ? h("textarea", { rows: (schema.maxLength ?? 9999) > 1000 ? 6 : 3, value: value ?? "" })
    : h("input", { type: date ? "date" : "text", value: value ?? "" });
  control.setAttribute("spellcheck", long ? "true" : "false");
  return {
    element: boxed(context, control),
    size: date ? "short" : undefined,
    long,
    read(wrong) {
      const text = long ? control.value : control.value.trim();
      if (text !== "") return text;
      if (required) wrong.set(path, "Fill this in.");
      return undefined;
    },
  };
}

/** A moment, in the reader's own zone; it travels in UTC. */
function momentPart(context) {
  const { value, path, required } = context;
  const control = h("input", {
    type: "datetime-local",
    step: "1",
    value: value ? local(new Date(value)) : "",
    class: "short",
  });
  return {
    element: boxed(context, control),
    read(wrong) {
      if (control.value) return new Date(control.value).toISOString();
      if (required || control.validity.badInput) wrong.set(path, "Fill this in.");
      return undefined;
    },
  };
}

const local = (moment) =>
  new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);

export function numberPart(context) {
  const { schema, value, path, required } = context;
  const control = h("input", {
    type: "text",
    inputmode: "decimal",
    value: value ?? "",
    class: "short",
  });
  return {
    element: boxed(context, control),
    size: required ? undefined : "short",
    read(wrong) {
      const text = control.value.trim();
      if (text === "") {
        if (required) wrong.set(path, "Fill this in.");
        return undefined;
      }
      const number = Number(text);
      const whole = schema.type !== "integer" || Number.isInteger(number);
      if (!Number.isFinite(number) || !whole)
        wrong.set(path, whole ? "Must be a number." : "Must be a whole number.");
      return number;
    },
  };
}

export function booleanPart(context) {
  const { value, nullable } = context;
  const options =
    nullable && value === undefined
      ? [
          ["", "not said"],
          ["true", "yes"],
          ["false", "no"],
        ]
      : [
          ["true", "yes"],
          ["false", "no"],
        ];
  const start = value === undefined ? options[0][0] : String(value);
  const control = select(options, nullable || value !== undefined ? start : "false", {
    class: "short",
  });
  const read = () => (control.value === "" ? undefined : control.value === "true");
  return { element: boxed(context, control), size: "short", read };
}

export function choicePart(context) {
  const { schema, value, path, required } = context;
  const known = schema.enum.map((one) => [String(one), String(one)]);
  const options = value === undefined ? [["", required ? "choose" : "not said"], ...known] : known;
  const control = select(options, value === undefined ? "" : String(value));
  return {
    element: boxed(context, control),
    size: required ? undefined : "short",
    read(wrong) {
      if (control.value === "" && required) wrong.set(path, "Choose one.");
      return schema.enum.find((one) => String(one) === control.value && control.value !== "");
    },
  };
}

/** JSON by hand, where a schema says no more than "an object". */
export function jsonPart(context) {
  const { value, path, required } = context;
  const control = h("textarea", {
    rows: 4,
    class: "code",
    spellcheck: "false",
    value: value === undefined ? "" : JSON.stringify(value, null, 2),
  });
  const box = field(`${label(context.name)} (JSON)`, control, {
    help: about(context),
    required,
    path,
  });
  return {
    element: box,
    read(wrong) {
      if (control.value.trim() === "") {
        if (required) wrong.set(path, "Fill this in, for example with {}.");
        return undefined;
      }
      try {
        return JSON.parse(control.value);
      } catch (error) {
        wrong.set(path, `Is not JSON: ${error.message}`);
        return undefined;
      }
    },
  };
}

/** One of the organization's connections. */
export function connectionPart(context) {
  const { value, path, env } = context;
  const known = env.choices.connections.map((one) => [
    one.id,
    `${one.kind}: ${one.name} (${one.mode})`,
  ]);
  const control = select([["", "the built-in sandbox"], ...known], value ?? "");
  const element = field("Connection", control, { help: context.schema.description, path });
  return { element, read: () => control.value || undefined };
}

/** Some of a few: a box for each. */
export function choicesPart(context, options) {
  const { name, schema, value, path, required } = context;
  const chosen = new Set(value || []);
  const boxes = options.map((one) =>
    h("input", { type: "checkbox", value: one, checked: chosen.has(one) }),
  );
  const element = h(
    "fieldset",
    { class: "field", "data-field": path },
    h("legend", {}, label(name), required && mark()),
    h(
      "div",
      { class: "choices" },
      boxes.map((box, i) => h("label", { class: "check" }, box, h("span", {}, options[i]))),
    ),
    schema.description && h("p", { class: "help" }, prose(schema.description)),
    h("p", { class: "error", hidden: true }),
  );
  return {
    element,
    read(wrong) {
      const picked = options.filter((_, i) => boxes[i].checked);
      if (!picked.length && required) wrong.set(path, "Choose at least one.");
      return picked.length ? picked : undefined;
    },
  };
}

/** Texts, one a line. */
export function linesPart(context) {
  const { value, path, required, schema } = context;
  const control = h("textarea", { rows: 3, value: (value || []).join("\n") });
  const help = ["One a line.", about(context)].filter(Boolean).join(" ");
  return {
    element: field(label(context.name), control, { help, required, path }),
    read(wrong) {
      const lines = control.value
        .split("\n")
        .map((line) => line.trim())
        .filter(Boolean);
      if (!lines.length && required && (schema.minItems ?? 1) > 0)
        wrong.set(path, "Give at least one.");
      return lines.length ? lines : undefined;
    },
  };
}
