/** Numbers, times and names as people read them. */

const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });
const EXACT = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "medium" });
const CLOCK = new Intl.DateTimeFormat("en", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});
const DAY = {
  weekday: "short",
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
};
const UNITS = [
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
];

/** "3 min. ago", "in 2 days"; seconds are "now" or "12 sec. ago". */
export function relative(iso, now = Date.now()) {
  const seconds = (Date.parse(iso) - now) / 1000;
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return RELATIVE.format(Math.round(seconds / size), unit);
  }
  return Math.abs(seconds) < 5 ? "now" : RELATIVE.format(Math.round(seconds), "second");
}

/** Date and time with seconds, in the reader's own zone. */
export const exact = (iso) => EXACT.format(new Date(iso));

/** The time of day with seconds. */
export const clock = (iso) => CLOCK.format(new Date(iso));

/** Weekday, day and time without seconds, in a zone. */
export const day = (iso, timeZone) =>
  new Intl.DateTimeFormat("en", { ...DAY, timeZone }).format(new Date(iso));

/** Milliseconds as "840 ms", "3.2 s", "4 min 10 s", "2 h 5 min", "3 d 4 h". */
export function duration(ms) {
  if (ms === null || ms === undefined) return "";
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return parts(seconds, 60, "min", "s");
  if (seconds < 86400) return parts(Math.round(seconds / 60), 60, "h", "min");
  return parts(Math.round(seconds / 3600), 24, "d", "h");
}

function parts(small, size, big, unit) {
  const rest = small % size;
  return `${Math.floor(small / size)} ${big}${rest ? ` ${rest} ${unit}` : ""}`;
}

/** Dollars; small amounts keep their digits. */
export function money(usd) {
  if (usd === null || usd === undefined) return "";
  if (usd === 0) return "$0";
  return usd < 0.01 ? `$${usd.toPrecision(2)}` : `$${usd.toFixed(2)}`;
}

/** "waiting_rate_limit" → "waiting rate limit", "datePublished" → "date published". */
export const words = (name) =>
  String(name)
    .replace(/[_-]+/g, " ")
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase();

const SPELLED = {
  wordpress: "WordPress",
  linkedin: "LinkedIn",
  tiktok: "TikTok",
  whatsapp: "WhatsApp",
  youtube: "YouTube",
};

/** The same, with names and acronyms as they are written. */
export const spelled = (name) =>
  words(name)
    .replace(/\b(url|id|html|seo|sms|api|utm|ctr|sla|json)\b/g, (word) => word.toUpperCase())
    .replace(/\b(wordpress|linkedin|tiktok|whatsapp|youtube)\b/g, (word) => SPELLED[word]);

/** The same, with a capital first: a label. */
export function label(name) {
  const text = spelled(name);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What a count is of: "1 run", "20 runs". */
export const count = (number, one, many = `${one}s`) => `${number} ${number === 1 ? one : many}`;

/** Statuses of runs: their words, and the tone they are shown in. */
export const RUN_STATUS = {
  queued: ["Queued", "quiet"],
  running: ["Running", "active"],
  waiting_approval: ["Waiting for approval", "attention"],
  waiting_rate_limit: ["Waiting as told", "attention"],
  completed: ["Completed", "good"],
  failed: ["Failed", "bad"],
  cancelled: ["Cancelled", "quiet"],
  timed_out: ["Timed out", "bad"],
  skipped: ["Skipped", "quiet"],
  needs_review: ["Needs review", "attention"],
};

/** Statuses of steps. */
export const STEP_STATUS = {
  pending: ["Pending", "quiet"],
  waiting_approval: ["Waiting for approval", "attention"],
  calling: ["Calling", "active"],
  waiting_rate_limit: ["Waiting as told", "attention"],
  in_progress: ["In progress", "active"],
  unknown: ["Asking what became of it", "attention"],
  scheduled: ["Scheduled", "quiet"],
  succeeded: ["Succeeded", "good"],
  failed: ["Failed", "bad"],
  skipped: ["Skipped", "quiet"],
  needs_review: ["Needs review", "attention"],
};

const ENDED = new Set(["completed", "failed", "cancelled", "timed_out", "skipped", "needs_review"]);

/** Whether a run in this status can never change again. */
export const ended = (status) => ENDED.has(status);
