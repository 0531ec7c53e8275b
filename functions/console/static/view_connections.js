/** Connections: what the organization has connected, and how it is doing. */

import { h, fill } from "./dom.js";
import { at, get, post, remove } from "./api.js";
import { connectDialog, reconnect } from "./connect.js";
import { exact } from "./format.js";
import { badge, button, confirm, empty, heading, loading, problem, when } from "./ui.js";

const MODES = {
  sandbox: ["Sandbox", "quiet"],
  dry_run: ["Dry run", "quiet"],
  live: ["Live", "active"],
};

export function connectionsView(app) {
  const view = new Connections(app);
  view.load();
  // Who comes back from a platform's page sees what became of it.
  const seen = () => !document.hidden && view.refresh().catch(() => {});
  document.addEventListener("visibilitychange", seen);
  window.addEventListener("focus", seen);
  const stop = () => {
    document.removeEventListener("visibilitychange", seen);
    window.removeEventListener("focus", seen);
  };
  return { title: "Connections", element: view.element, stop };
}

class Connections {
  constructor(app) {
    this.app = app;
    this.list = h("div", {}, loading("Loading the connections"));
    this.verdicts = new Map();
    const add =
      app.can("admin") && button("New connection", () => this.create(), { kind: "primary" });
    this.element = h("div", {}, heading("Connections", add), this.list);
  }

  async load() {
    try {
      await this.refresh();
    } catch (error) {
      fill(
        this.list,
        problem(error, () => this.load()),
      );
    }
  }

  async refresh() {
    const turn = (this.turn = (this.turn || 0) + 1);
    const [{ connectors }, { connections }] = await Promise.all([
      this.app.connectors(),
      get("/api/connections"),
    ]);
    // A slow answer must not hide a newer one.
    if (turn !== this.turn) return;
    this.connectors = connectors;
    this.app.connections = connections;
    const state = JSON.stringify(connections);
    if (state === this.state) return;
    this.state = state;
    this.show(connections);
  }

  show(connections) {
    if (!connections.length) {
      const add =
        this.app.can("admin") &&
        button("Connect the first one", () => this.create(), { kind: "primary" });
      fill(
        this.list,
        empty(
          "No connections yet",
          "A connection is your account on one platform. Without one, runs use the built-in sandbox.",
          add,
        ),
      );
      return;
    }
    fill(
      this.list,
      h(
        "ul",
        { class: "cards" },
        connections.map((one) => this.card(one)),
      ),
    );
  }

  async create() {
    const { connectors } = await this.app.connectors();
    connectDialog(connectors, () => this.refresh());
  }

  card(connection) {
    const { kind, name, id, settings } = connection;
    const spec = this.connectors.find((one) => one.kind === kind);
    const verdict = h("div", { role: "status" });
    this.verdicts.set(id, verdict);
    const told = Object.entries(settings || {})
      .map(([key, value]) => `${key} ${value}`)
      .join(", ");
    return h(
      "li",
      { class: "panel card" },
      h(
        "div",
        { class: "card-head" },
        h("h2", {}, name),
        h("div", { class: "badges" }, badge(...MODES[connection.mode]), state(connection)),
      ),
      h(
        "p",
        { class: "muted small" },
        spec ? spec.displayName : kind,
        " · made ",
        when(connection.createdAt),
        told && ` · ${told}`,
      ),
      expiry(connection.grant),
      connection.statusMessage && h("p", { class: "callout attention" }, connection.statusMessage),
      h("p", { class: "muted small" }, h("code", {}, id)),
      verdict,
      this.actions(connection, spec),
    );
  }

  actions(connection, spec) {
    const { id, name } = connection;
    const forget = () =>
      confirm(
        `Delete ${name}?`,
        "The connection and its credentials are forgotten. Runs and schedules that name it will fail.",
        "Delete",
        async () => {
          await remove(at`/api/connections/${id}`);
          await this.refresh();
        },
      );
    const again = connection.grant && spec?.oauth?.length > 0 && connection.mode !== "dry_run";
    return h(
      "div",
      { class: "buttons" },
      this.app.can("operator") &&
        button("Test", () => this.test(id), { kind: "small", "aria-label": `Test ${name}` }),
      this.app.can("admin") &&
        again &&
        button("Connect again", () => reconnect(connection, () => this.refresh()), {
          kind: "small",
          "aria-label": `Connect ${name} again`,
        }),
      this.app.can("admin") &&
        button("Delete", forget, { kind: "small danger-quiet", "aria-label": `Delete ${name}` }),
    );
  }

  async test(id) {
    const verdict = this.verdicts.get(id);
    try {
      fill(verdict, outcome(await post(at`/api/connections/${id}/test`)));
    } catch (error) {
      if (error.status !== 401) fill(verdict, problem(error));
    }
  }
}

function state({ status, statusDetail }) {
  if (status === "needs_reauth") return badge("Connect again", "bad");
  if (statusDetail === "expired") return badge("Expired", "bad");
  if (statusDetail === "expiring") return badge("Expiring", "attention");
  return badge("Active", "good");
}

function expiry(grant) {
  if (!grant) return null;
  const { expiresAt, renewable, grantedAt } = grant;
  const ends =
    expiresAt &&
    (renewable ? "its token is renewed by itself" : `its token ends ${exact(expiresAt)}`);
  return h("p", { class: "muted small" }, "allowed ", when(grantedAt), ends && `; ${ends}`);
}

/** A test's verdict in words. */
function outcome({ ok, account, message, code }) {
  if (ok) {
    const who = Object.values(account || {})
      .filter((one) => typeof one === "string")
      .slice(0, 3);
    return h(
      "p",
      { class: "callout good" },
      who.length ? `It works: ${who.join(", ")}.` : "It works.",
    );
  }
  return h(
    "p",
    { class: "callout bad" },
    message || "It does not work.",
    code && [" ", h("code", {}, code)],
  );
}
