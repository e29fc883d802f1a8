// What these tests share: the binary on free ports, beacons to send, raw sockets, and what /metrics counts.
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { create, toBinary } from "@bufbuild/protobuf";
import { collectorBinary } from "../e2e/support/collector.mjs";
import { messageSchema } from "../e2e/support/protocol.mjs";

export { collectorBinary, startCollector } from "../e2e/support/collector.mjs";

/** An ordinary visit's only beacon: one page view, whose LCP was `lcpMs`. Fields can be overridden. */
export function sampleBeacon({ lcpMs = 1234.5, ...overrides } = {}) {
  const sent = Date.now();
  return create(messageSchema("Beacon"), {
    site: "academy",
    sessionId: randomBytes(16),
    documentId: randomBytes(8),
    sequence: 0,
    originUnixMs: BigInt(sent - 5000),
    sentUnixMs: BigInt(sent),
    sampleRatePpm: 1_000_000,
    strings: ["/courses/chess", "main > img.hero"],
    pageViews: [{ index: 0, urlRef: 1, navigationType: 1 }],
    events: [
      {
        at100us: 20_000,
        event: {
          case: "vital",
          value: {
            metric: 1,
            value: BigInt(Math.round(lcpMs * 10)),
            rating: 1,
            attribution: { case: "lcp", value: { targetRef: 2 } },
          },
        },
      },
    ],
    ...overrides,
  });
}

export const encodeBeacon = (beacon) => toBinary(messageSchema("Beacon"), beacon);

/** An EntryBatch of a page view with one first contentful paint. */
export function sampleEntryBatch(overrides = {}) {
  const sent = Date.now();
  return create(messageSchema("EntryBatch"), {
    site: "academy",
    sessionId: randomBytes(16),
    documentId: randomBytes(8),
    originUnixMs: BigInt(sent - 5000),
    sentUnixMs: BigInt(sent),
    sampleRatePpm: 1_000_000,
    strings: ["/courses/chess"],
    entries: [
      { entry: { case: "pageViewStart", value: { navigationType: 1, urlRef: 1 } } },
      { entry: { case: "paint", value: { kind: 2, start100us: 9000 } } },
    ],
    ...overrides,
  });
}

export const encodeEntryBatch = (batch) => toBinary(messageSchema("EntryBatch"), batch);

/** Posts bytes as a browser's sendBeacon would. */
export function post(url, body, headers = {}) {
  return fetch(url, { method: "POST", body, headers });
}

/** The counters of paceline_beacons_total, by outcome. */
export async function outcomes(http, headers = {}) {
  const text = await (await fetch(`${http}/metrics`, { headers })).text();
  const counts = {};
  for (const [, outcome, count] of text.matchAll(
    /^paceline_beacons_total\{outcome="(\w+)"\} (\d+)$/gm,
  )) {
    counts[outcome] = Number(count);
  }
  return counts;
}

/** A query's answer; throws with the error's message. */
export async function query(http, path, parameters = {}) {
  const url = new URL(`/api/v1/${path}`, http);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, String(value));
  const answer = await (await fetch(url)).json();
  if (answer.error) throw new Error(answer.error.message);
  return answer;
}

/**
 * Writes bytes to a socket and answers what came back until the other side closed, or `timeoutMs` passed in silence.
 *
 * @param {string} http origin of the server
 * @param {(string | Uint8Array)[]} pieces written one after the other
 */
export function rawExchange(http, pieces, { timeoutMs = 1500 } = {}) {
  const { hostname, port } = new URL(http);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let text = "";
    socket.setTimeout(timeoutMs, () => socket.destroy());
    socket.on("data", (data) => (text += data.toString("latin1")));
    socket.on("error", (error) => (text ? undefined : reject(error)));
    socket.on("close", () => resolve(text));
    for (const piece of pieces) socket.write(piece);
  });
}

/** Runs the binary to its end. */
export function run(args, { env = {}, cwd } = {}) {
  return new Promise((resolve) => {
    execFile(
      collectorBinary(),
      args,
      { env: { ...process.env, ...env }, cwd, timeout: 60_000 },
      (error, stdout, stderr) => resolve({ code: error ? error.code : 0, stdout, stderr }),
    );
  });
}

/** Asks `check` until it answers something true. */
export async function until(check, { timeoutMs = 10_000, everyMs = 50 } = {}) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const result = await check();
    if (result) return result;
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${check}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
