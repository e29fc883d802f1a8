// A network that does what a test says: fetch, sendBeacon, visibility and being online.
import { vi } from "vitest";

export interface Post {
  readonly url: string;
  readonly init: RequestInit & { readonly body: Uint8Array<ArrayBuffer> };
  answer(status: number, headers?: Record<string, string>): Promise<void>;
  fail(): Promise<void>;
}

export interface Network {
  /** What was given to fetch, oldest first. */
  readonly posts: Post[];
  /** What sendBeacon took. */
  readonly beacons: { url: string; body: Uint8Array }[];
  beaconAccepts: boolean;
  visibility: DocumentVisibilityState;
  isOnline: boolean;
}

export const bytes = (length: number, fill = 1): Uint8Array<ArrayBuffer> =>
  new Uint8Array(length).fill(fill);

const settle = async (): Promise<void> => {
  await vi.advanceTimersByTimeAsync(0);
};

/** Stands in for the browser's until the test's mocks are restored. Needs fake timers. */
export function playNetwork(): Network {
  const network: Network = {
    posts: [],
    beacons: [],
    beaconAccepts: true,
    visibility: "visible",
    isOnline: true,
  };
  vi.spyOn(document, "visibilityState", "get").mockImplementation(() => network.visibility);
  vi.spyOn(document, "hidden", "get").mockImplementation(() => network.visibility === "hidden");
  vi.spyOn(navigator, "onLine", "get").mockImplementation(() => network.isOnline);
  vi.stubGlobal(
    "fetch",
    (url: string, init: Post["init"]) =>
      new Promise((resolve, reject) => {
        network.posts.push({
          url,
          init,
          answer: (status, headers = {}) => {
            resolve({ status, ok: status < 300, headers: new Headers(headers) });
            return settle();
          },
          fail: () => {
            reject(new TypeError("network"));
            return settle();
          },
        });
      }),
  );
  Object.defineProperty(navigator, "sendBeacon", {
    configurable: true,
    value: (url: string, body: Uint8Array) => {
      if (network.beaconAccepts) network.beacons.push({ url, body });
      return network.beaconAccepts;
    },
  });
  return network;
}
