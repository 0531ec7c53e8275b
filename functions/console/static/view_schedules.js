/** Schedules: when each agent runs by itself. */

import { h, fill } from "./dom.js";
import { at, get, post, remove } from "./api.js";
import { count, day, exact, label, words } from "./format.js";
import { poll } from "./live.js";
import { edit } from "./schedule_editor.js";
import { badge, button, confirm, facts, heading, loading, notify, problem } from "./ui.js";

/** What happens while a run of the schedule is under way still. */
const OVERLAPS = {
  skip: "the firing is skipped",
  queue_one: "one firing waits",
  allow: "both run",
};

export function schedulesView(app) {
  const list = h("div", {}, loading("Loading the schedules"));
  let asked = 0;
  let shown = "";
  const load = async () => {
    const turn = ++asked;
    const found = await Promise.all(
      app.agents.map((agent) => get(at`/api/agents/${agent.id}/schedule`)),
    );
    const state = JSON.stringify(found);
    // A slow answer must not hide a newer one, nor a button be replaced under a finger.
    if (turn !== asked || state === shown) return;
    shown = state;
    const cards = found.map((schedule, index) => card(schedule, app.agents[index], app, load));
    fill(list, h("ul", { class: "cards" }, cards));
  };
  const begin = () => load().catch((error) => fill(list, problem(error, begin)));
  begin();
  const unsubscribe = app.live.subscribe({
    message: () => ({ action: "monitoring:subscribe", room: "scheduler" }),
    hear: (event) => event.event === "scheduler:status" && load().catch(() => {}),
    ends: { action: "monitoring:unsubscribe", room: "scheduler" },
  });
  const unpoll = poll(app.live, load);
  const stop = () => {
    unsubscribe();
    unpoll();
  };
  return { title: "Schedules", element: h("div", {}, heading("Schedules"), list), stop };
}

function card(schedule, agent, app, reload) {
  const set = schedule.scheduleExpression !== null;
  const name = label(agent.id);
  const unset = () =>
    confirm(
      `Remove the schedule of ${name}?`,
      "Runs under way go on; no new ones start by themselves.",
      "Remove",
      async () => {
        await remove(at`/api/agents/${agent.id}/schedule`);
        await reload();
      },
    );
  return h(
    "li",
    { class: "panel card" },
    h(
      "div",
      { class: "card-head" },
      h("h2", {}, name),
      h("div", { class: "badges" }, state(schedule, set)),
    ),
    set ? told(schedule) : h("p", { class: "muted" }, "Runs when it is asked."),
    trouble(schedule),
    app.can("operator") &&
      h(
        "div",
        { class: "buttons" },
        button(set ? "Change" : "Set a schedule", () => edit(schedule, agent, app, reload), {
          kind: "small",
          "aria-label": `${set ? "Change" : "Set"} the schedule of ${name}`,
        }),
        set &&
          button(
            schedule.scheduleEnabled ? "Switch off" : "Switch on",
            () => toggle(schedule, agent, reload),
            { kind: "small" },
          ),
        set &&
          button("Remove", unset, {
            kind: "small danger-quiet",
            "aria-label": `Remove the schedule of ${name}`,
          }),
      ),
  );
}

function state(schedule, set) {
  if (!set) return badge("Not scheduled", "quiet");
  return schedule.scheduleEnabled ? badge("On", "good") : badge("Off", "quiet");
}

/** Why it does not fire, if somebody or something stopped it. */
function trouble({ pausedReason, pausedBy, overdueSince }) {
  const paused =
    pausedReason && `Switched off${pausedBy ? ` by ${pausedBy}` : ""}: ${pausedReason}`;
  const late = overdueSince && `A firing was due ${exact(overdueSince)} and has not come.`;
  return [paused, late].filter(Boolean).map((text) => h("p", { class: "callout attention" }, text));
}

function told(schedule) {
  // In the schedule's own zone, which stands above.
  const next = (schedule.nextRuns || [])
    .slice(0, 3)
    .map((moment) =>
      h("li", {}, h("time", { class: "fixed", datetime: moment }, day(moment, schedule.timezone))),
    );
  return facts([
    ["When", h("code", {}, schedule.scheduleExpression)],
    ["Time zone", schedule.timezone],
    ["Does", words(schedule.intent)],
    ["Approval", schedule.approval ? "its runs wait for it" : null],
    ["Priority", schedule.priority !== "NORMAL" ? words(schedule.priority) : null],
    ["If one still runs", schedule.overlap === "skip" ? null : OVERLAPS[schedule.overlap]],
    ["From", schedule.startAt && exact(schedule.startAt)],
    ["Until", schedule.endAt && exact(schedule.endAt)],
    ["Failed in a row", schedule.consecutiveFailures || null],
    ["Missed", schedule.missedFirings ? count(schedule.missedFirings, "firing") : null],
    ["Next", next.length ? h("ul", { class: "plain" }, next) : null],
  ]);
}

async function toggle(schedule, agent, reload) {
  await post(
    `${at`/api/agents/${agent.id}/schedule`}/${schedule.scheduleEnabled ? "pause" : "resume"}`,
    {},
  );
  notify(schedule.scheduleEnabled ? "Switched off." : "Switched on.");
  await reload();
}
