// Brings sealed bytes to the collector, once. What comes after that (retries, keeping) is lazy and puts itself in its
// place: features/sending.ts.
//
// By keepalive fetch, which outlives the page, and by fetchLater, which begins with the page's end: also when its tab has
// crashed, or was closed without a word. https://whatpr.org/fetch/1647.html#dom-window-fetchlater
//
// Neither causes a CORS preflight: the body is a plain Uint8Array without a content type, there are no headers of ours, and
// no credentials. Browsers give 64 KiB of deferred requests to an origin, shared by everything on the page; one small body
// is all that we ever hold.
import type { Agent, Body } from "./agent.ts";
import { safely } from "./url-scrub.ts";

/** Sealed bytes. What a sequence number stands for never changes: whenever they are sent again, they are the same. */
export interface Parcel {
  /** Below the endpoint. */
  readonly path: string;
  readonly body: Body;
  readonly sealedUnixMs: number;
}

export interface Sender {
  /** Base URL of the collector, without a slash at the end. */
  readonly baseUrl: string;
  /** The lazy part puts its own here. */
  send: (path: string, body: Body) => void;
}

export interface LastWords {
  /**
   * Puts a body into the browser's hands. Nothing where the browser has no such thing, or does not take it: no secure
   * context, not for this frame, or no quota left, which the page needs more. Then nothing has changed.
   */
  arm: (path: string, body: Body) => Armed | "";
  /** Takes back what is armed, with its quota. */
  disarm: () => void;
}

// Not in TypeScript's DOM library.
declare const fetchLater: (url: string, init: RequestInit) => Armed;

/** FetchLaterResult. */
export interface Armed {
  /** The request has been sent, or is about to be: nothing takes it back. */
  readonly activated: boolean;
}

/**
 * Gives the agent `send` and `arm`. What does not arrive is not lost to the lazy part, which begins with the batches that
 * have left before it; but the guard counts it, so that an agent that stays alone ends where nobody takes what it has.
 */
export function followSender(agent: Agent): void {
  const post = (path: string, body: Body, signal?: AbortSignal): unknown =>
    (signal ? fetchLater : fetch)(agent.baseUrl + path, {
      method: "POST",
      body,
      keepalive: true,
      credentials: "omit",
      signal: signal as AbortSignal,
    });
  // What failed without an answer is not ok either.
  const check = agent.guard((answer: { readonly ok?: boolean }) => {
    if (!answer.ok) throw answer;
  });
  agent.send = (path, body) => void (post(path, body) as Promise<Response>).then(check, check);
  let controller: AbortController | undefined;
  agent.arm = (path, body) =>
    safely(() => post(path, body, (controller = new AbortController()).signal) as Armed);
  agent.disarm = () => controller?.abort();
}
