/** Connecting an account: with credentials that one has, or with OAuth at the platform. */

import { h, fill } from "./dom.js";
import { at, get, post } from "./api.js";
import { label } from "./format.js";
import { busy, button, complain, dialog, field, notify, problem, select } from "./ui.js";

const MODES = [
  ["sandbox", "Sandbox: the built-in twin, nothing goes out"],
  ["dry_run", "Dry run: nothing is sent, you see the request"],
  ["live", "Live: the platform itself"],
];
const LOOK_MS = 1500;
const PLAIN = /^(clientId|.*Id|username|.*Url|.*Email)$/;

/** Make a connection; `made` is called when there is one. */
export function connectDialog(connectors, made) {
  dialog("New connection", (close) => new ConnectForm(connectors, close, made).element, {
    wide: true,
  });
}

class ConnectForm {
  constructor(connectors, close, made) {
    this.connectors = connectors;
    this.close = close;
    this.made = made;
    const sorted = [...connectors].sort((a, b) => a.displayName.localeCompare(b.displayName));
    const usual = connectors.some((one) => one.kind === "slack") ? "slack" : sorted[0].kind;
    this.kind = select(
      sorted.map((one) => [one.kind, one.displayName]),
      usual,
    );
    this.mode = select(MODES, "sandbox");
    this.way = select([["", ""]]);
    this.name = h("input", { type: "text", maxlength: "100", autocomplete: "off" });
    this.about = h("p", { class: "help" });
    this.place = h("div", { class: "form" });
    this.error = h("div", {});
    this.submit = h("button", { type: "submit", class: "button primary" }, "Connect");
    for (const control of [this.kind, this.mode, this.way])
      control.addEventListener("change", () => this.show());
    const enter = (event) => {
      event.preventDefault();
      busy(this.submit, () => this.send().catch((error) => this.failed(error)));
    };
    this.wayBox = field("How", this.way);
    this.element = h(
      "form",
      { class: "form", onsubmit: enter, novalidate: true },
      h(
        "div",
        { class: "row" },
        field("Platform", this.kind, { path: "kind" }),
        field("Mode", this.mode, { path: "mode" }),
      ),
      this.about,
      field("Name", this.name, { help: "How your team will know it.", path: "name" }),
      this.wayBox,
      this.place,
      this.error,
      h("div", { class: "buttons" }, button("Close", close), this.submit),
    );
    this.show();
  }

  get spec() {
    return this.connectors.find((one) => one.kind === this.kind.value);
  }

  get oauth() {
    return this.way.value.startsWith("oauth");
  }

  show() {
    const { description, oauth, displayName } = this.spec;
    this.about.textContent = description;
    this.name.placeholder = displayName;
    const able = this.mode.value === "dry_run" ? [] : oauth || [];
    const ways = [
      [
        "credentials",
        this.mode.value === "sandbox" ? "Without an account" : "With credentials I have",
      ],
      ...able.map((one) => [
        `oauth:${one.flow}`,
        one.flow ? `Connect with OAuth (${one.flow})` : "Connect with OAuth",
      ]),
    ];
    const before = this.way.value;
    fill(
      this.way,
      ways.map(([value, text]) => h("option", { value }, text)),
    );
    this.way.value = ways.some(([value]) => value === before) ? before : "credentials";
    this.wayBox.hidden = ways.length < 2;
    this.submit.textContent = this.oauth ? "Start" : "Connect";
    this.showFields();
  }

  /** Credentials with their controls; what OAuth brings itself is not asked for. */
  showFields() {
    const { credentials, settings } = this.spec;
    const sandbox = this.mode.value === "sandbox";
    const wanted = this.oauth
      ? credentials.filter((one) => ["clientId", "clientSecret"].includes(one.name))
      : credentials;
    this.secrets = sandbox ? [] : wanted.map((one) => [one.name, secret(one, this.oauth)]);
    this.settings = settings.map((one) => [one.name, setting(one)]);
    const needed = this.secrets.filter(
      ([name]) => this.oauth || credentials.find((one) => one.name === name).required,
    );
    const others = this.secrets.filter((one) => !needed.includes(one));
    const optional = [...others, ...this.settings].map(([, box]) => box);
    const hint =
      this.oauth &&
      !sandbox &&
      "Of your own OAuth app at the platform. Its redirect address is this stack’s /api/oauth/callback.";
    fill(
      this.place,
      hint && h("p", { class: "help" }, hint),
      needed.map(([, box]) => box),
      optional.length > 0 &&
        h(
          "details",
          { class: "fold", open: !needed.length && !sandbox },
          h("summary", {}, "More, optional"),
          h("div", { class: "form" }, optional),
        ),
    );
  }

  async send() {
    fill(this.error);
    for (const box of this.element.querySelectorAll("[data-field]")) complain(box, null);
    const body = { mode: this.mode.value, settings: given(this.settings, plain) };
    if (this.name.value.trim()) body.name = this.name.value.trim();
    const secrets = given(this.secrets);
    if (this.oauth) return this.startOAuth({ ...body, ...secrets });
    await post("/api/connections", { ...body, kind: this.kind.value, credentials: secrets });
    notify("Connected. Test it to be sure.");
    this.close();
    await this.made();
  }

  async startOAuth(body) {
    const flow = this.way.value.slice("oauth:".length);
    const started = await post(
      at`/api/oauth/${this.kind.value}/start`,
      flow ? { ...body, flow } : body,
    );
    const there = () =>
      get(at`/api/connections/${started.connectionId}`).then(
        () => true,
        (error) => error.status !== 404 && Promise.reject(error),
      );
    fill(this.element, waiting(started, this.spec.displayName, this.close, there, this.made));
  }

  failed(error) {
    const boxes = new Map(
      [...this.element.querySelectorAll("[data-field]")].map((box) => [box.dataset.field, box]),
    );
    const placed = [...(error.fields || [])].filter(([path]) => boxes.has(path));
    for (const [path, reason] of placed) {
      const box = boxes.get(path);
      complain(box, reason);
      const folded = box.closest("details");
      if (folded) folded.open = true;
    }
    if (placed.length) boxes.get(placed[0][0]).control.focus();
    if (!placed.length || placed.length < (error.fields?.size || 0))
      fill(this.error, problem(error));
  }
}

function secret({ name, description, required }, oauth) {
  const hidden = !PLAIN.test(name);
  const input = h("input", {
    type: hidden ? "password" : "text",
    autocomplete: "off",
    spellcheck: "false",
    autocapitalize: "none",
  });
  return field(label(name), input, {
    help: description,
    required: required && !oauth,
    path: oauth ? name : `credentials.${name}`,
  });
}

function setting({ name, description, default: usual }) {
  const placeholder = usual === null || usual === undefined ? null : String(usual);
  const input = h("input", { type: "text", autocomplete: "off", placeholder });
  input.dataset.kind = typeof usual;
  return field(label(name), input, { help: description, path: `settings.${name}` });
}

/** What was filled in, by name. */
const given = (boxes, read = (control) => control.value.trim()) =>
  Object.fromEntries(
    boxes
      .filter(([, box]) => box.control.value.trim())
      .map(([name, box]) => [name, read(box.control)]),
  );

/** A setting as the kind of value its default has. */
function plain(control) {
  const text = control.value.trim();
  if (control.dataset.kind === "boolean" && /^(true|false)$/i.test(text))
    return text.toLowerCase() === "true";
  if (control.dataset.kind === "number" && Number.isFinite(Number(text))) return Number(text);
  return text;
}

/** The way to the platform's page, and waiting for whoever comes back from it. */
function waiting(started, name, close, there, made) {
  const status = h(
    "p",
    { role: "status", class: "muted" },
    "Waiting for you to allow it there. This page notices.",
  );
  const address = new URL(started.authorizeUrl);
  const safe = ["https:", "http:"].includes(address.protocol);
  const go = h(
    "a",
    {
      class: "button primary",
      href: safe ? address.href : "#",
      target: "_blank",
      rel: "noopener noreferrer",
    },
    `Continue at ${name}`,
  );
  const look = async () => {
    if (!go.isConnected) return;
    if (await there().catch(() => false)) {
      close();
      notify(`${name} is connected.`);
      await made();
    } else if (Date.now() > Date.parse(started.expiresAt)) {
      fill(status, "The time for it is over. Start again.");
    } else setTimeout(look, LOOK_MS);
  };
  setTimeout(look, LOOK_MS);
  return [
    h(
      "p",
      {},
      "You are asked there whether NeonHub may act for the account. The permission must be given within ten minutes.",
    ),
    h(
      "p",
      { class: "muted small" },
      "Redirect address of your app: ",
      h("code", {}, started.redirectUri),
    ),
    status,
    h("div", { class: "buttons" }, button("Close", close), go),
  ];
}

/** Connect an account again: its app and all else stay as they are. */
export function reconnect(connection, made) {
  dialog(`Connect ${connection.name} again`, (close) => {
    const place = h("div", { class: "form" });
    const path = at`/api/connections/${connection.id}`;
    const start = async () => {
      const started = await post(`${path}/oauth/start`, {});
      const there = async () => (await get(path)).grant?.grantedAt !== connection.grant?.grantedAt;
      fill(place, waiting(started, connection.name, close, there, made));
    };
    const error = h("div", {});
    const go = button("Start", start, {
      kind: "primary",
      failed: (reason) => fill(error, problem(reason)),
    });
    return fill(
      place,
      h("p", {}, "The app, its scopes and all other credentials stay as they are."),
      error,
      h("div", { class: "buttons" }, button("Close", close), go),
    );
  });
}
