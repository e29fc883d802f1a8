// What the page calls, the same by script tag and module. One object for all copies of the agent in a document:
// window.paceline.
import type { LazyPart } from "./agent.ts";
import { createFront, type Command } from "./front.ts";

export type Api = Record<string, (...args: readonly unknown[]) => unknown>;

type Page = Window & { paceline?: Api | Command[] };

/** The document's programming interface. The first copy of the agent brings it, and makes up for earlier commands. */
export function apiOf(source: string, loadLazy: () => Promise<LazyPart>): Api {
  const early = (window as Page).paceline;
  // A queue of commands, or something of the page's own by accident, such as an element with this id.
  if ((early as Api | undefined)?.["conversion"]) return early as Api;
  const api: Api = {};
  const front = createFront(source, loadLazy);
  for (const name of "init track conversion metric feedback error identify context consent".split(
    " ",
  )) {
    api[name] = (...args) => front([name, ...args]);
  }
  api["push"] = (...commands) => (commands as Command[]).forEach(front);
  api["journey"] = (journey) => {
    const calls: Api = {};
    for (const name of "start stepStart stepComplete stepFail complete abandon".split(" ")) {
      calls[name] = (...args) => {
        const [step, reason] = name.startsWith("step") ? args : ["", ...args];
        front(["journey", journey, name, step, "reason", reason]);
      };
    }
    return calls;
  };
  (window as Page).paceline = api;
  (early as Command[] | undefined)?.forEach?.(front);
  return api;
}
