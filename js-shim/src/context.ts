// What the page knows of its visitor's device: paceline.v1.Context.
import type { Ref } from "./entry-batch.ts";
import { packed, type Field } from "./protobuf.ts";

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

/** Reads the device once; later calls give the same, because reading the viewport may cost the page a layout. */
export function createContext(release: string): (ref: Ref, tags: Tags) => readonly Field[] {
  let device: Field[] | undefined;
  return (ref, tags) => {
    device ??= readDevice();
    return [
      ...device,
      ref(navigator.language ?? ""),
      0,
      ref(release),
      packed(
        Object.entries(tags)
          .filter((pair) => pair[1])
          .flat()
          .map(ref),
      ),
      // As CSS has it.
      innerHeight >= innerWidth ? 1 : 2,
      !matchMedia("(display-mode:browser)").matches,
    ];
  };
}

function readDevice(): Field[] {
  const { deviceMemory = 0, connection = {} } = navigator as Navigator & NavigatorExtras;
  return [
    Math.round(deviceMemory * 1024),
    navigator.hardwareConcurrency,
    // The enum's numbers follow this order, from 1.
    ["slow-2g", "2g", "3g", "4g"].indexOf(connection.effectiveType ?? "") + 1,
    connection.rtt,
    Math.round((connection.downlink ?? 0) * 1000),
    connection.saveData,
    innerWidth,
    innerHeight,
    screen.width,
    screen.height,
    navigator.maxTouchPoints,
  ];
}
