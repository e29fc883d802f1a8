// The agent in WebKit: navigation and paints, clicks, errors.
import { hasWebKit, openWebKit } from "../support/engines.mjs";
import { testEngine } from "./scenarios.mjs";

testEngine({
  name: "WebKit",
  open: openWebKit,
  measures: ["FCP", "TTFB"],
  isSkipped: !hasWebKit(),
});
