/** One run: what it is doing, what it will do or has done, and what can be done about it. */

import { h, fill } from "./dom.js";
import { at, get, once, post } from "./api.js";
import { count, duration, ended, exact, label, money, words } from "./format.js";
import { poll } from "./live.js";
import { decision, outcome } from "./run_parts.js";
import { json, readable } from "./content.js";
import { steps } from "./run_steps.js";
import { Timeline } from "./timeline.js";
import {
  back,
  button,
  confirm,
  facts,
  linkButton,
  loading,
  notify,
  problem,
  runStatus,
  when,
} from "./ui.js";

const SETTLE_MS = 250;
const EVENTS = 200;

export function runView(app, { id }) {
  const view = new RunView(app, id);
  return { title: "Run", element: view.element, stop: view.start() };
}

class RunView {
  constructor(app, id) {
    this.app = app;
    this.id = id;
    this.run = null;
    this.timeline = new Timeline();
    this.title = h("h1", { tabindex: "-1" }, "Run");
    this.subtitle = h("p", { class: "subtitle" });
    this.buttons = h("div", { class: "actions" });
    const titles = h("div", { class: "run-title" }, this.title, this.subtitle);
    this.head = h("header", { class: "heading run-head" }, titles, this.buttons);
    this.main = h("div", { class: "run-main" }, loading("Loading the run"));
    this.decision = h("div", {});
    this.outcome = h("div", {});
    this.steps = h("div", {});
    this.output = h("div", {});
    this.facts = h("div", {});
    const side = h(
      "aside",
      { class: "run-side", "aria-label": "About this run" },
      this.facts,
      this.timeline.element,
    );
    this.columns = h("div", { class: "run-columns" }, this.main, side);
    this.element = h("div", {}, back("#/runs", "Runs"), this.head, this.columns);
  }

  /** Load, then follow. Returns what ends that. */
  start() {
    const { live } = this.app;
    this.load();
    const unsubscribe = live.subscribe({
      message: () => ({ action: "run:subscribe", runId: this.id, since: this.timeline.last }),
      hear: (event) => event.data?.runId === this.id && event.id && this.heard(event),
      ends: { action: "run:unsubscribe", runId: this.id },
    });
    const unpoll = poll(live, () =>
      this.run && ended(this.run.status) ? Promise.resolve() : this.refresh(),
    );
    return () => {
      unsubscribe();
      unpoll();
      clearTimeout(this.settling);
    };
  }

  async load() {
    try {
      await this.refresh();
    } catch (error) {
      fill(this.main, problem(error, error.status === 404 ? null : () => this.load()));
    }
  }

  /** The record, and the events that have not been heard. */
  async refresh() {
    const [run] = await Promise.all([get(at`/api/runs/${this.id}`), this.catchUp()]);
    this.show(run);
  }

  async catchUp() {
    const { events } = await get(at`/api/runs/${this.id}/events`, {
      since: this.timeline.last,
      limit: EVENTS,
    });
    this.timeline.add(events);
    if (events.length === EVENTS) await this.catchUp();
  }

  heard(event) {
    this.timeline.add([event]);
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.refresh().catch(() => {}), SETTLE_MS);
  }

  show(run) {
    const before = this.run;
    // A slow answer must not hide a newer one.
    if (before && before.lastEventId > run.lastEventId) return;
    if (before && JSON.stringify(before) === JSON.stringify(run)) return;
    this.run = run;
    if (!before)
      fill(this.main, this.decision, this.outcome, this.steps, this.output, this.asked());
    this.showHead(run);
    const undecided = run.approval?.decision === "open" && !ended(run.status);
    const was = before?.approval?.decision === "open" && !ended(before.status);
    // Left alone while nothing changes in it: somebody may be writing a comment.
    if (!before || undecided !== was || before.status !== run.status)
      fill(
        this.decision,
        decision(run, this.app, (path, body, told) => this.act(path, body, told)),
      );
    fill(this.outcome, outcome(run));
    keepingOpen(this.steps, () => fill(this.steps, steps(run, this.app)));
    if (JSON.stringify(before?.output) !== JSON.stringify(run.output))
      fill(this.output, output(run));
    fill(this.facts, this.about(run));
    document.title = `${label(run.agentId)} ${words(run.intent)} – NeonHub`;
  }

  showHead(run) {
    const names = `${label(run.agentId)} · ${words(run.intent)}`;
    const moves = !ended(run.status) && run.status !== "waiting_approval";
    const progress = { max: "100", value: run.progress || 0, "aria-label": "Progress" };
    this.title.textContent = run.objective || names;
    fill(
      this.subtitle,
      runStatus(run.status),
      h("span", {}, names),
      moves && h("progress", progress),
    );
    // Made anew only when others apply, or a button would be replaced under a finger.
    if (this.actionsFor === ended(run.status)) return;
    this.actionsFor = ended(run.status);
    fill(this.buttons, this.app.can("operator") && this.actions(run));
  }

  /** Only what applies. */
  actions(run) {
    if (!ended(run.status))
      return button("Cancel run", () => this.askToCancel(), { kind: "danger-quiet" });
    if (run.status === "skipped") return null;
    const left =
      run.steps.length > 0 &&
      run.status !== "completed" &&
      run.steps.some((step) => step.status !== "succeeded");
    return [
      left && button("Replay from failed step", () => this.replay("failed"), { kind: "primary" }),
      run.agentId !== "delivery" && button("Replay from start", () => this.replay("start")),
      run.agentId !== "delivery" &&
        linkButton(`#/new?from=${encodeURIComponent(run.id)}`, "Copy to a new run"),
    ];
  }

  askToCancel() {
    confirm(
      "Cancel this run?",
      "What it has not done yet, it will not do. What is done stays done.",
      "Cancel the run",
      () => this.act("cancel", undefined, "The run is cancelled."),
    );
  }

  async replay(from) {
    const started = await post(at`/api/runs/${this.id}/replay`, { from }, once());
    location.hash = `#/runs/${started.runId}`;
    notify("Started again, as a run of its own.");
  }

  async act(path, body, told) {
    try {
      this.show(await post(`${at`/api/runs/${this.id}`}/${path}`, body));
      notify(told);
    } finally {
      this.refresh().catch(() => {});
    }
  }

  asked() {
    return h("section", {}, json(this.run.input, "Input"), json(this.run, "Whole record"));
  }

  about(run) {
    const { metrics = {}, usage, approval } = run;
    const tokens = (metrics.inputTokens || 0) + (metrics.outputTokens || 0);
    const done = ended(run.status);
    const decided =
      approval &&
      approval.decision !== "open" &&
      `${words(approval.decision)}${approval.decidedBy ? ` by ${approval.decidedBy}` : ""}`;
    return facts(
      [
        ["Run", h("code", {}, run.id)],
        ["Trigger", label(run.trigger)],
        [
          "Parent",
          run.parentRunId && h("a", { href: `#/runs/${run.parentRunId}` }, run.parentRunId),
        ],
        ["Priority", run.priority !== "NORMAL" && words(run.priority)],
        ["Started", when(run.startedAt || run.createdAt)],
        ["Ended", run.completedAt && when(run.completedAt)],
        ["Took", done && duration(run.durationMs)],
        ["Cost", done && money(metrics.costUsd)],
        [
          "Written by",
          usage && (usage.engine === "offline" ? "the built-in writer" : usage.engine),
        ],
        ["Tokens", tokens > 0 && `${metrics.inputTokens} in, ${metrics.outputTokens} out`],
        ["Grounded on", metrics.grounding > 0 && count(metrics.grounding, "passage")],
        ["Waits", metrics.waits > 0 && `${metrics.waits}, ${duration(metrics.waitedMs)}`],
        ["Retries", metrics.retries || null],
        ["Transitions", metrics.transitions || null],
        ["Approval", decided || null],
        ["Comment", approval?.comment],
        [
          "Approve until",
          approval?.decision === "open" && !done && approval.expiresAt && exact(approval.expiresAt),
        ],
      ].map(([name, value]) => [name, value || null]),
    );
  }
}

function output(run) {
  if (!run.output) return null;
  return h(
    "section",
    {},
    h("h2", {}, "Output"),
    h("div", { class: "panel" }, readable(run.output)),
  );
}

/** Show something anew without folding up what a reader has opened, or opening what they closed. */
function keepingOpen(element, draw) {
  const before = [...element.querySelectorAll("details")].map((one) => one.open);
  draw();
  const after = [...element.querySelectorAll("details")];
  if (after.length === before.length) after.forEach((one, index) => (one.open = before[index]));
}
