/** The runs of the organization, newest first, kept up to date in place. Also the approvals inbox. */

import { h, fill } from "./dom.js";
import { at, get } from "./api.js";
import { duration, ended, money, label, RUN_STATUS, words } from "./format.js";
import { poll } from "./live.js";
import {
  button,
  empty,
  heading,
  linkButton,
  loading,
  problem,
  runStatus,
  select,
  when,
} from "./ui.js";

const PAGE = 50;
const SETTLE_MS = 300;
const FEW = 5;

/** All runs, with filters in the address: `#/runs?agent=content&status=failed`. */
export function runsView(app, { query }) {
  const table = new RunsTable(app, query);
  const go = () => {
    const chosen = Object.entries({ agent: agent.value, status: status.value }).filter(
      ([, value]) => value,
    );
    location.hash = `#/runs${chosen.length ? `?${new URLSearchParams(chosen)}` : ""}`;
  };
  const agents = app.agents.map((one) => [one.id, label(one.id)]);
  const agent = select([["", "All agents"], ...agents, ["delivery", "Deliveries"]], query.agent, {
    "aria-label": "Agent",
    onchange: go,
  });
  const statuses = Object.entries(RUN_STATUS).map(([value, [text]]) => [value, text]);
  const status = select([["", "All statuses"], ...statuses], query.status, {
    "aria-label": "Status",
    onchange: go,
  });
  const filters = h("div", { class: "filters" }, agent, status);
  const start = app.can("operator") && linkButton("#/new", "New run", "primary");
  const element = h("div", {}, heading("Runs", filters, start), table.element);
  return { title: "Runs", element, stop: table.start() };
}

/** What waits for a person. */
export function approvalsView(app) {
  const table = new RunsTable(app, { status: "waiting_approval" });
  table.nothing = () =>
    empty(
      "Nothing waits for approval",
      "Runs started with “Wait for approval” stop here before they act on any platform.",
    );
  const element = h("div", {}, heading("Approvals"), table.element);
  return { title: "Approvals", element, stop: table.start() };
}

class RunsTable {
  constructor(app, { agent, status }) {
    this.app = app;
    this.where = { agent, status };
    this.runs = new Map();
    this.rows = new Map();
    this.cursor = null;
    this.dirty = new Set();
    this.body = h("tbody", {});
    this.more = h("div", { class: "more" });
    const columns = ["Run", "Status", "Trigger", "Started", "Took", "Cost"];
    const head = h(
      "tr",
      {},
      columns.map((name, index) =>
        h("th", { scope: "col", class: index > 3 ? "number" : null }, name),
      ),
    );
    this.table = h(
      "table",
      { class: "runs", hidden: true },
      h("caption", { class: "hidden" }, "Runs, newest first"),
      h("thead", {}, head),
      this.body,
    );
    this.note = h("div", {}, loading("Loading runs"));
    this.element = h("div", {}, this.note, this.table, this.more);
  }

  /** Load, then stay up to date. Returns what ends that. */
  start() {
    const { live } = this.app;
    this.load();
    const unsubscribe = live.subscribe({
      message: () => ({ action: "monitoring:subscribe", room: "agents" }),
      hear: (event) => event.data?.runId && this.heard(event),
    });
    const unpoll = poll(live, () => this.refresh());
    return () => {
      unsubscribe();
      unpoll();
      clearTimeout(this.settling);
    };
  }

  async load() {
    try {
      await this.page(null);
    } catch (error) {
      fill(
        this.note,
        problem(error, () => this.load()),
      );
    }
  }

  /** One page more, or the newest one again, which leaves what lies below it. */
  async page(cursor) {
    const answer = await get("/api/runs", { ...this.where, limit: PAGE, cursor });
    const known = this.runs.size;
    for (const run of answer.runs) if (this.isNew(run)) this.runs.set(run.id, run);
    if (cursor || !known) this.cursor = answer.cursor;
    if (!cursor) this.leave(answer);
    this.show();
  }

  /** A run that has changed its status is not on the page of that status any more. */
  leave({ runs, cursor }) {
    if (!this.where.status) return;
    const shown = new Set(runs.map((run) => run.id));
    const oldest = cursor ? runs.at(-1)?.createdAt : "";
    for (const { id, createdAt } of [...this.runs.values()]) {
      if (createdAt >= oldest && !shown.has(id) && !this.dirty.has(id)) this.runs.delete(id);
    }
  }

  refresh() {
    return this.page(null);
  }

  /** Lists lag behind events a little: what is known to be later stays. */
  isNew({ id, lastEventId = 0 }) {
    return lastEventId >= (this.runs.get(id)?.lastEventId ?? 0);
  }

  fits(run) {
    const { agent, status } = this.where;
    return (!agent || run.agentId === agent) && (!status || run.status === status);
  }

  /** The event has the status; all else is asked for when no more events come for a moment. */
  heard({ id, data }) {
    const run = this.runs.get(data.runId);
    if (run && !ended(run.status)) {
      run.status = data.status;
      run.lastEventId = id;
      run.progress = data.progress ?? run.progress;
      run.startedAt = run.startedAt ?? data.timestamp;
      this.row(run);
    }
    this.dirty.add(data.runId);
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.settle().catch(() => {}), SETTLE_MS);
  }

  async settle() {
    const ids = [...this.dirty];
    if (ids.length > FEW) await this.refresh();
    else {
      const found = await Promise.all(ids.map((id) => get(at`/api/runs/${id}`).catch(() => null)));
      for (const run of found.filter(Boolean)) this.take(run);
    }
    for (const id of ids) this.dirty.delete(id);
    this.show();
  }

  take(run) {
    if (!this.isNew(run)) return;
    if (this.fits(run)) this.runs.set(run.id, run);
    else this.runs.delete(run.id);
  }

  show() {
    const sorted = [...this.runs.values()].sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
    for (const [id, row] of this.rows) {
      if (this.runs.has(id)) continue;
      row.remove();
      this.rows.delete(id);
    }
    sorted.forEach((run, index) => {
      const row = this.row(run);
      if (this.body.children[index] !== row)
        this.body.insertBefore(row, this.body.children[index] || null);
    });
    this.table.hidden = !sorted.length;
    fill(this.note, sorted.length ? null : this.nothing());
    this.footer(sorted.length);
  }

  footer(number) {
    const next = () => this.page(this.cursor);
    const again = this.more.contains(document.activeElement);
    fill(
      this.more,
      this.cursor && button("Load more", next),
      number > 20 && h("span", { class: "muted" }, `${number} shown`),
    );
    if (again) this.more.querySelector("button")?.focus();
  }

  nothing() {
    const { agent, status } = this.where;
    if (agent || status)
      return empty(
        "No such runs",
        "No run fits these filters.",
        linkButton("#/runs", "Show all runs"),
      );
    return empty(
      "No runs yet",
      "A run is one piece of work of an agent: a draft, a post, an answer.",
      this.app.can("operator") && linkButton("#/new", "Start the first one", "primary"),
    );
  }

  /** A run's row, made once; it is filled anew when something on it changes. */
  row(run) {
    const row = this.rows.get(run.id) || h("tr", {});
    this.rows.set(run.id, row);
    const cost = run.metrics?.costUsd;
    const state = JSON.stringify([
      run.status,
      run.progress,
      run.objective,
      run.startedAt,
      run.durationMs,
      cost,
    ]);
    if (row.state === state) return row;
    row.state = state;
    const done = ended(run.status);
    return fill(
      row,
      h(
        "td",
        { class: "run" },
        h(
          "a",
          { href: `#/runs/${encodeURIComponent(run.id)}`, class: "row-link" },
          label(run.agentId),
          h("span", { class: "intent" }, ` · ${words(run.intent)}`),
        ),
        h("span", { class: "objective" }, run.objective),
      ),
      h("td", { class: "status" }, runStatus(run.status)),
      h("td", { class: "trigger" }, label(run.trigger)),
      h("td", { class: "started" }, when(run.startedAt || run.createdAt)),
      h(
        "td",
        { class: "number took" },
        done
          ? duration(run.durationMs)
          : h(
              "span",
              { class: "muted" },
              run.status === "running" && run.progress ? `${run.progress} %` : "–",
            ),
      ),
      h("td", { class: "number cost" }, done ? money(cost) : h("span", { class: "muted" }, "–")),
    );
  }
}
