// The features, in the order in which they start.
import type { FeatureHost } from "./host.ts";

const FEATURES: readonly ((host: FeatureHost) => void)[] = [];

/** Starts every feature. One that fails does not keep the others from starting. */
export function startFeatures(host: FeatureHost): void {
  for (const follow of FEATURES) host.guard(follow)(host);
}
