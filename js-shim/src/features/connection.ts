// C4: the connection changes during a visit: from Wi-Fi to mobile, or into a tunnel.
import { connectionFields } from "../context-details.ts";
import { EntryKind } from "../entry-batch.ts";
import type { FeatureHost } from "./host.ts";
import { createRoom, listen } from "./shared.ts";

const MAX_CHANGES = 20;

export function followConnection(host: FeatureHost): void {
  const { connection } = navigator as Navigator & { readonly connection?: EventTarget };
  if (!connection) return;
  const room = createRoom(host, EntryKind.connectionChange, "connection-change", MAX_CHANGES);
  listen(host, connection, "change", () => room.record(performance.now(), ...connectionFields()));
}
