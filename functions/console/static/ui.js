/** Small parts that every view uses: badges, buttons, notices, dialogs. */

import { h, fill, icon } from "./dom.js";
import { exact, relative, RUN_STATUS, STEP_STATUS } from "./format.js";

/** A status in words with a mark; the mark's colour is never all there is. */
export const runStatus = (status) => badge(...(RUN_STATUS[status] || [status, "quiet"]));
export const stepStatus = (status) => badge(...(STEP_STATUS[status] || [status, "quiet"]));
export const badge = (text, tone) => h("span", { class: `badge ${tone}` }, text);

/** A moment as "3 min. ago"; the exact time shows on hover, and `refreshTimes` keeps it true. */
export const when = (iso) =>
  iso
    ? h("time", { datetime: iso, title: exact(iso) }, relative(iso))
    : h("span", { class: "muted" }, "–");

export function refreshTimes() {
  for (const time of document.querySelectorAll("time[datetime]:not(.fixed)")) {
    time.textContent = relative(time.getAttribute("datetime"));
  }
}

/** A link that looks like a button. */
export const linkButton = (href, text, kind = "") =>
  h("a", { class: `button ${kind}`, href }, text);

/**
 * A button whose `act` may take a while: it cannot be pressed meanwhile, and what goes wrong is
 * told beside it, or by `failed`.
 */
export function button(text, act, { kind = "", failed = notifyError, ...props } = {}) {
  const element = h("button", { type: "button", class: `button ${kind}`, ...props }, text);
  element.addEventListener("click", () => busy(element, act).catch(failed));
  return element;
}

/** Run something while a button shows that it is at work. */
export async function busy(element, act) {
  if (element.disabled) return;
  element.disabled = true;
  element.setAttribute("aria-busy", "true");
  try {
    await act();
  } finally {
    element.disabled = false;
    element.removeAttribute("aria-busy");
  }
}

/** What happened, for a few seconds, also for those who listen to the page. */
export function notify(text, tone = "good") {
  const region = document.getElementById("notices");
  const notice = h("p", { class: `notice ${tone}` }, text);
  region.append(notice);
  setTimeout(() => notice.remove(), tone === "bad" ? 10_000 : 5000);
}

export const notifyError = (error) => {
  if (error.status !== 401) notify(error.message, "bad");
};

/** An error where its subject would have been, with the id to quote and a way to try again. */
export const problem = (error, again) =>
  h(
    "div",
    { class: "callout bad", role: "alert" },
    h("p", {}, error.message),
    error.requestId && h("p", { class: "muted small" }, "Request ", h("code", {}, error.requestId)),
    again && h("p", {}, button("Try again", again)),
  );

/** What stands where there is nothing yet. */
export const empty = (title, text, ...more) =>
  h("div", { class: "empty" }, h("h2", {}, title), text && h("p", {}, text), more);

export const loading = (text = "Loading") =>
  h("p", { class: "loading", role: "status" }, `${text} …`);

/** A view's heading with its actions. */
export const heading = (title, ...actions) =>
  h(
    "header",
    { class: "heading" },
    h("h1", { tabindex: "-1" }, title),
    h("div", { class: "actions" }, actions),
  );

/** A way back to the list. */
export const back = (href, text) => h("a", { class: "back", href }, icon("back"), text);

/** Names and values. Pairs without a value are left out. */
export const facts = (pairs, props = {}) =>
  h(
    "dl",
    { class: "facts", ...props },
    pairs
      .filter(([, value]) => value !== null && value !== undefined && value !== "")
      .map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
  );

/** A sentence in which `names` stand as code. */
export const prose = (text) =>
  text.split("`").map((part, index) => (index % 2 ? h("code", {}, part) : part));

let fields = 0;

/** A labelled control with its help and its error, tied together for screen readers. */
export function field(text, control, { help, required, path } = {}) {
  const id = `f${++fields}`;
  control.id = id;
  const error = h("p", { class: "error", id: `${id}e`, hidden: true });
  const described = [help && `${id}h`, `${id}e`].filter(Boolean).join(" ");
  control.setAttribute("aria-describedby", described);
  if (required) control.setAttribute("aria-required", "true");
  const caption = h(
    "label",
    { for: id },
    text,
    required && h("span", { class: "required" }, " required"),
  );
  const note = help && h("p", { class: "help", id: `${id}h` }, prose(help));
  const box = h("div", { class: "field", "data-field": path }, caption, control, note, error);
  box.control = control;
  return box;
}

/** Show what is wrong with a field, or with `null` that nothing is. */
export function complain(box, reason) {
  const error = box.querySelector(":scope > .error");
  fill(error, reason);
  error.hidden = !reason;
  if (box.control) box.control.setAttribute("aria-invalid", reason ? "true" : "false");
}

/** A `<select>` of `[value, text]` pairs. */
export const select = (options, value, props = {}) => {
  const list = options.map(([given, text]) => h("option", { value: given }, text));
  const element = h("select", props, list);
  element.value = value ?? options[0]?.[0] ?? "";
  return element;
};

export const checkbox = (text, checked, props = {}) => {
  const input = h("input", { type: "checkbox", checked, ...props });
  const box = h("label", { class: "check" }, input, h("span", {}, text));
  box.input = input;
  return box;
};

/**
 * A dialog over the page. `build(close)` gives its content. Escape and the backdrop close it, and
 * the focus goes back where it was.
 */
export function dialog(title, build, { wide = false } = {}) {
  const before = document.activeElement;
  const element = h("dialog", { class: wide ? "wide" : "", "aria-labelledby": "dialog-title" });
  const close = () => element.close();
  element.append(h("h2", { id: "dialog-title" }, title), ...[build(close)].flat(Infinity));
  element.addEventListener("close", () => {
    element.remove();
    if (before && before.isConnected) before.focus();
  });
  let pressed = null;
  element.addEventListener("pointerdown", (event) => (pressed = event.target));
  element.addEventListener("click", (event) => {
    if (event.target === element && pressed === element) close();
  });
  document.body.append(element);
  element.showModal();
  return close;
}

/** Ask before something that cannot be undone. */
export function confirm(title, text, action, act) {
  dialog(title, (close) => {
    const error = h("div", {});
    const go = button(
      action,
      async () => {
        await act();
        close();
      },
      {
        kind: "danger",
        failed: (reason) => fill(error, problem(reason)),
      },
    );
    return [h("p", {}, text), error, h("div", { class: "buttons" }, button("Keep it", close), go)];
  });
}
