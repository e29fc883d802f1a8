// Asks the collector, over the JSON form of its query API.

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/**
 * @typedef {object} Answers
 * @property {(sessionId: string) => Promise<object | undefined>} journey GetJourneyResponse; undefined when unknown
 * @property {() => Promise<object>} vitals GetVitalsResponse over the time of the visits
 */

/**
 * @param {string} api origin of the collector's private routes
 * @param {string} siteKey
 * @param {number} startUnixMs when the visits begin
 * @returns {Answers}
 */
export function askCollector(api, siteKey, startUnixMs) {
  const get = async (path, parameters) => {
    const url = new URL(path, api);
    for (const [name, value] of Object.entries(parameters))
      url.searchParams.set(name, String(value));
    const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    const text = await answer.text();
    if (answer.status === 404) return undefined;
    if (!answer.ok) throw new Error(`GET ${url.pathname}: ${answer.status} ${text.trim()}`);
    return JSON.parse(text);
  };
  // Whole minutes, as the rollups have them; the same range before and after the visits.
  const from = Math.floor(startUnixMs / MINUTE_MS) * MINUTE_MS - MINUTE_MS;
  return {
    journey: (sessionId) => get(`/api/v1/sessions/${sessionId}`, { site: siteKey }),
    vitals: async () => {
      const range = { site: siteKey, from_unix_ms: from, to_unix_ms: from + 2 * HOUR_MS };
      return (await get("/api/v1/vitals", range)) ?? {};
    },
  };
}

/**
 * Calls `attempt` until its answer is accepted or `timeoutMs` have passed, and returns the last answer either way.
 * @template T
 * @param {() => Promise<T>} attempt
 * @param {(answer: T) => boolean} accept
 * @param {number} timeoutMs
 * @returns {Promise<T>}
 */
export async function until(attempt, accept, timeoutMs) {
  const deadline = performance.now() + timeoutMs;
  for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, 500)) {
    const answer = await attempt();
    if (accept(answer) || performance.now() >= deadline) return answer;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
