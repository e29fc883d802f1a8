// What becomes of a parcel once the page is idle. While the page is visible, it is compressed when that is worth it, and
// sent again after a failure, with growing pauses. When the page is hidden, everything that waits leaves by sendBeacon,
// and what had failed before is kept for the next page as well. Whatever is sent twice are the same bytes.
import { isHidden } from "../page-views.ts";
import type { Parcel } from "../send.ts";
import { compress, mayCompress } from "./compress.ts";
import type { FeatureHost } from "./host.ts";
import { createRetryStore } from "./retry-store.ts";

// Browsers allow 64 KiB of keepalive requests in flight, shared by everything on the page.
const MAX_IN_FLIGHT_BYTES = 60 * 1024;
const MAX_WAITING_BYTES = 256 * 1024;
const RETRY_DELAYS_MS = [1_000, 5_000, 25_000];
const MAX_RETRY_DELAY_MS = 120_000;
const MAX_REFUSALS = 3;
// A younger parcel was sent at once: the network's delay, which the collector knows how to take.
const MIN_AGE_MS = 100;

interface Waiting {
  readonly parcel: Parcel;
  attempts: number;
  dueUnixMs: number;
  /** What goes over the wire; none while it is being compressed. */
  wire?: Uint8Array<ArrayBuffer>;
}

/** Puts itself between the sender and the network. */
export function followSending(host: FeatureHost): void {
  const { sender, guard } = host;
  const store = host.mayStore ? createRetryStore(host.options.site) : undefined;
  // In the order in which they were sealed; a parcel that waits for its retry does not hold up the others.
  let waiting: Waiting[] = [];
  let isStopped = false;
  let hasGivenUp = false;
  let bytesInFlight = 0;
  let refusals = 0;
  // The collector has asked for time.
  let pausedUntilUnixMs = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  // The age is no part of the body: that has to stay the same.
  const urlOf = ({ path, sealedUnixMs }: Parcel): string => {
    const ageMs = Date.now() - sealedUnixMs;
    return sender.endpoint + path + (ageMs >= MIN_AGE_MS ? `?age_ms=${ageMs}` : "");
  };

  const add = (parcel: Parcel, attempts: number, delayMs: number): void => {
    const item: Waiting = { parcel, attempts, dueUnixMs: Date.now() + delayMs };
    waiting.push(item);
    // Beyond the bound, the oldest go first.
    let bytes = 0;
    waiting = waiting
      .reverse()
      .filter((other) => (bytes += other.parcel.body.length) <= MAX_WAITING_BYTES || other === item)
      .reverse();
    if (isHidden() || !mayCompress(parcel.body)) item.wire = parcel.body;
    else {
      void compress(parcel.body).then((wire) => {
        item.wire = wire;
        pump();
      });
    }
  };

  const pump = guard(() => {
    if (isStopped) return;
    clearTimeout(timer);
    if (isHidden()) return leave();
    // Begins anew with the browser's event; nothing is lost meanwhile, and nobody is asked in vain.
    if (navigator.onLine === false) return;
    const now = Date.now();
    let nextUnixMs = Infinity;
    for (const item of [...waiting]) {
      const dueUnixMs = Math.max(item.dueUnixMs, pausedUntilUnixMs);
      if (dueUnixMs > now) nextUnixMs = Math.min(nextUnixMs, dueUnixMs);
      else if (item.wire && hasRoom(item.wire)) attempt(item, item.wire);
    }
    if (nextUnixMs < Infinity) timer = setTimeout(pump, nextUnixMs - now);
  });

  const hasRoom = ({ length }: Uint8Array): boolean =>
    !bytesInFlight || bytesInFlight + length <= MAX_IN_FLIGHT_BYTES;

  const remove = (item: Waiting): void => {
    waiting = waiting.filter((other) => other !== item);
  };

  const attempt = (item: Waiting, wire: Uint8Array<ArrayBuffer>): void => {
    remove(item);
    bytesInFlight += wire.length;
    post(urlOf(item.parcel), wire)
      .catch(() => undefined)
      .then((answer) => {
        bytesInFlight -= wire.length;
        if (answer?.ok) refusals = 0;
        else onFailure(item.parcel, item.attempts, answer);
        pump();
      })
      .catch(() => undefined);
  };

  const onFailure = guard((parcel: Parcel, attempts: number, answer?: Response) => {
    const status = answer?.status ?? 0;
    const retryAfterMs = Number(answer?.headers.get("Retry-After")) * 1000 || 0;
    // No answer, or the collector cannot just now. Any other refusal would come again.
    const isPassing = !status || status === 408 || status >= 500 || retryAfterMs > 0;
    if (isStopped) {
      if (isPassing && hasGivenUp) store?.keep(parcel);
      return;
    }
    if (retryAfterMs) {
      pausedUntilUnixMs = Date.now() + Math.min(retryAfterMs, MAX_RETRY_DELAY_MS);
    }
    const delayMs = RETRY_DELAYS_MS[attempts];
    // Without a network there was no attempt.
    if (isPassing && navigator.onLine === false) return add(parcel, attempts, 0);
    if (isPassing && delayMs) return add(parcel, attempts + 1, delayMs);
    if (isPassing) store?.keep(parcel);
    if (++refusals < MAX_REFUSALS) return;
    for (const item of waiting) store?.keep(item.parcel);
    hasGivenUp = true;
    host.stop();
  });

  // This may be the last that the page can do.
  const leave = guard(() => {
    clearTimeout(timer);
    for (const item of waiting.splice(0)) {
      const { parcel, attempts } = item;
      const isOnline = navigator.onLine !== false;
      const isKept = (attempts > 0 || !isOnline) && store?.keep(parcel);
      const isPaused = isKept && (!isOnline || Date.now() < pausedUntilUnixMs);
      if (isPaused || beacon(urlOf(parcel), parcel.body) || isKept) continue;
      // No room, or no sendBeacon. The rest waits for its turn, and for the page to come back.
      if (hasRoom(parcel.body)) attempt(item, parcel.body);
      else waiting.push(item);
    }
  });

  const resume = guard(() => {
    if (isStopped) return;
    store?.take((parcels) => {
      // Where there are locks, that may be later.
      if (isStopped && hasGivenUp) parcels.forEach(store.keep);
      if (isStopped) return;
      for (const parcel of parcels) add(parcel, 0, 0);
      pump();
    });
    pump();
  });

  sender.deliver = (parcel) => {
    add(parcel, 0, 0);
    pump();
  };
  sender.onFailure = (parcel, answer) => {
    onFailure(parcel, 0, answer);
    pump();
  };
  for (const parcel of sender.failed.splice(0)) add(parcel, 1, 0);
  host.onHidden(leave);
  host.onVisible(resume);
  addEventListener("online", resume);
  host.onStop(() => {
    // What the collector missed is for the next page; what the visitor has revoked, now or after that, is for none.
    if (isStopped) hasGivenUp = false;
    if (!hasGivenUp) store?.clear();
    isStopped = true;
    waiting = [];
    clearTimeout(timer);
    removeEventListener("online", resume);
    sender.deliver = () => undefined;
  });
  resume();
}

/** False where sendBeacon is missing, has no room, or the page has wrapped it in something that throws. */
function beacon(url: string, body: Uint8Array<ArrayBuffer>): boolean {
  try {
    return navigator.sendBeacon(url, body);
  } catch {
    return false;
  }
}

/** Rejects without an answer. Outlives the page where it is small enough. Async, so that a fetch that throws rejects. */
async function post(url: string, body: Uint8Array<ArrayBuffer>): Promise<Response> {
  const keepalive = body.length <= MAX_IN_FLIGHT_BYTES;
  return fetch(url, { method: "POST", body, keepalive, credentials: "omit" });
}
