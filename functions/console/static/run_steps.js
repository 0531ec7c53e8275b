/** A run's steps: what goes out, or went out, and what became of it. */

import { h } from "./dom.js";
import { json, link, shown } from "./content.js";
import { actionName } from "./delivery.js";
import { count, duration, ended, exact } from "./format.js";
import { advice } from "./run_parts.js";
import { facts, stepStatus } from "./ui.js";

const MEDIA = /^https:\/\/\S+$/;

/** The section of all steps; a run without any has none. */
export function steps(run, app) {
  if (!run.steps.length) return null;
  const undecided = run.status === "waiting_approval";
  const title = undecided ? "What will go out" : "Steps";
  const order =
    run.steps.length > 1 &&
    h("span", { class: "muted" }, run.ordered ? " in this order" : " independent of each other");
  return h(
    "section",
    {},
    h("h2", {}, title, order),
    h(
      "ol",
      { class: "steps" },
      run.steps.map((step) => stepCard(step, run, app)),
    ),
  );
}

function stepCard(step, run, app) {
  const open =
    run.status === "waiting_approval" ||
    step.status === "needs_review" ||
    step.status === "failed" ||
    run.steps.length === 1;
  return h(
    "li",
    { class: "step panel" },
    h("div", { class: "step-head" }, h("h3", {}, actionName(step)), stepStatus(step.status)),
    h("p", { class: "muted small" }, via(step, app), timing(step)),
    trouble(step, run),
    links(step.result),
    h(
      "details",
      { class: "payload", open },
      h("summary", {}, "Payload"),
      h("div", { class: "goes-out" }, shown(step.payload)),
      json(step.payload),
    ),
    step.result && json(step.result, "Platform’s answer"),
  );
}

function via(step, app) {
  const known = app.connections.find((one) => one.id === step.connectionId);
  if (known) return `through ${known.name} (${known.mode.replace("_", " ")})`;
  return step.connectionId ? `through ${step.connectionId}` : "through the built-in sandbox";
}

function timing(step) {
  const told = [
    step.notBefore && !step.completedAt && `not before ${exact(step.notBefore)}`,
    step.durationMs !== undefined && `took ${duration(step.durationMs)}`,
    step.waits > 0 &&
      `${count(step.waits, "wait")}${step.waitedMs ? `, ${duration(step.waitedMs)}` : ""}`,
    step.retries > 0 && count(step.retries, "retry", "retries"),
    step.status === "waiting_rate_limit" &&
      step.retryAfter &&
      `waiting ${duration(step.retryAfter * 1000)} as the platform told`,
  ].filter(Boolean);
  return told.length ? ` · ${told.join(" · ")}` : "";
}

function trouble(step, run) {
  if (!step.error) return null;
  const own = !run.errorMessage?.endsWith(step.error.message);
  const final = ["failed", "needs_review"].includes(step.status) || ended(run.status);
  return h(
    "div",
    { class: `callout ${step.status === "failed" ? "bad" : "quiet"}` },
    h("p", {}, step.error.message, " ", h("code", {}, step.error.code)),
    own && final && step.status !== "skipped" && h("p", {}, advice(step.error.code)),
    step.providerRequestId &&
      facts([["Platform’s request id", h("code", {}, step.providerRequestId)]]),
  );
}

/** The addresses in a result: the post, the payment link, the page. */
function links(result) {
  const found = Object.entries(result && typeof result === "object" ? result : {}).filter(
    ([, value]) => typeof value === "string" && MEDIA.test(value),
  );
  return (
    found.length > 0 &&
    h(
      "p",
      { class: "links" },
      found.map(([, value]) => link(value)),
    )
  );
}
