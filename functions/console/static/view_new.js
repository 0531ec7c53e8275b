/** Starting a run: agent, intent, and a form from the intent's schema, or its JSON by hand. */

import { h, fill } from "./dom.js";
import { at, get, once, post } from "./api.js";
import { deliveries } from "./delivery.js";
import { form, InvalidForm } from "./form.js";
import { label } from "./format.js";
import {
  back,
  busy,
  checkbox,
  complain,
  field,
  heading,
  loading,
  notify,
  problem,
  select,
} from "./ui.js";

/** `#/new?agent=content&intent=generate-draft`, or `?from=` a run whose input is copied. */
export function newRunView(app, { query }) {
  const place = h("div", {}, loading("Loading the agents"));
  const element = h("div", { class: "narrow" }, back("#/runs", "Runs"), heading("New run"), place);
  const load = async () => {
    try {
      const [{ connectors }, { connections }, copied] = await Promise.all([
        app.connectors(),
        get("/api/connections"),
        query.from ? get(at`/api/runs/${query.from}`) : null,
      ]);
      const start = copied
        ? { agent: copied.agentId, intent: copied.intent, input: copied.input }
        : query;
      fill(place, new NewRun(app.agents, connectors, connections, start).element);
    } catch (error) {
      fill(place, problem(error, load));
    }
  };
  load();
  return { title: "New run", element, stop: () => {} };
}

class NewRun {
  constructor(agents, connectors, connections, start) {
    this.agents = agents;
    this.choices = { connections, special: deliveries(connectors, connections) };
    const known = agents.find((one) => one.id === start.agent) || agents[0];
    this.agent = select(
      agents.map((one) => [one.id, label(one.id)]),
      known.id,
    );
    this.intent = select([["", ""]]);
    this.about = h("p", { class: "help" });
    this.place = h("div", {});
    this.objective = h("input", { type: "text", maxlength: "500" });
    this.approval = checkbox("Wait for approval before anything goes out", true);
    this.raw = checkbox("Write the input as JSON", false);
    this.errors = h("div", {});
    this.submit = h("button", { type: "submit", class: "button primary" }, "Start run");
    this.header = once();
    this.agent.addEventListener("change", () => this.chooseAgent());
    this.intent.addEventListener("change", () => this.chooseIntent());
    this.raw.input.addEventListener("change", () => this.toggle());
    this.element = this.layout();
    this.chooseAgent(start.intent, start.input);
  }

  layout() {
    const enter = (event) => {
      event.preventDefault();
      busy(this.submit, () => this.start());
    };
    return h(
      "form",
      { class: "form", onsubmit: enter, novalidate: true },
      h("div", { class: "row" }, field("Agent", this.agent), field("Intent", this.intent)),
      this.about,
      h(
        "section",
        { class: "panel" },
        h("div", { class: "panel-head" }, h("h2", {}, "Input"), this.raw),
        this.place,
      ),
      field("Objective", this.objective, {
        help: "What this run is for, in your words. Made from the input if you leave it empty.",
        path: "objective",
      }),
      this.approval,
      this.errors,
      h("div", { class: "buttons" }, this.submit),
    );
  }

  get chosenAgent() {
    return this.agents.find((one) => one.id === this.agent.value);
  }

  get chosenIntent() {
    return this.chosenAgent.intents.find((one) => one.name === this.intent.value);
  }

  chooseAgent(intent, input) {
    const { intents, defaultIntent } = this.chosenAgent;
    const names = intents.map((one) => one.name);
    fill(
      this.intent,
      names.map((name) => h("option", { value: name }, label(name))),
    );
    this.intent.value = names.includes(intent) ? intent : defaultIntent;
    this.chooseIntent(input);
  }

  chooseIntent(input = {}) {
    fill(this.about, this.chosenIntent.description);
    fill(this.errors);
    this.show(input);
  }

  show(value) {
    if (this.raw.input.checked) return this.showRaw(value);
    this.input = form(this.chosenIntent.inputSchema, value, "input", this.choices);
    fill(this.place, this.input.element);
  }

  showRaw(value) {
    const text = h("textarea", {
      rows: 16,
      class: "code",
      spellcheck: "false",
      value: JSON.stringify(value, null, 2),
    });
    const box = field("Input as JSON", text, { path: "input" });
    const schema = h(
      "details",
      { class: "json" },
      h("summary", {}, "Schema"),
      h("pre", { tabindex: "0" }, JSON.stringify(this.chosenIntent.inputSchema, null, 2)),
    );
    fill(this.place, box, schema);
    this.input = {
      element: this.place,
      clear: () => complain(box, null),
      complain: (fields) => new Map(fields),
      read() {
        this.clear();
        try {
          return JSON.parse(text.value);
        } catch (error) {
          complain(box, `Is not JSON: ${error.message}`);
          throw new InvalidForm(new Map());
        }
      },
    };
  }

  /** From the form to its JSON and back; what is half written goes along. */
  toggle() {
    let value = {};
    try {
      value = this.input.read();
    } catch (error) {
      if (!(error instanceof InvalidForm)) throw error;
      if (!this.raw.input.checked) {
        this.raw.input.checked = true;
        return;
      }
    }
    this.show(value);
  }

  async start() {
    fill(this.errors);
    try {
      const body = { intent: this.intent.value, input: this.input.read() };
      if (this.objective.value.trim()) body.objective = this.objective.value.trim();
      if (this.approval.input.checked) body.approval = {};
      const started = await post(at`/api/agents/${this.agent.value}/runs`, body, this.header);
      location.hash = `#/runs/${started.runId}`;
      notify("The run has started.");
    } catch (error) {
      this.failed(error);
    }
  }

  failed(error) {
    const left = this.input.complain(error.fields || new Map());
    // Without an answer it may have started: the same again must not start it twice.
    if (error.status !== 0) this.header = once();
    if (error instanceof InvalidForm) return;
    const placed = (error.fields?.size || 0) > left.size;
    const told =
      placed && !left.size ? "Some fields are not as they must be; each says why." : error.message;
    fill(this.errors, problem({ message: told, requestId: placed ? null : error.requestId }));
  }
}
