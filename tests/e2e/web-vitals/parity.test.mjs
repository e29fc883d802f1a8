// The drop-in's core is built twice, as WebAssembly and as JavaScript: both give the same doubles for the same calls.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { inRepository } from "../support/paths.mjs";

const WASM = inRepository("build/wasm/bin/paceline-vitals.wasm");
const JS = inRepository("build/wasm/bin/paceline-vitals-js.mjs");
const ANSWERS = 24;
const CALLS = 4000;

async function startBoth() {
  const module = new WebAssembly.Module(await readFile(WASM));
  const ending = { proc_exit: () => undefined };
  const instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: ending });
  instance.exports._initialize();
  const { default: create } = await import(JS);
  return { wasm: instance.exports, js: create({}).functions };
}

/** A small generator of numbers (mulberry32), so that a failure can be repeated. */
function createRandom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Name and arguments of a call; times go on, in doubles as browsers give them. */
function createCalls(random) {
  let now = 100;
  const ms = (most) => Math.round(random() * most * 10) / 10 + 0.0000000003725;
  const interaction = () => 7 * Math.ceil(random() * 40);
  const kinds = [
    (t) => ["shift", t, now, random() / 10, random() < 0.2],
    (t) => ["take_window", t],
    (t) => ["report", t, random() < 0.5],
    (t) => ["reach", t, now, ms(50), random() < 0.9 ? Infinity : ms(1000)],
    (t) => [
      "observe_event",
      t,
      interaction(),
      now,
      8 * Math.ceil(ms(30)),
      now + ms(20),
      now + ms(200),
    ],
    (t) => ["estimate", t, Math.floor(now / 100), random() < 0.3],
    (t) => ["add_long_frame", t, now, ms(300), now + ms(200)],
    (t) => ["divide_interaction", t, now - ms(100), ms(300)],
    (t) => ["prune", t],
    (t) => ["begin", t, -1, Math.floor(now / 100)],
    () => [
      "divide_lcp",
      ms(3000),
      ms(100),
      ms(800),
      ms(900),
      random() < 0.5 ? 0 : ms(900),
      ms(2500),
    ],
    () => ["divide_ttfb", ms(900), ms(50), 0, ms(10), ms(20), ms(60), ms(150)],
    () => ["divide_fcp", ms(2000), ms(50), ms(500)],
    () => ["load_state", ms(3000), random() < 0.9, ms(1000), ms(2000), ms(3000)],
    () => ["may_have_painted", ms(100), ms(100), ms(200)],
  ];
  return (tracker) => {
    now += ms(400);
    return kinds[Math.floor(random() * kinds.length)](tracker);
  };
}

const isBuilt = existsSync(WASM) && existsSync(JS);

test("C24: WebAssembly and JavaScript agree bit for bit", { skip: !isBuilt }, async () => {
  const { wasm, js } = await startBoth();
  assert.deepEqual(
    Object.keys(js).sort(),
    Object.keys(wasm)
      .filter((name) => !/^(memory|_initialize|__.*|stack.*)$/.test(name))
      .sort(),
  );
  const random = createRandom(20260);
  const nextCall = createCalls(random);
  for (const core of [wasm, js])
    for (let metric = 1; metric <= 5; ++metric) core.track(metric, metric % 2, -1);
  for (let call = 0; call < CALLS; ++call) {
    const [name, ...args] = nextCall(Math.floor(random() * 5));
    assert.equal(js[name](...args), wasm[name](...args), `${call}: ${name}(${args})`);
    if (name === "add_long_frame") {
      const script = [args[0], args[1] + 2, 40, 10];
      for (const core of [wasm, js]) core.add_script(...script);
    }
    for (let index = 0; index < ANSWERS; ++index) {
      const same = Object.is(js.answer(index), wasm.answer(index));
      assert.ok(same, `${call}: ${name}(${args}): ${js.answer(index)}, ${wasm.answer(index)}`);
    }
  }
});
