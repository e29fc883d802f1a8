import { expect, it } from "vitest";
import type { Agent } from "../../../js-shim/src/agent.ts";
import { EntryKind, encodeEntries, keepEntries } from "../../../js-shim/src/entry-batch.ts";
import { message, packed } from "../../../js-shim/src/protobuf.ts";
import type { Session } from "../../../js-shim/src/session.ts";
import { completeEntries } from "../../../js-shim/src/entry-details.ts";
import { decodeEntryBatch } from "../../e2e/support/protocol.mjs";

const SESSION = [Date.now() - 5_000, 0, 3, 0] as Session;
const rectangle = (x: number) => ({ x, y: -2, width: 30, height: 40 }) as DOMRectReadOnly;
const shift = (x: number) => [1, Float64Array.of(0.5), false, [["p", rectangle(x), rectangle(7)]]];

it("completes the shifts that have been recorded, and those that come", () => {
  const agent = {} as Agent;
  keepEntries(agent);
  agent.addEntry(EntryKind.layoutShift, shift(5));
  agent.addEntry(EntryKind.layoutShift, [2, Float64Array.of(0.25), true, undefined]);
  completeEntries(agent, SESSION);
  agent.addEntry(EntryKind.layoutShift, shift(6));
  agent.addEntry(EntryKind.paint, [2, 300]);
  const bytes = message([...Array(8), [], undefined, encodeEntries(agent)]);
  const [first, second, third, paint] = decodeEntryBatch(bytes).entries.map(
    ({ entry }: { entry: { value: object } }) => entry.value,
  );
  expect(first.sources).toMatchObject([
    { targetRef: 1, previous: { x: 5, y: -2, width: 30, height: 40 }, current: { x: 7 } },
  ]);
  expect(second.sources).toEqual([]);
  expect(third.sources).toMatchObject([{ previous: { x: 6 } }]);
  expect(paint).toMatchObject({ kind: 2, start100us: 300 });
});

it("says with every conversion how far the session had come by then", () => {
  const agent = {} as Agent;
  keepEntries(agent);
  const call = (name: string, at: number, ...args: string[]) =>
    agent.addEntry(EntryKind.call, [at, name, packed(args.map(agent.ref))]);
  const now = performance.now() * 10;
  call("conversion", now - 10_000, "booked", "value", "120");
  call("track", now, "played");
  completeEntries(agent, SESSION);
  call("conversion", now, "signed_up");
  const bytes = message([...Array(8), [], undefined, encodeEntries(agent)], agent.ref);
  const told = decodeEntryBatch(bytes).entries.map(
    ({ entry }: { entry: { value: { argumentRefs: number[] } } }) =>
      entry.value.argumentRefs.map((ref) => agent.texts[ref - 1]),
  );
  expect(told[0].slice(0, 6)).toEqual([
    "booked",
    "value",
    "120",
    "pagesVisited",
    "3",
    "timeOnSiteMs",
  ]);
  expect(told[1]).toEqual(["played"]);
  expect(told[2].slice(0, 4)).toEqual(["signed_up", "pagesVisited", "3", "timeOnSiteMs"]);
  // Before, by a second.
  expect(Number(told[0][6])).toBeGreaterThanOrEqual(4_000);
  expect(Number(told[2][4]) - Number(told[0][6])).toBe(1_000);
});
