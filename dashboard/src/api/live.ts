// The live channel: one WebSocket that says what has been stored since the last message.
import { apiUrl, readToken } from "./client";
import type { LiveUpdate } from "./types";

export type LiveState = "connecting" | "connected" | "reconnecting";

export interface LiveHandlers {
  onState(state: LiveState): void;
  onUpdate(update: LiveUpdate): void;
}

const reconnectDelayMs = 5000;

/** Connects and stays connected, trying again 5 s after each loss. Returns what ends it. */
export function connectLive(site: string, handlers: LiveHandlers): () => void {
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isClosed = false;

  const connect = (): void => {
    const url = apiUrl("live");
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    url.searchParams.set("site", site);
    const token = readToken();
    // A WebSocket cannot carry an Authorization header, so the token travels as a subprotocol.
    const offers = token === "" ? ["paceline.live.v1"] : ["paceline.live.v1", `bearer.${token}`];
    try {
      socket = new WebSocket(url, offers);
    } catch {
      // A token with characters that no subprotocol may have: everything but the live channel works.
      handlers.onState("reconnecting");
      return;
    }
    socket.onopen = () => handlers.onState("connected");
    socket.onmessage = (message: MessageEvent<unknown>) => {
      const update = parseUpdate(message.data);
      if (update !== undefined && update.site === site) handlers.onUpdate(update);
    };
    socket.onclose = () => {
      if (isClosed) return;
      handlers.onState("reconnecting");
      timer = setTimeout(connect, reconnectDelayMs);
    };
  };

  handlers.onState("connecting");
  connect();
  return () => {
    isClosed = true;
    clearTimeout(timer);
    socket?.close();
  };
}

function parseUpdate(data: unknown): LiveUpdate | undefined {
  if (typeof data !== "string") return undefined;
  try {
    return JSON.parse(data) as LiveUpdate;
  } catch {
    return undefined;
  }
}
