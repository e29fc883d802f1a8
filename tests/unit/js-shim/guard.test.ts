import { expect, it, vi } from "vitest";
import { createGuard } from "../../../js-shim/src/guard.ts";

const fail = () => {
  throw new Error("ours");
};

it("passes arguments through and swallows errors", () => {
  const guard = createGuard(vi.fn());
  const work = vi.fn();
  guard(work)(1, "two");
  expect(work).toHaveBeenCalledWith(1, "two");
  expect(guard(fail)).not.toThrow();
});

it("gives up after five failures, wherever they happen", () => {
  const giveUp = vi.fn();
  const guard = createGuard(giveUp);
  const work = vi.fn();
  for (let i = 0; i < 4; ++i) guard(fail)();
  expect(giveUp).not.toHaveBeenCalled();
  for (let i = 0; i < 3; ++i) guard(fail)();
  guard(work)();
  expect(giveUp).toHaveBeenCalledOnce();
  expect(work).not.toHaveBeenCalled();
});
