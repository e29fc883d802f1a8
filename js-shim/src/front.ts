// The programming interface, one per document: keeps calls until an agent runs, and starts and stops it by consent.
import { startAgent, type Agent, type LazyPart } from "./agent.ts";
import { EntryKind } from "./entry-batch.ts";
import { ErrorKind, recordError } from "./errors.ts";
import type { InitOptions } from "./options.ts";
import { packed } from "./protobuf.ts";
import { At, keyOf } from "./session.ts";

/** One call: its name and its arguments. Never throws. */
export type Front = (name: string, ...args: readonly unknown[]) => void;

const MAX_WAITING_CALLS = 100;
const MAX_ARGUMENTS = 64;

/**
 * @param source where this copy of the agent came from; its origin is the default endpoint
 * @param api what the page sees, for the lazy part to extend
 */
export function createFront(
  source: string,
  loadLazy: () => Promise<LazyPart>,
  api: Record<string, unknown>,
): Front {
  let options: InitOptions | undefined;
  let consent: unknown;
  let agent: Agent | undefined;
  let waiting: [string, readonly unknown[]][] = [];

  const update = (): void => {
    if (!options) return;
    const { site, sampleRate } = options;
    const isGranted = consent ? consent === "granted" : !needsConsent(options);
    if (consent && !isGranted) {
      agent?.stop();
      agent = undefined;
      waiting = [];
      for (const storage of [localStorage, sessionStorage])
        for (const key in storage)
          if (`${key}.`.startsWith(`${keyOf(site)}.`)) storage.removeItem(key);
    } else if ((document as Document & { readonly prerendering?: boolean }).prerendering) {
      // Nobody has viewed the page yet.
      document.addEventListener("prerenderingchange", () => front("init"), { once: true });
      // A text is compared as a number, too.
    } else if (site && ((sampleRate ?? 1) as number) > 0 && window.PerformanceObserver) {
      agent ??= startAgent({ options, source, api, loadLazy });
      if (isGranted) agent.grant();
      for (const [name, args] of waiting.splice(0)) front(name, ...args);
    }
  };

  const front: Front = (name, ...args) => {
    try {
      if (name === "init") options ??= args[0] as InitOptions;
      else if (name === "consent") consent = args[0];
      else if (agent) return call(agent, name, args);
      else if (waiting.length < MAX_WAITING_CALLS) waiting.push([name, args]);
      update();
    } catch {
      // The page comes first; and without crypto or the like, there is nothing to measure.
    }
  };
  return front;
}

function needsConsent({ consent, privacySignals }: InitOptions): boolean {
  const signals = navigator as Navigator & {
    readonly globalPrivacyControl?: boolean;
    readonly doNotTrack?: string | null;
  };
  return (
    consent === "required" ||
    (privacySignals !== "ignore" && (!!signals.globalPrivacyControl || signals.doNotTrack === "1"))
  );
}

function call(agent: Agent, name: string, args: readonly unknown[]): void {
  if (name === "error") {
    recordError(agent, ErrorKind.reported, args[0], args[1] as object);
  } else if (name === "identify" || name === "context") {
    // A text says who the visitor is.
    for (const arg of args) setTags(agent, arg instanceof Object ? arg : { userId: arg });
  } else {
    const { session } = agent;
    const texts = flatten(args);
    if (name === "conversion" && session) {
      texts.push("pagesVisited", session[At.pageCount]);
      texts.push("timeOnSiteMs", Date.now() - session[At.startedAt]);
    }
    recordCall(agent, name, texts.map(textOf), performance.now());
  }
}

/** Records Entry.call. */
export function recordCall(
  { onCall, ref, timeline, record }: Agent,
  name: string,
  args: readonly string[],
  atMs: number,
): void {
  onCall(name, args);
  const refs = packed(args.slice(0, MAX_ARGUMENTS).map(ref));
  record(EntryKind.call, [timeline.at(atMs), name, refs]);
}

/** Adds to what is known of visitor and page; an empty value removes the key. */
export function setTags({ tags }: Agent, added: object): void {
  for (const [key, value] of Object.entries(added)) tags[key] = textOf(value);
}

function textOf(value: unknown): string {
  return String(value ?? "");
}

// An object as key, value, key, value.
function flatten(args: readonly unknown[]): unknown[] {
  return args.flatMap((arg) => (arg instanceof Object ? Object.entries(arg).flat() : arg));
}
