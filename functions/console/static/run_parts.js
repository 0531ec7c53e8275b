/** Parts of a run's page: what it asks of a person, and what became of it. */

import { h, fill } from "./dom.js";
import { count, ended, exact, relative } from "./format.js";
import { button, field, linkButton, problem } from "./ui.js";

/** What to do about an error; what is not listed was refused by the platform. */
const ADVICE = {
  REJECTED: "Somebody said no. Replay it to ask again.",
  APPROVAL_EXPIRED: "Nobody approved it in time. Replay it to ask again.",
  CANCELLED: "Somebody cancelled it. Replay it to go on with what is left.",
  ABORTED: "Somebody stopped its execution in Step Functions. Replay it.",
  EARLIER_STEP_FAILED: "An earlier step of the plan failed. See that one first.",
  UNKNOWN_OUTCOME:
    "It may have been carried out. Look at the platform, then decide whether to replay it.",
  NOT_DELIVERED:
    "It was sent three times, and the platform shows none of them. See the platform’s status page.",
  AGENT_EXECUTION_FAILED: "The agent failed four times. Its log says why.",
  RATE_LIMITED: "The platform asked to wait more than five times. Lower the pace, then replay it.",
  ratelimited: "The platform asked to wait more than five times. Lower the pace, then replay it.",
  NEEDS_REAUTH:
    "The connection’s credentials have ended. Connect the account again, then replay it.",
  invalid_auth:
    "The platform does not accept the credentials. Connect the account again, then replay it.",
  NOT_FOUND:
    "Something that the run names is not there any more. Start it anew with what there is.",
  INVALID_INPUT: "Copy it into a new run and change the input.",
};
const DEFAULT_ADVICE =
  "The platform refused it. Correct the account’s rights and replay it, or copy it into a new run with another input.";

/** What to do about an error code. */
export const advice = (code) => ADVICE[code] || DEFAULT_ADVICE;

const CONNECTION_ERRORS = new Set([
  "NEEDS_REAUTH",
  "invalid_auth",
  "token_expired",
  "token_revoked",
]);

/** How a run ended, if not well. */
export function outcome(run) {
  if (!run.errorMessage) return null;
  const review = run.status === "needs_review";
  const quiet = ["cancelled", "skipped"].includes(run.status);
  return h(
    "div",
    { class: `callout ${review ? "attention" : quiet ? "quiet" : "bad"}`, role: "status" },
    h("p", {}, h("strong", {}, run.errorMessage), " ", h("code", {}, run.errorCode)),
    h("p", {}, review ? ADVICE.UNKNOWN_OUTCOME : advice(run.errorCode)),
    CONNECTION_ERRORS.has(run.errorCode) &&
      h("p", {}, linkButton("#/connections", "Go to connections")),
  );
}

/** The question whether the run may act, while it is open. */
export function decision(run, app, act) {
  const { approval } = run;
  if (!approval || approval.decision !== "open" || ended(run.status)) return null;
  if (run.status !== "waiting_approval")
    return h("p", { class: "callout quiet" }, "This run will wait for approval before it acts.");
  const number = run.steps.filter((step) => !["succeeded", "skipped"].includes(step.status)).length;
  const until =
    approval.expiresAt &&
    h(
      "span",
      { title: exact(approval.expiresAt) },
      ` Without a decision it ends ${relative(approval.expiresAt)}.`,
    );
  const text = h(
    "p",
    {},
    `Nothing has gone out yet. Approving carries out the ${number === 1 ? "step" : count(number, "step")} below.`,
    until,
  );
  if (!app.can("operator"))
    return h(
      "section",
      { class: "callout attention" },
      text,
      h("p", {}, `Your key has the role ${app.session.role}: ask an operator to decide.`),
    );
  const comment = h("input", {
    type: "text",
    maxlength: "500",
    placeholder: "Optional; kept with the run",
  });
  const error = h("div", {});
  const body = () => (comment.value.trim() ? { comment: comment.value.trim() } : {});
  const failed = (reason) => fill(error, problem(reason));
  return h(
    "section",
    { class: "callout attention decision", "aria-labelledby": "decision" },
    h("h2", { id: "decision" }, "Approve what goes out?"),
    text,
    error,
    h(
      "div",
      { class: "buttons" },
      field("Comment", comment),
      button("Approve", () => act("approve", body(), "Approved. The run goes on."), {
        kind: "primary",
        failed,
      }),
      button("Reject", () => act("reject", body(), "Rejected. Nothing went out."), {
        kind: "danger-quiet",
        failed,
      }),
    ),
  );
}
