/**
 * Live events: one WebSocket for the whole page. It is opened again with growing pauses and then
 * subscribes again, with `since` where events have ids. Views ask by polling beside it: often while
 * there is no socket, seldom while there is one.
 */

import { key } from "./api.js";

const PING_MS = 4 * 60_000;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
const POLL_MS = 3000;
const POLL_BESIDE_SOCKET_MS = 30_000;

export class Live {
  /** `url` is the WebSocket API's; null for none. */
  constructor(url) {
    this.url = url;
    this.socket = null;
    this.state = "connecting";
    this.pause = FIRST_PAUSE_MS;
    this.timer = 0;
    this.closed = false;
    this.subscriptions = new Set();
    this.watchers = new Set();
  }

  get open() {
    return this.state === "live";
  }

  /** Be told of each change between "connecting", "live" and "polling". */
  watch(watcher) {
    this.watchers.add(watcher);
    watcher(this.state);
    return () => this.watchers.delete(watcher);
  }

  /**
   * Receive events: `message()` is what to subscribe with, asked anew for each socket, `hear`
   * gets `{event, id, data}`. Returns what ends it.
   */
  subscribe({ message, hear, ends }) {
    const subscription = { message, hear };
    this.subscriptions.add(subscription);
    if (this.open) this.send(message());
    return () => {
      this.subscriptions.delete(subscription);
      if (this.open && ends) this.send(ends);
    };
  }

  connect() {
    if (!this.url || this.closed) return this.become("polling");
    let socket;
    try {
      // A browser can send a WebSocket no header: here alone the key is part of an address.
      socket = new WebSocket(`${this.url}?token=${encodeURIComponent(key.get() || "")}`);
    } catch {
      return this.become("polling");
    }
    this.socket = socket;
    socket.onopen = () => this.opened();
    socket.onmessage = (message) => this.heard(message.data);
    socket.onclose = () => this.lost(socket);
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    clearInterval(this.pinging);
    if (this.socket) this.socket.close();
  }

  send(message) {
    if (this.socket && this.socket.readyState === WebSocket.OPEN)
      this.socket.send(JSON.stringify(message));
  }

  opened() {
    this.pause = FIRST_PAUSE_MS;
    this.pinging = setInterval(() => this.send({ action: "ping" }), PING_MS);
    this.become("live");
    for (const subscription of this.subscriptions) this.send(subscription.message());
  }

  heard(text) {
    const event = JSON.parse(text);
    if (event.event === "error") {
      if (["UNAUTHENTICATED", "INTERNAL_ERROR"].includes(event.data.code)) this.socket.close();
      return;
    }
    if (event.event === "subscribed" && event.data.more) {
      const { action, runId, lastEventId } = event.data;
      this.send({ action, runId, since: lastEventId });
    }
    for (const subscription of this.subscriptions) subscription.hear(event);
  }

  lost(socket) {
    if (socket !== this.socket || this.closed) return;
    clearInterval(this.pinging);
    this.become("polling");
    const jitter = 0.5 + Math.random() / 2;
    this.timer = setTimeout(() => this.connect(), this.pause * jitter);
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE_MS);
  }

  become(state) {
    if (state === this.state) return;
    this.state = state;
    for (const watcher of this.watchers) watcher(state);
  }
}

/**
 * Call `ask` again and again until it is stopped: every few seconds, or with a live socket every
 * half minute; not while nobody looks. At once when the socket comes or goes.
 */
export function poll(live, ask) {
  let timer = 0;
  let stopped = false;
  const next = () => {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(turn, live.open ? POLL_BESIDE_SOCKET_MS : POLL_MS);
  };
  const turn = async () => {
    if (!document.hidden) await ask().catch(() => {});
    next();
  };
  const seen = () => !document.hidden && turn();
  let known = live.state;
  const unwatch = live.watch((state) => {
    if (state !== known) turn();
    known = state;
  });
  document.addEventListener("visibilitychange", seen);
  next();
  return () => {
    stopped = true;
    clearTimeout(timer);
    unwatch();
    document.removeEventListener("visibilitychange", seen);
  };
}
