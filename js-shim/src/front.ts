// The programming interface, one per document: keeps calls until an agent runs, and starts and stops it by consent.
import { startAgent, type Agent, type LazyPart } from "./agent.ts";
import { EntryKind } from "./entry-batch.ts";
import { ErrorKind, recordError } from "./errors.ts";
import type { InitOptions } from "./options.ts";
import { whenActivated } from "./page-views.ts";
import { packed } from "./protobuf.ts";
import { MILLION } from "./sampling.ts";
import { keyOf } from "./session.ts";

/** One call: its name and its arguments. Never throws. */
export type Front = (name: string, ...args: readonly unknown[]) => void;

/** Where a copy of the agent came from: its origin is the default endpoint. */
export interface Origin {
  readonly source: string;
  readonly loadLazy: () => Promise<LazyPart>;
}

const MAX_WAITING_CALLS = 100;
const MAX_ARGUMENTS = 64;

// Shared by every copy of the agent in the document.
const FRONT = Symbol.for("paceline.agent");

/** The document's front; the first copy of the agent brings it. */
export function frontOf(origin: Origin, api: Record<string, unknown>): Front {
  const page = window as Window & { [FRONT]?: Front };
  return (page[FRONT] ??= createFront(origin, api));
}

function createFront({ source, loadLazy }: Origin, api: Record<string, unknown>): Front {
  let options: InitOptions | undefined;
  let agent: Agent | undefined;
  let consent: unknown;
  let waiting: [string, readonly unknown[]][] = [];

  const begin = (): void => {
    if (!options) return;
    const { site, endpoint = new URL(source).origin, sampleRate = 1, storage } = options;
    const sampleRatePpm = Math.min(Math.ceil(Number(sampleRate) * MILLION), MILLION);
    if (!site || !(sampleRatePpm > 0)) return;
    const setup = {
      options,
      endpoint: endpoint.replace(/\/+$/, ""),
      sampleRatePpm,
      useStorage: String(storage) !== "false",
      api,
      loadLazy,
    };
    whenActivated(() => {
      try {
        if (agent || (consent && consent !== "granted")) return;
        agent = startAgent(setup, !!consent || !needsConsent(setup.options));
        for (const [name, args] of waiting.splice(0)) call(agent, name, args);
      } catch {
        // Without PerformanceObserver, crypto or the like, there is nothing to measure.
      }
    });
  };

  const onConsent = (state: unknown): void => {
    consent = state;
    if (state === "granted") {
      if (agent) agent.grant();
      else begin();
    } else {
      agent?.stop();
      agent = undefined;
      waiting = [];
      if (options) forget(options.site);
    }
  };

  return (name, ...args) => {
    try {
      if (name === "consent") onConsent(args[0]);
      else if (name === "init") {
        if (options) return;
        options = args[0] as InitOptions;
        begin();
      } else if (agent) call(agent, name, args);
      else if (waiting.length < MAX_WAITING_CALLS) waiting.push([name, args]);
    } catch {
      // The page comes first.
    }
  };
}

function needsConsent({ consent, privacySignals }: InitOptions): boolean {
  const { globalPrivacyControl, doNotTrack } = navigator as Navigator & {
    readonly globalPrivacyControl?: boolean;
    readonly doNotTrack?: string | null;
  };
  return (
    consent === "required" ||
    (privacySignals !== "ignore" && (!!globalPrivacyControl || doNotTrack === "1"))
  );
}

// Everything of ours that is stored for the site has a key that begins so.
function forget(site: string): void {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(keyOf(site))) localStorage.removeItem(key);
  }
}

function call(agent: Agent, name: string, args: readonly unknown[]): void {
  if (name === "error") return recordError(agent, ErrorKind.reported, args[0], args[1] as object);
  if (name === "identify" || name === "context") {
    for (const arg of args) setTags(agent, arg instanceof Object ? arg : { userId: arg });
    return;
  }
  const { pages, startedAt } = agent.session ?? {};
  const visit =
    name === "conversion" && pages
      ? ["pagesVisited", pages, "timeOnSiteMs", Date.now() - (startedAt ?? 0)]
      : [];
  recordCall(agent, name, [...flatten(args), ...visit].map(String), performance.now());
}

/** Records Entry.call. */
export function recordCall(
  { recorder: { ref, timeline, record } }: Agent,
  name: string,
  args: readonly string[],
  atMs: number,
): void {
  record(EntryKind.call, [
    timeline.at(atMs),
    ref(name),
    packed(args.slice(0, MAX_ARGUMENTS).map(ref)),
  ]);
}

/** Adds to what is known of visitor and page; an empty value removes the key. */
export function setTags({ tags }: Agent, added: object): void {
  for (const [key, value] of Object.entries(added)) {
    tags[key] = String(value ?? "");
  }
}

// An object as key, value, key, value.
function flatten(args: readonly unknown[]): unknown[] {
  return args.flatMap((arg) =>
    arg instanceof Object
      ? Object.entries(arg)
          .filter(([, value]) => value != null)
          .flat()
      : (arg ?? ""),
  );
}
