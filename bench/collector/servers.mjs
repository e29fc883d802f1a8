// What beacons are posted to: the collector, and what it is compared with. Each gets a folder of its own and free ports.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inRepository } from "../../tests/e2e/support/paths.mjs";
import { answers, freePort, removeFolder, start, temporaryFolder } from "./processes.mjs";

export const BIN = process.env.PACELINE_BENCH_BIN ?? inRepository("build/release/bin");

/** Variables that make every sync of a program take some milliseconds more. */
export function slowDisk(ms) {
  return { LD_PRELOAD: join(BIN, "slow_sync.so"), PACELINE_SYNC_DELAY_US: String(ms * 1000) };
}

/**
 * @typedef {import("./processes.mjs").Running & { address: string, grpc?: string, folder: string,
 *     accepted?: () => Promise<number>,
 *     path: string, posts: "beacons" | "points", stop: (how?: { keep?: boolean }) => Promise<void> }} Server `path` takes
 *     posts of that kind; stopping removes the folder unless it is to be kept
 */

async function serve(folder, command, args, options, more) {
  const process = await start(command, args, options);
  const stop = async ({ keep = false } = {}) => {
    await process.stop();
    if (!keep) removeFolder(folder);
  };
  return { ...process, stop, folder, ...more };
}

/** The limit: a server that reads the post and says 204. */
export async function startNginx() {
  const folder = temporaryFolder();
  const address = `127.0.0.1:${await freePort()}`;
  mkdirSync(join(folder, "logs"));
  writeFileSync(
    join(folder, "nginx.conf"),
    `worker_processes 1; daemon off; pid ${folder}/pid; error_log stderr;
events { worker_connections 4096; }
http {
  access_log off; keepalive_requests 100000000; client_body_buffer_size 16k;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  server { listen ${address} backlog=4096; location / { return 204; } }
}
`,
  );
  const args = ["-p", folder, "-c", join(folder, "nginx.conf")];
  const isReady = () => answers(`http://${address}/`);
  return serve(
    folder,
    "nginx",
    args,
    { isReady },
    { address, path: "/v1/beacon", posts: "beacons" },
  );
}

export async function startVictoriaMetrics() {
  const folder = temporaryFolder();
  const address = `127.0.0.1:${await freePort()}`;
  const args = [`-httpListenAddr=${address}`, `-storageDataPath=${folder}`, "-loggerLevel=ERROR"];
  const isReady = () => answers(`http://${address}/health`);
  return serve(
    folder,
    "victoria-metrics",
    args,
    { isReady },
    { address, path: "/write", posts: "points" },
  );
}

export async function startInfluxdb() {
  const folder = temporaryFolder();
  const address = `127.0.0.1:${await freePort()}`;
  writeFileSync(
    join(folder, "influxdb.conf"),
    `reporting-disabled = true
bind-address = "127.0.0.1:${await freePort()}"
[meta]
  dir = "${folder}/meta"
[data]
  dir = "${folder}/data"
  wal-dir = "${folder}/wal"
  wal-fsync-delay = "0s"
  query-log-enabled = false
[http]
  bind-address = "${address}"
  log-enabled = false
[monitor]
  store-enabled = false
[logging]
  level = "error"
`,
  );
  const args = ["-config", join(folder, "influxdb.conf")];
  const isReady = () => answers(`http://${address}/ping`);
  const more = { address, path: "/write?db=bench", posts: "points" };
  const server = await serve(folder, "influxd", args, { isReady }, more);
  await fetch(`http://${address}/query`, {
    method: "POST",
    body: new URLSearchParams({ q: "CREATE DATABASE bench" }),
  });
  return server;
}

/**
 * @param {object} [options]
 * @param {string} [options.folder] with data to go on with
 * @param {NodeJS.ProcessEnv} [options.env]
 * @returns {Promise<Server>}
 */
export async function startPaceline({ folder = temporaryFolder(), env } = {}) {
  let output = "";
  const args = ["serve", "--site", "academy", "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0"];
  args.push("--data-dir", join(folder, "data"), "--log-level", "warn");
  const isReady = (text) => /^dashboard .*\n[^]*^grpc .*\n/m.test((output = text));
  const more = { path: "/v1/beacon", posts: "beacons" };
  const server = await serve(folder, join(BIN, "paceline"), args, { isReady, env }, more);
  const [, address] = /^dashboard http:\/\/(.*)$/m.exec(output);
  const [, grpc] = /^grpc (.*)$/m.exec(output);
  const accepted = async () => {
    const text = await (await fetch(`http://${address}/metrics`)).text();
    return Number(/^paceline_beacons_total\{outcome="accepted"\} (\S+)$/m.exec(text)[1]);
  };
  return { ...server, address, grpc, accepted };
}
