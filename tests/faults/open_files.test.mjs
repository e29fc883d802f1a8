// More connections than the process may have files: whoever was connected is served, the others are told to come back,
// the store goes on writing, nothing spins, and when they leave all is as before.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { Agent, request } from "node:http";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { closeAll, openMany, statusesOf } from "../integration/attacks/connections.mjs";
import { sendAndAsk } from "../integration/grpc_example.mjs";
import { encodeBeacon, run, sampleBeacon, startCollector, until } from "../integration/support.mjs";

const MAX_FILES = 128;
const CONNECTIONS = 300;

function ask(agent, url, body) {
  return new Promise((resolve, reject) => {
    const call = request(url, { method: body ? "POST" : "GET", agent }, (response) => {
      let text = "";
      response.on("data", (chunk) => (text += chunk));
      response.on("end", () => resolve({ status: response.statusCode, text }));
    });
    call.on("error", reject);
    call.end(body);
  });
}

async function cpuSeconds(pid) {
  const fields = (await readFile(`/proc/${pid}/stat`, "utf8")).replace(/^.*\) /, "").split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function crowd(t, door) {
  const collector = await startCollector({ args: ["--site", "academy"] });
  t.after(() => collector.remove());
  const { http, pid } = collector;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  let acknowledged = 0;
  const send = async (from) => {
    const { status } = await ask(from, `${http}/v1/beacon`, encodeBeacon(sampleBeacon()));
    if (status === 204) acknowledged++;
    return status;
  };
  assert.equal(await send(agent), 204);

  execFileSync("prlimit", [`--pid=${pid}`, `--nofile=${MAX_FILES}:${MAX_FILES}`]);
  const sockets = await openMany(collector[door], CONNECTIONS);
  const refused = () => sockets.filter(({ destroyed }) => destroyed);
  await until(() => refused().length >= CONNECTIONS - MAX_FILES);
  assert.ok(refused().length < CONNECTIONS, "some are served");
  if (door === "http") {
    for (const { heard } of refused()) assert.deepEqual(statusesOf(heard), [503]);
  }

  // Erasing writes all tables anew.
  for (let i = 0; i < 5; i++) {
    for (let k = 0; k < 20; k++) assert.equal(await send(agent), 204);
    const sessionId = String(i).repeat(32);
    await ask(agent, `${http}/api/v1/erase`, JSON.stringify({ site: "academy", sessionId }));
    const ended = await until(async () => {
      const { text } = await ask(agent, `${http}/api/v1/operation`);
      return /STATE_(DONE|FAILED)/.exec(text)?.[0];
    });
    assert.equal(ended, "STATE_DONE", collector.log());
  }

  const [before, began] = [await cpuSeconds(pid), performance.now()];
  await sleep(1000);
  const used = (await cpuSeconds(pid)) - before;
  assert.ok(used < (performance.now() - began) / 2000, `${used} s of CPU time for nothing`);

  closeAll(sockets);
  await until(async () => (await send(undefined).catch(() => 0)) === 204);
  const { outcome } = await sendAndAsk(collector.grpc, "academy");
  assert.equal(outcome, "OUTCOME_ACCEPTED");
  await collector.stop("SIGKILL");
  const { stdout, stderr } = await run(["verify", "--data-dir", `${collector.dataDir}/data`]);
  const [, compared] = /(\d+) records,/.exec(stdout) ?? [];
  const [, newer = "0"] = /(\d+) newer records/.exec(stdout) ?? [];
  assert.equal(Number(compared) + Number(newer), acknowledged + 1, stdout + stderr);
}

for (const door of ["http", "grpc"]) {
  test(`connections to the ${door} port leave the store the files that it needs`, (t) =>
    crowd(t, door));
}
