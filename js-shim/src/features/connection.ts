// C4: the connection changes during a visit: from Wi-Fi to mobile, or into a tunnel.
import { EntryKind } from "../entry-batch.ts";
import type { FeatureHost } from "./host.ts";
import { createRoom, listen } from "./shared.ts";

const MAX_CHANGES = 20;

interface NetworkInformation extends EventTarget {
  readonly effectiveType: string;
  readonly rtt: number;
  readonly downlink: number;
  readonly saveData: boolean;
}

export function followConnection(host: FeatureHost): void {
  const { connection } = navigator as Navigator & { readonly connection?: NetworkInformation };
  if (!connection) return;
  const room = createRoom(host, "connection-change", MAX_CHANGES);
  listen(host, connection, "change", () => {
    if (!room()) return;
    host.recorder.record(EntryKind.connectionChange, [
      host.recorder.timeline.at(performance.now()),
      // The enum's numbers follow this order, from 1.
      ["slow-2g", "2g", "3g", "4g"].indexOf(connection.effectiveType) + 1,
      connection.rtt,
      connection.downlink * 1000,
      connection.saveData,
    ]);
  });
}
