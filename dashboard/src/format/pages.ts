// The columns of GetPagesResponse as rows, and their order on the screen. Pure.
import type { Metric, Pages, Rating } from "../api/types";

export interface PageCell {
  readonly count: number;
  readonly p75: number;
  readonly rating: Rating;
}

export interface PageRow {
  readonly pageGroup: string;
  readonly pageViews: number;
  readonly rageClicks: number;
  readonly metrics: ReadonlyMap<string, PageCell>;
}

export type SortKey = "page" | "views" | "rage" | Metric;

export function pageRows(pages: Pages): readonly PageRow[] {
  return pages.pageGroup.map((pageGroup, index) => ({
    pageGroup,
    pageViews: pages.pageViews[index] ?? 0,
    rageClicks: pages.rageClicks[index] ?? 0,
    metrics: new Map(
      pages.metrics.map((column) => [
        column.metric,
        {
          count: column.count[index] ?? 0,
          p75: column.p75[index] ?? 0,
          rating: column.rating[index] ?? "RATING_UNSPECIFIED",
        },
      ]),
    ),
  }));
}

/** A sorted copy. Pages that did not measure the sorted vital stand last either way; ties keep their order. */
export function sortPages(
  rows: readonly PageRow[],
  key: SortKey,
  isDescending: boolean,
): readonly PageRow[] {
  const direction = isDescending ? -1 : 1;
  return rows.toSorted((a, b) => {
    if (key === "page") return direction * a.pageGroup.localeCompare(b.pageGroup, "en");
    const left = valueOf(a, key);
    const right = valueOf(b, key);
    if (left === undefined || right === undefined) {
      return Number(left === undefined) - Number(right === undefined);
    }
    return direction * (left - right);
  });
}

function valueOf(row: PageRow, key: Exclude<SortKey, "page">): number | undefined {
  if (key === "views") return row.pageViews;
  if (key === "rage") return row.rageClicks;
  const cell = row.metrics.get(key);
  return cell !== undefined && cell.count > 0 ? cell.p75 : undefined;
}
