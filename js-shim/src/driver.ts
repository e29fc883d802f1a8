// What comes of the entries once the page is idle: the engine gets them all from the start, and its Beacons leave at ten
// events, after 30 s, at once for a poor vital, and when the page is hidden. When raw batches have left before, the first
// Beacon says which it covers. Where the engine cannot come, or more has left than was retained, the document stays raw.
//
// What waits meanwhile is armed: the browser sends it should the page end without a word. It is taken back before more is
// said, under the same sequence number; where it has left, the number is used up.
import type { Agent, Body } from "./agent.ts";
import type { Engine } from "./engine.ts";
import { MAX_BATCH_BYTES } from "./limits.ts";
import type { Armed } from "./send.ts";

const MAX_EVENTS = 10;
const MAX_WAIT_MS = 30_000;
// The collector takes 64 raw batches of a document. One that stays raw has patience, more of it with each: 64 last for 4 h.
const PATIENT_BATCHES = 4;
// Entries come in bursts; one look at the engine per burst is enough.
const BURST_MS = 100;
// Arming takes longer than all else that is done for a burst: once for many of them.
const ARM_DELAY_MS = 1_000;

/**
 * Takes over `wake` and `onHidden`.
 *
 * @returns what gives the engine, while it runs
 */
export function drive(agent: Agent, loadEngine: () => Promise<Engine>): () => Engine | undefined {
  const { guard, onHidden: sendRaw } = agent;
  let canArm = "fetchLater" in window;
  let armed:
    { readonly result: Armed; readonly body: Body; readonly entryCount: number } | undefined;
  let engine: Engine | undefined;
  let isRawForGood = false;
  let patience = 1;
  let coversEntriesBefore = 0;
  let isLooking = false;
  let burstTimer: ReturnType<typeof setTimeout> | undefined;
  let dueTimer: ReturnType<typeof setTimeout> | undefined;
  let armTimer: ReturnType<typeof setTimeout> | undefined;

  const clearTimers = (): void => {
    clearTimeout(burstTimer);
    clearTimeout(dueTimer);
    burstTimer = dueTimer = undefined;
  };

  const used = (): void => {
    agent.sequence++;
    coversEntriesBefore = 0;
  };

  const arm = guard(() => {
    armTimer = undefined;
    if (armed || !agent.mayLeave || agent.isStopped) return;
    const entryCount = agent.recorded.length;
    if (engine ? !engine.pending().events : !entryCount) return;
    const body = engine
      ? engine.flush(agent.sequence, Date.now(), coversEntriesBefore)
      : agent.sealBatch();
    const result = body && agent.arm(engine ? "/v1/beacon" : "/v1/entries", body);
    if (result) armed = { result, body, entryCount };
    else engine?.rollback();
    canArm = !!result;
  });

  // Also what the first part has armed, which has not left: the page was visible all the time.
  const disarm = (): void => {
    const before = armed;
    const hasLeft = before?.result.activated;
    armed = undefined;
    agent.disarm();
    if (!before) return;
    if (!hasLeft) return engine?.rollback();
    used();
    if (engine) return;
    // What was recorded since is of the next batch.
    agent.recorded.splice(0, before.entryCount);
    agent.retained?.push(before.body);
  };

  const consume = (core: Engine): void => {
    if (!agent.recorded.length) return;
    const isAccepted = core.consume(agent.sealBatch());
    agent.clearBatch();
    if (isAccepted) return;
    // The document has had all the entries it may have: say what is known, and rest.
    flushEngine(core, true);
    agent.stop();
  };

  const flushEngine = (core: Engine, isDue: boolean): void => {
    const { events, isPoor, keepUnsampled } = core.pending();
    if (keepUnsampled) agent.isWorthKeeping = 1;
    agent.ensureSession();
    if (!agent.mayLeave || !(isDue || isPoor || events >= MAX_EVENTS)) return;
    const beacon = core.flush(agent.sequence, Date.now(), coversEntriesBefore);
    clearTimers();
    if (!beacon) return;
    used();
    agent.send("/v1/beacon", beacon);
    // A Beacon has a limit; the rest would have to wait for the next, which may never come.
    if (isDue && core.pending().events) flushEngine(core, true);
  };

  // Looks at what has come together, and sends it when it is time.
  const look = guard((isDue: boolean) => {
    if (agent.isStopped || isLooking) return;
    isLooking = true;
    clearTimeout(burstTimer);
    burstTimer = undefined;
    try {
      disarm();
      agent.drain();
      send(isDue);
      if (canArm) armTimer ??= setTimeout(arm, ARM_DELAY_MS);
    } finally {
      isLooking = false;
    }
  });

  const send = (isDue: boolean): void => {
    if (engine) consume(engine);
    if (engine) return flushEngine(engine, isDue);
    if (!(
      isDue ||
      agent.byteCount > MAX_BATCH_BYTES ||
      (isRawForGood && agent.recorded.length >= MAX_EVENTS * patience)
    ))
      return;
    clearTimers();
    sendRaw();
    if (!isRawForGood) return;
    patience = 1 + agent.sequence / PATIENT_BATCHES;
    // Of a session outside the sample. It may still convert, and no engine will ask for what was before.
    if (agent.byteCount > MAX_BATCH_BYTES) agent.clearBatch();
  };

  agent.onHidden = () => look(true);
  agent.wake = () => {
    // So that each part fits what browsers send for a page that is hidden in the middle of it.
    if (agent.byteCount > MAX_BATCH_BYTES) look(false);
    burstTimer ??= setTimeout(() => look(false), BURST_MS);
    dueTimer ??= setTimeout(() => {
      dueTimer = undefined;
      look(true);
    }, MAX_WAIT_MS * patience);
  };
  const stop = agent.stop;
  agent.stop = () => {
    clearTimeout(armTimer);
    armed = engine = undefined;
    clearTimers();
    stop();
  };

  const stayRaw = guard(() => {
    isRawForGood = true;
    agent.retained = undefined;
    agent.wake();
  });

  const onEngine = guard((core: Engine) => {
    if (agent.isStopped) return;
    disarm();
    // The open batch stays until the engine has taken it: whatever goes wrong, it can still leave raw.
    const unsent = agent.recorded.length ? [agent.sealBatch()] : [];
    const { retained } = agent;
    if (!retained || ![...retained, ...unsent].every((bytes) => core.consume(bytes)))
      return stayRaw();
    agent.clearBatch();
    if (retained.length) coversEntriesBefore = agent.sequence;
    // From here on, everything passes through the engine.
    agent.retained = undefined;
    engine = core;
    // In a task of its own.
    agent.wake();
  });

  clearInterval(agent.timer);
  agent.wake();
  loadEngine().then(onEngine, stayRaw);
  return () => engine;
}
