// C4: the connection changes during a visit: from Wi-Fi to mobile, or into a tunnel.
import { readDevice } from "../context.ts";
import { EntryKind } from "../entry-batch.ts";
import type { FeatureHost } from "./host.ts";
import { createRoom, listen } from "./shared.ts";

const MAX_CHANGES = 20;

export function followConnection(host: FeatureHost): void {
  const { connection } = navigator as Navigator & { readonly connection?: EventTarget };
  if (!connection) return;
  const room = createRoom(host, "connection-change", MAX_CHANGES);
  listen(host, connection, "change", () => {
    if (!room()) return;
    // Fields 2 to 5 of paceline.v1.ConnectionChange are fields 3 to 6 of Context.
    const fields = readDevice().slice(2, 6);
    host.record(EntryKind.connectionChange, [host.timeline.at(performance.now()), ...fields]);
  });
}
