// Everything that a journey tells besides vitals, shifts and input: errors, calls, resources, steps, … Pure.
//
// Each kind has a title, a main text and a value; what else the collector says of it is listed by name, so that a field
// that is added to the schema is shown without a change here.
import { formatDuration } from "../format/format";
import type { JourneyEvent } from "../api/types";

/** What deserves a mark on the time line, and what only a row in the list. */
export type OtherKind = "problem" | "goal" | "other";

export interface OtherText {
  readonly kind: OtherKind;
  readonly title: string;
  readonly value: string;
  readonly target: string;
}

type Value = string | number | boolean | readonly unknown[] | object | undefined;
type Fields = Readonly<Record<string, Value>>;

interface Teller {
  readonly title: string | ((fields: Fields) => string);
  readonly kind?: OtherKind | ((fields: Fields) => OtherKind);
  /** Name of the field that says what it is about. */
  readonly about: string;
  readonly value?: (fields: Fields) => string;
}

const text = (value: Value): string =>
  typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
const number = (value: Value): number => (typeof value === "number" ? value : 0);
const lasting = (name = "durationMs") => ({
  value: (fields: Fields) => formatDuration(number(fields[name])),
});

const enumPrefix = /^(KIND|RESOURCE_TYPE|FAILURE|METRIC_UNIT|EFFECTIVE_CONNECTION_TYPE)_/;

/** "step complete" of "KIND_STEP_COMPLETE"; empty for what is not said. */
function words(constant: Value): string {
  const plain = text(constant).replace(enumPrefix, "");
  return plain === "UNSPECIFIED" ? "" : plain.replaceAll("_", " ").toLowerCase();
}

/** 4900 minor units of EUR as "EUR 49.00"; currencies without minor units keep theirs. */
export function money(valueMinor: number, currency: string): string {
  if (currency === "") return "";
  try {
    const format = new Intl.NumberFormat("en", { style: "currency", currency });
    const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
    return format.format(valueMinor / 10 ** digits);
  } catch {
    return `${valueMinor} ${currency}`;
  }
}

const paid = (fields: Fields): string => money(number(fields.valueMinor), text(fields.currency));
const scriptsAndStyles = (fields: Fields): number =>
  number(fields.scriptBytes) +
  number(fields.thirdPartyScriptBytes) +
  number(fields.styleBytes) +
  number(fields.thirdPartyStyleBytes);
const failedCall = (fields: Fields): boolean =>
  number(fields.status) >= 400 ||
  (text(fields.failure) !== "FAILURE_NONE" && fields.failure !== "");

const tellers: Readonly<Record<string, Teller>> = {
  error: { title: (f) => text(f.name) || "Error", kind: "problem", about: "message" },
  deadClick: { title: "Click without an answer", kind: "problem", about: "target" },
  errorClick: {
    title: "Error after a click",
    kind: "problem",
    about: "target",
    ...lasting("delayMs"),
  },
  apiCall: {
    title: (f) => `${text(f.method)} call`.trim(),
    kind: (f) => (failedCall(f) ? "problem" : "other"),
    about: "endpoint",
    value: (f) =>
      [
        f.status === 0 ? words(f.failure) : text(f.status),
        formatDuration(number(f.durationMs)),
      ].join(" · "),
  },
  conversion: {
    title: (f) => text(f.type).replaceAll("_", " ") || "Conversion",
    kind: "goal",
    about: "id",
    value: paid,
  },
  externalConversion: {
    title: (f) => text(f.type).replaceAll("_", " ") || "Conversion",
    kind: "goal",
    about: "origin",
    value: paid,
  },
  journeyStep: {
    title: (f) => `${text(f.journey)}: ${words(f.kind)}`,
    kind: "goal",
    about: "step",
    value: (f) => text(f.reason),
  },
  action: { title: "Action", about: "name" },
  customMetric: {
    title: "Metric",
    about: "name",
    value: (f) => `${number(f.value)} ${words(f.unit)}`.trim(),
  },
  feedback: {
    title: "Feedback",
    kind: "goal",
    about: "topic",
    value: (f) => `${number(f.score)} of 5`,
  },
  resource: { title: (f) => words(f.type) || "resource", about: "url", ...lasting() },
  longAnimationFrame: { title: "Long animation frame", about: "", ...lasting() },
  longTask: {
    title: (f) => (f.veryLong === true ? "Very long task" : "Long task"),
    about: "container",
    ...lasting(),
  },
  serverTiming: { title: "Server timing", about: "name", ...lasting() },
  elementTiming: { title: "Element shown", about: "identifier" },
  userTiming: {
    title: (f) => (f.measure === true ? "Measure" : "Mark"),
    about: "name",
    ...lasting(),
  },
  transition: {
    title: (f) => (f.slow === true ? "Went on slowly" : "Went on"),
    about: "to",
    ...lasting(),
  },
  memorySample: {
    title: (f) => (f.likelyLeak === true ? "Memory, likely a leak" : "Memory"),
    about: "",
    value: (f) => `${Math.round(number(f.usedKib) / 1024)} MiB`,
  },
  render: {
    title: (f) =>
      (f.update === true ? "Rendered again" : "Rendered") + (f.slow === true ? " slowly" : ""),
    about: "component",
    ...lasting("actualMs"),
  },
  activity: { title: (f) => words(f.kind) || "activity", about: "" },
  droppedEntries: {
    title: "Entries the browser dropped",
    about: "type",
    value: (f) => text(f.count),
  },
  connectionChange: { title: "Connection changed", about: "effectiveConnectionType" },
  bundle: {
    title: (f) => (f.overBudget === true ? "Scripts and styles over budget" : "Scripts and styles"),
    about: "",
    value: (f) => `${Math.round(scriptsAndStyles(f) / 1024)} KiB`,
  },
};

/** The event's own field and its teller; undefined for a kind that this dashboard does not know. */
function find(event: JourneyEvent): readonly [Fields, Teller] | undefined {
  for (const [name, teller] of Object.entries(tellers)) {
    const fields = (event as unknown as Fields)[name];
    if (typeof fields === "object" && !Array.isArray(fields)) return [fields as Fields, teller];
  }
  return undefined;
}

/** How an event of one of these kinds reads in the list. */
export function describeOther(event: JourneyEvent): OtherText | undefined {
  const found = find(event);
  if (found === undefined) return undefined;
  const [fields, teller] = found;
  const title = typeof teller.title === "string" ? teller.title : teller.title(fields);
  const kind = typeof teller.kind === "function" ? teller.kind(fields) : (teller.kind ?? "other");
  const about = teller.about === "" ? "" : text(fields[teller.about]);
  return {
    kind,
    title: title.charAt(0).toUpperCase() + title.slice(1),
    value: teller.value?.(fields) ?? "",
    target: enumPrefix.test(about) ? words(about) : about,
  };
}

/** How long it lasted: it ends that much later than it began. */
export function lastedMs(event: JourneyEvent): number {
  return number(find(event)?.[0].durationMs);
}

/** "Transfer size bytes" of "transferSizeBytes". */
function label(name: string): string {
  const spaced = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

function shown(name: string, value: Value): string {
  if (typeof value === "boolean") return value ? "yes" : "";
  if (typeof value === "number") {
    if (value === 0) return "";
    return name.endsWith("Ms") ? formatDuration(value) : String(value);
  }
  if (Array.isArray(value))
    return value
      .map(entry)
      .filter((part) => part !== "")
      .join("; ");
  const plain = text(value);
  if (plain === "FAILURE_NONE") return "";
  return enumPrefix.test(plain) ? words(plain) : plain;
}

/** An item of a list: a tag as "key: value", anything else as its fields. */
function entry(item: unknown): string {
  const fields = item as Fields;
  if (typeof fields.key === "string") return `${fields.key}: ${text(fields.value)}`;
  return Object.entries(fields)
    .map(([name, value]) => [label(name), shown(name, value)] as const)
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `${name.toLowerCase()} ${value}`)
    .join(", ");
}

/** All that is known of it, by name; what is empty or zero is left out. */
export function otherFacts(event: JourneyEvent): readonly (readonly [string, string])[] {
  const found = find(event);
  if (found === undefined) return [];
  return Object.entries(found[0])
    .map(([name, value]) => [label(name.replace(/Ms$/, "")), shown(name, value)] as const)
    .filter(([, value]) => value !== "");
}
