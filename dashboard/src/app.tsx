import { useEffect, useState } from "preact/hooks";
import { getQuality, getSites } from "./api/client";
import { useQuery } from "./api/use_query";
import { GapBanner } from "./components/gap_banner";
import { Header } from "./components/header";
import { ErrorState, Loading, NothingYet } from "./components/states";
import { TokenPrompt } from "./components/token_prompt";
import { useAppearance } from "./state/appearance";
import { intervalOf, rangeOf } from "./state/ranges";
import { useRoute, type Route } from "./state/route";
import { useLive } from "./state/use_live";
import { JourneyView } from "./views/journey";
import { Overview } from "./views/overview";
import { PagesView } from "./views/pages";
import { SessionsView } from "./views/sessions";

const titles = {
  overview: "Overview",
  pages: "Pages",
  sessions: "Sessions",
  journey: "Journey",
} as const;

/** The whole page: who may see it, which site, and the view of the route. */
export function App() {
  const wanted = useRoute();
  const [appearance, setAppearance, isDark] = useAppearance();
  // Grows when everything is to be asked again: after an error or with a new token.
  const [attempt, setAttempt] = useState(0);
  const onRetry = (): void => setAttempt((old) => old + 1);
  const sites = useQuery("sites", attempt, getSites);
  const known = sites.data?.sites ?? [];
  const route: Route = { ...wanted, site: wanted.site === "" ? (known[0] ?? "") : wanted.site };
  const live = useLive(sites.data === undefined ? "" : route.site, attempt);
  const refresh = attempt + live.refresh;
  const isKnown = sites.data !== undefined && route.site !== "";
  const quality = useQuery(isKnown ? `${route.site}|${route.range}` : "", refresh, (signal) =>
    getQuality(route.site, intervalOf(rangeOf(route.range), Date.now()), signal),
  );

  useEffect(() => {
    document.title = `${titles[route.view]} · ${route.site === "" ? "" : `${route.site} · `}Paceline`;
  }, [route.view, route.site]);

  // A new view begins at its top, as a new page would.
  useEffect(() => scrollTo(0, 0), [route.view, route.sessionId]);

  if (sites.error?.status === 401) return <TokenPrompt onDone={onRetry} />;
  const props = { route, live, refresh, onRetry };
  return (
    <>
      <a class="skip" href="#main" onClick={skipToMain}>
        Skip to the content
      </a>
      <Header
        route={route}
        sites={known.includes(route.site) || route.site === "" ? known : [...known, route.site]}
        live={live}
        appearance={appearance}
        onAppearance={setAppearance}
      />
      <main id="main" tabIndex={-1}>
        {quality.data === undefined ? null : (
          <GapBanner site={route.site} quality={quality.data} nowUnixMs={Date.now()} />
        )}
        {sites.error !== undefined && sites.data === undefined ? (
          <ErrorState error={sites.error} onRetry={onRetry} />
        ) : sites.data === undefined ? (
          <Loading what="sites" />
        ) : route.site === "" ? (
          <NothingYet site="my-site">
            <p class="soft">
              The collector has no site yet: name one under <code>sites</code> in{" "}
              <code>paceline.yaml</code>.
            </p>
          </NothingYet>
        ) : route.view === "pages" ? (
          <PagesView {...props} />
        ) : route.view === "sessions" ? (
          <SessionsView {...props} />
        ) : route.view === "journey" ? (
          <JourneyView {...props} />
        ) : (
          <Overview {...props} quality={quality.data} isDark={isDark} />
        )}
      </main>
    </>
  );
}

/** The hash belongs to the route, so the skip link moves the focus itself. */
function skipToMain(event: Event): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}
