/** Payloads, outputs and inputs, readable: texts as texts, addresses as links, the rest as facts. */

import { h } from "./dom.js";
import { exact, label } from "./format.js";
import { isMarkup, rendered } from "./markup.js";
import { button, notify } from "./ui.js";

const FIRST = [
  "subject",
  "title",
  "headline",
  "name",
  "text",
  "message",
  "body",
  "caption",
  "content",
  "description",
  "summary",
];
const DEEP = 7;
const LONG = 80;
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** Any JSON value. */
export const shown = (value, depth = 0) => {
  if (Array.isArray(value)) return list(value, depth);
  if (value && typeof value === "object") return record(value, depth);
  return scalar(value);
};

/** A value with its JSON folded beneath it. */
export const readable = (value) => [shown(value), json(value)];

/** The value as JSON, folded, to look at and to copy. */
export function json(value, title = "JSON") {
  const text = JSON.stringify(value, null, 2);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    notify("Copied.");
  };
  const copier = navigator.clipboard && button("Copy", copy, { kind: "small quiet" });
  return h(
    "details",
    { class: "json" },
    h("summary", {}, title),
    copier,
    h("pre", { tabindex: "0" }, text),
  );
}

function scalar(value) {
  if (value === null || value === undefined) return h("span", { class: "muted" }, "none");
  if (typeof value === "boolean") return value ? "yes" : "no";
  const text = String(value);
  if (/^https:\/\/\S+$/.test(text)) return link(text);
  if (MOMENT.test(text))
    return h("time", { class: "fixed", datetime: text, title: text }, exact(text));
  if (isMarkup(text))
    return [
      rendered(text),
      h(
        "details",
        { class: "json" },
        h("summary", {}, "As HTML"),
        h("pre", { tabindex: "0" }, text),
      ),
    ];
  return text.includes("\n") || text.length > LONG ? h("div", { class: "text" }, text) : text;
}

/** An address outside: opened in a tab that knows nothing of this one. */
export const link = (url, text = url) =>
  h("a", { href: url, target: "_blank", rel: "noopener noreferrer", class: "outside" }, text);

function list(values, depth) {
  if (!values.length) return h("span", { class: "muted" }, "none");
  if (values.every((one) => typeof one !== "object" || one === null)) {
    const short = values.every((one) => String(one).length <= 24 && !/^https?:/.test(String(one)));
    return h(
      "ul",
      { class: short ? "tags" : "lines" },
      values.map((one) => h("li", {}, scalar(one))),
    );
  }
  if (depth >= DEEP) return json(values);
  return h(
    "ol",
    { class: "records" },
    values.map((one) => h("li", {}, shown(one, depth + 1))),
  );
}

function record(value, depth) {
  const present = Object.entries(value).filter(([, one]) => !isEmpty(one));
  if (!present.length) return h("span", { class: "muted" }, "none");
  if (depth >= DEEP) return json(value);
  const rank = ([name]) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  const ordered = present.sort((a, b) => rank(a) - rank(b));
  return h(
    "dl",
    { class: "record" },
    ordered.map(([name, one]) =>
      h(
        "div",
        { class: isWide(one) ? "wide" : null },
        h("dt", {}, label(name)),
        h("dd", {}, shown(one, depth + 1)),
      ),
    ),
  );
}

const isEmpty = (value) =>
  value === null ||
  value === undefined ||
  value === "" ||
  (typeof value === "object" && Object.keys(value).length === 0);

const isWide = (value) =>
  (typeof value === "object" && value !== null) ||
  (typeof value === "string" && (value.length > LONG || value.includes("\n")));
