// @vitest-environment jsdom
// @vitest-environment-options { "url": "https://academy.example/" }
import { beforeEach, expect, it } from "vitest";
import { followSiteRules } from "../../../../js-shim/src/features/business.ts";
import { createHostDouble } from "./host_double.ts";

beforeEach(() => localStorage.clear());

it.each([
  [false, 1],
  [true, 0],
])("starts rules that come late, unless it has stopped: %s", async (isStopped, count) => {
  const host = createHostDouble({ config: { conversions: [{ type: "booked", page: "/" }] } });
  followSiteRules(host);
  if (isStopped) host.stop();
  await new Promise((resolve) => setTimeout(resolve));
  expect(host.calls.filter(([name]) => name === "conversion")).toHaveLength(count);
  if (!isStopped) host.stop();
});
