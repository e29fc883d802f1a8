// What the lazy part adds to `window.paceline`: functions that answer, and what @paceline/agent/react tells.
import { EntryKind } from "../entry-batch.ts";
import { ErrorKind } from "../errors.ts";
import type { Readings, Timed } from "../reading.ts";
import { units } from "../time.ts";
import { safely } from "../url-scrub.ts";
import type { FeatureHost } from "./host.ts";
import { createReadings } from "./readings.ts";
import { createRoom } from "./shared.ts";
import { createTimed } from "./timed.ts";

export interface PageApi extends Readings {
  /** The session's reference, for a checkout that the site's own server opens. */
  reference(): string;
  /** Times a function or a promise. */
  time: Timed;
  /** A component was rendered: durations in milliseconds, `at` as performance.now() gives it. */
  render(component: string, isUpdate: boolean, actual: number, base: number, at: number): void;
  /** An error boundary has caught something. */
  renderError(reason: unknown, attributes?: object): void;
}

// Of a page view; React may render thousands of times.
const MAX_RENDERS = 200;

/** Makes the functions, and tells the page by the event "paceline:ready". They do nothing once the agent has stopped. */
export function offerPageApi(host: FeatureHost): void {
  const { guard } = host;
  const renders = createRoom(host, EntryKind.render, "render", MAX_RENDERS);

  const metric = guard((name: string, value: number, attributes: object) =>
    host.tellCall("metric", [name, value, ...Object.entries(attributes ?? {}).flat()].map(textOf)),
  );
  const api: PageApi = {
    ...createReadings(host),
    reference: () => host.sessionId,
    time: createTimed(metric),
    render: guard((component, isUpdate, actual, base, at) =>
      renders.record(at, textOf(component), isUpdate, units(actual), units(base)),
    ),
    renderError: guard((reason, attributes) =>
      host.tellError(ErrorKind.render, { reason }, attributes as object),
    ),
  };
  Object.assign((window as Window & { readonly paceline?: object }).paceline ?? {}, api);
  dispatchEvent(new Event("paceline:ready"));
}

// A page passes anything.
function textOf(value: unknown): string {
  return safely(() => String(value));
}
