// What could not be delivered, kept in localStorage for a later page of the origin to send: the same bytes, so that the
// collector can tell what it has already. Each parcel has a key of its own, so that tabs do not overwrite each other's.
import type { Parcel } from "../send.ts";
import { keyOf } from "../session.ts";
import { safely } from "../url-scrub.ts";
import { fingerprintOf } from "./fingerprint.ts";

const MAX_PARCELS = 8;
const MAX_CHARACTERS = 48 * 1024;
const MAX_AGE_MS = 24 * 3_600_000;

export interface RetryStore {
  /** Beyond the bounds, the oldest go first. True unless the browser refuses, or the parcel alone is too large. */
  keep(parcel: Parcel): boolean | "";
  /** Takes out what is kept, oldest first. */
  take(): readonly Parcel[];
  /** Forgets everything. */
  clear(): void;
}

/** @param site the key under which the agent stores things; nothing may throw into the agent */
export function createRetryStore(site: string): RetryStore {
  const prefix = `${keyOf(site)}.unsent.`;
  // Oldest first: the time in a key has 13 digits. Keys that are none of ours stay where they are in no order.
  const keys = (): string[] =>
    Object.keys(localStorage)
      .filter((key) => key.startsWith(prefix))
      .sort();
  const takeOut = (key: string): string => {
    const text = (localStorage[key] as string | undefined) ?? "";
    localStorage.removeItem(key);
    return text;
  };
  return {
    keep: ({ path, body, sealedUnixMs }) =>
      safely(() => {
        // What is too much for one call is too large to be kept, too.
        const text = `${path} ${btoa(String.fromCharCode(...body))}`;
        if (text.length > MAX_CHARACTERS) return false;
        const key = `${prefix}${sealedUnixMs}.${fingerprintOf(text)}`;
        takeOut(key);
        const kept = keys();
        const charactersOf = (all: number, one: string): number =>
          all + ((localStorage[one] as string | undefined)?.length ?? 0);
        while (
          kept.length >= MAX_PARCELS ||
          kept.reduce(charactersOf, text.length) > MAX_CHARACTERS
        )
          takeOut(kept.shift() ?? "");
        localStorage.setItem(key, text);
        return true;
      }),
    take: () =>
      safely(() =>
        keys().flatMap((key) => {
          const sealedUnixMs = parseInt(key.slice(prefix.length));
          const [, path = "", base64 = ""] = /^(\/v1\/\w+) ([\w+/]+=*)$/.exec(takeOut(key)) ?? [];
          const ageMs = Date.now() - sealedUnixMs;
          // Nothing that is too old, from the future, or not ours.
          if (!path || !(ageMs >= 0 && ageMs < MAX_AGE_MS)) return [];
          const body = Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0));
          return { path, body, sealedUnixMs };
        }),
      ) || [],
    clear: () => void safely(() => void keys().forEach(takeOut)),
  };
}
