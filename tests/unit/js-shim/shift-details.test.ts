import { expect, it } from "vitest";
import type { Agent } from "../../../js-shim/src/agent.ts";
import { EntryKind, encodeEntries, keepEntries } from "../../../js-shim/src/entry-batch.ts";
import { message } from "../../../js-shim/src/protobuf.ts";
import { followShifts } from "../../../js-shim/src/shift-details.ts";
import { decodeEntryBatch } from "../../e2e/support/protocol.mjs";

const rectangle = (x: number) => ({ x, y: -2, width: 30, height: 40 }) as DOMRectReadOnly;
const shift = (x: number) => [1, Float64Array.of(0.5), false, [["p", rectangle(x), rectangle(7)]]];

it("completes the shifts that have been recorded, and those that come", () => {
  const agent = {} as Agent;
  keepEntries(agent);
  agent.addEntry(EntryKind.layoutShift, shift(5));
  agent.addEntry(EntryKind.layoutShift, [2, Float64Array.of(0.25), true, undefined]);
  followShifts(agent);
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
