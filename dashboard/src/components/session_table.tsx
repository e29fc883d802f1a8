import { formatDuration, formatMoment, plural } from "../format/format";
import { formatRoute, type Route } from "../state/route";
import { RatingBadge, RatingMark } from "./rating";
import { ratingInfo } from "../format/vitals";
import type { SessionSummary } from "../api/types";

interface Props {
  readonly sessions: readonly SessionSummary[];
  readonly route: Route;
}

/** One row per session; the link of its first cell opens the journey. */
export function SessionTable({ sessions, route }: Props) {
  return (
    <table class="table sessions">
      <thead>
        <tr>
          <th scope="col">Began</th>
          <th scope="col">Journey</th>
          <th scope="col" class="wide-only">
            Device
          </th>
          <th scope="col" class="number wide-only">
            Page views
          </th>
          <th scope="col" class="number wide-only">
            Rage clicks
          </th>
          <th scope="col">Worst vital</th>
        </tr>
      </thead>
      <tbody>
        {sessions.map((session) => (
          <tr key={session.sessionId}>
            <th scope="row" class="began">
              <a href={formatRoute({ ...route, view: "journey", sessionId: session.sessionId })}>
                {formatMoment(session.beganUnixMs, Date.now())}
                <span class="hidden">, session {session.sessionId.slice(0, 8)}</span>
              </a>
              <span class="sub">
                {formatDuration(session.lastSeenUnixMs - session.beganUnixMs)}
              </span>
            </th>
            <td class="path-cell">
              <Path session={session} />
              <span class="sub narrow-only">
                {plural(session.pageViews, "page view")} · {deviceText(session)}
              </span>
              <Notes session={session} withRage />
            </td>
            <td class="wide-only">
              {deviceText(session)}
              <span class="sub">{browserText(session)}</span>
            </td>
            <td class="number wide-only">{session.pageViews}</td>
            <td class="number wide-only">
              {session.rageClicks > 0 ? (
                <strong>{session.rageClicks}</strong>
              ) : (
                <span class="soft">0</span>
              )}
            </td>
            <td class="worst">
              <span class="wide-only-inline">
                <RatingBadge rating={session.worstRating} />
              </span>
              <span class="narrow-only-inline" title={ratingInfo(session.worstRating).word}>
                <RatingMark rating={session.worstRating} />
                <span class="hidden">{ratingInfo(session.worstRating).word}</span>
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Entry page, and the exit page when it is another. */
export function Path({ session }: { readonly session: SessionSummary }) {
  return (
    <span class="path">
      <PagePath path={session.entryPage} />
      {session.pageViews > 1 ? (
        <>
          <span class="path-arrow" aria-hidden="true">
            →
          </span>
          <span class="hidden"> to </span>
          <PagePath path={session.exitPage} />
        </>
      ) : null}
    </span>
  );
}

/** A path that is broken after slashes only, where it has to be broken. */
function PagePath({ path }: { readonly path: string }) {
  if (path === "") return <span class="soft">unknown page</span>;
  return (
    <span>
      {path.split(/(?<=.\/)/).map((part, index) => (
        <span key={index} class="path-part">
          {part}
        </span>
      ))}
    </span>
  );
}

interface NotesProps {
  readonly session: SessionSummary;
  /** Whether rage clicks are named here, where a narrow screen has no column for them. */
  readonly withRage: boolean;
}

/** What sets a session apart: rage clicks, not in the sample, a bot. */
export function Notes({ session, withRage }: NotesProps) {
  return (
    <span class="notes">
      {withRage && session.rageClicks > 0 ? (
        <span class="note note-rage narrow-only-inline">
          {plural(session.rageClicks, "rage click")}
        </span>
      ) : null}
      {session.weight === 0 ? (
        <span
          class="note"
          title="Not in the sample, so not in the statistics; kept because it turned out poor."
        >
          kept, not sampled
        </span>
      ) : null}
      {session.bot ? <span class="note">bot</span> : null}
    </span>
  );
}

export function deviceText(session: SessionSummary): string {
  return [session.deviceType, session.os].filter((part) => part !== "").join(", ") || "unknown";
}

export function browserText(session: SessionSummary): string {
  const browser = `${session.browser} ${session.browserVersion}`.trim();
  return session.inAppBrowser ? `${browser}, in an app` : browser;
}
