// Brings sealed bytes to the collector, once. What comes after that (retries, keeping, compressing) is lazy and puts
// itself between: features/sending.ts.
//
// While the page is visible, by keepalive fetch, whose answer is read. When it is hidden, by sendBeacon, which outlives
// the page but says nothing back. Neither causes a CORS preflight: the body is a plain Uint8Array without a content type,
// there are no headers of ours, and no credentials.
import { isHidden } from "./page-views.ts";

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
    async deliver(parcel) {
      const { path, body } = parcel;
      let answer;
      // A page may have wrapped either in something that throws.
      try {
        if (isHidden() && navigator.sendBeacon(endpoint + path, body)) return;
      } catch {
        // Then fetch may still do.
      }
      try {
        answer = await fetch(endpoint + path, {
          method: "POST",
          body,
          keepalive: true,
          credentials: "omit",
        });
      } catch {
        // No answer.
      }
      if (!answer?.ok) sender.onFailure(parcel, answer);
    },
    onFailure(parcel) {
      if (sender.failed.push(parcel) > MAX_FAILED) giveUp();
    },
  };
  return sender;
}
