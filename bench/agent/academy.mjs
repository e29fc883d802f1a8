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
 * @property {string} origin
 * @property {(name: string) => { posts: number, bytes: number }} sent what came in from pages of the variant since the
 *     last call: bodies and query strings
 * @property {() => Promise<void>} close
 *
 * The variant of a page is chosen by a cookie "variant=NAME".
 * @param {readonly import("./variants.mjs").Variant[]} variants
 * @returns {Promise<AcademyServer>}
 */
export async function serveAcademy(variants) {
  const byName = new Map(variants.map((variant) => [variant.name, variant]));
  const counts = new Map();
  const files = Object.assign({}, ...variants.map((variant) => variant.files));
  const server = await startServer([
    async (request, path) => {
      const name = variantOf(request);
      if (/^\/(v1\/(beacon|entries)|peer\/collect)/.test(path)) {
        const body = await readBody(request);
        const query = (request.url ?? "").split("?")[1] ?? "";
        const count = counts.get(name) ?? { posts: 0, bytes: 0 };
        counts.set(name, {
          posts: count.posts + 1,
          bytes: count.bytes + body.length + query.length,
        });
        return { status: 204, headers: CORS };
      }
      if (path.startsWith("/v1/")) return { status: 404, headers: CORS };
      if (!path.endsWith("/") && !path.endsWith(".html")) return undefined;
      const file = `${SITE}${path.endsWith("/") ? `${path}index.html` : path}`;
      const html = await readFile(file, "utf8").catch(() => undefined);
      if (html === undefined) return undefined;
      if (!TAG.test(html)) throw new Error(`${path} has no tag of the agent to replace`);
      return {
        headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" },
        body: html.replace(TAG, byName.get(name)?.tag ?? ""),
      };
    },
    routes(files),
    folder(inRepository("build/agent"), { prefix: "/agent/" }),
    folder(SITE),
  ]);
  return {
    origin: server.origin,
    sent(name) {
      const count = counts.get(name) ?? { posts: 0, bytes: 0 };
      counts.delete(name);
      return count;
    },
    close: server.close,
  };
}

function variantOf(request) {
  return /(?:^|;\s*)variant=([\w-]+)/.exec(request.headers.cookie ?? "")?.[1] ?? "none";
}
