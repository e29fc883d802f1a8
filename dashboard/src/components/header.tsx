import { appearances, type Appearance } from "../state/appearance";
import { formatRoute, goTo, type Route, type ViewName } from "../state/route";
import { ranges } from "../state/ranges";
import { LiveState } from "./live_state";
import { Logo } from "./logo";
import type { Live } from "../state/use_live";

interface Props {
  readonly route: Route;
  readonly sites: readonly string[];
  readonly live: Live;
  readonly appearance: Appearance;
  readonly onAppearance: (appearance: Appearance) => void;
}

const tabs: readonly { readonly view: ViewName; readonly label: string }[] = [
  { view: "overview", label: "Overview" },
  { view: "pages", label: "Pages" },
  { view: "sessions", label: "Sessions" },
];

const appearanceLabels: Readonly<Record<Appearance, string>> = {
  system: "System",
  light: "Light",
  dark: "Dark",
};

export function Header({ route, sites, live, appearance, onAppearance }: Props) {
  return (
    <header class="header">
      <div class="header-inner">
        <a class="logo" href={formatRoute({ ...route, view: "overview", pageGroup: "" })}>
          <Logo />
          <span>Paceline</span>
        </a>
        <nav class="tabs" aria-label="Views">
          {tabs.map(({ view, label }) => (
            <a
              key={view}
              href={formatRoute({ ...route, view, sessionId: "" })}
              aria-current={
                route.view === view || (view === "sessions" && route.view === "journey")
                  ? "page"
                  : undefined
              }
            >
              {label}
            </a>
          ))}
        </nav>
        <div class="header-tools">
          <LiveState live={live} />
          <label class="select">
            <span class="hidden">Site</span>
            <select
              value={route.site}
              onChange={(event) =>
                goTo({
                  ...route,
                  view: route.view === "journey" ? "sessions" : route.view,
                  site: event.currentTarget.value,
                  pageGroup: "",
                })
              }
            >
              {sites.map((site) => (
                <option key={site} value={site} selected={site === route.site}>
                  {site}
                </option>
              ))}
            </select>
          </label>
          <label class="select select-quiet">
            <span class="hidden">Theme</span>
            <select
              value={appearance}
              onChange={(event) => onAppearance(event.currentTarget.value as Appearance)}
            >
              {appearances.map((choice) => (
                <option key={choice} value={choice}>
                  {appearanceLabels[choice]}
                </option>
              ))}
            </select>
          </label>
        </div>
      </div>
    </header>
  );
}

/** The ranges as a row of radio buttons. */
export function RangeChooser({ route }: { readonly route: Route }) {
  return (
    <fieldset class="segments">
      <legend class="hidden">Range of time</legend>
      {ranges.map((range) => (
        <label key={range.key}>
          <input
            type="radio"
            name="range"
            value={range.key}
            checked={route.range === range.key}
            onChange={() => goTo({ ...route, range: range.key })}
          />
          <span>{range.label}</span>
        </label>
      ))}
    </fieldset>
  );
}
