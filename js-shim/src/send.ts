// Brings sealed bytes to the collector, once. What comes after that (retries, keeping) is lazy and puts itself in its
// place: features/sending.ts.
//
// While the page is visible, by keepalive fetch. When it is hidden, by sendBeacon, which outlives the page but says
// nothing back. Neither causes a CORS preflight: the body is a plain Uint8Array without a content type, there are no
// headers of ours, and no credentials.
import type { Guard } from "./guard.ts";
import { isHidden } from "./page-views.ts";
import { safely } from "./url-scrub.ts";

/** Sealed bytes. What a sequence number stands for never changes: whenever they are sent again, they are the same. */
export interface Parcel {
  /** Below the endpoint. */
  readonly path: string;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly sealedUnixMs: number;
}

export interface Sender {
  /** Base URL of the collector, without a slash at the end. */
  readonly baseUrl: string;
  /** The lazy part puts its own here. */
  send: (path: string, body: Uint8Array<ArrayBuffer>) => void;
}

/**
 * Gives what sends once. What does not arrive is not lost to the lazy part, which begins with the batches that have left
 * before it; but the guard counts it, so that an agent that stays alone ends where nobody takes what it has.
 */
export function createSend(endpoint: string, guard: Guard): Sender["send"] {
  // What failed without an answer is not ok either.
  const check = guard(({ ok }: { readonly ok?: boolean }) => {
    if (!ok) throw new Error();
  });
  return (path, body) => {
    const url = endpoint + path;
    // A page may have wrapped either in something that throws.
    if (!safely(() => isHidden() && navigator.sendBeacon(url, body)))
      fetch(url, { method: "POST", body, keepalive: true, credentials: "omit" }).then(check, check);
  };
}
