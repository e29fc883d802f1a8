import { useState } from "preact/hooks";
import { getPages } from "../api/client";
import { useQuery } from "../api/use_query";
import { RangeChooser } from "../components/header";
import { PageTable } from "../components/page_table";
import { ErrorState, Loading, NothingYet, StaleNotice } from "../components/states";
import { pageRows, sortPages, type SortKey } from "../format/pages";
import { plural } from "../format/format";
import { vitals } from "../format/vitals";
import { intervalOf, rangeOf } from "../state/ranges";
import type { ViewProps } from "./view_props";

const limit = 1000;

/** Every page group with its vitals. */
export function PagesView({ route, refresh, onRetry }: ViewProps) {
  const range = rangeOf(route.range);
  const [sort, setSort] = useState<{ key: SortKey; isDescending: boolean }>({
    key: "views",
    isDescending: true,
  });
  const pages = useQuery(`${route.site}|${route.range}`, refresh, (signal) =>
    getPages({ site: route.site, ...intervalOf(range, Date.now()), pageGroup: "" }, limit, signal),
  );
  const choose = (key: SortKey): void =>
    // Names are first wanted from A, numbers from the largest.
    setSort((old) => ({ key, isDescending: old.key === key ? !old.isDescending : key !== "page" }));
  const rows =
    pages.data === undefined ? [] : sortPages(pageRows(pages.data), sort.key, sort.isDescending);
  return (
    <>
      <section class="headline headline-plain">
        <div class="headline-row">
          <div>
            <h1>Pages</h1>
            <p class="lede">
              {pages.data === undefined
                ? "\u00a0"
                : `${plural(rows.length, "page group")} seen ${range.phrase}`}
            </p>
          </div>
          <div class="headline-tools">
            <RangeChooser route={route} />
          </div>
        </div>
      </section>
      {pages.error !== undefined && pages.data !== undefined ? (
        <StaleNotice error={pages.error} onRetry={onRetry} />
      ) : null}
      {pages.data === undefined ? (
        pages.error === undefined ? (
          <Loading what="pages" />
        ) : (
          <ErrorState error={pages.error} onRetry={onRetry} />
        )
      ) : rows.length === 0 ? (
        <NothingYet site={route.site} />
      ) : (
        <section class="panel" aria-label="Pages">
          <PageTable
            rows={rows}
            route={route}
            columns={vitals}
            showRageClicks
            sort={sort}
            onSort={choose}
          />
          <p class="fine">Values are p75. A page opens the overview for it alone.</p>
        </section>
      )}
    </>
  );
}
