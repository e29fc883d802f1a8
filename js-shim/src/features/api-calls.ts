// C10: every fetch and XMLHttpRequest of the page. What is wrapped behaves as it did: the same arguments, results and
// errors. Bodies are never read, and nothing is added to a request but `traceparent`, to origins that the site names.
import { EntryKind } from "../entry-batch.ts";
import { units } from "../time.ts";
import { scrubUrl } from "../url-scrub.ts";
import type { FeatureHost } from "./host.ts";
import { createRoom, isOwn } from "./shared.ts";
import { createTracing, traced, traceIdOf } from "./tracing.ts";
import { wrap } from "./wrap.ts";

const MAX_CALLS = 200;
const MAX_OPEN = 100;
// How long an answered call waits for its resource entry, which knows its sizes.
const PATIENCE_MS = 1000;

/** Numbers of paceline.v1.ApiCall.Failure. */
const enum Failure {
  none,
  network,
  aborted,
  timeout,
}
const FAILURES: Readonly<Record<string, Failure>> = {
  load: Failure.none,
  abort: Failure.aborted,
  AbortError: Failure.aborted,
  timeout: Failure.timeout,
  TimeoutError: Failure.timeout,
};

interface Call {
  readonly url: URL;
  readonly method: string;
  readonly begunAt: number;
  readonly requestBytes: number;
  readonly isXhr: boolean;
  traceparent: string;
  entry?: PerformanceResourceTiming;
  answer?: Answer;
}
interface Answer {
  readonly at: number;
  readonly status: number;
  readonly failure: Failure;
  readonly bytes: number;
}

/** What becomes an ApiCall, from its beginning to its end. */
interface CallLog {
  /** Nothing for what is no request over HTTP, or the agent's own. */
  begin(url: string, method: unknown, body: unknown, isXhr: boolean): Call | undefined;
  end(call: Call, status: number, failure: Failure, bytes: number): void;
}

/**
 * Wraps `fetch` and XMLHttpRequest.
 *
 * @param onRequest called for every request that begins
 * @returns takes resource entries, which know a call's sizes
 */
export function followApiCalls(
  host: FeatureHost,
  onRequest: () => void,
): (entry: PerformanceResourceTiming) => void {
  const { record, timeline } = host.recorder;
  const room = createRoom(host, "api-call", MAX_CALLS);
  const traceparentFor = createTracing(host);
  const open: Call[] = [];

  /** Records what is over, and has its entry or has waited for it long enough. */
  const settle = (isLast = false): void => {
    for (const call of [...open]) {
      const { url, begunAt, entry, answer } = call;
      if (!answer) continue;
      const isDue = entry || answer.failure || performance.now() - answer.at > PATIENCE_MS;
      if (!isDue && !isLast) continue;
      open.splice(open.indexOf(call), 1);
      if (!room()) continue;
      const path = scrubUrl(url.pathname).replace(ID, "/:id");
      record(EntryKind.apiCall, [
        timeline.at(begunAt),
        units((entry?.responseEnd || answer.at) - begunAt),
        url.origin === location.origin ? path : url.origin + path,
        call.method,
        answer.status,
        call.requestBytes,
        entry?.encodedBodySize || answer.bytes,
        !!entry && !entry.transferSize && entry.decodedBodySize > 0,
        call.isXhr,
        answer.failure,
        traceIdOf(call.traceparent),
      ]);
    }
  };
  host.onHidden(() => settle(true));

  const log: CallLog = {
    begin(address, method, body, isXhr) {
      const url = new URL(address, document.baseURI);
      if (isOwn(host, url.href)) return undefined;
      onRequest();
      if (!/^http/.test(url.protocol)) return undefined;
      url.hash = "";
      const call = {
        url,
        method: String(method).toUpperCase(),
        begunAt: performance.now(),
        requestBytes: sizeOf(body),
        isXhr,
        traceparent: traceparentFor(url),
      };
      // Calls that never end make room for others.
      if (open.push(call) > MAX_OPEN) open.shift();
      return call;
    },
    end(call, status, failure, bytes) {
      call.answer = { at: performance.now(), status, failure, bytes };
      settle();
    },
  };
  wrapFetch(host, log);
  wrapXhr(host, log);

  return (entry) => {
    // Of several calls to one address, the latest that had begun by then.
    const call = [...open]
      .reverse()
      .find(
        ({ url, begunAt, entry: known }) =>
          !known && url.href === entry.name && begunAt < entry.startTime + 1,
      );
    if (call) call.entry = entry;
    settle();
  };
}

// Path segments that say which one: numbers, and what has been scrubbed or has at least three digits in a row.
const ID = /\/(?:\d+|[^/]*(?:\d{3}|:token|:email)[^/]*)(?=\/|$)/g;

// Texts count characters. What would have to be read, or encoded, to be measured counts nothing.
function sizeOf(body: unknown): number {
  if (typeof body === "string" || body instanceof URLSearchParams) return String(body).length;
  const { size, byteLength } = Object(body) as Partial<Blob & ArrayBuffer>;
  return size ?? byteLength ?? 0;
}

function wrapFetch(host: FeatureHost, log: CallLog): void {
  wrap(host, window, "fetch", (proceed, args) => {
    const [input, init] = args as [unknown, RequestInit | undefined];
    const request = Object(input) as Partial<Request & URL>;
    let call: Call | undefined;
    let given = args;
    host.guard(() => {
      // Anything else would have to be made a text, which may have consequences.
      const address = typeof input === "string" ? input : (request.url ?? request.href);
      if (address === undefined) return;
      call = log.begin(address, init?.method ?? request.method ?? "GET", init?.body, false);
      if (!call?.traceparent) return;
      const sent = traced(input, init, call.traceparent);
      call.traceparent = sent?.traceparent ?? "";
      given = sent?.args ?? args;
    })();
    const promise = proceed(given);
    if (!call || !(promise instanceof Promise)) return promise;
    const begun = call;
    const onResponse = host.guard(({ status, headers }: Response) =>
      log.end(begun, status, Failure.none, Number(headers.get("content-length"))),
    );
    const onError = host.guard((error: unknown) => {
      const isAborted = (init?.signal ?? request.signal)?.aborted;
      log.end(begun, 0, failureOf(error, isAborted), 0);
    });
    // Not beside the promise but in its place, so that a rejection that nobody handles still is one.
    return promise.then(
      (response: Response) => {
        onResponse(response);
        return response;
      },
      (error: unknown) => {
        onError(error);
        throw error;
      },
    );
  });
}

function failureOf(error: unknown, isAborted = false): Failure {
  const { name = "" } = Object(error) as Partial<Error>;
  return FAILURES[name] ?? (isAborted ? Failure.aborted : Failure.network);
}

/** What is known of an XMLHttpRequest between `open` and its end. */
interface XhrState {
  readonly method: unknown;
  readonly url: unknown;
  readonly isFollowed: boolean;
  traceparent?: string;
  call?: Call | undefined;
}

function wrapXhr(host: FeatureHost, log: CallLog): void {
  const { prototype } = XMLHttpRequest;
  const states = new WeakMap<XMLHttpRequest, XhrState>();

  wrap(host, prototype, "open", (proceed, args, self) => {
    const result = proceed(args);
    const xhr = self as XMLHttpRequest;
    states.set(xhr, { method: args[0], url: args[1], isFollowed: states.has(xhr) });
    return result;
  });
  if (host.options.traceOrigins)
    wrap(host, prototype, "setRequestHeader", (proceed, args, self) => {
      const result = proceed(args);
      const state = states.get(self as XMLHttpRequest);
      if (state && /^traceparent$/i.test(String(args[0]))) state.traceparent = String(args[1]);
      return result;
    });

  wrap(host, prototype, "send", (proceed, args, self) => {
    const xhr = self as XMLHttpRequest;
    let call: Call | undefined;
    host.guard(() => {
      const state = states.get(xhr);
      if (!state || xhr.readyState !== 1) return;
      call = log.begin(String(state.url), state.method, args[0], true);
      state.call = call;
      if (call?.traceparent) {
        if (state.traceparent) call.traceparent = state.traceparent;
        else xhr.setRequestHeader("traceparent", call.traceparent);
      }
      if (!state.isFollowed) followXhr(xhr);
    })();
    try {
      return proceed(args);
    } catch (error) {
      // Only a synchronous request tells its failure so.
      const begun = call;
      if (begun) host.guard(() => log.end(begun, 0, failureOf(error), 0))();
      throw error;
    }
  });

  function followXhr(xhr: XMLHttpRequest): void {
    const onEnd = host.guard(({ type, loaded }: ProgressEvent) => {
      const state = states.get(xhr);
      if (!state?.call) return;
      log.end(state.call, xhr.status, FAILURES[type] ?? Failure.network, loaded);
      state.call = undefined;
    });
    for (const type of ["load", "error", "abort", "timeout"] as const)
      xhr.addEventListener(type, onEnd);
  }
}
