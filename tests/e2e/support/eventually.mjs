// What a browser or a collector says a moment later.

/**
 * Checks again until it holds, and says at the end why it did not.
 * @template T
 * @param {() => Promise<T> | T} check throws while it does not hold
 * @param {number} [timeoutMs]
 * @returns {Promise<T>}
 */
export async function eventually(check, timeoutMs = 30_000) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
