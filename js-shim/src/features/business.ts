// What is about the site's business: the bridge to Google Analytics, and journeys, stages, conversions and checkouts by the
// site's rules.
import { followCheckouts } from "./checkout.ts";
import { followConversionRules } from "./conversions.ts";
import type { FeatureHost } from "./host.ts";
import { followJourneys, followStages } from "./journeys.ts";
import { createReadings } from "./readings.ts";
import { rulesOf } from "./rules.ts";

type GtagPart = typeof import("./gtag.ts");

/** Where the page asks for it, brings the bridge to Google Analytics, a file of its own, before all that is `next`. */
export function followGtag(host: FeatureHost, next: () => void): void {
  // As an attribute without a value, it is an empty text.
  if (String(host.options.gtag ?? false) === "false") return next();
  const onPart = host.guard(({ forward }: GtagPart) => forward(host, createReadings(host)));
  (import(GTAG_MODULE) as Promise<GtagPart>)
    .then(onPart, () => undefined)
    .then(next, () => undefined);
}

/** One rule that fails does not keep the others from being followed. */
export function followSiteRules(host: FeatureHost): void {
  let isStopped = false;
  host.onStop(() => (isStopped = true));
  void rulesOf(host).then((rules) => {
    if (isStopped) return;
    const parts = [
      () => followStages(host, rules("stages")),
      () => followJourneys(host, rules("journeys")),
      () => followConversionRules(host, rules("conversions")),
      () => followCheckouts(host, rules("checkoutHosts")),
    ];
    parts.forEach((part) => host.guard(part)());
  });
}
