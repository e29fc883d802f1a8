import { getPages, getTimeSeries, getVitals, type Scope } from "../api/client";
import { useQuery } from "../api/use_query";
import { Histogram } from "../charts/histogram";
import { Trend } from "../charts/trend";
import { BeatLine } from "../components/beat_line";
import { RangeChooser } from "../components/header";
import { PageFilter } from "../components/page_filter";
import { coreVitals, PageTable } from "../components/page_table";
import { Percentiles } from "../components/percentiles";
import { QualityPanel } from "../components/quality_panel";
import { ErrorState, Loading, NothingYet, StaleNotice } from "../components/states";
import { VitalCard } from "../components/vital_card";
import { pageRows } from "../format/pages";
import { plural } from "../format/format";
import { vitals, type VitalInfo } from "../format/vitals";
import { headlineOf } from "../format/headline";
import { intervalOf, rangeOf, stepFor } from "../state/ranges";
import { formatRoute, goTo, type Route } from "../state/route";
import type { Live } from "../state/use_live";
import type { ViewProps } from "./view_props";
import type { Quality, TimeSeries, Vitals } from "../api/types";

const topPages = 6;

/** How the site felt over the range, live. */
export function Overview({
  route,
  live,
  refresh,
  quality,
  isDark,
  onRetry,
}: ViewProps & { readonly quality: Quality | undefined; readonly isDark: boolean }) {
  const range = rangeOf(route.range);
  const scopeNow = (): Scope => ({
    site: route.site,
    ...intervalOf(range, Date.now()),
    pageGroup: route.pageGroup,
  });
  const key = `${route.site}|${route.range}|${route.pageGroup}`;
  const summary = useQuery(key, refresh, (signal) => getVitals(scopeNow(), signal));
  const stepMs = summary.data === undefined ? 0 : stepFor(range, summary.data.pageViews);
  // The key is empty, and nothing is asked, until the step is known.
  const series = useQuery(stepMs === 0 ? "" : `${key}|${stepMs}`, refresh, async (signal) => {
    const scope = scopeNow();
    const all = await Promise.all(
      vitals.map((info) => getTimeSeries(scope, info.metric, stepMs, signal)),
    );
    return new Map(all.map((one) => [one.metric as string, one]));
  });
  const pages = useQuery(`${route.site}|${route.range}`, refresh, (signal) =>
    getPages(scopeNow(), topPages, signal),
  );

  const error = summary.error ?? series.error ?? pages.error;
  const chosen = vitals.find((info) => info.short.toLowerCase() === route.vital);
  if (summary.data === undefined && error !== undefined)
    return <ErrorState error={error} onRetry={onRetry} />;
  if (summary.data === undefined || chosen === undefined) return <Loading what="vitals" />;
  const answer = summary.data;
  return (
    <>
      {error === undefined ? null : <StaleNotice error={error} onRetry={onRetry} />}
      <Headline route={route} answer={answer} live={live} phrase={range.phrase} />
      {answer.pageViews <= 0 ? (
        <EmptyOverview route={route} />
      ) : (
        <>
          <section class="cards" aria-label="Vitals">
            {vitals.map((info) => (
              <VitalCard
                key={info.metric}
                info={info}
                summary={answer.vitals.find((vital) => vital.metric === info.metric)}
                series={series.data?.get(info.metric)}
                isChosen={info === chosen}
                onChoose={() => goTo({ ...route, vital: info.short.toLowerCase() }, true)}
              />
            ))}
          </section>
          <Detail
            info={chosen}
            answer={answer}
            series={series.data?.get(chosen.metric)}
            isDark={isDark}
          />
          <section class="panel" aria-labelledby="top-pages">
            <div class="panel-head">
              <h2 id="top-pages">Top pages</h2>
              <a href={formatRoute({ ...route, view: "pages" })}>All pages</a>
            </div>
            {pages.data === undefined ? (
              <Loading what="pages" />
            ) : (
              <PageTable
                rows={pageRows(pages.data)}
                route={route}
                columns={coreVitals}
                showRageClicks={false}
              />
            )}
          </section>
        </>
      )}
      {quality === undefined ? null : <QualityPanel quality={quality} nowUnixMs={Date.now()} />}
    </>
  );
}

interface HeadlineProps {
  readonly route: Route;
  readonly answer: Vitals;
  readonly live: Live;
  readonly phrase: string;
}

function Headline({ route, answer, live, phrase }: HeadlineProps) {
  return (
    <section class="headline" aria-labelledby="headline">
      <div class="headline-row">
        <div>
          <h1 id="headline">{headlineOf(answer)}</h1>
          <p class="lede">
            {plural(answer.pageViews, "page view")} {phrase}
            {answer.rageClicks > 0 ? (
              <>
                {", "}
                <a href={formatRoute({ ...route, view: "sessions", rageClicks: true })}>
                  {plural(answer.rageClicks, "rage click")}
                </a>
              </>
            ) : null}
          </p>
        </div>
        <div class="headline-tools">
          <PageFilter route={route} />
          <RangeChooser route={route} />
        </div>
      </div>
      <BeatLine beats={live.beats} route={route} />
    </section>
  );
}

interface DetailProps {
  readonly info: VitalInfo;
  readonly answer: Vitals;
  readonly series: TimeSeries | undefined;
  readonly isDark: boolean;
}

function Detail({ info, answer, series, isDark }: DetailProps) {
  const summary = answer.vitals.find((vital) => vital.metric === info.metric);
  const isMeasured = summary !== undefined && summary.count > 0;
  return (
    <div class="detail">
      <section class="panel" aria-labelledby="trend">
        <div class="panel-head">
          <h2 id="trend">{info.name}</h2>
          <p class="soft">p75 over time</p>
        </div>
        {series === undefined ? (
          <Loading what="the trend" />
        ) : (
          <Trend info={info} series={series} isDark={isDark} />
        )}
      </section>
      <section class="panel" aria-labelledby="spread">
        <div class="panel-head">
          <h2 id="spread">Distribution</h2>
          {isMeasured ? <p class="soft">{plural(summary.count, "page view")}</p> : null}
        </div>
        {isMeasured ? (
          <Histogram info={info} summary={summary} />
        ) : (
          <p class="soft">No page view measured {info.short} in this range.</p>
        )}
        {isMeasured ? (
          <Percentiles info={info} summary={summary} error={answer.relativeError} />
        ) : null}
      </section>
    </div>
  );
}

function EmptyOverview({ route }: { readonly route: Route }) {
  return (
    <NothingYet site={route.site}>
      <p class="soft">
        {route.range === "30d" && route.pageGroup === "" ? (
          "Nothing arrived in the last 30 days."
        ) : (
          <>
            Nothing arrived in this range{route.pageGroup === "" ? "" : " for this page"}.{" "}
            <a href={formatRoute({ ...route, range: "30d", pageGroup: "" })}>
              Look at 30 days and all pages
            </a>
          </>
        )}
      </p>
    </NothingYet>
  );
}
