// What the page calls, the same by script tag and module. One object for all copies of the agent in a document:
// window.paceline.
import type { LazyPart } from "./agent.ts";
import { createFront } from "./front.ts";
import { safely } from "./url-scrub.ts";

type Command = readonly [name: string, ...args: unknown[]];
export type Api = Record<string, (...args: readonly unknown[]) => unknown>;

/** The document's programming interface. The first copy of the agent brings it, and makes up for earlier commands. */
export function apiOf(source: string, loadLazy: () => Promise<LazyPart>): Api {
  const page = window as unknown as { paceline?: Api | Command[] };
  const early = page.paceline;
  // A queue of commands, or something of the page's own by accident, such as an element with this id.
  if (typeof (early as Api | undefined)?.["consent"] === "function") return early as Api;
  const api: Api = {};
  const front = createFront(source, loadLazy, api);
  for (const name of "init track conversion metric feedback error identify context consent".split(
    " ",
  )) {
    api[name] = (...args) => front(name, ...args);
  }
  api["push"] = (...commands) => {
    // What is no list is no command.
    for (const command of commands as Command[]) safely(() => front(...command));
  };
  api["journey"] = (journey) => {
    const calls: Api = {};
    for (const kind of "start step_start step_complete step_fail complete abandon".split(" ")) {
      const isStep = /_/.test(kind);
      calls[kind.replace(/_./, (letters) => letters.slice(1).toUpperCase())] = (
        ...args: unknown[]
      ) => front("journey", journey, kind, isStep ? args.shift() : "", { reason: args[0] });
    }
    return calls;
  };
  page.paceline = api;
  if (Array.isArray(early)) api["push"](...early);
  return api;
}
