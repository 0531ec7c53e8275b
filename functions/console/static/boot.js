/**
 * Loads the console. Each file is answered by a function, and a new AWS account runs ten at a time:
 * so a few files are fetched at once, and again if need be, before they are imported from the cache.
 */

const MODULES = [
  "api",
  "connect",
  "content",
  "delivery",
  "dom",
  "fields",
  "form",
  "format",
  "live",
  "main",
  "markup",
  "run_parts",
  "run_steps",
  "schedule_editor",
  "schema",
  "timeline",
  "ui",
  "view_connections",
  "view_new",
  "view_run",
  "view_runs",
  "view_schedules",
  "view_signin",
];
const AT_ONCE = 4;
const PAUSES_MS = [300, 1000, 3000];

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

async function load(name) {
  for (const wait of [...PAUSES_MS, 0]) {
    const answer = await fetch(new URL(`${name}.js`, import.meta.url)).catch(() => null);
    // Read to its end, or the cache does not keep it.
    if (answer?.ok) return answer.text();
    await pause(wait);
  }
  throw new Error(`${name}.js could not be loaded`);
}

async function work(queue) {
  for (let name = queue.shift(); name; name = queue.shift()) await load(name);
}

try {
  const queue = [...MODULES];
  await Promise.all(Array.from({ length: AT_ONCE }, () => work(queue)));
  await import("./main.js");
} catch {
  const note = document.createElement("p");
  note.className = "noscript";
  note.textContent =
    "The console could not be loaded. Check your connection, then load this page again.";
  document.getElementById("app").replaceChildren(note);
}
