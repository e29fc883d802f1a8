// What the collector makes of a document's beacons, as a value that can be compared: per page view the last value of
// each vital, and everything that happened. Strings are resolved, so it does not matter which beacon said what.

/**
 * @param {readonly any[]} beacons decoded; those that are covered by another's coversEntriesBefore left out
 * @returns {Record<string, {header: any, vitals: Record<string, any>, events: string[]}>} by index of the page view
 */
export function factOf(beacons) {
  const fact = {};
  const inOrder = [...beacons].sort((a, b) => a.sequence - b.sequence);
  for (const beacon of inOrder) {
    for (const header of beacon.pageViews) {
      fact[header.index] ??= { header: resolve(header, beacon.strings), vitals: {}, events: [] };
    }
    for (const { pageView, at100us, event } of beacon.events) {
      const { vitals, events } = fact[pageView];
      const value = resolve(event.value, beacon.strings);
      if (event.case === "vital") {
        // The deltas depend on how often it was said; together with the first value they are the last one. The number of
        // entries is that of when the value was said: more of them change nothing.
        const last = { ...value };
        delete last.delta;
        delete last.entryCount;
        const known = vitals[value.metric];
        const told = known ? BigInt(known.told) + BigInt(value.delta) : BigInt(value.value);
        vitals[value.metric] = { ...last, told: String(told) };
      } else {
        events.push(JSON.stringify({ at100us, case: event.case, ...value }));
      }
    }
  }
  for (const pageView of Object.values(fact)) pageView.events.sort();
  return fact;
}

// References by their texts, 64-bit numbers as text, and without the library's own keys.
function resolve(value, strings) {
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return value.map((item) => resolve(item, strings));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !key.startsWith("$"))
      .map(([key, item]) => {
        const text = (ref) => (ref === 0 ? "" : strings[ref - 1]);
        if (key.endsWith("Ref")) return [key.slice(0, -3), text(item)];
        return [key, key.endsWith("Refs") ? item.map(text) : resolve(item, strings)];
      }),
  );
}
