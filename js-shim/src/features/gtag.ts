// paceline-gtag-<hash>.js, C24: forwards what the agent knows to Google Analytics, where the page has gtag and the option
// `gtag` is set. Vitals have the names and parameters that Google's own guide to measuring them uses; everything else has a
// name that begins with "paceline_", so that it is not taken for an event of Google's.
import { EntryKind } from "../entry-batch.ts";
import type { Readings } from "../reading.ts";
import type { FeatureHost } from "./host.ts";
import { listen } from "./shared.ts";
import { TRANSITION_KINDS } from "./transition-kinds.ts";

type Values = Readonly<Record<string, string | number | boolean | undefined>>;
type Gtag = (command: "event", name: string, parameters: Values) => void;

/** Of Transition's fields behind the time; durations are in units of 0.1 ms. */
type TransitionFields = readonly [duration: number, kind: number, from: string, to: string];

/** Puts itself in front of what the features call of the host. */
export function forward(host: FeatureHost, readings: Readings): void {
  const send = (name: string, parameters: Values): void => {
    // Google's script may come at any time.
    const { gtag } = window as Window & { readonly gtag?: Gtag };
    gtag?.("event", name, { ...parameters, non_interaction: true });
  };
  const tell = host.guard((name: string, values: Values) => send(`paceline_${name}`, values));

  // By metric: what was sent last of this page view, and under which id.
  let sent: Record<string, { readonly id: string; readonly value: number }> = {};
  const sendVitals = host.guard(() => {
    for (const [name, { value, rating }] of Object.entries(readings.vitals())) {
      const { id = newId(), value: before } = sent[name] ?? {};
      if (value === before) continue;
      const delta = value - (before ?? 0);
      sent[name] = { id, value };
      // Whole numbers only, so CLS in thousandths.
      send(name, {
        value: Math.round(name === "CLS" ? delta * 1000 : delta),
        metric_id: id,
        metric_value: value,
        metric_delta: delta,
        metric_rating: rating,
      });
      if (rating === "poor")
        tell("alert", { metric: name, metric_value: value, severity: "warning" });
    }
  });
  // Once the engine has had the last entries.
  host.onHidden(() => queueMicrotask(sendVitals));
  let path = "";
  host.onPageView((present) => {
    path = present;
    sent = {};
  });

  const { beginRoute, record } = host;
  host.beginRoute = (startMs, type) => {
    sendVitals();
    beginRoute(startMs, type);
    tell("navigation", { page_path: path, navigation_type: type });
  };
  host.record = (kind, atMs, ...fields) => {
    record(kind, atMs, ...fields);
    if (kind !== EntryKind.transition) return;
    const [duration, number, from, to] = fields as unknown as TransitionFields;
    const duration_ms = Math.round(duration / 10);
    tell("page_transition", { from, to, duration_ms, kind: TRANSITION_KINDS[number] });
  };

  host.onCall((name, args) => {
    if (name === "journey") {
      const [journey, kind, step = ""] = args;
      tell(name, { journey, kind, step, ...valuesOf(args.slice(3)) });
    }
    if (name === "conversion") {
      const { value, ...rest } = valuesOf(args.slice(1));
      tell(name, { conversion_type: args[0], ...rest, value: value && Number(value) });
    }
  });
  listen(host, window, "paceline:alert", (event) => {
    const { id, severity, message, metric } = (event as CustomEvent<Values>).detail;
    tell("alert", { alert_id: id, severity, message, metric });
  });
}

function valuesOf(pairs: readonly string[]): Record<string, string | undefined> {
  const values: Record<string, string | undefined> = {};
  for (let i = 0; i < pairs.length; i += 2) values[pairs[i] as string] = pairs[i + 1];
  return values;
}

function newId(): string {
  return `paceline-${Date.now()}-${Math.floor(Math.random() * 1e12)}`;
}
