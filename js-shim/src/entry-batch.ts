// Writes EntryBatches (proto/paceline/v1/entry.proto): what the browser saw, in the order in which it was seen.
import { message, type Field } from "./protobuf.ts";

/** Field numbers of the `entry` oneof in paceline.v1.Entry. */
export const enum EntryKind {
  pageViewStart = 1,
  navigation,
  paint,
  largestContentfulPaint,
  layoutShift,
  eventTiming,
  visibilityChange,
  userInput,
  click,
  call,
  clickResponse,
  // Passed on by core/ as they are.
  error = 20,
  resource,
  apiCall,
  longAnimationFrame,
  longTask,
  serverTiming,
  elementTiming,
  userTiming,
  transition,
  memorySample,
  render,
  activity,
  droppedEntries,
  connectionChange,
  bundle,
}

/** Where a batch comes from: fields 1 to 8 of paceline.v1.EntryBatch. */
export type BatchHeader = readonly [
  site: string,
  sessionId: Uint8Array,
  documentId: Uint8Array,
  sequence: number,
  originUnixMs: number,
  sentUnixMs: number,
  sampleRatePpm: number,
  interactionCount: number,
];

/** Gives the reference of a text, cut to MAX_TEXT_LENGTH, in the batch's string table; 0 is the empty text. */
export type Ref = (text: string) => number;

/** Entries that wait, encoded, for their header. */
export interface EntryBatch {
  readonly ref: Ref;
  /** Appends an entry; its string references come from this batch's `ref`. */
  addEntry(kind: EntryKind, fields: readonly Field[]): void;
  /** Number of entries. */
  entryCount(): number;
  /** About the size of the encoded batch, in bytes. */
  byteCount(): number;
  /** The encoded batch. The entries stay until `clearBatch`. `context` are the fields of paceline.v1.Context. */
  sealBatch(
    header: BatchHeader,
    context: readonly Field[],
    keptUnsampled: boolean,
    rules?: readonly Field[],
  ): Uint8Array<ArrayBuffer>;
  /** Forgets the first `count` entries; without it, or when no other is there, everything. */
  clearBatch(count?: number): void;
}

// In UTF-16 units, so at most 1536 bytes: core keeps 512 bytes of a text, and the collector refuses a batch with one of
// more than 2048.
const MAX_TEXT_LENGTH = 512;

export function createEntryBatch(): EntryBatch {
  let strings: string[] = [];
  let entries: Uint8Array[] = [];
  let bytes = 0;
  return {
    ref(whole) {
      const text = whole.slice(0, MAX_TEXT_LENGTH);
      const known = text ? strings.indexOf(text) + 1 : 0;
      if (known || !text) return known;
      bytes += text.length + 2;
      return strings.push(text);
    },
    addEntry(kind, fields) {
      const oneof: Field[] = [];
      oneof[kind - 1] = message(fields);
      const entry = message(oneof);
      entries.push(entry);
      bytes += entry.length + 2;
    },
    entryCount: () => entries.length,
    byteCount: () => bytes,
    sealBatch: (header, context, keptUnsampled, rules) =>
      message([
        ...header,
        strings,
        message(context),
        entries,
        keptUnsampled,
        rules && message(rules),
      ]),
    clearBatch(count) {
      entries = count ? entries.slice(count) : [];
      if (!entries.length) strings = [];
      bytes = 0;
    },
  };
}
