// The agent in Firefox: no layout shifts, no fetchLater.
import { hasFirefox, openFirefox } from "../support/engines.mjs";
import { testEngine } from "./scenarios.mjs";

testEngine({
  name: "Firefox",
  open: openFirefox,
  measures: ["LCP", "INP", "FCP", "TTFB"],
  isSkipped: !hasFirefox(),
});
