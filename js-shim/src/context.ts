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
  const {
    deviceMemory = 0,
    hardwareConcurrency,
    connection,
    maxTouchPoints,
  } = navigator as Navigator & NavigatorExtras;
  const { effectiveType = "", rtt, downlink = 0, saveData } = connection ?? {};
  return [
    deviceMemory * 1024,
    hardwareConcurrency,
    // The enum's numbers follow this order, from 1.
    ["slow-2g", "2g", "3g", "4g"].indexOf(effectiveType) + 1,
    rtt,
    Math.round(downlink * 1000),
    saveData,
    innerWidth,
    innerHeight,
    screen.width,
    screen.height,
    maxTouchPoints,
  ];
}
