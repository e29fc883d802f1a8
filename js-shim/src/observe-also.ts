import type { Agent } from "./agent.ts";
import type { Reader } from "./observe.ts";

/** Observes another type, in one order with the vitals' own, or reads one of those in another way. */
export function observeAlso({ observer, readers }: Agent, type: string, read: Reader): void {
  readers[type] = read;
  observer.observe({ type, buffered: true });
}
