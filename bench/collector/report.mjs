// What a benchmark is told and what it tells: flags, progress on stderr, tables or one JSON object on stdout.
import { parseArgs } from "node:util";

/**
 * @param {readonly string[]} parts what --only may name
 * @param {Record<string, string | boolean>} defaults of the other flags; texts are whole numbers above 0
 */
export function readOptions(parts, defaults) {
  const option = (value) => ({ type: typeof value, default: value });
  const flags = { json: false, only: parts.join(","), ...defaults };
  const { values } = parseArgs({
    options: Object.fromEntries(
      Object.entries(flags).map(([name, value]) => [name, option(value)]),
    ),
  });
  const chosen = values.only.split(",");
  const unknown = chosen.find((part) => !parts.includes(part));
  if (unknown !== undefined) fail(`--only ${unknown}: there is ${parts.join(", ")}`);
  for (const [name, value] of Object.entries(defaults)) {
    if (typeof value !== "string") continue;
    if (!/^[1-9]\d*$/.test(values[name]))
      fail(`--${name} wants a whole number above 0, got ${values[name]}`);
    values[name] = Number(values[name]);
  }
  return { ...values, has: (part) => chosen.includes(part) };
}

function fail(what) {
  console.error(`error: ${what}`);
  process.exit(2);
}

/** @param {string} bench name */
export function createReport(bench) {
  const lines = [];
  const figures = {};
  return {
    figures,
    say: (line) => console.error(`==> ${line}`),
    noteIdle: (mb) => (figures.rss_idle_mb = Math.max(figures.rss_idle_mb ?? 0, mb)),
    notePeak: (mb) => (figures.rss_peak_mb = Math.max(figures.rss_peak_mb ?? 0, mb)),
    table(title, ...head) {
      const row = (...cells) => lines.push(`| ${cells.join(" | ")} |`);
      lines.push("", `**${title}**`, "");
      row(...head);
      row(...head.map((_, index) => (index ? "---:" : "---")));
      return { row };
    },
    text: (line) => lines.push("", line),
    print(asJson) {
      for (const [name, value] of Object.entries(figures))
        figures[name] = Number(value.toPrecision(4));
      if (asJson) return console.log(JSON.stringify({ bench, figures }));
      console.log(lines.join("\n").trim());
      console.log("");
      for (const [name, value] of Object.entries(figures)) console.log(`${name} ${value}`);
    },
  };
}
