// @vitest-environment jsdom
import { expect, it } from "vitest";
import { fits, followRules, rulesOf } from "../../../../js-shim/src/features/rules.ts";
import { createHostDouble } from "./host_double.ts";

it.each([
  ["/courses", "/courses", true],
  ["/courses", "/courses/one", false],
  ["/courses/*", "/courses/one", true],
  ["/courses/*", "/courses/one/two", false],
  ["/courses/*/book", "/courses/one/book", true],
  ["/courses/**", "/courses/one/two", true],
  ["**", "/", true],
  ["/a.b", "/aXb", false],
  ["/a(b)+[c]", "/a(b)+[c]", true],
  ["/:email", "/:email", true],
])("%s fits %s: %s", (pattern, path, expected) => {
  expect(fits(pattern, path)).toBe(expected);
});

it("puts the page's own rules before the collector's, and leaves out what is none", async () => {
  const stages = [{ stage: "decision", pages: ["/pricing"] }];
  const host = createHostDouble({
    options: { stages, journeys: "[{", checkoutHosts: '["buy.stripe.com"]' },
    config: { stages: [{ stage: "awareness", pages: ["/**"] }], checkoutHosts: ["calendly.com"] },
  });
  const rules = await rulesOf(host);
  expect(rules("journeys")).toEqual([]);
  expect(rules("stages")).toEqual([...stages, { stage: "awareness", pages: ["/**"] }]);
  expect(rules("conversions")).toEqual([]);
  expect(rules("checkoutHosts")).toEqual(["buy.stripe.com", "calendly.com"]);
});

it("tells by what a rule fitted, and survives a selector that is none", () => {
  document.body.innerHTML = `<form id="f"><button type="button"><b>x</b></button></form>`;
  const host = createHostDouble();
  const seen: string[] = [];
  const rules = [{ click: "[[" }, { click: "button" }, { submit: "#f" }, { page: "/two" }];
  followRules(host, rules, (rule, by) => seen.push(`${by} ${Object.values(rule).join()}`));
  document.querySelector("b")?.click();
  document.querySelector("form")?.dispatchEvent(new Event("submit", { bubbles: true }));
  host.open("/two");
  expect(seen).toEqual(["click button", "submit #f", "page /two"]);
  host.stop();
  document.querySelector("b")?.click();
  expect(seen).toHaveLength(3);
});
