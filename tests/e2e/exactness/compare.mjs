// Holds the drop-in and the agent to the reference library.
import assert from "node:assert/strict";

const TARGETS = {
  LCP: ({ target }) => target,
  INP: ({ interactionTarget }) => interactionTarget,
  CLS: ({ largestShiftTarget }) => largestShiftTarget,
};

/**
 * The drop-in says the same, bit for bit, in the same order, about the same entries. Ids are its own; which reports share
 * a metric object has to be the same.
 */
export function assertDropInEqual(records) {
  for (const name of ["TTFB", "FCP", "LCP", "CLS", "INP"]) {
    for (const all of [false, true]) {
      const said = (library) =>
        numberObjects(
          records.filter((r) => r.library === library && r.name === name && r.all === all),
        );
      assert.deepEqual(said("dropIn"), said("reference"), `${name}, all changes: ${all}`);
    }
  }
  const ids = new Map();
  for (const { object, id, isSameId } of records.filter(({ library }) => library !== "page")) {
    assert.ok(isSameId, "a metric keeps its id");
    assert.match(id, /^v\d+-\d{13}-\d{13}$/);
    assert.ok(!ids.has(id) || ids.get(id) === object, "an id is one metric's");
    ids.set(id, object);
  }
}

// Objects by the order in which they were first passed.
function numberObjects(records) {
  const order = [...new Set(records.map(({ object }) => object))];
  return records.map(({ object, library: _library, id: _id, isSameId: _same, ...rest }) => ({
    ...rest,
    object: order.indexOf(object),
  }));
}

/** Page views as the reference tells them, in their order, with the last report of each vital. */
export function referenceSays(records) {
  const views = new Map();
  for (const record of records) {
    if (record.library !== "reference" || record.all) continue;
    const { navigationType: type, navigationStartTime: start, name } = record;
    const key = `${type} ${start}`;
    if (!views.has(key)) views.set(key, { type, start, vitals: {} });
    views.get(key).vitals[name] = record;
  }
  return [...views.values()].sort((a, b) => a.start - b.start);
}

/**
 * Times are equal after rounding to 0.1 ms, CLS within 1e-9; ratings, navigation types and targets are equal.
 * @param {import("./agent_says.mjs").Said[]} said
 * @param {ReturnType<typeof referenceSays>} expected
 * @param {readonly object[]} records
 */
export function assertAgentEqual(said, expected, records, { scrubbed = [], mayMissWindows } = {}) {
  assert.deepEqual(
    said.map(({ type }) => type),
    expected.map(({ type }) => type),
    "page views",
  );
  expected.forEach(({ type, vitals }, index) => {
    for (const [name, { value, rating, attribution }] of Object.entries(vitals)) {
      const what = `${name} of page view ${index} (${type})`;
      const actual = said[index].vitals[name];
      assert.ok(actual, `${what} is missing; the reference says ${value}`);
      // More than the reference: a window that it missed.
      if (name === "CLS" && mayMissWindows && actual.value > value + 1e-9) continue;
      if (name === "CLS") {
        assert.ok(Math.abs(actual.value - value) <= 1e-9, `${what}: ${actual.value}, not ${value}`);
      } else {
        assert.equal(Math.round(actual.value * 10), Math.round(value * 10), what);
      }
      assert.equal(actual.rating, rating, `${what}, rating`);
      const target = TARGETS[name]?.(attribution);
      if (target !== undefined && !scrubbed.includes(name)) {
        assert.equal(actual.target, target, `${what}, target`);
      }
    }
    if (index === 0) assertFid(said[index].vitals.FID, records);
    // And nothing that the reference does not say.
    const common = Object.keys(said[index].vitals).filter((name) => !/^(FID|TBT|TTI)$/.test(name));
    assert.deepEqual(common.sort(), Object.keys(vitals).sort(), `vitals of page view ${index}`);
  });
}

// Of the load: later page views have no first input of their own.
function assertFid(said, records) {
  const expected = records.find(({ name }) => name === "FID");
  if (!expected) return assert.equal(said, undefined, "FID without an input");
  assert.equal(Math.round(said?.value * 10), Math.round(expected.value * 10), "FID");
}
