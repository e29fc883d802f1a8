// What the agent gives its features, which are loaded when the page is idle.
import type { EntryKind } from "../entry-batch.ts";
import type { ErrorKind, FailureEvent } from "../errors.ts";
import type { Guard } from "../guard.ts";
import type { InitOptions } from "../options.ts";
import type { Field } from "../protobuf.ts";
import type { Sender } from "../send.ts";
import type { Timeline } from "../time.ts";

export type * from "../site-config.ts";

/** Records an entry: its time, as performance.now() gives it, and the fields behind that. A text as a field stands for its reference. */
export type RecordAt = (kind: EntryKind, atMs: number, ...fields: readonly Field[]) => void;

export interface FeatureHost {
  readonly timeline: Timeline;
  record: RecordAt;
  /** From a script tag, all values are texts. */
  readonly options: InitOptions;
  /** Base URL of the collector, without a slash at the end. */
  readonly baseUrl: string;
  /** Retries, keeps and compresses what it sends: features/sending.ts. */
  readonly sender: Sender;
  /** Everything that the page calls goes through it: nothing of ours may throw into the page. */
  readonly guard: Guard;
  /** False: nothing may be stored in the browser. */
  readonly useStorage: boolean;
  /** 32 hexadecimal digits. */
  readonly sessionId: string;
  /** Records a call of the programming interface: Entry.call. */
  tellCall(name: string, args: readonly string[]): void;
  /** Adds to what is known of visitor and page: Context.tag_refs of every later batch. An empty value removes the key. */
  setTags(tags: Readonly<Record<string, string>>): void;
  /** Called before every later call is recorded. For one feature only. */
  onCall(callback: (name: string, args: readonly string[]) => void): void;
  /** The present value of the Metric of that number, in ms (CLS as it is), where the engine runs and knows it. */
  reading(metric: number): number | undefined;
  /** Errors of the page view. */
  errorCount(): number;
  /**
   * Begins a page view of the type ROUTE at the present location; older entries stay with the one before. `type`: push,
   * replace or traverse, where it is known.
   */
  beginRoute(startMs: number, type: string): void;
  /** Called with the scrubbed path at once, and for every further page view of this document. */
  onPageView(callback: (path: string) => void): void;
  onHidden(callback: () => void): void;
  /** Says of every further click which bits it has: Click.flags. */
  flagClicks(flagsOf: (click: MouseEvent) => number): void;
  /** Stops the agent for good. */
  stop(): void;
  /** Called when the agent stops for good (consent revoked, too many failures): give back what was wrapped or observed. At once when it has. */
  onStop(callback: () => void): void;
  /** Records Entry.error, scrubbed, within the page view's bounds. */
  tellError(kind: ErrorKind, failure: Partial<FailureEvent>, attributes?: object): void;
}
