// What the page knows of its visitor's device: paceline.v1.Context.
import type { Field } from "./protobuf.ts";

interface NavigatorExtras {
  readonly deviceMemory?: number;
  readonly connection?: {
    readonly effectiveType?: string;
    readonly rtt?: number;
    readonly downlink?: number;
    readonly saveData?: boolean;
  };
}

/** What the site says of visitor and page, by key. An empty value is none. */
export type Tags = Record<string, string>;

/** Fields 1 to 11. What is not known is no number, and left out. */
export function readDevice(): Field[] {
  const device: Navigator & NavigatorExtras = navigator;
  const connection = device.connection ?? {};
  return [
    (device.deviceMemory as number) * 1024,
    device.hardwareConcurrency,
    // The enum's numbers follow this order, from 1.
    ["slow-2g", "2g", "3g", "4g"].indexOf(connection.effectiveType as string) + 1,
    connection.rtt,
    Math.round((connection.downlink as number) * 1000),
    connection.saveData,
    innerWidth,
    innerHeight,
    screen.width,
    screen.height,
    device.maxTouchPoints,
  ];
}
