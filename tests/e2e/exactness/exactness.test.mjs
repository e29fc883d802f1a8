// C1, C2, C3: in the same page load, registered in the same task with the same options, the drop-in says what npm's
// web-vitals says, bit for bit, and the agent's posts say the same after rounding.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { launchBrowser } from "../support/browser.mjs";
import { inRepository } from "../support/paths.mjs";
import { agentSays, postsOf } from "./agent_says.mjs";
import { assertAgentEqual, assertDropInEqual, referenceSays } from "./compare.mjs";
import { INTERACTIONS } from "./scenarios/interactions.mjs";
import { LIFECYCLE } from "./scenarios/lifecycle.mjs";
import { LOADS } from "./scenarios/loads.mjs";
import { PAINTS } from "./scenarios/paints.mjs";
import { SHIFTS } from "./scenarios/shifts.mjs";
import { startExactSite } from "./site.mjs";
import { visitScenario } from "./visit.mjs";

const WANTED = process.env.PACELINE_SCENARIO;
const ALL = [...LOADS, ...PAINTS, ...SHIFTS, ...INTERACTIONS, ...LIFECYCLE];

// Some of them once more where the page forbids WebAssembly: the drop-in then uses its other build, and the agent sends
// what it saw to the collector, which runs the same core.
const NO_WASM = { "content-security-policy": "script-src 'self' 'unsafe-inline'" };
const WITHOUT_WASM = [
  "slow-server",
  "late-image",
  "two-windows",
  "several-interactions",
  "restored-and-used",
  "soft-navigation-and-more",
].map((name) => {
  const scenario = ALL.find((known) => known.name === name);
  return { ...scenario, name: `no-wasm-${name}`, headers: { ...scenario.headers, ...NO_WASM } };
});

const SCENARIOS = [...ALL, ...WITHOUT_WASM].filter(({ name }) => !WANTED || name === WANTED);

const isBuilt = existsSync(inRepository("build/agent/paceline-web-vitals.esm.js"));
const skip = isBuilt ? false : "the agent is not built";

describe("exactness", { skip, concurrency: 3 }, () => {
  let browser, site;
  before(async () => {
    browser = await launchBrowser();
    site = await startExactSite(SCENARIOS);
  });
  after(async () => {
    await browser?.close();
    await site?.close();
  });

  for (const scenario of SCENARIOS) {
    test(`C1: ${scenario.name}`, async () => {
      const { records, errors } = await visitScenario(browser, site, scenario);
      const expected = referenceSays(records);
      assert.deepEqual(
        expected.map(({ type }) => type),
        scenario.types ?? ["navigate"],
        "the scenario's page views",
      );
      assert.deepEqual(
        Object.keys(expected[0].vitals).sort(),
        [...scenario.vitals].sort(),
        "the scenario's vitals",
      );
      assertDropInEqual(records);
      if (!scenario.withoutAgent) {
        const path = `/s/${scenario.name}`;
        const mine = () => postsOf(site.capture.posts, path);
        await site.capture.until(() => mine().length > 0 && toldOfHiding(mine(), scenario.hidings));
        const said = await agentSays(mine());
        assertAgentEqual(said, expected, records, scenario);
        const events = said.flatMap((pageView) => pageView.events.map((event) => event.case));
        for (const event of scenario.events ?? []) assert.ok(events.includes(event), event);
      }
      assert.deepEqual(errors, []);
    });
  }
});

// The page's last words have come: it was hidden so many times, and told of each.
function toldOfHiding(posts, times = 1) {
  const hidings = posts.flatMap(({ kind, message }) =>
    kind === "beacon"
      ? message.events
          .filter(({ event }) => event.case === "visibilityChange" && event.value.hidden)
          .map(({ at100us }) => at100us)
      : message.entries
          .filter(({ entry }) => entry.case === "visibilityChange" && entry.value.hidden)
          .map(({ entry }) => entry.value.at100us),
  );
  return new Set(hidings).size >= times;
}
