// C10: every fetch and XMLHttpRequest of the page. What is wrapped behaves as it did: the same arguments, results and
// errors. Bodies are never read, and nothing is added to a request but `traceparent`, to origins that the site names.
import { EntryKind } from "../entry-batch.ts";
import type { Field } from "../protobuf.ts";
import { units } from "../time.ts";
import { safely, scrubUrl } from "../url-scrub.ts";
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
/** Places of paceline.v1.ApiCall's fields behind the time. */
const enum At {
  duration,
  status = 3,
  responseBytes = 5,
  cached = 6,
  failure = 8,
  traceId = 9,
}

interface Call {
  readonly address: string;
  readonly begunAt: number;
  readonly fields: Field[];
  traceparent: string;
  endedAt?: number;
  /** Nothing more is to be learned. */
  isComplete?: boolean;
}

/** What becomes an ApiCall, from its beginning to its end. */
interface CallLog {
  /** Nothing for what is no request over HTTP, or the agent's own. */
  begin(address: string, method: unknown, body: unknown, isXhr: boolean): Call | undefined;
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
  const room = createRoom(host, EntryKind.apiCall, "api-call", MAX_CALLS);
  const traceparentFor = createTracing(host);
  let open: Call[] = [];

  /** Records what is over. */
  const settle = (patienceMs: number): void => {
    const now = performance.now();
    open = open.filter(({ begunAt, endedAt, isComplete, fields, traceparent }) => {
      if (!endedAt || (!isComplete && now - endedAt < patienceMs)) return true;
      fields[At.traceId] = traceIdOf(traceparent);
      room.record(begunAt, ...fields);
      return false;
    });
  };
  host.onHidden(() => settle(0));

  const log: CallLog = {
    begin(relative, method, body, isXhr) {
      const url = new URL(relative, document.baseURI);
      if (isOwn(host, url.href)) return undefined;
      onRequest();
      if (!/^http/.test(url.protocol)) return undefined;
      url.hash = "";
      const path = scrubUrl(url.pathname).replace(ID, "/:id");
      const call: Call = {
        address: url.href,
        begunAt: performance.now(),
        fields: [
          0,
          url.origin === location.origin ? path : url.origin + path,
          String(method).toUpperCase(),
          0,
          sizeOf(body),
          0,
          false,
          isXhr,
        ],
        traceparent: traceparentFor(url),
      };
      // Calls that never end make room for others.
      if (open.push(call) > MAX_OPEN) open.shift();
      return call;
    },
    end(call, status, failure, bytes) {
      const { fields, begunAt } = call;
      call.endedAt = performance.now();
      fields[At.duration] ||= units(call.endedAt - begunAt);
      fields[At.status] = status;
      fields[At.responseBytes] ||= bytes;
      fields[At.failure] = failure;
      if (failure) call.isComplete = true;
      settle(PATIENCE_MS);
    },
  };
  wrapFetch(host, log);
  wrapXhr(host, log);

  return (entry) => {
    // Of several calls to one address, the latest that had begun by then.
    const call = [...open]
      .reverse()
      .find(
        ({ address, begunAt, isComplete }) =>
          !isComplete && address === entry.name && begunAt < entry.startTime + 1,
      );
    if (call) {
      const { transferSize, encodedBodySize, decodedBodySize, responseEnd } = entry;
      call.fields[At.duration] = units(responseEnd - call.begunAt);
      call.fields[At.responseBytes] = encodedBodySize || (call.fields[At.responseBytes] ?? 0);
      call.fields[At.cached] = !transferSize && decodedBodySize > 0;
      call.isComplete = true;
    }
    settle(PATIENCE_MS);
  };
}

// Path segments that say which one: numbers, and what has been scrubbed or has at least three digits in a row.
const ID = /\/(?:\d+|[^/]*(?:\d{3}|:token|:email)[^/]*)(?=\/|$)/g;

// Texts count characters. What would have to be read, or encoded, to be measured counts nothing.
function sizeOf(body: unknown): number {
  const { length, size, byteLength } = Object(
    body instanceof URLSearchParams ? String(body) : body,
  ) as Partial<string & Blob & ArrayBuffer>;
  return length ?? size ?? byteLength ?? 0;
}

/** By the event of an XMLHttpRequest, or the name of an error. */
function failureOf(name = ""): Failure {
  if (name === "load") return Failure.none;
  if (/^abort/i.test(name)) return Failure.aborted;
  return /^timeout/i.test(name) ? Failure.timeout : Failure.network;
}

function wrapFetch(host: FeatureHost, log: CallLog): void {
  wrap(host, window, "fetch", (proceed, args) => {
    const [input, init] = args as [unknown, RequestInit | undefined];
    const request = Object(input) as Partial<Request & URL>;
    let call: Call | undefined;
    let given = args;
    safely(() => {
      // Anything else would have to be made a text, which may have consequences.
      const address = typeof input === "string" ? input : (request.url ?? request.href);
      if (address === undefined) return;
      call = log.begin(address, init?.method ?? request.method ?? "GET", init?.body, false);
      if (!call?.traceparent) return;
      const sent = traced(input, init, call.traceparent);
      call.traceparent = sent?.traceparent ?? "";
      given = sent?.args ?? args;
    });
    const promise = proceed(given);
    if (!call || !(promise instanceof Promise)) return promise;
    const begun = call;
    // Not beside the promise but in its place, so that a rejection that nobody handles still is one.
    return promise.then(
      (response: Response) => {
        safely(() => {
          const bytes = Number(response.headers.get("content-length"));
          log.end(begun, response.status, Failure.none, bytes);
        });
        return response;
      },
      (error: unknown) => {
        safely(() => {
          // A signal may abort with anything as its reason.
          const { name } = Object(error) as Partial<Error>;
          const isNamed = failureOf(name) !== Failure.network;
          const isAborted = !isNamed && (init?.signal ?? request.signal)?.aborted;
          log.end(begun, 0, isAborted ? Failure.aborted : failureOf(name), 0);
        });
        throw error;
      },
    );
  });
}

function wrapXhr(host: FeatureHost, log: CallLog): void {
  const { prototype } = XMLHttpRequest;
  /** What `open` was given, and the call that goes on. */
  const states = new WeakMap<
    object,
    {
      readonly args: unknown[];
      call?: Call | undefined;
      /** The page's own. */
      traceparent?: string;
    }
  >();

  wrap(host, prototype, "open", (proceed, args, self) => {
    const result = proceed(args);
    const xhr = self as XMLHttpRequest;
    const onEnd = host.guard(({ type, loaded }: ProgressEvent) => {
      const state = states.get(xhr);
      if (state?.call) log.end(state.call, xhr.status, failureOf(type), loaded);
      if (state) state.call = undefined;
    });
    if (!states.has(xhr))
      for (const type of ["load", "error", "abort", "timeout"] as const)
        xhr.addEventListener(type, onEnd);
    states.set(xhr, { args });
    return result;
  });

  wrap(host, prototype, "setRequestHeader", (proceed, args, self) => {
    const result = proceed(args);
    const [name, value] = args;
    const state = states.get(self as XMLHttpRequest);
    if (state && typeof name === "string" && name.toLowerCase() === "traceparent")
      state.traceparent ??= typeof value === "string" ? value.trim() : "";
    return result;
  });

  wrap(host, prototype, "send", (proceed, args, self) => {
    const xhr = self as XMLHttpRequest;
    let call: Call | undefined;
    safely(() => {
      const state = states.get(xhr);
      if (!state || xhr.readyState !== 1) return;
      const [method, url] = state.args;
      call = state.call = log.begin(String(url), method, args[0], true);
      if (!call?.traceparent) return;
      // A second one would be joined to it.
      if (state.traceparent === undefined) xhr.setRequestHeader("traceparent", call.traceparent);
      else call.traceparent = state.traceparent;
    });
    try {
      return proceed(args);
    } catch (error) {
      // Only a synchronous request tells its failure so.
      const begun = call;
      if (begun) safely(() => log.end(begun, 0, failureOf((error as Error).name), 0));
      throw error;
    }
  });
}
