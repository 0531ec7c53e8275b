/**
 * HTML that would go out, as a reader would see it. It is parsed into a document of its own, where
 * nothing is run or loaded, and what is known of it is built anew; all else counts as its text.
 */

import { h } from "./dom.js";

const KEPT = new Set([
  "P",
  "H1",
  "H2",
  "H3",
  "H4",
  "UL",
  "OL",
  "LI",
  "STRONG",
  "B",
  "EM",
  "I",
  "BLOCKQUOTE",
  "BR",
  "HR",
  "PRE",
  "CODE",
  "TABLE",
  "TBODY",
  "THEAD",
  "TR",
  "TD",
  "TH",
]);
const LEFT_OUT = new Set([
  "SCRIPT",
  "STYLE",
  "TEMPLATE",
  "HEAD",
  "TITLE",
  "META",
  "LINK",
  "NOSCRIPT",
]);
const HEADINGS = { H1: "h3", H2: "h4", H3: "h5", H4: "h6" };

const START_TAG = /<([a-z][a-z0-9]*)(\s[^>]*)>/gi;
const ATTRIBUTE = /\s(href|src|alt)=("[^"]*"|'[^']*')/gi;

/** A start tag without all attributes but those that are shown: even unused ones would be reported. */
const bare = (_tag, name, attributes) => `<${name}${(attributes.match(ATTRIBUTE) || []).join("")}>`;

/** Whether a text is HTML. */
export const isMarkup = (text) => /^\s*<(!doctype|[a-z][a-z0-9]*)[\s>/]/i.test(text);

/** The HTML, readable, as nodes of this page. */
export function rendered(html) {
  const inert = new DOMParser().parseFromString(html.replace(START_TAG, bare), "text/html");
  return h("div", { class: "markup" }, copies(inert.body));
}

const copies = (element) => [...element.childNodes].map(copy);

function copy(node) {
  if (node.nodeType === Node.TEXT_NODE) return node.textContent;
  if (node.nodeType !== Node.ELEMENT_NODE || LEFT_OUT.has(node.tagName)) return null;
  if (node.tagName === "A") return linked(node.getAttribute("href"), copies(node));
  if (node.tagName === "IMG")
    return linked(
      node.getAttribute("src"),
      `picture: ${node.getAttribute("alt") || "without a description"}`,
    );
  if (KEPT.has(node.tagName))
    return h(HEADINGS[node.tagName] || node.tagName.toLowerCase(), {}, copies(node));
  return copies(node);
}

function linked(address, content) {
  const known = /^(https?:|mailto:)/i.test(address || "");
  const shown = known
    ? { href: address, title: address, target: "_blank", rel: "noopener noreferrer" }
    : null;
  return shown
    ? h("a", shown, content)
    : h("span", { class: "muted" }, content, address && ` (${address})`);
}
