// What could not be delivered, kept in localStorage for a later page of the origin to send: the same bytes, so that the
// collector can tell what it has already. Each parcel has a key of its own, so that tabs do not overwrite each other's.
import type { Parcel } from "../send.ts";

const MAX_PARCELS = 8;
const MAX_CHARACTERS = 48 * 1024;
const MAX_AGE_MS = 24 * 3_600_000;

export interface RetryStore {
  /** Beyond the bounds, the oldest go first. False when the browser refuses, or the parcel alone is too large. */
  keep(parcel: Parcel): boolean;
  /** Takes out what is kept, oldest first, and hands it over. At once or, where there are Web Locks, a little later. */
  take(receive: (parcels: readonly Parcel[]) => void): void;
  /** Forgets everything. */
  clear(): void;
}

/** @param site the key under which the agent stores things; nothing may throw into the agent */
export function createRetryStore(site: string): RetryStore {
  const prefix = `paceline.${site}.unsent.`;
  const keys = (): string[] => Object.keys(localStorage).filter((key) => key.startsWith(prefix));
  const remove = (key: string): void => localStorage.removeItem(key);
  const read = (): Kept[] =>
    keys()
      .flatMap((key) => {
        const parcel = decode(localStorage.getItem(key) ?? "");
        if (!parcel) remove(key);
        return parcel ? [{ key, parcel }] : [];
      })
      .sort((a, b) => a.parcel.sealedUnixMs - b.parcel.sealedUnixMs);
  const takeAll = (): Parcel[] => {
    const kept = read();
    for (const { key } of kept) remove(key);
    return kept.map(({ parcel }) => parcel);
  };
  return {
    keep(parcel) {
      try {
        const text = encode(parcel);
        if (text.length > MAX_CHARACTERS) return false;
        const key = prefix + hashOf(text);
        remove(key);
        const kept = read();
        let characters = text.length;
        for (const one of kept) characters += localStorage.getItem(one.key)?.length ?? 0;
        while (kept.length >= MAX_PARCELS || characters > MAX_CHARACTERS) {
          const oldest = kept.shift();
          if (!oldest) break;
          characters -= localStorage.getItem(oldest.key)?.length ?? 0;
          remove(oldest.key);
        }
        localStorage.setItem(key, text);
        return true;
      } catch {
        return false;
      }
    },
    take(receive) {
      const work = (): void => {
        try {
          const parcels = takeAll();
          if (parcels.length) receive(parcels);
        } catch {
          // A store that refuses has nothing for us.
        }
      };
      try {
        if (!keys().length) return;
        // Two tabs at once would both send, and the second be a duplicate: the lock saves the traffic.
        if (navigator.locks) navigator.locks.request(prefix, work).catch(work);
        else work();
      } catch {
        // The same.
      }
    },
    clear() {
      try {
        keys().forEach(remove);
      } catch {
        // The same.
      }
    },
  };
}

interface Kept {
  readonly key: string;
  readonly parcel: Parcel;
}

// "sealedUnixMs path base64"
function encode({ path, body, sealedUnixMs }: Parcel): string {
  const binary = Array.from(body, (byte) => String.fromCharCode(byte)).join("");
  return `${sealedUnixMs} ${path} ${btoa(binary)}`;
}

// Nothing for what is too old, from the future, or not ours.
function decode(text: string): Parcel | undefined {
  const [, sealed, path = "", base64 = ""] =
    /^(\d+) (\/v1\/(?:beacon|entries)) ([\w+/]+=*)$/.exec(text) ?? [];
  const sealedUnixMs = Number(sealed);
  const ageMs = Date.now() - sealedUnixMs;
  if (!(ageMs >= 0 && ageMs < MAX_AGE_MS)) return undefined;
  try {
    return { path, body: Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)), sealedUnixMs };
  } catch {
    return undefined;
  }
}

// FNV-1a: what is kept twice is there once.
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; ++i) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(36);
}
