// A small HTTP server on an ephemeral port of 127.0.0.1 for pages under test.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";

/** @type {Readonly<Record<string, string>>} */
export const CONTENT_TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".ttf": "font/ttf",
  ".wasm": "application/wasm",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
};

/**
 * @typedef {object} Answer
 * @property {number} [status] 200 when left out
 * @property {Record<string, string>} [headers]
 * @property {string | Uint8Array} [body]
 *
 * @typedef {(request: import('node:http').IncomingMessage, path: string) =>
 *     Answer | undefined | Promise<Answer | undefined>} Handler answers a request, or leaves it to the next one
 *
 * @typedef {object} Server
 * @property {string} origin for example http://127.0.0.1:43211
 * @property {number} port
 * @property {() => Promise<void>} close drops open connections, too
 */

/**
 * Serves by the first handler that answers; 404 otherwise.
 * @param {readonly Handler[]} handlers
 * @param {{port?: number}} [options]
 * @returns {Promise<Server>}
 */
export async function startServer(handlers, { port = 0 } = {}) {
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent((request.url ?? "/").split("?")[0]);
    try {
      for (const handler of handlers) {
        const answer = await handler(request, path);
        if (!answer) continue;
        response.writeHead(answer.status ?? 200, answer.headers);
        response.end(answer.body);
        return;
      }
      response.writeHead(404).end();
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(undefined));
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("not listening on a port");
  return {
    origin: `http://127.0.0.1:${address.port}`,
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * Serves the files of a folder below a path prefix, with index.html for folders.
 * @param {string} root
 * @param {{prefix?: string, headers?: Record<string, string>}} [options]
 * @returns {Handler}
 */
export function folder(root, { prefix = "/", headers = {} } = {}) {
  return async (_request, path) => {
    if (!path.startsWith(prefix)) return undefined;
    const relative = normalize(`/${path.slice(prefix.length)}`);
    const name = relative.endsWith("/") ? `${relative}index.html` : relative;
    const body = await readFile(join(root, name)).catch(() => undefined);
    if (!body) return undefined;
    const type = CONTENT_TYPES[extname(name)] ?? "application/octet-stream";
    return { headers: { "content-type": type, ...headers }, body };
  };
}

/**
 * Serves single paths: text (as HTML, or by the path's ending) or whole answers.
 * @param {Readonly<Record<string, string | Answer>>} routes
 * @returns {Handler}
 */
export function routes(routes) {
  return (_request, path) => {
    const found = Object.hasOwn(routes, path) ? routes[path] : undefined;
    if (found === undefined) return undefined;
    const type = CONTENT_TYPES[extname(path)] ?? CONTENT_TYPES[".html"];
    if (typeof found === "string") return { headers: { "content-type": type }, body: found };
    return { ...found, headers: { "content-type": type, ...found.headers } };
  };
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @returns {Promise<Buffer>}
 */
export async function readBody(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}
