import { expect, it, vi } from "vitest";
import { wrap } from "../../../../js-shim/src/features/wrap.ts";
import { createHostDouble } from "./host_double.ts";

function owner() {
  return {
    add(this: unknown, a: number, b: number): unknown {
      return [this, a + b];
    },
  };
}

it("passes this, arguments and result through", () => {
  const object = owner();
  const seen = vi.fn();
  wrap(createHostDouble(), object, "add", (proceed, args, self) => {
    seen(args, self);
    return proceed(args);
  });
  expect(object.add.call("me", 1, 2)).toEqual(["me", 3]);
  expect(seen).toHaveBeenCalledWith([1, 2], "me");
});

it("looks like the original", () => {
  const object = owner();
  const { add } = object;
  const before = Object.getOwnPropertyDescriptor(object, "add");
  wrap(createHostDouble(), object, "add", (proceed, args) => proceed(args));
  expect(object.add).not.toBe(add);
  expect([object.add.name, object.add.length, String(object.add)]).toEqual(["add", 2, String(add)]);
  expect({ ...Object.getOwnPropertyDescriptor(object, "add"), value: add }).toEqual(before);
});

it("gives the original back when the agent stops", () => {
  const host = createHostDouble();
  const object = owner();
  const { add } = object;
  wrap(host, object, "add", () => "ours");
  host.stop();
  expect(object.add).toBe(add);
});

it("does nothing more when somebody has wrapped it again", () => {
  const host = createHostDouble();
  const object = owner();
  wrap(host, object, "add", () => "ours");
  const ours = object.add;
  object.add = function (...args) {
    return ours.apply(this, args);
  };
  const theirs = object.add;
  host.stop();
  expect(object.add).toBe(theirs);
  expect(object.add.call("me", 1, 2)).toEqual(["me", 3]);
});

it("leaves alone what is not there", () => {
  const object = {};
  wrap(createHostDouble(), object, "add", () => "ours");
  expect(object).toEqual({});
});
