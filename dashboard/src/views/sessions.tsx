import { getSessions } from "../api/client";
import { useQuery } from "../api/use_query";
import { RangeChooser } from "../components/header";
import { PageFilter } from "../components/page_filter";
import { SessionTable } from "../components/session_table";
import { ErrorState, Loading, NothingYet, StaleNotice } from "../components/states";
import { ratingInfo } from "../format/vitals";
import { intervalOf, rangeOf } from "../state/ranges";
import { goTo, type Route } from "../state/route";
import type { Rating, Sessions } from "../api/types";
import type { ViewProps } from "./view_props";

const limit = 200;

/** Sessions of the range, newest first, filtered by rating, page group and rage clicks. */
export function SessionsView({ route, refresh, onRetry }: ViewProps) {
  const range = rangeOf(route.range);
  const key = `${route.site}|${route.range}|${route.pageGroup}|${route.rating}|${route.rageClicks}`;
  const sessions = useQuery(key, refresh, (signal) => {
    const scope = {
      site: route.site,
      ...intervalOf(range, Date.now()),
      pageGroup: route.pageGroup,
    };
    return getSessions(
      scope,
      { rating: route.rating, rageClicks: route.rageClicks },
      limit,
      signal,
    );
  });
  const isFiltered =
    route.pageGroup !== "" || route.rating !== "RATING_UNSPECIFIED" || route.rageClicks;
  return (
    <>
      <section class="headline headline-plain">
        <div class="headline-row">
          <div>
            <h1>Sessions</h1>
            <p class="lede">
              {sessions.data === undefined ? "\u00a0" : countText(sessions.data, range.phrase)}
            </p>
          </div>
          <div class="headline-tools">
            <RangeChooser route={route} />
          </div>
        </div>
        <Filters route={route} />
      </section>
      {sessions.error !== undefined && sessions.data !== undefined ? (
        <StaleNotice error={sessions.error} onRetry={onRetry} />
      ) : null}
      {sessions.data === undefined ? (
        sessions.error === undefined ? (
          <Loading what="sessions" />
        ) : (
          <ErrorState error={sessions.error} onRetry={onRetry} />
        )
      ) : sessions.data.sessions.length > 0 ? (
        <section class="panel" aria-label="Sessions">
          <SessionTable sessions={sessions.data.sessions} route={route} />
        </section>
      ) : isFiltered ? (
        <div class="state">
          <h2>No session matches</h2>
          <p class="soft">Choose a longer range or take a filter away.</p>
          <button
            type="button"
            class="button"
            onClick={() =>
              goTo({ ...route, pageGroup: "", rating: "RATING_UNSPECIFIED", rageClicks: false })
            }
          >
            Take all filters away
          </button>
        </div>
      ) : (
        <NothingYet site={route.site} />
      )}
    </>
  );
}

function countText(answer: Sessions, phrase: string): string {
  const count = answer.sessions.length;
  if (answer.truncated) return `The newest ${count} sessions that began ${phrase}`;
  return `${count} session${count === 1 ? "" : "s"} began ${phrase}`;
}

const ratings: readonly Rating[] = [
  "RATING_UNSPECIFIED",
  "RATING_GOOD",
  "RATING_NEEDS_IMPROVEMENT",
  "RATING_POOR",
];

function Filters({ route }: { readonly route: Route }) {
  return (
    <div class="filters" role="group" aria-label="Filters">
      <label class="select">
        <span class="filter-name">With a Core Web Vital that is</span>
        <select
          value={route.rating}
          onChange={(event) => goTo({ ...route, rating: event.currentTarget.value as Rating })}
        >
          {ratings.map((rating) => (
            <option key={rating} value={rating}>
              {rating === "RATING_UNSPECIFIED" ? "anything" : ratingInfo(rating).word.toLowerCase()}
            </option>
          ))}
        </select>
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={route.rageClicks}
          onChange={(event) => goTo({ ...route, rageClicks: event.currentTarget.checked })}
        />
        <span>With rage clicks</span>
      </label>
      <PageFilter route={route} />
    </div>
  );
}
