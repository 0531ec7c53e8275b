/** Setting a schedule: when, in which zone, what it does, and what else it has. */

import { h, fill } from "./dom.js";
import { at, get, post } from "./api.js";
import { deliveries } from "./delivery.js";
import { form } from "./form.js";
import { label, words } from "./format.js";
import { button, busy, checkbox, complain, dialog, field, notify, problem, select } from "./ui.js";

const EXAMPLES =
  "Five fields such as `0 9 * * 1-5` (workdays at nine), or `rate(2 hours)`, `cron(…)`, `at(2030-01-31T09:00:00)`.";
const PRIORITIES = ["LOW", "NORMAL", "HIGH", "CRITICAL"];

/** The settings beside when and what, as a schema: each keeps what it is unless it is changed. */
const MORE = {
  type: "object",
  properties: {
    overlap: {
      type: "string",
      enum: ["skip", "queue_one", "allow"],
      description: "While a run of it is under way.",
    },
    flexibleMinutes: {
      type: "integer",
      minimum: 0,
      maximum: 1440,
      description: "May start so much later than due.",
    },
    pauseAfterFailures: {
      type: "integer",
      minimum: 0,
      maximum: 100,
      description: "Failed runs in a row; 0 never switches it off.",
    },
    startAt: { type: "string", format: "date-time", description: "Fires from then on." },
    endAt: { type: "string", format: "date-time", description: "Fires before then." },
  },
};

/** Open the dialog for an agent's schedule; `reload` is called when it was saved. */
export async function edit(schedule, agent, app, reload) {
  const [{ connectors }, { connections }] = await Promise.all([
    app.connectors(),
    get("/api/connections"),
  ]);
  const choices = { connections, special: deliveries(connectors, connections) };
  dialog(
    `Schedule of ${label(agent.id)}`,
    (close) => new Editor(schedule, agent, choices, close, reload).element,
    { wide: true },
  );
}

class Editor {
  constructor(schedule, agent, choices, close, reload) {
    Object.assign(this, { schedule, agent, choices, close, reload });
    const fresh = schedule.scheduleExpression === null;
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
    this.expression = h("input", {
      type: "text",
      value: schedule.scheduleExpression || "",
      placeholder: "0 9 * * 1-5",
      spellcheck: "false",
    });
    this.zone = h("input", {
      type: "text",
      value: schedule.timezone || here,
      list: "zones",
      spellcheck: "false",
    });
    this.intent = select(
      agent.intents.map((one) => [one.name, label(one.name)]),
      schedule.intent || agent.defaultIntent,
    );
    this.priority = select(
      PRIORITIES.map((one) => [one, label(words(one))]),
      schedule.priority || "NORMAL",
    );
    this.enabled = checkbox("On", fresh || schedule.scheduleEnabled);
    this.approval = checkbox("Its runs wait for approval", fresh || Boolean(schedule.approval));
    this.more = form(MORE, fresh ? { overlap: "skip" } : schedule, "more");
    this.inputs = h("div", {});
    this.error = h("div", {});
    this.submit = h("button", { type: "submit", class: "button primary" }, "Save");
    this.boxes = {
      cronExpression: field("When", this.expression, {
        help: EXAMPLES,
        required: true,
        path: "cronExpression",
      }),
      timezone: field("Time zone", this.zone, { path: "timezone" }),
    };
    this.intent.addEventListener("change", () => this.showInput());
    this.showInput();
    this.element = this.layout();
  }

  layout() {
    const enter = (event) => {
      event.preventDefault();
      busy(this.submit, () => this.save().catch((error) => this.failed(error)));
    };
    const zones = Intl.supportedValuesOf("timeZone").map((zone) => h("option", { value: zone }));
    return h(
      "form",
      { class: "form", onsubmit: enter, novalidate: true },
      h("div", { class: "row" }, this.boxes.cronExpression, this.boxes.timezone),
      h("datalist", { id: "zones" }, zones),
      h("div", { class: "row" }, field("Intent", this.intent), field("Priority", this.priority)),
      h(
        "section",
        { class: "panel" },
        h("div", { class: "panel-head" }, h("h3", {}, "Input of its runs")),
        this.inputs,
      ),
      h(
        "details",
        { class: "fold" },
        h("summary", {}, "Overlap, dates, failures"),
        this.more.element,
      ),
      h("div", { class: "checks" }, this.approval, this.enabled),
      this.error,
      h("div", { class: "buttons" }, button("Close", this.close), this.submit),
    );
  }

  showInput() {
    const { intent, input } = this.schedule;
    const chosen = this.agent.intents.find((one) => one.name === this.intent.value);
    this.input = form(
      chosen.inputSchema,
      (intent === chosen.name && input) || {},
      "input",
      this.choices,
    );
    fill(this.inputs, this.input.element);
  }

  async save() {
    fill(this.error);
    for (const box of Object.values(this.boxes)) complain(box, null);
    const body = {
      ...this.more.read(),
      cronExpression: this.expression.value.trim(),
      timezone: this.zone.value.trim(),
      priority: this.priority.value,
      enabled: this.enabled.input.checked,
      intent: this.intent.value,
      input: this.input.read(),
    };
    // How long its runs wait for approval is not asked here: what it was, it stays.
    if (this.approval.input.checked) body.approval = this.schedule.approval || {};
    await post(at`/api/agents/${this.agent.id}/schedule`, body);
    notify("The schedule is set.");
    this.close();
    await this.reload();
  }

  /** Each reason at its field: of the input, of the other settings, or of the first two. */
  failed(error) {
    let left = this.input.complain(error.fields || new Map());
    left = this.more.complain(
      new Map([...left].map(([path, why]) => [`more.${path.replace(/^more\./, "")}`, why])),
    );
    for (const [path, why] of [...left]) {
      const box = this.boxes[path.replace(/^more\./, "")];
      if (!box) continue;
      complain(box, why);
      box.control.focus();
      left.delete(path);
    }
    if (error.status !== undefined && (left.size || !error.fields?.size))
      fill(this.error, problem(error));
  }
}
