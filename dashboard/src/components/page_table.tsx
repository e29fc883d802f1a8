import { formatCount, vitalText } from "../format/format";
import { vitals, type VitalInfo } from "../format/vitals";
import { formatRoute, type Route } from "../state/route";
import { RatedValue } from "./rating";
import type { PageRow, SortKey } from "../format/pages";

interface Props {
  readonly rows: readonly PageRow[];
  readonly route: Route;
  readonly columns: readonly VitalInfo[];
  readonly showRageClicks: boolean;
  readonly sort?: { readonly key: SortKey; readonly isDescending: boolean } | undefined;
  readonly onSort?: ((key: SortKey) => void) | undefined;
}

/**
 * Page groups with their views and vitals. Each row's link filters the overview. The roles are written out because the
 * narrow layout (a grid) would take them from the table's elements.
 */
export function PageTable({ rows, route, columns, showRageClicks, sort, onSort }: Props) {
  const most = Math.max(1, ...rows.map((row) => row.pageViews));
  const head = (key: SortKey, label: string, className: string) => (
    <th
      scope="col"
      role="columnheader"
      class={className}
      aria-sort={sort?.key !== key ? undefined : sort.isDescending ? "descending" : "ascending"}
    >
      {onSort === undefined ? (
        label
      ) : (
        <button type="button" class="sort" onClick={() => onSort(key)}>
          {label}
          <svg viewBox="0 0 8 12" aria-hidden="true">
            <path class="sort-up" d="M4 1 7 5H1z" />
            <path class="sort-down" d="M4 11 7 7H1z" />
          </svg>
        </button>
      )}
    </th>
  );
  return (
    <table class="table pages" role="table">
      <thead role="rowgroup">
        <tr role="row">
          {head("page", "Page", "page-cell")}
          {head("views", "Views", "number")}
          {columns.map((info) =>
            head(info.metric, info.short, `number${info.isCore ? "" : " wide-only"}`),
          )}
          {showRageClicks ? head("rage", "Rage clicks", "number wide-only") : null}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr key={row.pageGroup} role="row">
            <th scope="row" role="rowheader" class="page-cell">
              <a
                href={formatRoute({ ...route, view: "overview", pageGroup: row.pageGroup })}
                title={row.pageGroup}
              >
                {row.pageGroup}
              </a>
              <svg class="share" viewBox="0 0 100 2" preserveAspectRatio="none" aria-hidden="true">
                <rect width={(row.pageViews / most) * 100} height="2" />
              </svg>
            </th>
            <td role="cell" class="number">
              {formatCount(row.pageViews)}
            </td>
            {columns.map((info) => {
              const cell = row.metrics.get(info.metric);
              return (
                <td
                  key={info.metric}
                  role="cell"
                  class={`number${info.isCore ? "" : " wide-only"}`}
                >
                  {cell === undefined || cell.count <= 0 ? (
                    <span class="soft">–</span>
                  ) : (
                    <RatedValue rating={cell.rating} text={vitalText(info, cell.p75)} />
                  )}
                </td>
              );
            })}
            {showRageClicks ? (
              <td role="cell" class="number wide-only">
                {row.rageClicks > 0 ? formatCount(row.rageClicks) : <span class="soft">0</span>}
              </td>
            ) : null}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export const coreVitals: readonly VitalInfo[] = vitals.filter((info) => info.isCore);
