/** The console: who is signed in, where they are, and what stands around each view. */

import { h, fill, icon } from "./dom.js";
import { BASE, get, key, whenUnauthenticated } from "./api.js";
import { Live, poll } from "./live.js";
import { loading, notify, problem, refreshTimes } from "./ui.js";
import { connectionsView } from "./view_connections.js";
import { newRunView } from "./view_new.js";
import { runView } from "./view_run.js";
import { approvalsView, runsView } from "./view_runs.js";
import { schedulesView } from "./view_schedules.js";
import { signIn } from "./view_signin.js";

const ROLES = ["viewer", "operator", "admin"];
const TIMES_MS = 15_000;
const BADGE_MS = 400;
const MOST = 100;

const ROUTES = [
  [/^\/runs$/, runsView],
  [/^\/runs\/(?<id>[^/]+)$/, runView],
  [/^\/approvals$/, approvalsView],
  [/^\/new$/, newRunView],
  [/^\/connections$/, connectionsView],
  [/^\/schedules$/, schedulesView],
];

const NAVIGATION = [
  ["#/runs", "Runs", "runs"],
  ["#/approvals", "Approvals", "approvals"],
  ["#/connections", "Connections", "connections"],
  ["#/schedules", "Schedules", "schedules"],
];

const LIVE_WORDS = {
  connecting: ["connecting", "Connecting"],
  live: ["live", "Live"],
  polling: ["polling", "Asking every few seconds"],
};

/** What views share: the session, the agents, the connections, the socket. */
class App {
  constructor(session, live) {
    this.session = session;
    this.live = live;
    this.agents = [];
    this.connections = [];
    this.stops = [];
  }

  /** Whether the key's role includes another. */
  can(role) {
    return ROLES.indexOf(this.session.role) >= ROLES.indexOf(role);
  }

  /** The connectors with their schemas: large, so asked for once and only where needed. */
  connectors() {
    this.asked =
      this.asked ||
      get("/api/connectors").catch((error) => {
        this.asked = null;
        throw error;
      });
    return this.asked;
  }

  start() {
    this.badge = h("span", { class: "count", hidden: true });
    this.view = h("main", { id: "main", tabindex: "-1" });
    fill(
      document.getElementById("app"),
      h("a", { class: "skip", href: "#main", onclick: skip }, "Skip to the content"),
      this.side(),
      this.view,
    );
    this.live.connect();
    const show = () => this.show();
    window.addEventListener("hashchange", show);
    const times = setInterval(refreshTimes, TIMES_MS);
    const unsubscribe = this.live.subscribe({
      message: () => ({ action: "monitoring:subscribe", room: "agents" }),
      hear: (event) => event.data?.runId && this.countSoon(),
    });
    const unpoll = poll(this.live, () => this.countWaiting());
    this.stops = [
      unsubscribe,
      unpoll,
      () => window.removeEventListener("hashchange", show),
      () => clearInterval(times),
      () => clearTimeout(this.counting),
    ];
    this.countWaiting().catch(() => {});
    this.load();
  }

  async load() {
    fill(this.view, loading());
    try {
      const [{ agents }, { connections }] = await Promise.all([
        get("/api/agents"),
        get("/api/connections"),
      ]);
      Object.assign(this, { agents, connections });
      this.show(false);
    } catch (error) {
      if (error.status !== 401)
        fill(
          this.view,
          problem(error, () => this.load()),
        );
    }
  }

  side() {
    const links = NAVIGATION.map(([href, text, name]) =>
      h(
        "a",
        { href, "data-nav": href },
        icon(name),
        h("span", {}, text),
        name === "approvals" && this.badge,
      ),
    );
    const dot = h("span", { class: "live", role: "status" });
    this.live.watch((state) => {
      const [tone, text] = LIVE_WORDS[state];
      dot.className = `live ${tone}`;
      fill(dot, text);
    });
    const { organizationId, role, stage } = this.session;
    const out = h(
      "button",
      { type: "button", class: "button quiet small", onclick: () => end() },
      "Sign out",
    );
    return h(
      "header",
      { class: "side" },
      h("a", { class: "brand", href: "#/runs" }, "NeonHub", h("span", { class: "stage" }, stage)),
      h("nav", { "aria-label": "Main" }, links),
      h(
        "div",
        { class: "who" },
        dot,
        h("p", {}, h("strong", {}, organizationId), h("span", { class: "muted" }, role)),
        out,
      ),
    );
  }

  /** The view of the address. */
  show(focus = true) {
    const [path, search] = (location.hash.slice(1) || "/runs").split("?");
    const [, make, groups] =
      ROUTES.map(([pattern, view]) => [
        pattern,
        view,
        path.match(pattern)?.groups ?? (pattern.test(path) ? {} : null),
      ]).find(([, , found]) => found) || [];
    if (!make) return location.replace("#/runs");
    this.shown?.stop();
    const chosen =
      document.activeElement?.tagName === "SELECT" &&
      document.activeElement.getAttribute("aria-label");
    const given = Object.fromEntries(
      Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]),
    );
    this.shown = make(this, { ...given, query: Object.fromEntries(new URLSearchParams(search)) });
    fill(this.view, this.shown.element);
    document.title = `${this.shown.title} – NeonHub`;
    for (const link of document.querySelectorAll("[data-nav]")) {
      if (path.startsWith(link.dataset.nav.slice(1))) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    window.scrollTo(0, 0);
    // Who works with the keyboard goes on at the filter they have changed, else at the heading.
    const same =
      chosen &&
      [...this.view.querySelectorAll("select")].find(
        (one) => one.getAttribute("aria-label") === chosen,
      );
    if (focus) (same || this.view.querySelector("h1") || this.view).focus({ preventScroll: true });
  }

  countSoon() {
    clearTimeout(this.counting);
    this.counting = setTimeout(() => this.countWaiting().catch(() => {}), BADGE_MS);
  }

  /** How many runs wait for a person. */
  async countWaiting() {
    const { runs, cursor } = await get("/api/runs", { status: "waiting_approval", limit: MOST });
    this.badge.textContent = cursor ? `${runs.length}+` : String(runs.length);
    this.badge.hidden = !runs.length;
    this.badge.setAttribute("aria-label", `${runs.length} waiting`);
  }

  stop() {
    this.shown?.stop();
    this.live.close();
    for (const stop of this.stops) stop();
  }
}

let app = null;

function skip(event) {
  event.preventDefault();
  document.getElementById("main").focus();
}

/** Sign out, or be signed out for a reason. */
function end(reason) {
  app?.stop();
  app = null;
  key.forget();
  signIn(begin, reason);
}

async function begin(session) {
  const { socketUrl } = await fetch(`${BASE}/console/config.json`).then(
    (answer) => answer.json(),
    () => ({ socketUrl: null }),
  );
  app = new App(session, new Live(socketUrl));
  app.start();
}

async function boot() {
  whenUnauthenticated((error) => app && end(`You were signed out: ${error.message}.`));
  window.addEventListener("unhandledrejection", ({ reason }) => {
    if (reason?.status !== 401)
      notify(reason?.message || "Something went wrong on this page. Load it again.", "bad");
  });
  if (!key.get()) return signIn(begin);
  try {
    await begin(await get("/console/session"));
  } catch (error) {
    if (error.status === 401) return end(`You were signed out: ${error.message}.`);
    fill(
      document.getElementById("app"),
      h(
        "main",
        { class: "signin", id: "main" },
        h("h1", {}, "NeonHub"),
        problem(error, () => location.reload()),
      ),
    );
  }
}

boot();
