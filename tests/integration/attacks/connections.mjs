// Raw connections for attacks: many at once, and what came back on each.
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Opens a connection that keeps what it hears. Errors are the other side's right. */
export function open(origin) {
  const { hostname, port } = new URL(origin.includes("://") ? origin : `http://${origin}`);
  const socket = connect(Number(port), hostname);
  socket.heard = "";
  socket.connected = new Promise((resolve) => {
    socket.once("connect", () => resolve(true));
    socket.once("close", () => resolve(false));
  });
  socket.ended = new Promise((resolve) => socket.once("close", resolve));
  socket.on("data", (data) => {
    if (socket.heard.length < 64 * 1024) socket.heard += data.toString("latin1");
  });
  socket.on("error", () => {});
  return socket;
}

/** Opens `count` connections, a few at a time so that none is lost in the backlog. */
export async function openMany(origin, count) {
  const sockets = [];
  while (sockets.length < count) {
    const some = Array.from({ length: Math.min(200, count - sockets.length) }, () => open(origin));
    await Promise.all(some.map(({ connected }) => connected));
    sockets.push(...some);
  }
  return sockets;
}

export function closeAll(sockets) {
  for (const socket of sockets) socket.destroy();
}

/** Writes until the other side has had enough, or `ms` are over. */
export async function pour(socket, piece, ms) {
  const end = Date.now() + ms;
  while (Date.now() < end && !socket.destroyed && socket.writable) {
    await sleep(socket.write(piece) ? 0 : 5);
    while (socket.writableNeedDrain && !socket.destroyed && Date.now() < end) await sleep(5);
  }
}

/** The status codes of what was answered on the connection. */
export function statusesOf(text) {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}
