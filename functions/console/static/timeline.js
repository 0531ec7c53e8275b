/** The events of a run in their order, each once. */

import { h, fill } from "./dom.js";
import { clock, exact } from "./format.js";

const TONES = { "agent:completed": "good", "agent:failed": "bad" };
const STEP_TONES = {
  succeeded: "good",
  failed: "bad",
  waiting_approval: "attention",
  waiting_rate_limit: "attention",
  needs_review: "attention",
  unknown: "attention",
};

export class Timeline {
  constructor() {
    this.events = new Map();
    this.list = h("ol", { class: "timeline" });
    this.log = h("div", { role: "log", "aria-label": "Events" }, this.list);
    this.element = h("section", { hidden: true }, h("h2", {}, "Timeline"), this.log);
  }

  /** The id of the last event: where to resume. */
  get last() {
    return Math.max(0, ...this.events.keys());
  }

  add(events) {
    const fresh = events.filter(
      (event) => Number.isInteger(event.id) && !this.events.has(event.id),
    );
    if (!fresh.length) return;
    const appended = fresh.every((event) => event.id > this.last);
    for (const event of fresh) this.events.set(event.id, event);
    this.element.hidden = false;
    if (appended) this.list.append(...fresh.map(line));
    else fill(this.list, [...this.events.values()].sort((a, b) => a.id - b.id).map(line));
  }
}

const line = ({ event, data }) =>
  h(
    "li",
    { class: tone(event, data) },
    h(
      "time",
      { class: "fixed", datetime: data.timestamp, title: exact(data.timestamp) },
      clock(data.timestamp),
    ),
    h("span", {}, said(event, data)),
  );

const tone = (event, data) => TONES[event] || STEP_TONES[data.step?.status] || "";

function said(event, data) {
  if (event === "agent:started") return "taken up";
  if (event === "agent:completed") return "completed";
  if (event === "agent:failed") return data.error;
  return data.message;
}
