// The agent of one document, the part that runs first: collects entries and, when the page is hidden or 30 s pass, sends
// them raw (POST /v1/entries) for the collector to run core/ over them.
//
// When the page is idle, the lazy part attaches itself: driver.ts takes over with the engine, and the features start.
import { createContext, type Tags } from "./context.ts";
import { createEntryBatch, type EntryBatch } from "./entry-batch.ts";
import { followErrors } from "./errors.ts";
import { createGuard, type Guard } from "./guard.ts";
import { followInput } from "./input.ts";
import { observeEntries, type Recorder } from "./observe.ts";
import type { InitOptions } from "./options.ts";
import { followPageViews, whenLoaded } from "./page-views.ts";
import { isSampled } from "./sampling.ts";
import { createSender, type Sender } from "./send.ts";
import { bytesOf, openSession, randomBytes, type Session } from "./session.ts";
import { createTimeline } from "./time.ts";

const MAX_WAIT_MS = 30_000;
// A raw batch is sealed at this size, so that it always fits what browsers send for a hidden page.
export const MAX_BATCH_BYTES = 16 * 1024;
export const MAX_RETAINED_BYTES = 128 * 1024;
const LOAD_PATIENCE_MS = 10_000;
const IDLE_PATIENCE_MS = 3_000;

export type Body = Uint8Array<ArrayBuffer>;

export interface AgentSetup {
  readonly options: InitOptions;
  /** Base URL of the collector, without a slash at the end. */
  readonly endpoint: string;
  /** 1 to 1,000,000. */
  readonly sampleRatePpm: number;
  readonly useStorage: boolean;
  /** The programming interface as the page has it, for the lazy part to extend. */
  readonly api: Record<string, unknown>;
  readonly loadLazy: () => Promise<LazyPart>;
}

/** What paceline-engine-<hash>.js exports. */
export interface LazyPart {
  attach(agent: Agent): void;
}

/** What the parts of the agent share. The lazy part replaces the functions that are not `readonly`. */
export interface Agent extends AgentSetup {
  readonly batch: EntryBatch;
  readonly recorder: Recorder;
  readonly guard: Guard;
  readonly tags: Tags;
  /** None until there is consent; then nothing may be stored or leave. */
  session?: Session;
  /** The session is in the sample, or kept. */
  mayLeave: boolean;
  isStopped: boolean;
  /** Of the next batch or Beacon. */
  sequence: number;
  /** Raw batches that have left, for the engine's start. None: too much has left. */
  retained: Body[] | undefined;
  readonly sender: Sender;
  /** The errors of the page view. */
  errorsSeen: string[];
  /** There is consent: opens the session, and brings the lazy part. */
  grant(): void;
  seal(): Body;
  sendRaw(): void;
  /** Records what the browser has queued and not delivered yet. */
  drain(): void;
  /** Older entries belong to the one before. `load` is what only a load has: referrer, activation, first hiding. */
  beginPageView(type: number, startMs: number, ...load: number[]): void;
  /** Ends it all. */
  stop(): void;
  /** Something was recorded. */
  wake(): void;
  /** Sends what there is, if it may. */
  advance(): void;
  flagsOf(click: MouseEvent): number;
  onHidden(): void;
  onVisible(): void;
  onPageView(path: string): void;
}

/** Starts measuring this document. */
export function startAgent(setup: AgentSetup, hasConsent: boolean): Agent {
  const { options, endpoint, sampleRatePpm } = setup;
  const { release = "", clickRules } = options;
  const context = createContext(release);
  const documentId = randomBytes(8);
  const originUnixMs = Math.round(Date.now() - performance.now());
  const rules = clickRules ? String(clickRules).split(",").map(Number) : undefined;
  const batch = createEntryBatch();
  const ignore = (): void => undefined;
  let isKeptUnsampled = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const guard = createGuard(() => agent.stop());
  const agent: Agent = {
    ...setup,
    guard,
    batch,
    recorder: {
      ref: batch.ref,
      timeline: createTimeline(),
      record(kind, fields) {
        if (agent.isStopped) return;
        batch.add(kind, fields);
        agent.wake();
      },
    },
    tags: Object.create(null) as Tags,
    mayLeave: false,
    isStopped: false,
    sequence: 0,
    retained: [],
    sender: createSender(endpoint, () => agent.stop()),
    errorsSeen: [],
    grant() {
      if (agent.session) return;
      const session = openSession(options.site, setup.useStorage);
      agent.session = session;
      const sampled = isSampled(bytesOf(session.id), sampleRatePpm);
      isKeptUnsampled = session.kept && !sampled;
      agent.mayLeave = sampled || session.kept;
      whenIdleAfterLoad(
        guard(() => {
          // A policy may forbid it. Then the agent stays as it is.
          if (!agent.isStopped)
            setup.loadLazy().then(
              guard(({ attach }) => attach(agent)),
              ignore,
            );
        }),
      );
    },
    seal: () =>
      batch.seal(
        [
          options.site,
          bytesOf(agent.session?.id ?? ""),
          documentId,
          agent.sequence,
          originUnixMs,
          Date.now(),
          sampleRatePpm,
          performance.interactionCount,
        ],
        (ref) => context(ref, agent.tags),
        isKeptUnsampled,
        rules,
      ),
    sendRaw() {
      const bytes = agent.seal();
      batch.clear();
      agent.sequence++;
      agent.sender.send("/v1/entries", bytes);
      agent.retained?.push(bytes);
      const total = agent.retained?.reduce((sum, { length }) => sum + length, 0) ?? 0;
      if (total > MAX_RETAINED_BYTES) agent.retained = undefined;
    },
    drain: ignore,
    beginPageView: ignore,
    stop() {
      agent.isStopped = true;
      agent.retained = undefined;
      batch.clear();
      clearTimeout(timer);
    },
    wake() {
      if (batch.size() > MAX_BATCH_BYTES) agent.advance();
      else timer ??= setTimeout(agent.advance, MAX_WAIT_MS);
    },
    advance: guard(() => {
      clearTimeout(timer);
      timer = undefined;
      agent.drain();
      if (agent.isStopped || !batch.count()) return;
      if (agent.mayLeave) agent.sendRaw();
      else if (batch.size() > MAX_RETAINED_BYTES) agent.stop();
    }),
    flagsOf: () => 0,
    onHidden: () => agent.advance(),
    onVisible: ignore,
    onPageView: ignore,
  };
  guard(() => {
    followPageViews(agent);
    observeEntries(agent);
    followInput(agent);
    followErrors(agent);
    if (hasConsent) agent.grant();
  })();
  return agent;
}

function whenIdleAfterLoad(callback: () => void): void {
  let hasBegun = false;
  const begin = (): void => {
    if (hasBegun) return;
    hasBegun = true;
    if ("requestIdleCallback" in window)
      requestIdleCallback(callback, { timeout: IDLE_PATIENCE_MS });
    else setTimeout(callback, 100);
  };
  whenLoaded(begin);
  // A load that hangs on one file must not hold up the rest for ever.
  setTimeout(begin, LOAD_PATIENCE_MS);
}
