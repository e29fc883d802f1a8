// Stands in for a collector in states that a real one cannot be brought into on demand: no data, refusing, silent,
// dropping the live connection. Serves the built dashboard and made-up answers.
//
// As a program (node tests/e2e/dashboard/stand_in_collector.mjs [PORT]) it helps to develop the dashboard without one.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { WebSocketServer } from "ws";
import { inRepository } from "../support/paths.mjs";
import { CONTENT_TYPES } from "../support/static-server.mjs";
import * as data from "./stand_in_data.mjs";

/**
 * @typedef {object} StandIn
 * @property {string} origin
 * @property {string[]} requests paths with query of the API, in order
 * @property {string[]} subprotocols what live connections offered
 * @property {(update: object) => void} push sends a LiveUpdate to every live connection
 * @property {() => void} dropLive closes the live connections
 * @property {() => Promise<void>} stop
 */

/**
 * @param {object} [options]
 * @param {string} [options.token] asked for on /api
 * @param {boolean} [options.isEmpty] no page views, pages or sessions
 * @param {boolean} [options.isSilent] nothing has come for 23 minutes, and not everything before
 * @param {(path: string) => {status: number, body: string} | undefined} [options.refuse]
 * @param {number} [options.port] 0: any free one
 * @returns {Promise<StandIn>}
 */
export async function startStandIn({
  token = "",
  isEmpty = false,
  isSilent = false,
  refuse = () => undefined,
  port = 0,
} = {}) {
  const requests = [];
  const subprotocols = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, "http://stand.in");
    const answer = url.pathname.startsWith("/api/v1/")
      ? api(request, url)
      : await file(url.pathname);
    response.writeHead(answer.status, { "content-type": answer.type }).end(answer.body);
  });

  function api(request, url) {
    requests.push(url.pathname + url.search);
    const type = "application/json";
    if (token !== "" && request.headers.authorization !== `Bearer ${token}`) {
      return {
        status: 401,
        type,
        body: '{"error":{"code":"UNAUTHENTICATED","message":"A token is needed."}}',
      };
    }
    const refusal = refuse(url.pathname);
    if (refusal !== undefined) return { ...refusal, type };
    const body = answerOf(url.pathname.slice("/api/v1/".length), url.searchParams, {
      isEmpty,
      isSilent,
    });
    if (body === undefined)
      return {
        status: 404,
        type,
        body: '{"error":{"code":"NOT_FOUND","message":"There is no such session."}}',
      };
    return { status: 200, type, body: JSON.stringify(body) };
  }

  const live = new WebSocketServer({
    server,
    path: "/api/v1/live",
    handleProtocols: (offered) => {
      subprotocols.push([...offered].join(","));
      return offered.has("paceline.live.v1") ? "paceline.live.v1" : false;
    },
  });
  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    requests,
    subprotocols,
    push: (update) => live.clients.forEach((client) => client.send(JSON.stringify(update))),
    dropLive: () => live.clients.forEach((client) => client.terminate()),
    stop: async () => {
      live.clients.forEach((client) => client.terminate());
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answerOf(question, query, { isEmpty, isSilent }) {
  const now = Date.now();
  const [name, id] = question.split("/");
  switch (name) {
    case "sites":
      return { sites: ["academy", "coaching"] };
    case "vitals":
      return data.vitals(query, { isEmpty });
    case "timeseries":
      return data.timeSeries(query);
    case "quality":
      return data.quality(query, { isEmpty, isSilent }, now);
    case "pages":
      return isEmpty
        ? { fromUnixMs: 0, toUnixMs: 0, pageGroup: [], pageViews: [], rageClicks: [], metrics: [] }
        : data.pages();
    case "sessions":
      if (id === undefined)
        return isEmpty ? { sessions: [], truncated: false } : data.sessions(query, now);
      return id.endsWith("f") ? undefined : data.journey(id, now);
    default:
      return undefined;
  }
}

async function file(path) {
  const name = normalize(path === "/" ? "/index.html" : path);
  try {
    const body = await readFile(join(inRepository("build/dashboard"), name));
    return { status: 200, type: CONTENT_TYPES[extname(name)] ?? "application/octet-stream", body };
  } catch {
    return { status: 404, type: "text/plain", body: "not found" };
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const standIn = await startStandIn({ port: Number(process.argv[2] ?? 0) });
  console.log(`dashboard ${standIn.origin}`);
  setInterval(() => standIn.push(data.liveUpdate(Date.now())), 4000);
}
