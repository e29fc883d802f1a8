// What becomes of a parcel once the page is idle. While the page is visible, it is sent again after a failure, with growing
// pauses. When the page is hidden, everything that waits leaves by sendBeacon, and what had failed before is kept for the
// next page as well. Whatever is sent twice are the same bytes.
import { isHidden } from "../page-views.ts";
import type { Parcel } from "../send.ts";
import { safely } from "../url-scrub.ts";
import type { FeatureHost } from "./host.ts";
import { createRetryStore } from "./retry-store.ts";
import { listen } from "./shared.ts";

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
  /** That have failed. */
  readonly attempts: number;
  readonly dueUnixMs: number;
}

/** Puts itself between the sender and the network. */
export function followSending(host: FeatureHost): void {
  const { sender, guard } = host;
  const store = host.useStorage ? createRetryStore(host.options.site) : undefined;
  // In the order in which they were sealed; a parcel that waits for its retry does not hold up the others.
  let waiting: Waiting[] = [];
  let isStopped = false;
  let hasGivenUp = false;
  let bytesInFlight = 0;
  let refusals = 0;
  // The collector has asked for time.
  let pausedUntilUnixMs = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const add = (parcel: Parcel, attempts = 0, delayMs = 0): void => {
    waiting.push({ parcel, attempts, dueUnixMs: Date.now() + delayMs });
    // Beyond the bound, the oldest go first.
    const bytes = (sum: number, { parcel }: Waiting): number => sum + parcel.body.length;
    while (waiting.length > 1 && waiting.reduce(bytes, 0) > MAX_WAITING_BYTES) waiting.shift();
  };

  // Sends what can be sent now. Hidden, this may be the last that the page can do.
  const pump = guard(() => {
    if (isStopped) return;
    clearTimeout(timer);
    const now = Date.now();
    const isLast = isHidden();
    const isOffline = navigator.onLine === false;
    let nextUnixMs = Infinity;
    for (const item of waiting.splice(0)) {
      const { parcel, attempts } = item;
      const { path, body, sealedUnixMs } = parcel;
      const dueUnixMs = Math.max(item.dueUnixMs, pausedUntilUnixMs);
      // The age is no part of the body: that has to stay the same.
      const ageMs = now - sealedUnixMs;
      const url = sender.baseUrl + path + (ageMs >= MIN_AGE_MS ? `?age_ms=${ageMs}` : "");
      if (isLast) {
        const isKept = (attempts || isOffline) && store?.keep(parcel);
        const isPaused = isKept && (isOffline || now < pausedUntilUnixMs);
        // The page may have wrapped it in something that throws.
        if (isPaused || safely(() => navigator.sendBeacon(url, body)) || isKept) continue;
      } else if (dueUnixMs > now) nextUnixMs = Math.min(nextUnixMs, dueUnixMs);
      // Without a network nobody is asked in vain; the browser's event begins anew.
      const isDue = isLast || (dueUnixMs <= now && !isOffline);
      const hasRoom = !bytesInFlight || bytesInFlight + body.length <= MAX_IN_FLIGHT_BYTES;
      if (isDue && hasRoom) void post(item, url);
      else waiting.push(item);
    }
    if (nextUnixMs < Infinity && !isOffline) timer = setTimeout(pump, nextUnixMs - now);
  });

  const post = async ({ parcel, attempts }: Waiting, url: string): Promise<void> => {
    const { body } = parcel;
    const { length } = body;
    bytesInFlight += length;
    let answer;
    try {
      answer = await fetch(url, {
        method: "POST",
        body,
        // Outlives the page where it is small enough.
        keepalive: length <= MAX_IN_FLIGHT_BYTES,
        credentials: "omit",
      });
    } catch {
      // No answer.
    }
    bytesInFlight -= length;
    if (answer?.ok) refusals = 0;
    else onFailure(parcel, attempts, answer);
    pump();
  };

  const onFailure = guard((parcel: Parcel, attempts: number, answer?: Response) => {
    const status = answer?.status ?? 0;
    const retryAfterMs = Number(answer?.headers.get("Retry-After")) * 1000 || 0;
    // No answer, or the collector cannot just now. Any other refusal would come again.
    const isPassing = !status || status === 408 || status >= 500 || retryAfterMs > 0;
    const delayMs = RETRY_DELAYS_MS[attempts];
    if (isStopped) {
      if (isPassing && hasGivenUp) store?.keep(parcel);
      return;
    }
    if (retryAfterMs) pausedUntilUnixMs = Date.now() + Math.min(retryAfterMs, MAX_RETRY_DELAY_MS);
    // Without a network there was no attempt.
    if (isPassing && navigator.onLine === false) return add(parcel, attempts);
    if (isPassing && delayMs) return add(parcel, attempts + 1, delayMs);
    if (isPassing) store?.keep(parcel);
    if (++refusals < MAX_REFUSALS) return;
    for (const item of waiting) store?.keep(item.parcel);
    hasGivenUp = true;
    host.stop();
  });

  const resume = guard(() => {
    if (isStopped) return;
    for (const parcel of store?.take() ?? []) add(parcel);
    pump();
  });

  sender.send = (path, body) => {
    add({ path, body, sealedUnixMs: Date.now() });
    pump();
  };
  host.onHidden(pump);
  listen(host, window, "visibilitychange pageshow", () => {
    if (!isHidden()) resume();
  });
  listen(host, window, "online", resume);
  host.onStop(() => {
    // What the collector missed is for the next page; what the visitor has revoked, now or after that, is for none.
    if (isStopped) hasGivenUp = false;
    if (!hasGivenUp) store?.clear();
    isStopped = true;
    waiting = [];
    clearTimeout(timer);
    sender.send = () => undefined;
  });
  resume();
}
