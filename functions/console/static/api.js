/**
 * The HTTP API. Its base is this page's own address without `/console`. The key is kept for this
 * tab only, and goes along as a header.
 */

export const BASE = location.origin + location.pathname.replace(/\/console\/?$/, "");

const KEY = "neonhub.key";

/** A refused or failed request. `fields` maps each wrong field to what is wrong with it. */
export class ApiError extends Error {
  constructor(status, error) {
    super(error.message);
    this.status = status;
    this.code = error.code;
    this.requestId = error.requestId;
    this.details = error.details || {};
  }

  get fields() {
    const given = Array.isArray(this.details.fields) ? this.details.fields : [];
    const one = this.details.field
      ? [{ field: this.details.field, reason: this.details.reason || this.message }]
      : [];
    return new Map([...given, ...one].map(({ field, reason }) => [field, reason]));
  }
}

/** The key that this tab is signed in with. */
export const key = {
  get: () => sessionStorage.getItem(KEY),
  set: (value) => sessionStorage.setItem(KEY, value),
  forget: () => sessionStorage.removeItem(KEY),
};

/** Called when a request is refused because of its key. */
export let onUnauthenticated = () => {};
export const whenUnauthenticated = (listener) => (onUnauthenticated = listener);

/** The `data` of a request's answer. ApiError if it is refused, or if nobody answers (status 0). */
export async function call(method, path, body, headers = {}) {
  const request = { method, headers: { authorization: `Bearer ${key.get() || ""}`, ...headers } };
  if (body !== undefined) {
    request.body = JSON.stringify(body);
    request.headers["content-type"] = "application/json";
  }
  const { response, answer } = await send(BASE + path, request);
  if (response.ok && answer && answer.success) return answer.data;
  const error = new ApiError(response.status, (answer && answer.error) || unexplained(response));
  if (response.status === 401) onUnauthenticated(error);
  throw error;
}

export const get = (path, query = {}) => {
  const given = Object.entries(query).filter(
    ([, value]) => value !== undefined && value !== null && value !== "",
  );
  const shown = new URLSearchParams(given).toString();
  return call("GET", shown ? `${path}?${shown}` : path);
};
export const post = (path, body, headers) => call("POST", path, body, headers);
export const remove = (path) => call("DELETE", path);

/** A path with its parts encoded: at`/api/runs/${id}`. */
export const at = (fixed, ...given) =>
  fixed.reduce((path, part, index) => path + encodeURIComponent(given[index - 1]) + part);

/** A header that makes the same request again harmless. */
export function once() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return {
    "idempotency-key": Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(""),
  };
}

async function send(url, request) {
  try {
    const response = await fetch(url, { ...request, credentials: "omit", cache: "no-store" });
    const text = await response.text();
    return { response, answer: parsed(text) };
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new ApiError(0, {
      code: "UNREACHABLE",
      message: "The API does not answer. Check your connection, then try again.",
    });
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const unexplained = (response) => ({
  code: `HTTP_${response.status}`,
  message: `The API answered ${response.status} without saying why. Try again in a moment.`,
});
