// Last words that the browser keeps, and sends when the page is gone: also when its tab crashed, or was killed without a
// word. https://whatpr.org/fetch/1647.html#dom-window-fetchlater
//
// Browsers give 64 KiB of it to an origin, shared by everything on the page; one small body is all that we ever hold.

// Not in TypeScript's DOM library.
interface FetchLaterResult {
  /** The request has been sent, or is about to be: nothing takes it back. */
  readonly activated: boolean;
}
type FetchLater = (url: string, init: RequestInit) => FetchLaterResult;

const MAX_BODY_BYTES = 16 * 1024;

export interface LastWords {
  /** False where the browser has no such thing, or has refused it once. */
  canArm(): boolean;
  /** Puts a body into the browser's hands. False where it does not take it; then nothing has changed. */
  arm(path: string, body: Uint8Array<ArrayBuffer>): boolean;
  /** Takes back what was armed, with its quota. True when it has left, or may have: its bytes are bound. */
  disarm(): boolean;
}

export function createLastWords(endpoint: string): LastWords {
  let { fetchLater } = window as { readonly fetchLater?: FetchLater };
  let controller: AbortController | undefined;
  let result: FetchLaterResult | undefined;
  return {
    canArm: () => fetchLater !== undefined,
    arm(path, body) {
      if (!fetchLater || body.length > MAX_BODY_BYTES) return false;
      try {
        controller = new AbortController();
        const { signal } = controller;
        result = fetchLater(endpoint + path, { method: "POST", body, credentials: "omit", signal });
        return true;
      } catch {
        // No secure context, not for this frame, or no quota left: the page needs it more.
        fetchLater = undefined;
        return false;
      }
    },
    disarm() {
      const hasLeft = result?.activated ?? false;
      controller?.abort();
      controller = result = undefined;
      return hasLeft;
    },
  };
}
