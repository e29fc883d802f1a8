// Decides by session whether it is in the base sample. The same rule as core's; tests/fixtures/sampling_vectors.json
// holds both.

export const MILLION = 1e6;

/** True when the session belongs to the share of `sampleRatePpm` in a million. */
export function isSampled(sessionId: Uint8Array, sampleRatePpm: number): boolean {
  // Both products stay below 2^53, so they are exact.
  return hashOf(sessionId) * MILLION < sampleRatePpm * 2 ** 32;
}

/** MurmurHash3's fmix32 of the first four bytes, big-endian. */
export function hashOf(sessionId: Uint8Array): number {
  let hash = sessionId.slice(0, 4).reduce((bits, byte) => (bits << 8) | byte);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
