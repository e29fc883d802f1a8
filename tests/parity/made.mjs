// Documents made by hand, of what the recorded visits do not have: entries of every kind in the schema, the newest too,
// and the turns that a document's life can take.
import { create, toBinary } from "@bufbuild/protobuf";
import { messageSchema } from "../e2e/support/protocol.mjs";

const ORIGIN_UNIX_MS = 1_780_000_000_000n;
const TEXTS = ["/courses/chess", "main > button.buy", "TypeError", "x is undefined", "https", ""];
const FULL_NUMBER = 7;
// Larger than any browser's, and within what the wire carries.
const LARGEST = { uint32: 0xffff_ffff, sint32: -0x8000_0000, double: 999.5 };

/** Puts entries into the batch that tells of them. Texts in `strings` have the references from 1 on. */
function batchOf(entries, strings, overrides = {}) {
  const schema = messageSchema("EntryBatch");
  return toBinary(
    schema,
    create(schema, {
      site: "academy",
      sessionId: Uint8Array.from({ length: 16 }, (_, i) => i + 1),
      documentId: Uint8Array.from({ length: 8 }, (_, i) => i + 1),
      originUnixMs: ORIGIN_UNIX_MS,
      sentUnixMs: ORIGIN_UNIX_MS + 600_000n,
      sampleRatePpm: 1_000_000,
      interactionCount: 9,
      context: { deviceMemoryMib: 8192, hardwareConcurrency: 4, effectiveConnectionType: 4 },
      strings,
      entries: entries.map(([name, value]) => ({ entry: { case: name, value } })),
      ...overrides,
    }),
  );
}

const START = ["pageViewStart", { navigationType: 1, urlRef: 1, interactionCount: 1 }];

/** A message with a value in each of its fields, as `valueOf` gives it; none where that gives undefined. */
function filled(type, valueOf) {
  const message = {};
  for (const field of type.fields) {
    const value =
      field.fieldKind === "list" ? listOf(field, valueOf) : oneOf(field, field.scalar, valueOf);
    if (value !== undefined) message[field.localName] = value;
  }
  return message;
}

const listOf = (field, valueOf) => {
  if (field.listKind === "message")
    return [filled(field.message, valueOf), filled(field.message, valueOf)];
  const one = valueOf(field, field.scalar);
  return one === undefined ? undefined : [one, one];
};

const oneOf = (field, scalar, valueOf) =>
  field.fieldKind === "message" ? filled(field.message, valueOf) : valueOf(field, scalar);

const SCALARS = { 1: "double", 7: "fixed32", 8: "bool", 12: "bytes", 13: "uint32", 17: "sint32" };

const isRef = ({ name }) => name.endsWith("_ref") || name.endsWith("_refs");
const isStart = ({ name }) => ["at_100us", "start_100us"].includes(name);

function fullValue(field, scalar) {
  if (field.enum) return field.enum.values.at(-1).number;
  if (isRef(field)) return 1 + (field.number % TEXTS.length);
  if (isStart(field)) return 20_000 + field.parent.fields.length;
  return {
    double: 0.125,
    fixed32: 0xdead_beef,
    bool: true,
    bytes: Uint8Array.from({ length: 16 }, (_, i) => 255 - i),
    uint32: FULL_NUMBER * field.number,
    sint32: -FULL_NUMBER * field.number,
  }[SCALARS[scalar]];
}

function largestValue(field, scalar) {
  if (isRef(field) || isStart(field) || field.enum) return fullValue(field, scalar);
  return LARGEST[SCALARS[scalar]] ?? fullValue(field, scalar);
}

/** Names of all kinds of entries that the schema has. */
export function entryKinds() {
  return messageSchema("Entry").oneofs[0].fields.map((field) => field.localName);
}

function eachKind(valueOf) {
  const entries = messageSchema("Entry").oneofs[0].fields.map((field) => [
    field.localName,
    filled(field.message, valueOf),
  ]);
  return batchOf([START, ...entries, START, ...entries], TEXTS);
}

/** Entries with `name` calls of the programming interface; texts are added to `strings`. */
function callsIn(strings, calls) {
  const ref = (text) => {
    if (!strings.includes(text)) strings.push(text);
    return strings.indexOf(text) + 1;
  };
  return calls.map(([name, ...given], i) => [
    "call",
    { at100us: 30_000 + i, nameRef: ref(name), argumentRefs: given.map(ref) },
  ]);
}

const CALLS = [
  ["track", "video", "length", "90", "title", "Opening"],
  ["track"],
  ["track", "odd", "key without value"],
  ["metric", "queue", "12.50", "unit", "ms", "source", "External API", "region", "eu"],
  ["metric", "queue", "-0"],
  ["metric", "queue", "1e308", "unit", "furlongs", "source", "nobody"],
  ["metric", "queue", "1e999"],
  ["metric", "queue", "0.1"],
  ["feedback", "4", "good"],
  ["feedback", "4.5"],
  ["feedback", "0"],
  ["journey", "enrol", "start", "", "version", "3"],
  ["journey", "enrol", "step-start", "form"],
  ["journey", "enrol", "step fail", "form", "reason", "card"],
  ["journey", "enrol", "step-complete", ""],
  ["journey", "enrol", "abandon"],
  ["conversion", "purchase", "value", "49.90", "currency", "eur", "id", "order-1"],
  ["conversion", "purchase", "value", "49.90", "currency", "EUR", "id", "order-1"],
  ["conversion", "purchase", "value", "100", "currency", "JPY", "pagesVisited", "7"],
  ["conversion", "purchase", "value", "9007199254740993", "currency", "XXX"],
  ["conversion", "lead", "timeOnSiteMs", "61000", "plan", "ß💥"],
  ["nothing of the kind", "x"],
];

const click = (at100us, x, flags = 0) => ["click", { at100us, x, y: -x, targetRef: 2, flags }];
const interaction = (start100us, duration100us, interactionId, nameRef) => [
  "eventTiming",
  {
    nameRef,
    start100us,
    duration100us,
    processingStart100us: 50,
    processingDuration100us: duration100us - 60,
    interactionId,
    targetRef: 2,
  },
];
const view = (start100us, navigationType, more = {}) => [
  "pageViewStart",
  { start100us, navigationType, urlRef: 1, ...more },
];

// Prerendered, activated, hidden, brought back from the back/forward cache, routed, and softly navigated.
function life() {
  const strings = ["/courses/chess", "main > button", "pointerdown", "/courses/go"];
  const frame = (start100us) => ["layoutShift", { start100us, value: 0.05 + start100us / 1e7 }];
  return batchOf(
    [
      view(8_000, 5, { activationStart100us: 8_000 }),
      [
        "navigation",
        { responseStart100us: 900, domComplete100us: 4_000, loadEventEnd100us: 4_100 },
      ],
      ["paint", { kind: 2, start100us: 2_000 }],
      ["largestContentfulPaint", { start100us: 9_500, sizePx: 5_000, targetRef: 2, urlRef: 4 }],
      frame(9_600),
      frame(9_700),
      frame(70_000),
      click(72_000, 10),
      interaction(72_000, 2_400, 1, 3),
      ["clickResponse", { at100us: 72_000, targetRef: 2 }],
      click(90_000, 10),
      click(92_000, 11),
      click(94_000, 12),
      click(95_000, 13),
      ["clickResponse", { at100us: 95_000, response100us: 120, targetRef: 2 }],
      click(120_000, 200, 1 << 1),
      ["error", { at100us: 121_000, kind: 1, nameRef: 3, messageRef: 4, line: 3, column: 9 }],
      ["visibilityChange", { at100us: 150_000, hidden: true }],
      view(400_000, 4, { interactionCount: 3 }),
      ["paint", { kind: 3, start100us: 400_300 }],
      ["visibilityChange", { at100us: 400_000, hidden: false }],
      interaction(410_000, 640, 9, 3),
      view(500_000, 8, { urlRef: 4, interactionCount: 4 }),
      frame(500_500),
      interaction(510_000, 5_200, 12, 3),
      view(600_000, 7, { interactionCount: 5 }),
      [
        "largestContentfulPaint",
        { start100us: 602_000, sizePx: 9_000, targetRef: 2, softNavigation: true },
      ],
      ...Array.from({ length: 12 }, (_, i) => [
        "memorySample",
        {
          at100us: 700_000 + i * 100_000,
          usedKib: 80_000 * (i + 1),
          totalKib: 900_000,
          limitKib: 1_000_000,
        },
      ]),
    ],
    strings,
  );
}

/** Judged by rules of the page's own. */
function ownRules() {
  return batchOf(
    [
      START,
      click(10_000, 10),
      click(40_000, 60, 1 << 4),
      ["clickResponse", { at100us: 10_000, targetRef: 2 }],
      ["error", { at100us: 60_000, kind: 2, messageRef: 4 }],
    ],
    TEXTS,
    {
      rules: {
        rageClicks: 2,
        rageIntervalMs: 5_000,
        rageRadiusPx: 80,
        errorClickMs: 3_000,
        judgedClickFlags: 1 << 4,
      },
    },
  );
}

function calls() {
  const strings = [...TEXTS];
  const entries = [START, ["largestContentfulPaint", { start100us: 25_000, sizePx: 9 }]];
  return batchOf([...entries, ...callsIn(strings, CALLS)], strings);
}

/** By name: each a document of one batch. */
export const MADE = {
  "every kind of entry, with everything it can say": () => eachKind(fullValue),
  "every kind of entry, saying nothing": () => eachKind(() => undefined),
  "every kind of entry, with the largest numbers": () => eachKind(largestValue),
  "prerendered, restored, routed, softly navigated": life,
  "calls of the programming interface": calls,
  "clicks judged by the page's own rules": ownRules,
  "a session that is kept for drill-down": () =>
    batchOf([START, ...callsIn(TEXTS.slice(), [["track", "TypeError"]])], [...TEXTS, "track"], {
      keptUnsampled: true,
      sampleRatePpm: 1,
    }),
};
