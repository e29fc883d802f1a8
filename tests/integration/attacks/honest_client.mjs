// A worker: visitors' browsers while others attack. Posts a beacon every few milliseconds over kept-alive connections,
// until it is told to stop, and then says how long each took and which failed.
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { encodeBeacon, sampleBeacon } from "../support.mjs";

const SENDERS = 4;
const PAUSE_MS = 20;

const agent = new Agent({ keepAlive: true, maxSockets: SENDERS });
const latenciesMs = [];
const failures = [];
let stopped = false;

function post(body) {
  return new Promise((resolve) => {
    const call = request(workerData.url, { method: "POST", agent, timeout: 10_000 }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode));
    });
    call.on("timeout", () => call.destroy(new Error("no answer in 10 s")));
    call.on("error", (error) => resolve(error.message));
    call.end(body);
  });
}

async function send() {
  while (!stopped) {
    const began = performance.now();
    const status = await post(encodeBeacon(sampleBeacon({ site: workerData.site })));
    latenciesMs.push(performance.now() - began);
    if (status !== 204) failures.push(String(status));
    await sleep(PAUSE_MS);
  }
}

const senders = Array.from({ length: SENDERS }, send);
parentPort.once("message", async () => {
  stopped = true;
  await Promise.all(senders);
  agent.destroy();
  parentPort.postMessage({ latenciesMs, failures });
});
parentPort.postMessage("sending");
