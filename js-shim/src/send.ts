// Brings sealed bytes to the collector, once. What comes after that (retries, keeping, compressing) is lazy and puts
// itself between: features/sending.ts.
//
// While the page is visible, by keepalive fetch, whose answer is read. When it is hidden, by sendBeacon, which outlives
// the page but says nothing back. Neither causes a CORS preflight: the body is a plain Uint8Array without a content type,
// there are no headers of ours, and no credentials.

// Browsers allow 64 KiB of keepalive requests in flight, shared by everything on the page.
export const MAX_IN_FLIGHT_BYTES = 60 * 1024;
const MAX_FAILED = 8;

/** Sealed bytes. What a sequence number stands for never changes: whenever they are sent again, they are the same. */
export interface Parcel {
  /** Below the endpoint. */
  readonly path: string;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly sealedUnixMs: number;
}

export interface Sender {
  /** Base URL of the collector. */
  readonly endpoint: string;
  /** What the collector did not take, before there was anybody to send it again; at most eight. */
  readonly failed: Parcel[];
  send(path: string, body: Uint8Array<ArrayBuffer>): void;
  /** What `send` does with a parcel. The lazy part puts its own here. */
  deliver: (parcel: Parcel) => void;
  /** Called with what the collector did not take; `answer` is missing when there was none. The lazy part's, too. */
  onFailure: (parcel: Parcel, answer?: Response) => void;
}

/** @param giveUp called when more has failed than may wait for the lazy part */
export function createSender(endpoint: string, giveUp: () => void): Sender {
  const sender: Sender = {
    endpoint,
    failed: [],
    send(path, body) {
      sender.deliver({ path, body, sealedUnixMs: Date.now() });
    },
    deliver(parcel) {
      const url = endpoint + parcel.path;
      if (document.visibilityState === "hidden" && beacon(url, parcel.body)) return;
      post(url, parcel.body).then(
        (answer) => answer.ok || sender.onFailure(parcel, answer),
        () => sender.onFailure(parcel),
      );
    },
    onFailure(parcel) {
      if (sender.failed.push(parcel) > MAX_FAILED) giveUp();
    },
  };
  return sender;
}

/** False where sendBeacon is missing, has no room, or the page has wrapped it in something that throws. */
export function beacon(url: string, body: Uint8Array<ArrayBuffer>): boolean {
  try {
    return navigator.sendBeacon(url, body);
  } catch {
    return false;
  }
}

/** Rejects without an answer. Outlives the page where it is small enough. Async, so that a fetch that throws rejects. */
export async function post(url: string, body: Uint8Array<ArrayBuffer>): Promise<Response> {
  const keepalive = body.length <= MAX_IN_FLIGHT_BYTES;
  return fetch(url, { method: "POST", body, keepalive, credentials: "omit" });
}
