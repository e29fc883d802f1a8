// @vitest-environment jsdom
// @vitest-environment-options { "url": "https://academy.example/" }
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openSession } from "../../../js-shim/src/session.ts";

const MINUTE = 60_000;
const hex = (id: Uint8Array) => Buffer.from(id).toString("hex");
const open = () => openSession("academy", true);

beforeEach(() => {
  vi.useFakeTimers({ now: 1_795_221_600_000, toFake: ["Date"] });
  localStorage.clear();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});
const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);

describe("openSession", () => {
  it("gives 16 random bytes", () => {
    const first = open();
    localStorage.clear();
    expect(first.id).toHaveLength(16);
    expect(hex(open().id)).not.toBe(hex(first.id));
  });

  it("continues the session of the page before, or of another tab", () => {
    const first = open();
    pass(29 * MINUTE);
    expect(hex(open().id)).toBe(hex(first.id));
  });

  it("ends a session after 30 minutes without activity", () => {
    const first = open();
    pass(30 * MINUTE);
    expect(hex(open().id)).not.toBe(hex(first.id));
  });

  it("counts activity from the last touch", () => {
    const first = open();
    pass(20 * MINUTE);
    first.touch();
    pass(20 * MINUTE);
    expect(hex(open().id)).toBe(hex(first.id));
  });

  it("does not wake a session that has ended", () => {
    const first = open();
    pass(31 * MINUTE);
    first.touch();
    expect(hex(open().id)).not.toBe(hex(first.id));
  });

  it("writes once a minute at most", () => {
    const first = open();
    const write = vi.spyOn(Storage.prototype, "setItem");
    for (let i = 0; i < 90; ++i) {
      pass(1_000);
      first.touch();
    }
    expect(write).toHaveBeenCalledOnce();
  });

  it("ends a session after 4 hours, however active", () => {
    const first = open();
    for (let i = 0; i < 12; ++i) {
      pass(20 * MINUTE);
      if (i < 11) first.touch();
    }
    expect(hex(open().id)).not.toBe(hex(first.id));
  });

  it("begins anew when the clock has gone back", () => {
    const first = open();
    pass(-MINUTE);
    expect(hex(open().id)).not.toBe(hex(first.id));
  });

  it("remembers that a session is to be kept, for later pages", () => {
    const first = open();
    expect(first.keptUnsampled).toBe(false);
    first.keep();
    first.touch();
    expect(open().keptUnsampled).toBe(true);
  });

  it("does not overwrite the newer session of another tab", () => {
    const old = open();
    pass(31 * MINUTE);
    const newer = open();
    old.touch();
    old.keep();
    const again = open();
    expect(hex(again.id)).toBe(hex(newer.id));
    expect(again.keptUnsampled).toBe(false);
  });

  it("ignores what somebody else has stored", () => {
    localStorage.setItem("paceline.academy", '{"id":"<script>"}');
    expect(open().id).toHaveLength(16);
  });

  it("keeps sites apart", () => {
    expect(hex(openSession("other", true).id)).not.toBe(hex(open().id));
  });

  it("stores nothing without consent", () => {
    const first = openSession("academy", false);
    first.touch();
    first.keep();
    expect(localStorage).toHaveLength(0);
    expect(hex(openSession("academy", false).id)).not.toBe(hex(first.id));
  });

  it("lives in memory where the browser refuses to store", () => {
    for (const name of ["getItem", "setItem"] as const) {
      vi.spyOn(Storage.prototype, name).mockImplementation(() => {
        throw new DOMException("denied", "SecurityError");
      });
    }
    const session = open();
    session.touch();
    session.keep();
    expect(session.id).toHaveLength(16);
  });
});
