// The report on the terminal.

const DASH = "-";

const FORMATS = {
  CLS: (value) => value.toFixed(4),
  clicks: String,
  rageClicks: String,
  layoutShifts: String,
};
const HEADINGS = { rageClicks: "rage", layoutShifts: "shifts" };

const format = ({ name }, value) =>
  value === undefined ? DASH : (FORMATS[name] ?? ((time) => time.toFixed(1)))(value);

/** Lines of text columns, the first `leftColumns` left-aligned, the others right-aligned. */
function columns(lines, leftColumns) {
  const widths = [];
  for (const line of lines) {
    line.forEach((text, index) => (widths[index] = Math.max(widths[index] ?? 0, text.length)));
  }
  return lines.map((line) =>
    line
      .map((text, index) =>
        index < leftColumns ? text.padEnd(widths[index]) : text.padStart(widths[index]),
      )
      .join("  ")
      .trimEnd(),
  );
}

/**
 * Two lines for each page view: what the page measured, and below it what the collector answers.
 * @param {{name: string, sessionId: string, comparison: import('./compare.mjs').Comparison}[]} visits
 */
export function visitsTable(visits) {
  const lines = [];
  visits.forEach(({ name, sessionId, comparison }, visit) => {
    comparison.rows.forEach(({ path, navigationType, cells, agrees }, index) => {
      if (lines.length === 0) {
        lines.push([
          "visit",
          "page",
          "measured by",
          ...cells.map((cell) => HEADINGS[cell.name] ?? cell.name),
          "",
        ]);
      }
      const first = index === 0;
      const kind = navigationType === "navigate" ? "" : ` (${navigationType})`;
      lines.push([
        first ? `${visit + 1} ${name}` : "",
        path + kind,
        "page",
        ...cells.map((cell) => format(cell, cell.page)),
        "",
      ]);
      lines.push([
        first ? `  ${sessionId.slice(0, 12)}` : "",
        "",
        "collector",
        ...cells.map((cell) => format(cell, cell.collector)),
        agrees ? "agree" : "DIFFER",
      ]);
    });
  });
  const [heading, ...body] = columns(lines, 3);
  return [heading, "-".repeat(heading.length), ...body].join("\n");
}

/** @param {ReturnType<import('./compare.mjs').compareGrowth>} growth */
export function rollupsTable(growth) {
  const lines = [
    ["rollups grew by", ...growth.map(({ name }) => name)],
    ["visited", ...growth.map(({ page }) => String(page))],
    ["collector", ...growth.map(({ collector }) => String(Math.round(collector * 1e6) / 1e6))],
    ["", ...growth.map(({ agrees }) => (agrees ? "agree" : "DIFFER"))],
  ];
  return columns(lines, 1).join("\n");
}
