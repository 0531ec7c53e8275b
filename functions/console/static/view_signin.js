/** Signing in: an API key, kept for this tab only. */

import { h, fill } from "./dom.js";
import { get, key } from "./api.js";
import { busy, complain, field } from "./ui.js";

/** `done(session)` is called with who the key stands for; `reason` says why the last one ended. */
export function signIn(done, reason) {
  const input = h("input", {
    type: "password",
    autocomplete: "current-password",
    spellcheck: "false",
    autocapitalize: "none",
    placeholder: "nh_…",
  });
  const box = field("API key", input, {
    help: "Kept in this tab until you close it or sign out. An admin of your organization can make keys.",
    required: true,
  });
  box.querySelector(".required").remove();
  const submit = h("button", { type: "submit", class: "button primary" }, "Sign in");
  const enter = async (event) => {
    event.preventDefault();
    complain(box, null);
    const given = input.value.trim();
    if (!given) return refuse(box, "Paste your API key.");
    await busy(submit, () => attempt(given, box, done));
  };
  const form = h("form", { onsubmit: enter, novalidate: true }, box, submit);
  const why = reason && h("p", { class: "callout bad", role: "alert" }, reason);
  const page = h("main", { class: "signin", id: "main" }, h("h1", {}, "NeonHub"), why, form);
  fill(document.getElementById("app"), page);
  document.title = "Sign in – NeonHub";
  input.focus();
}

async function attempt(given, box, done) {
  key.set(given);
  try {
    done(await get("/console/session"));
  } catch (error) {
    key.forget();
    refuse(
      box,
      error.status === 401 ? `This key was not accepted: ${error.message}.` : error.message,
    );
  }
}

function refuse(box, reason) {
  complain(box, reason);
  box.control.select();
  box.control.focus();
}
