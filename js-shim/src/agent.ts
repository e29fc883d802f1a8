// The agent of one document, the part that runs first: collects entries and, when the page is hidden or 30 s pass, sends
// them raw (POST /v1/entries) for the collector to run core/ over them.
//
// When the page is idle, the lazy part attaches itself: driver.ts takes over with the engine, and the features start.
import { describeDevice } from "./context.ts";
import { encodeEntries, keepEntries, type EntryBatch } from "./entry-batch.ts";
import { followErrors, type ErrorKind, type Failure, type FailureEvent } from "./errors.ts";
import { createGuard, type Guard } from "./guard.ts";
import type { Command } from "./front.ts";
import { followInput } from "./input.ts";
import { MAX_BATCH_BYTES, MAX_UNSENT_BYTES } from "./limits.ts";
import {
  observeEntries,
  type ObserverCallbackOptions,
  type Reader,
  type Recorder,
} from "./observe.ts";
import type { InitOptions } from "./options.ts";
import { followPageViews, isHidden } from "./page-views.ts";
import { message, type Field } from "./protobuf.ts";
import { isSampled, MILLION } from "./sampling.ts";
import { followSender, type LastWords, type Sender } from "./send.ts";
import { At, idOf, openSession, randomBytes, writeSession, type Session } from "./session.ts";
import { shared } from "./shared.ts";
import { createTimeline } from "./time.ts";

const MAX_WAIT_MS = 30_000;
const MAX_RETAINED = 8;
// A load that hangs on one file must not hold up the rest for ever: 10 s.
const LOAD_CHECKS = 50;
const LOAD_CHECK_MS = 200;
const IDLE_PATIENCE_MS = 3_000;

export type Body = Uint8Array<ArrayBuffer>;

/** What paceline-engine-<hash>.js exports. */
export interface LazyPart {
  attach(agent: Agent, handedOver: typeof shared): void;
}

/** What the parts of the agent share. The lazy part replaces the functions that are not `readonly`. */
export interface Agent extends EntryBatch, LastWords, Recorder, Sender {
  readonly options: InitOptions;
  readonly useStorage: boolean;
  readonly guard: Guard;
  /** To events of the window, before the page does, without ever holding it up. `types` are parted by spaces. */
  readonly listen: <Kind extends Event>(types: string, listener: (event: Kind) => void) => void;
  /** Commands that only the lazy part understands. */
  readonly waiting: Command[];
  /** The fields of Context. The lazy part knows more of them. */
  describe: () => readonly Field[];
  /** BehaviorRules, where the lazy part has found any. */
  rules?: Body;
  /** None until there is consent; then nothing may be stored or leave. */
  session?: Session;
  /** 1: a conversion was told, perhaps before there is a session. It is kept then, in the sample or not. */
  isWorthKeeping: number;
  /** The session is in the sample, or kept. */
  mayLeave?: boolean;
  isStopped?: boolean;
  /** Of the next batch or Beacon. */
  sequence: number;
  /** Raw batches that have left, for the engine's start. None: too much has left. */
  retained: Body[] | undefined;
  /** The errors of the page view. */
  failures: Failure[];
  takeFailure: (kind: ErrorKind, event: FailureEvent) => void;
  readonly timer: ReturnType<typeof setInterval>;
  /** There is consent: brings the lazy part. */
  readonly grant: () => void;
  /**
   * Opens the session, where there is consent, and marks it when it is worth keeping. Not before it is needed: the first
   * look into the store may take longer than all the rest that is done before the largest paint.
   */
  ensureSession: () => Session | undefined;
  /** The encoded batch. The entries stay until `clearBatch`. */
  readonly sealBatch: () => Body;
  readonly sendRaw: () => void;
  /** Of the observer's first call: how many entries the browser had dropped before it was asked for them. */
  observerOptions?: ObserverCallbackOptions | undefined;
  /** By type of entry, in one order for all. One that the lazy part adds may record by itself. */
  readers: Record<string, Reader>;
  observer: PerformanceObserver;
  /** Records what the browser has queued and not delivered yet. */
  drain(): void;
  /** Records the page view of the load, before anything else is recorded. Calls after the first do nothing. */
  begin: () => void;
  /** Older entries belong to the one before. `load` is what only a load has: referrer, activation, first hiding. */
  beginPageView(type: number, startMs: number, load?: readonly Field[]): void;
  /** Ends it all. */
  stop(): void;
  /** Something was recorded. */
  wake(): void;
  /** The page is hidden, or it is time: sends what there is, if it may. */
  onHidden(): void;
  flagsOf?(click: MouseEvent): number;
  onCall?(name: string, args: readonly string[]): void;
}

/**
 * Starts measuring this document.
 *
 * @param source where this copy of the agent came from; its origin is the default endpoint
 */
export function startAgent(
  options: InitOptions,
  source: string,
  loadLazy: () => Promise<LazyPart>,
): Agent {
  const { site, endpoint = new URL(source).origin, sampleRate = 1, storage } = options;
  const sampleRatePpm = Math.ceil(Math.min(sampleRate as number, 1) * MILLION);
  const baseUrl = endpoint.replace(/\/+$/, "");
  const useStorage = String(storage) !== "false";
  const documentId = randomBytes(8);
  // Written as a whole number.
  const originUnixMs = Date.now() - performance.now();
  const guard = createGuard(() => agent.stop());
  let isGranted = false;

  const agent = {
    options,
    useStorage,
    guard,
    listen(types, listener) {
      types
        .split(" ")
        .forEach((type) => addEventListener(type, guard(listener) as EventListener, true));
    },
    timeline: createTimeline(),
    record(kind, fields) {
      agent.begin();
      if (agent.isStopped) return;
      agent.addEntry(kind, fields);
      agent.wake();
    },
    baseUrl,
    waiting: [],
    describe: describeDevice,
    sequence: 0,
    retained: [],
    failures: [],
    timer: setInterval(() => agent.onHidden(), MAX_WAIT_MS),
    grant() {
      if (isGranted) return;
      const bring = (): void => {
        const onLazy = guard(({ attach }: LazyPart) => attach(agent, shared));
        // A policy may forbid it. Then the agent stays as it is: the guard takes a reason that has nothing to attach.
        if (agent.ensureSession()) loadLazy().then(onLazy, onLazy);
      };
      // Early is after the page view has begun.
      (options.api === "early" ? setTimeout : whenIdle)(bring);
      isGranted = true;
    },
    ensureSession() {
      if (isGranted && !agent.isStopped && (!agent.session || agent.isWorthKeeping)) {
        const session = (agent.session ??= openSession(site, useStorage));
        session[At.isKept] |= agent.isWorthKeeping;
        if (useStorage) writeSession(site, session);
        agent.mayLeave = isSampled(idOf(session), sampleRatePpm) || !!session[At.isKept];
      }
      return agent.session;
    },
    sealBatch() {
      const session = agent.session as Session;
      const context = message(agent.describe(), agent.ref);
      const encoded = encodeEntries(agent);
      return message([
        site,
        idOf(session),
        documentId,
        agent.sequence,
        originUnixMs,
        Date.now(),
        sampleRatePpm,
        performance.interactionCount,
        agent.texts,
        context,
        encoded,
        session[At.isKept],
        agent.rules,
      ]);
    },
    sendRaw() {
      const body = agent.sealBatch();
      agent.clearBatch();
      agent.sequence++;
      if ((agent.retained?.push(body) as number) > MAX_RETAINED) agent.retained = undefined;
      agent.send("/v1/entries", body);
    },
    stop() {
      agent.isStopped = true;
      agent.mayLeave = false;
      agent.disarm();
      agent.retained = undefined;
      agent.clearBatch();
    },
    wake() {
      if (agent.byteCount > MAX_BATCH_BYTES) agent.onHidden();
    },
    onHidden: guard(() => {
      agent.drain();
      agent.ensureSession();
      agent.disarm();
      if (agent.mayLeave) {
        if (agent.recorded.length) agent.sendRaw();
      } else if (agent.byteCount > MAX_UNSENT_BYTES) agent.clearBatch();
    }),
    // The rest comes with what is followed.
  } as Partial<Agent> as Agent;
  keepEntries(agent);
  followSender(agent);
  followInput(agent);
  followErrors(agent);
  agent.begin = followPageViews(agent, observeEntries(agent));
  // Each in a task of its own, so that none is long. Whatever comes between them begins and opens what it needs.
  [
    () => {
      agent.begin();
      agent.ensureSession();
    },
    // A tab that is closed while its page loads is often gone without a word. It is taken back when the page is hidden:
    // before the browser could send it for a page that goes on.
    () => agent.mayLeave && !isHidden() && agent.arm("/v1/entries", agent.sealBatch()),
  ].forEach((step) => setTimeout(guard(step)));
  return agent;
}

function whenIdle(callback: () => void, checks = LOAD_CHECKS): void {
  if (checks && document.readyState !== "complete")
    setTimeout(whenIdle, LOAD_CHECK_MS, callback, checks - 1);
  // Where there is no requestIdleCallback, the options stand for 0 ms.
  else
    (window.requestIdleCallback ?? setTimeout)(callback, {
      timeout: IDLE_PATIENCE_MS,
    } as IdleRequestOptions & number);
}
