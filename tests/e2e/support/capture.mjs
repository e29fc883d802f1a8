// Stands in for a collector: keeps every post of the agent, decoded, and answers 204 as the real one does.
import { decodeBeacon, decodeEntryBatch } from "./protocol.mjs";
import { readBody } from "./static-server.mjs";
import { plainBody } from "./unpack.mjs";

// As the real collector answers on its public routes.
const CORS = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "Retry-After",
};

/**
 * @typedef {object} Post
 * @property {'beacon' | 'entries'} kind
 * @property {any} message decoded Beacon or EntryBatch
 * @property {Buffer} bytes the message as it is
 * @property {Buffer} wire what came: bytes, packed or plain
 * @property {string} url with its query
 * @property {import('node:http').IncomingHttpHeaders} headers
 *
 * @typedef {object} Capture
 * @property {import('./static-server.mjs').Handler} handler for startServer
 * @property {Post[]} posts in the order of arrival
 * @property {string[]} preflights paths of OPTIONS requests
 * @property {string[]} conflicts identities that came with other bytes than before
 * @property {(accept: (posts: Post[]) => boolean, timeoutMs?: number) => Promise<Post[]>} until resolves when the posts
 *     so far are accepted, and rejects with what there is when they are not in time
 * @property {(status: number, headers?: Record<string, string>) => void} answerNext the next post gets this instead
 * @property {(answer?: {status: number, headers?: Record<string, string>}) => void} answerAll every post gets this
 *     instead, until it is called with nothing
 */

/** @returns {Capture} */
export function createCapture() {
  /** @type {Post[]} */
  const posts = [];
  const preflights = [];
  const conflicts = [];
  /** @type {Map<string, Buffer>} */
  const bodies = new Map();
  const answers = [];
  let everyAnswer;
  const watchers = new Set();
  return {
    posts,
    preflights,
    conflicts,
    answerAll: (answer) => (everyAnswer = answer),
    answerNext: (status, headers = {}) => answers.push({ status, headers }),
    async handler(request, path) {
      if (request.method === "OPTIONS") {
        preflights.push(path);
        return { status: 405, headers: CORS };
      }
      const kind = path.endsWith("/v1/beacon")
        ? "beacon"
        : path.endsWith("/v1/entries")
          ? "entries"
          : undefined;
      if (!kind) return undefined;
      const wire = await readBody(request);
      const bytes = plainBody(wire);
      const message = kind === "beacon" ? decodeBeacon(bytes) : decodeEntryBatch(bytes);
      const identity = `${Buffer.from(message.documentId).toString("hex")}/${message.sequence}`;
      if (!bytes.equals(bodies.get(identity) ?? bytes)) conflicts.push(identity);
      bodies.set(identity, bytes);
      posts.push({ kind, message, bytes, wire, url: request.url, headers: request.headers });
      for (const check of [...watchers]) check();
      const { status, headers } = answers.shift() ?? everyAnswer ?? { status: 204 };
      return { status, headers: { ...CORS, ...headers } };
    },
    until(accept, timeoutMs = 30_000) {
      return new Promise((resolve, reject) => {
        const check = () => {
          if (!accept(posts)) return;
          clearTimeout(timer);
          watchers.delete(check);
          resolve(posts);
        };
        const timer = setTimeout(() => {
          watchers.delete(check);
          const got = JSON.stringify({ posts: posts.map(summary), preflights });
          reject(new Error(`not in time; got ${got}`));
        }, timeoutMs);
        watchers.add(check);
        check();
      });
    },
  };
}

function summary({ kind, message }) {
  const items =
    kind === "beacon"
      ? message.events.map((e) => e.event.case)
      : message.entries.map((e) => e.entry.case);
  return { kind, sequence: message.sequence, items };
}
