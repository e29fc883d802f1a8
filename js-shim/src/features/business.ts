// Journeys, conversions and all else that is about the site's business, in the order in which it starts.
import { followBusinessContext } from "./business-context.ts";
import { followCheckouts } from "./checkout.ts";
import { followConversionMarks, followConversionRules } from "./conversions.ts";
import { createGtagBridge } from "./gtag.ts";
import type { FeatureHost } from "./host.ts";
import { followJourneys, followStages } from "./journeys.ts";
import { offerPageApi } from "./page-api.ts";
import { followPageTransitions } from "./page-transitions.ts";
import { createReadings } from "./readings.ts";
import { followRoutes } from "./routes.ts";
import { rulesOf } from "./rules.ts";

export function followBusiness(host: FeatureHost): void {
  const readings = createReadings(host);
  const tell = createGtagBridge(host, readings);
  let isStopped = false;
  host.onStop(() => (isStopped = true));
  const start = (...parts: (() => void)[]): void =>
    parts.forEach((part) => isStopped || host.guard(part)());
  start(
    () => followBusinessContext(host),
    () => followRoutes(host, tell),
    () => followPageTransitions(host, tell),
    () => followConversionMarks(host),
  );
  void rulesOf(host).then((rules) =>
    start(
      () => followStages(host, rules("stages")),
      () => followJourneys(host, rules("journeys")),
      () => followConversionRules(host, rules("conversions")),
      () => followCheckouts(host, rules("checkoutHosts")),
    ),
  );
  // Last: who waits for it may call at once.
  offerPageApi(host, readings);
}
