// @vitest-environment jsdom
import { beforeEach, expect, it } from "vitest";
import {
  followConversionMarks,
  followConversionRules,
} from "../../../../js-shim/src/features/conversions.ts";
import { createHostDouble } from "./host_double.ts";

beforeEach(() => {
  localStorage.clear();
  history.replaceState({}, "", "/");
  document.body.innerHTML = "";
});

it("counts a page by its whole address, once in a session", () => {
  const rules = [{ type: "consultation_booked", page: "/booked" }];
  const visit = (address: string, sessionId = "ab".repeat(16)) => {
    history.replaceState({}, "", address);
    const host = createHostDouble({ sessionId });
    followConversionRules(host, rules);
    host.open(location.pathname);
    return host.calls.length;
  };
  expect(visit("/booked?id=1")).toBe(1);
  expect(visit("/booked?id=1")).toBe(0);
  expect(visit("/booked?id=2")).toBe(1);
  expect(visit("/booked?id=2", "cd".repeat(16))).toBe(1);
  expect(JSON.stringify(localStorage)).not.toContain("booked?");
});

it("ignores a click into a marked form, and an event without a type", () => {
  document.body.innerHTML = `<form data-paceline-conversion="email_signup"><input></form>`;
  const host = createHostDouble();
  followConversionMarks(host);
  document.querySelector("input")?.click();
  dispatchEvent(new CustomEvent("paceline:conversion"));
  dispatchEvent(new CustomEvent("paceline:conversion", { detail: { value: 1 } }));
  expect(host.calls).toEqual([]);
  document.querySelector("form")?.dispatchEvent(new Event("submit", { bubbles: true }));
  expect(host.calls.map(([name, type]) => [name, type])).toEqual([["conversion", "email_signup"]]);
  host.stop();
});
