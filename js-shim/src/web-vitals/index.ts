// @paceline/agent/web-vitals: the Core Web Vitals of a page by callback, as the library of that name gives them.
export { CLSThresholds, onCLS } from "./cls.ts";
export { FCPThresholds, onFCP } from "./fcp.ts";
export { INPThresholds, onINP } from "./inp.ts";
export { LCPThresholds, onLCP } from "./lcp.ts";
export { onTTFB, TTFBThresholds } from "./ttfb.ts";
export type * from "./types.ts";
