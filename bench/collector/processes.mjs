// Programs that a benchmark starts: each ends when the benchmark does, whatever happens.
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const READY_TIMEOUT_MS = 30_000;
const TICKS_PER_SECOND = 100;

const running = new Set();
const folders = new Set();

function endAll() {
  for (const child of running) child.kill("SIGKILL");
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
process.on("exit", endAll);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(1));

/** A folder that is removed at the end. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), "paceline-bench-"));
  folders.add(folder);
  return folder;
}

export function removeFolder(folder) {
  rmSync(folder, { recursive: true, force: true });
  folders.delete(folder);
}

/** A port that nobody listens on. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * @typedef {object} Running
 * @property {number} pid
 * @property {() => number} cpuSeconds it has used so far
 * @property {() => number} rssMb memory it has now
 * @property {() => number} peakMb the most memory it has had
 * @property {() => Promise<void>} stop asks it to end, and waits
 */

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {object} options
 * @param {(output: string) => boolean | Promise<boolean>} options.isReady asked again until it is
 * @param {number} [options.pollMs] between the times it is asked
 * @param {NodeJS.ProcessEnv} [options.env] more variables
 * @returns {Promise<Running>}
 */
export async function start(command, args, { isReady, pollMs = 50, env = {} }) {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  let output = "";
  const note = (chunk) => (output = (output + chunk).slice(-100_000));
  child.stdout.on("data", note);
  child.stderr.on("data", note);
  const exited = new Promise((resolve) => {
    child.once("error", resolve);
    child.once("exit", resolve);
  }).then(() => running.delete(child));
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (!(await isReady(output))) {
    if (!running.has(child) || Date.now() > deadline) {
      child.kill("SIGKILL");
      throw new Error(`${command} did not start:\n${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  const status = (name) =>
    Number(
      new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(
        readFileSync(`/proc/${child.pid}/status`, "utf8"),
      )[1],
    ) / 1024;
  return {
    pid: child.pid,
    cpuSeconds: () => cpuSeconds(child.pid),
    rssMb: () => status("VmRSS"),
    peakMb: () => status("VmHWM"),
    stop: async () => {
      child.kill("SIGTERM");
      await exited;
    },
  };
}

/** Of a process and those that it started: nginx works in one of those. */
function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  const own = (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").match(/\d+/g) ?? [];
  return children.reduce((sum, child) => sum + cpuSeconds(Number(child)), own);
}

/** Whether a port answers HTTP, whatever it says. */
export async function answers(url) {
  return fetch(url).then(
    () => true,
    () => false,
  );
}

/** Runs a program to its end; what it printed. */
export async function run(command, args, { env = {} } = {}) {
  const child = promisify(execFile)(command, args, {
    env: { ...process.env, ...env },
    maxBuffer: 1 << 26,
  });
  running.add(child.child);
  try {
    return (await child).stdout;
  } finally {
    running.delete(child.child);
  }
}
