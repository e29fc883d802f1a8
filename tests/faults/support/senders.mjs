// Load on a collector that may be killed at any moment: kept-alive HTTP connections, a gRPC stream and gRPC calls, all
// of which take their messages from one ledger, and so send some of the same at the same time.
import { Agent, request } from "node:http";
import grpc from "@grpc/grpc-js";
import { create, toBinary } from "@bufbuild/protobuf";
import { decode, messageSchema } from "../../e2e/support/protocol.mjs";

const CONNECTIONS = 12;
const STREAM_WINDOW = 8;
const MOST_OF_A_GROUP = 30;
const SERVICE = "/paceline.v1.IngestService";
const [ACCEPTED, DUPLICATE] = [1, 2];
// Come back later: overloaded, unavailable.
const LATER = new Set([11, 12]);

/** Posts over a kept-alive connection: the status, or undefined when the answer never came. */
function post(agent, http, { isRaw, body }) {
  return new Promise((resolve) => {
    const url = `${http}/v1/${isRaw ? "entries" : "beacon"}`;
    const call = request(url, { method: "POST", agent }, (response) => {
      response.on("error", () => resolve(undefined));
      response.on("end", () => resolve(response.statusCode));
      response.resume();
    });
    call.on("error", () => resolve(undefined));
    call.end(body);
  });
}

async function postOne(ledger, agent, http, message) {
  const status = await post(agent, http, message);
  if (status === 204) ledger.acknowledge(message, "HTTP");
  else if (status !== undefined && status !== 503) ledger.wrong.push(`${message.key}: ${status}`);
}

async function sendOverHttp(ledger, { http, isGone }, random) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const sender = async () => {
    while (!isGone()) {
      const message = ledger.next();
      // Now and then over two connections at once.
      const copies = random() < 0.1 ? [message, message] : [message];
      await Promise.all(copies.map((copy) => postOne(ledger, agent, http, copy)));
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, sender));
  agent.destroy();
}

/** Messages in the order in which the collector counts them: Beacons first. */
function takeGroup(ledger, random) {
  const group = Array.from({ length: 1 + Math.floor(random() * MOST_OF_A_GROUP) }, () =>
    ledger.next(),
  );
  return [...group.filter(({ isRaw }) => !isRaw), ...group.filter(({ isRaw }) => isRaw)];
}

function encodeGroup(name, group, fields = {}) {
  const of = (wanted) => group.filter(({ isRaw }) => isRaw === wanted).map((one) => one.message);
  const message = { ...fields, beacons: of(false), entryBatches: of(true) };
  return Buffer.from(toBinary(messageSchema(name), create(messageSchema(name), message)));
}

const asIs = (bytes) => bytes;

/** One stream, as long as it lasts: groups of messages, some waiting for their acknowledgement at any time. */
function sendOverStream(ledger, { grpc: address, isGone }, random) {
  return new Promise((resolve) => {
    const client = new grpc.Client(address, grpc.credentials.createInsecure());
    const call = client.makeBidiStreamRequest(`${SERVICE}/Stream`, asIs, asIs);
    const waiting = new Map();
    let position = 0;
    const fill = () => {
      while (!isGone() && waiting.size < STREAM_WINDOW) {
        const group = takeGroup(ledger, random);
        waiting.set(++position, group);
        call.write(encodeGroup("StreamRequest", group, { position: BigInt(position) }));
      }
    };
    const end = () => {
      client.close();
      resolve();
    };
    call.on("data", (bytes) => {
      takeStreamAnswer(ledger, waiting, decode("StreamResponse", bytes));
      fill();
    });
    call.on("error", end);
    call.on("end", end);
    fill();
  });
}

function takeStreamAnswer(ledger, waiting, answer) {
  const refused = new Set();
  for (const { position, index, result } of answer.refusals) {
    const message = waiting.get(Number(position))?.[index];
    refused.add(message);
    if (!LATER.has(result.outcome)) ledger.wrong.push(`${message?.key}: ${result.outcome}`);
  }
  for (const [position, group] of waiting) {
    if (position > Number(answer.acknowledgedPosition)) continue;
    for (const message of group) if (!refused.has(message)) ledger.acknowledge(message, "stream");
    waiting.delete(position);
  }
}

/** One call, answered message by message: what was acknowledged before must be called a duplicate. */
export function sendGroup(ledger, client, group) {
  const wereKnown = group.map(({ acknowledged }) => acknowledged > 0);
  return new Promise((resolve) => {
    const body = encodeGroup("SendRequest", group);
    client.makeUnaryRequest(`${SERVICE}/Send`, asIs, asIs, body, (error, bytes) => {
      // Not at once: others go on meanwhile.
      if (error) return setTimeout(resolve, 20);
      decode("SendResponse", bytes).results.forEach(({ outcome }, i) => {
        if (LATER.has(outcome)) return;
        const isRight = outcome === DUPLICATE || (outcome === ACCEPTED && !wereKnown[i]);
        if (isRight) ledger.acknowledge(group[i], "call");
        else ledger.wrong.push(`${group[i].key}: ${outcome}, known: ${wereKnown[i]}`);
      });
      resolve();
    });
  });
}

async function sendOverCalls(ledger, { grpc: address, isGone }, random) {
  const client = new grpc.Client(address, grpc.credentials.createInsecure());
  while (!isGone()) await sendGroup(ledger, client, takeGroup(ledger, random));
  client.close();
}

/** Erasing somebody whom nobody knows changes nothing, but has tables written and rewritten: kills meet that too. */
async function rewrite({ http, isGone }, random) {
  while (!isGone()) {
    const digit = () => Math.floor(random() * 16).toString(16);
    const sessionId = Array.from({ length: 32 }, digit).join("");
    const body = JSON.stringify({ site: "academy", sessionId });
    await fetch(`${http}/api/v1/erase`, { method: "POST", body }).catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

/**
 * Sends until the collector is gone.
 *
 * @param {import("./ledger.mjs").Ledger} ledger
 * @param {{ http: string, grpc: string, isGone: () => boolean, isErasing?: boolean }} collector without `isErasing`
 *     somebody whom nobody knows is erased again and again
 * @param {() => number} random
 */
export async function sendUntilGone(ledger, collector, random) {
  await Promise.all([
    sendOverHttp(ledger, collector, random),
    sendOverStream(ledger, collector, random),
    sendOverCalls(ledger, collector, random),
    ...(collector.isErasing === false ? [] : [rewrite(collector, random)]),
  ]);
}

/** Sends what nobody has answered yet, until all of it is acknowledged. */
export async function sendTheRest(ledger, { grpc: address }) {
  const client = new grpc.Client(address, grpc.credentials.createInsecure());
  while (ledger.unanswered().length > 0 && ledger.wrong.length === 0) {
    const group = ledger.unanswered().slice(0, MOST_OF_A_GROUP);
    const ordered = [...group.filter((one) => !one.isRaw), ...group.filter((one) => one.isRaw)];
    await sendGroup(ledger, client, ordered);
  }
  client.close();
}
