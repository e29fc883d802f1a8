// The academy with any variant in its pages, and a count of what each visit sent.
import { readFile } from "node:fs/promises";
import { folder, readBody, routes, startServer } from "../../tests/e2e/support/static-server.mjs";
import { inRepository } from "../../tests/e2e/support/paths.mjs";

const SITE = inRepository("examples/academy/site");
const TAG = /<script async src="\/agent\/paceline\.js"[^>]*><\/script>/;
const CORS = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "Retry-After",
};

/**
 * @typedef {object} AcademyServer
 * @property {(name: string) => string} origin of the academy with the variant of this name: each has its own, because
 *     nothing else tells whose request without credentials it is
 * @property {(name: string) => { posts: number, bytes: number }} sent what came in from pages of the variant since the
 *     last call: bodies and query strings
 * @property {() => Promise<void>} close
 *
 * @param {readonly import("./variants.mjs").Variant[]} variants
 * @returns {Promise<AcademyServer>}
 */
export async function serveAcademy(variants) {
  const counts = new Map();
  const servers = new Map();
  for (const variant of variants) {
    const count = (bytes) => {
      const { posts, bytes: before } = counts.get(variant.name) ?? { posts: 0, bytes: 0 };
      counts.set(variant.name, { posts: posts + 1, bytes: before + bytes });
    };
    servers.set(
      variant.name,
      await startServer([
        collectorOf(count),
        pagesOf(variant),
        routes(variant.files),
        folder(inRepository("build/agent"), { prefix: "/agent/" }),
        folder(SITE),
      ]),
    );
  }
  return {
    origin: (name) => servers.get(name).origin,
    sent(name) {
      const count = counts.get(name) ?? { posts: 0, bytes: 0 };
      counts.delete(name);
      return count;
    },
    close: async () => {
      for (const server of servers.values()) await server.close();
    },
  };
}

/** @returns {import("../../tests/e2e/support/static-server.mjs").Handler} */
function collectorOf(count) {
  return async (request, path) => {
    if (/^\/(v1\/(beacon|entries)|peer\/collect)/.test(path)) {
      const query = (request.url ?? "").split("?")[1] ?? "";
      count((await readBody(request)).length + query.length);
      return { status: 204, headers: CORS };
    }
    return path.startsWith("/v1/") ? { status: 404, headers: CORS } : undefined;
  };
}

/** @returns {import("../../tests/e2e/support/static-server.mjs").Handler} */
function pagesOf({ tag }) {
  return async (_request, path) => {
    if (!path.endsWith("/") && !path.endsWith(".html")) return undefined;
    const file = `${SITE}${path.endsWith("/") ? `${path}index.html` : path}`;
    const html = await readFile(file, "utf8").catch(() => undefined);
    if (html === undefined) return undefined;
    if (!TAG.test(html)) throw new Error(`${path} has no tag of the agent to replace`);
    return {
      headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" },
      body: html.replace(TAG, () => tag),
    };
  };
}
