import { useState } from "preact/hooks";
import { getJourney } from "../api/client";
import { useQuery } from "../api/use_query";
import { RatingBadge } from "../components/rating";
import { browserText, deviceText, Notes } from "../components/session_table";
import { ErrorState, Loading, StaleNotice } from "../components/states";
import { formatDuration, formatMoment, plural } from "../format/format";
import { EventDetail } from "../journey/event_detail";
import { EventList } from "../journey/event_list";
import { mostTelling } from "../journey/events";
import { TimelineLegend } from "../journey/legend";
import { TimelineChart } from "../journey/timeline";
import { useMedia } from "../state/appearance";
import { formatRoute, type Route } from "../state/route";
import type { Journey, SessionSummary } from "../api/types";
import type { ViewProps } from "./view_props";

/** One session: its time line, its events as a list, and the details of the chosen one. */
export function JourneyView({ route, refresh, onRetry }: ViewProps) {
  const answer = useQuery(`${route.site}|${route.sessionId}`, refresh, (signal) =>
    getJourney(route.site, route.sessionId, signal),
  );
  if (answer.data === undefined) {
    return answer.error === undefined ? (
      <Loading what="the journey" />
    ) : (
      <ErrorState error={answer.error} onRetry={onRetry} />
    );
  }
  return (
    <>
      {answer.error === undefined ? null : <StaleNotice error={answer.error} onRetry={onRetry} />}
      <Visit key={route.sessionId} route={route} journey={answer.data} />
    </>
  );
}

function Visit({ route, journey }: { readonly route: Route; readonly journey: Journey }) {
  const [selected, setSelected] = useState(() => mostTelling(journey));
  const isWide = useMedia("(min-width: 960px)");
  const event = journey.events[selected];
  return (
    <>
      <section class="headline headline-plain">
        <p class="back">
          <a href={formatRoute({ ...route, view: "sessions", sessionId: "" })}>Sessions</a>
        </p>
        <h1>{journey.session === undefined ? "Journey" : headline(journey.session)}</h1>
        {journey.session === undefined ? null : <SessionFacts session={journey.session} />}
      </section>
      <section class="panel panel-timeline" aria-labelledby="timeline">
        <div class="panel-head">
          <h2 id="timeline">Time line</h2>
          <TimelineLegend />
        </div>
        <TimelineChart journey={journey} selected={selected} onSelect={setSelected} />
      </section>
      <div class="visit-columns">
        <section class="panel" aria-labelledby="events">
          <div class="panel-head">
            <h2 id="events">Events</h2>
            <p class="soft">
              {journey.truncated ? "the first " : ""}
              {plural(journey.events.length, "event")}
            </p>
          </div>
          <EventList
            journey={journey}
            selected={selected}
            onSelect={setSelected}
            isInline={!isWide}
          />
        </section>
        {isWide ? (
          <aside
            class="panel visit-aside"
            aria-label="Details of the chosen event"
            aria-live="polite"
          >
            {event === undefined ? (
              <p class="soft">
                Choose an event, on the time line or in the list, to see what is known of it.
              </p>
            ) : (
              <EventDetail journey={journey} event={event} />
            )}
          </aside>
        ) : null}
      </div>
    </>
  );
}

function headline(session: SessionSummary): string {
  const length = formatDuration(session.lastSeenUnixMs - session.beganUnixMs);
  return `${plural(session.pageViews, "page view")} in ${length}`;
}

function SessionFacts({ session }: { readonly session: SessionSummary }) {
  const facts: readonly (readonly [string, string])[] = [
    ["Began", formatMoment(session.beganUnixMs, Date.now())],
    ["Device", deviceText(session)],
    ["Browser", browserText(session)],
    ["Tier", session.deviceTier],
    ["Connection", session.connection],
    ["Came from", session.referrer === "" ? "directly" : session.referrer],
    ["Clicks", String(session.clicks)],
    ["Rage clicks", String(session.rageClicks)],
  ];
  return (
    <>
      <dl class="session-facts">
        {facts.map(([name, value]) =>
          value === "" ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
        <div>
          <dt>Worst vital</dt>
          <dd>
            <RatingBadge rating={session.worstRating} />
          </dd>
        </div>
      </dl>
      <Notes session={session} withRage={false} />
    </>
  );
}
