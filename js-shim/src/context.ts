// What the page knows of its visitor's device at once: paceline.v1.Context.
import type { Field } from "./protobuf.ts";

interface NavigatorExtras {
  readonly deviceMemory?: number;
  readonly connection?: { readonly effectiveType?: string };
}

/** Fields 1 to 3: what makes the device's tier, and its connection. What is not known is no number, and left out. */
export function describeDevice(): Field[] {
  const device: Navigator & NavigatorExtras = navigator;
  const type = device.connection?.effectiveType;
  return [
    (device.deviceMemory as number) * 1024,
    device.hardwareConcurrency,
    // "2g", "3g" and "4g" have their numbers; "slow-2g" is 1.
    parseInt(type as string) || !!type,
  ];
}
