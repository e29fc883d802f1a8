// The agent of one document: collects entries, hands them to the engine or sends them raw.
//
// Until the engine is there, entries wait in the open batch. If the page is hidden before, or 30 s pass, the batch
// leaves raw (POST /v1/entries) and the collector runs the same core over it; a copy is retained. When the engine
// comes, it is fed everything from the start, and its first Beacon says which raw batches it covers. When it cannot
// come, or more has left than was retained, the document stays raw.
import { createContext } from "./context.ts";
import type { Engine } from "./engine.ts";
import { createEntryBatch } from "./entry-batch.ts";
import { createGuard } from "./guard.ts";
import { followInput } from "./input.ts";
import { observeEntries, type Observation, type Recorder } from "./observe.ts";
import { followPageViews, whenLoaded } from "./page-views.ts";
import { isSampled } from "./sampling.ts";
import { createSender } from "./send.ts";
import { openSession, randomBytes } from "./session.ts";
import { createTimeline } from "./time.ts";

const MAX_EVENTS = 10;
const MAX_WAIT_MS = 30_000;
// A raw batch is sealed at this size, so that it always fits what browsers send for a hidden page.
const MAX_BATCH_BYTES = 16 * 1024;
const MAX_RETAINED_BYTES = 128 * 1024;
// Entries come in bursts; one look at the engine per burst is enough.
const BURST_MS = 100;
const LOAD_PATIENCE_MS = 10_000;
const IDLE_PATIENCE_MS = 3_000;

export interface AgentOptions {
  readonly site: string;
  /** Base URL of the collector, without a slash at the end. */
  readonly endpoint: string;
  /** 1 to 1,000,000. */
  readonly sampleRatePpm: number;
  readonly useStorage: boolean;
  readonly loadEngine: () => Promise<Engine>;
}

/** Starts measuring this document. Call it once per document. */
export function startAgent(options: AgentOptions): void {
  const { site, sampleRatePpm } = options;
  const batch = createEntryBatch();
  const timeline = createTimeline();
  const context = createContext();
  const session = openSession(site, options.useStorage);
  const documentId = randomBytes(8);
  const originUnixMs = Math.round(Date.now() - performance.now());
  const sampled = isSampled(session.id, sampleRatePpm);

  let isStopped = false;
  let mayLeave = sampled || session.keptUnsampled;
  let sequence = 0;
  let engine: Engine | undefined;
  let isRawForGood = false;
  // Raw batches that have left, for the engine's start.
  let retained: Uint8Array[] = [];
  let retainedBytes = 0;
  let coversEntriesBefore = 0;
  let burstTimer: ReturnType<typeof setTimeout> | undefined;
  let dueTimer: ReturnType<typeof setTimeout> | undefined;
  let observation: Observation | undefined;

  const stop = (): void => {
    isStopped = true;
    engine = undefined;
    retained = [];
    batch.clear();
    clearTimers();
    observation?.stop();
  };
  const clearTimers = (): void => {
    clearTimeout(burstTimer);
    clearTimeout(dueTimer);
    burstTimer = dueTimer = undefined;
  };
  const guard = createGuard(stop);
  const sender = createSender(options.endpoint, stop);

  const seal = (): Uint8Array<ArrayBuffer> =>
    batch.seal(
      [
        site,
        session.id,
        documentId,
        sequence,
        originUnixMs,
        Date.now(),
        sampleRatePpm,
        performance.interactionCount,
      ],
      context,
      session.keptUnsampled && !sampled,
    );

  const sendRaw = (): void => {
    const bytes = seal();
    batch.clear();
    clearTimers();
    sequence++;
    sender.send("/v1/entries", bytes);
    if (isRawForGood) return;
    retained.push(bytes);
    retainedBytes += bytes.length;
    if (retainedBytes > MAX_RETAINED_BYTES) stayRaw();
  };

  const stayRaw = (): void => {
    isRawForGood = true;
    retained = [];
    // The raw path cannot tell whether an unsampled session is worth keeping.
    if (!mayLeave) stop();
  };

  const flushEngine = (core: Engine, isDue: boolean): void => {
    if (batch.count()) {
      const accepted = core.consume(seal());
      batch.clear();
      // The document has had all the entries it may have: say what is known, and rest.
      if (!accepted) {
        isStopped = true;
        observation?.stop();
      }
    }
    const { events, isPoor, keepUnsampled } = core.pending();
    if (keepUnsampled && !mayLeave) {
      mayLeave = true;
      session.keep();
    }
    if (!mayLeave || !(isDue || isPoor || isStopped || events >= MAX_EVENTS)) return;
    const beacon = core.flush(sequence, Date.now(), coversEntriesBefore);
    clearTimers();
    if (!beacon) return;
    sequence++;
    coversEntriesBefore = 0;
    sender.send("/v1/beacon", beacon);
    // A Beacon has a limit; the rest would have to wait for the next, which may never come.
    if (isDue && core.pending().events) flushEngine(core, true);
  };

  // Looks at what has come together, and sends it when it is time.
  const advance = guard((isDue: boolean) => {
    if (isStopped) return;
    burstTimer = undefined;
    observation?.drain();
    if (engine) flushEngine(engine, isDue);
    else if (batch.size() > MAX_BATCH_BYTES || (isRawForGood && batch.count() >= MAX_EVENTS))
      isDue = true;
    if (engine || !isDue || !batch.count()) return;
    if (mayLeave) sendRaw();
    else if (batch.size() > MAX_RETAINED_BYTES) stop();
  });

  const recorder: Recorder = {
    ref: batch.ref,
    timeline,
    record(kind, fields) {
      if (isStopped) return;
      batch.add(kind, fields);
      burstTimer ??= setTimeout(() => advance(false), BURST_MS);
      dueTimer ??= setTimeout(() => {
        dueTimer = undefined;
        advance(true);
      }, MAX_WAIT_MS);
    },
  };

  const onEngine = guard((core: Engine) => {
    if (isStopped || isRawForGood) return;
    // The open batch stays until the engine has taken it: whatever goes wrong, it can still leave raw.
    const unsent = batch.count() ? [seal()] : [];
    if (![...retained, ...unsent].every((bytes) => core.consume(bytes))) return stayRaw();
    batch.clear();
    if (retained.length) coversEntriesBefore = sequence;
    retained = [];
    engine = core;
    advance(false);
  });

  const drain = (): void => observation?.drain();
  guard(() => {
    followPageViews({
      recorder,
      guard,
      drain,
      onVisible: session.touch,
      onHidden: () => advance(true),
    });
    observation = observeEntries(recorder, guard);
    followInput(recorder, guard, drain, session.touch);
    whenIdleAfterLoad(() => {
      if (!isStopped) options.loadEngine().then(onEngine, guard(stayRaw));
    });
  })();
}

function whenIdleAfterLoad(callback: () => void): void {
  let hasBegun = false;
  const begin = (): void => {
    if (hasBegun) return;
    hasBegun = true;
    if ("requestIdleCallback" in window)
      requestIdleCallback(callback, { timeout: IDLE_PATIENCE_MS });
    else setTimeout(callback, BURST_MS);
  };
  whenLoaded(begin);
  // A load that hangs on one file must not hold up the rest for ever.
  setTimeout(begin, LOAD_PATIENCE_MS);
}
