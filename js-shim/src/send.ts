// Brings sealed bytes to the collector. What a sequence number stands for never changes: a retry sends the same bytes.
//
// While the page is visible, by keepalive fetch, whose answer is read and decides about a retry. When it is hidden, by
// sendBeacon, which outlives the page but says nothing back. Neither causes a CORS preflight: the body is a plain
// Uint8Array without a content type, there are no headers of ours, and no credentials.

// Browsers allow 64 KiB of keepalive requests in flight, shared by everything on the page.
const MAX_IN_FLIGHT_BYTES = 60 * 1024;
const MAX_WAITING_BYTES = 256 * 1024;
const RETRY_DELAYS_MS = [1_000, 5_000, 25_000];
const MAX_RETRY_DELAY_MS = 120_000;
const MAX_REFUSALS = 3;

export interface Sender {
  /** Sends bytes to a path below the endpoint, at once or as soon as there is room. */
  send(path: string, body: Uint8Array<ArrayBuffer>): void;
  /** The page was hidden: whatever waits leaves now. */
  flush(): void;
  /** Forgets what waits. */
  stop(): void;
}

interface Parcel {
  readonly url: string;
  readonly body: Uint8Array<ArrayBuffer>;
  attempts: number;
  timer?: ReturnType<typeof setTimeout> | undefined;
}

/**
 * @param endpoint base URL of the collector
 * @param giveUp called when the collector has refused or missed three parcels in a row
 */
export function createSender(endpoint: string, giveUp: () => void): Sender {
  // In the order in which they were sealed; a parcel that waits for its retry does not hold up the others.
  let waiting: Parcel[] = [];
  let bytesInFlight = 0;
  let refusals = 0;

  const send = (): void => {
    const isHidden = document.visibilityState === "hidden";
    for (const parcel of [...waiting]) {
      if (isHidden ? beacon(parcel) : !parcel.timer && post(parcel)) remove(parcel);
    }
  };

  const remove = (parcel: Parcel): void => {
    clearTimeout(parcel.timer);
    waiting = waiting.filter((other) => other !== parcel);
  };

  // Without sendBeacon or without room, fetch may still do. A page may have wrapped either in something that throws.
  const beacon = (parcel: Parcel): boolean => {
    try {
      if (navigator.sendBeacon?.(parcel.url, parcel.body)) return true;
    } catch {
      // The same.
    }
    return post(parcel);
  };

  // True when the browser has taken charge of it, false when there is no room.
  const post = (parcel: Parcel): boolean => {
    const { url, body } = parcel;
    if (bytesInFlight && bytesInFlight + body.length > MAX_IN_FLIGHT_BYTES) return false;
    bytesInFlight += body.length;
    parcel.timer = undefined;
    const keepalive = body.length <= MAX_IN_FLIGHT_BYTES;
    const ask = async () => {
      const { status, headers } = await fetch(url, {
        method: "POST",
        body,
        keepalive,
        credentials: "omit",
      });
      return { status, retryAfterSeconds: Number(headers.get("Retry-After")) };
    };
    ask()
      .catch(() => ({ status: 0, retryAfterSeconds: 0 }))
      .then(({ status, retryAfterSeconds }) => onAnswer(parcel, status, retryAfterSeconds))
      .catch(() => undefined);
    return true;
  };

  const onAnswer = (parcel: Parcel, status: number, retryAfterSeconds: number): void => {
    bytesInFlight -= parcel.body.length;
    const delay = RETRY_DELAYS_MS[parcel.attempts++];
    // No answer, or the collector cannot just now. Any other refusal would come again.
    if ((!status || status === 408 || status >= 500) && delay) {
      parcel.timer = setTimeout(
        () => {
          parcel.timer = undefined;
          send();
        },
        Math.min(Math.max(delay, retryAfterSeconds * 1000 || 0), MAX_RETRY_DELAY_MS),
      );
      waiting.push(parcel);
    } else if (status >= 200 && status < 300) {
      refusals = 0;
    } else if (++refusals === MAX_REFUSALS) {
      giveUp();
    }
    send();
  };

  return {
    send(path, body) {
      waiting.push({ url: endpoint + path, body, attempts: 0 });
      // Beyond the bound, the oldest go first.
      let bytes = 0;
      for (const parcel of [...waiting].reverse()) {
        bytes += parcel.body.length;
        if (bytes > MAX_WAITING_BYTES) remove(parcel);
      }
      send();
    },
    flush: send,
    stop() {
      for (const parcel of [...waiting]) remove(parcel);
    },
  };
}
