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
}

/** Gives the reference of a text, cut to MAX_TEXT_LENGTH, in the batch's string table; 0 is the empty text. */
export type Ref = (text: string) => number;

/** An entry as it was recorded: encoding it can wait until it leaves. */
export type RecordedEntry = readonly [kind: EntryKind, fields: readonly Field[]];

/** Entries that wait for their header. */
export interface EntryBatch {
  texts: string[];
  recorded: RecordedEntry[];
  /** About the size of the encoded batch, and rather more. */
  byteCount: number;
  ref: Ref;
  /** Appends an entry; its string references come from this batch's `ref`, and a text stands for its reference. */
  addEntry: (...entry: RecordedEntry) => void;
  clearBatch: () => void;
}

// In UTF-16 units, so at most 1536 bytes: core keeps 512 bytes of a text, and the collector refuses a batch with one of
// more than 2048.
const MAX_TEXT_LENGTH = 512;

/** Makes an empty batch of `batch`. */
export function keepEntries(batch: EntryBatch): void {
  batch.ref = (whole) => {
    const text = whole.slice(0, MAX_TEXT_LENGTH);
    const known = batch.texts.indexOf(text) + 1;
    if (known || !text) return known;
    batch.byteCount += text.length;
    return batch.texts.push(text);
  };
  batch.addEntry = (...entry) => {
    batch.recorded.push(entry);
    batch.byteCount += `${entry}`.length;
  };
  batch.clearBatch = () => {
    batch.texts = [];
    batch.recorded = [];
    batch.byteCount = 0;
  };
  batch.clearBatch();
}

/** The entries as EntryBatch.entries has them. Before the texts are: these come to be by it. */
export function encodeEntries(batch: EntryBatch): readonly Uint8Array[] {
  return batch.recorded.map(([kind, fields]) =>
    message([...Array<undefined>(kind - 1), [fields]], batch.ref),
  );
}
