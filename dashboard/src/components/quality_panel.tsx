import type { OutcomeCount, Quality } from "../api/types";
import { formatCount, plural } from "../format/format";
import { countOf, daysText, gapText, percentText, refusalsOf } from "../format/quality";
import { RatingMark } from "./rating";

interface Props {
  readonly quality: Quality;
  readonly nowUnixMs: number;
}

/** Whether what the pages sent has come, what was refused and why, and when nothing came at all. */
export function QualityPanel({ quality, nowUnixMs }: Props) {
  const gaps = quality.gaps.filter((gap) => gap.toUnixMs > 0);
  return (
    <section class="panel quality" aria-labelledby="quality">
      <div class="panel-head">
        <h2 id="quality">Data quality</h2>
        <p class="soft">{daysText(quality)}</p>
      </div>
      <div class="quality-columns">
        <Completeness quality={quality} />
        <Coverage quality={quality} />
        <div>
          <h3>Refused</h3>
          <Refusals outcomes={quality.outcomes} nobodys={quality.nobodys} />
        </div>
        {gaps.length === 0 ? null : (
          <div>
            <h3>Nothing came</h3>
            <ul class="quality-gaps">
              {gaps.map((gap) => (
                <li key={gap.fromUnixMs}>{gapText(gap, nowUnixMs)}</li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </section>
  );
}

interface ShareProps {
  readonly name: "completeness" | "coverage";
  readonly share: number;
  readonly isPoor: boolean;
  readonly target: number;
}

/** A share, with a flag when it is below its target. */
function Share({ name, share, isPoor, target }: ShareProps) {
  return (
    <>
      <p class="quality-figure" {...{ [`data-${name}`]: "" }}>
        {percentText(share)}
        <small>%</small>
      </p>
      {isPoor ? (
        <p class="badge tone-poor">
          <RatingMark rating="RATING_POOR" />
          Below {percentText(target)}&nbsp;%
        </p>
      ) : null}
    </>
  );
}

function Completeness({ quality }: { readonly quality: Quality }) {
  const { completeness, stored, missing, incomplete, completenessTarget } = quality;
  const twice = countOf(quality.outcomes, "OUTCOME_DUPLICATE");
  if (completeness === undefined) return <p class="soft">No beacon has come on these days.</p>;
  return (
    <div>
      <h3>Complete</h3>
      <Share
        name="completeness"
        share={completeness}
        isPoor={incomplete}
        target={completenessTarget}
      />
      <p class="soft">
        {plural(stored, "beacon")} stored, {missing === 0 ? "none" : formatCount(missing)} missing
        by the pages’ own numbering
        {twice === 0 ? null : `; ${formatCount(twice)} sent again, counted once`}
      </p>
    </div>
  );
}

/** What was measured of what the site's servers saw; nothing while nobody has told what that was. */
function Coverage({ quality }: { readonly quality: Quality }) {
  const { coverage, serverPageViews, measuredPageViews, lowCoverage, coverageTarget } = quality;
  if (coverage === undefined) return null;
  return (
    <div>
      <h3>Coverage</h3>
      <Share name="coverage" share={coverage} isPoor={lowCoverage} target={coverageTarget} />
      <p class="soft">
        {plural(Math.round(measuredPageViews), "page view")} measured,{" "}
        {formatCount(serverPageViews)} seen by the site’s servers
      </p>
    </div>
  );
}

interface RefusalsProps {
  readonly outcomes: readonly OutcomeCount[];
  readonly nobodys: readonly OutcomeCount[];
}

function Refusals({ outcomes, nobodys }: RefusalsProps) {
  const rows = [
    ...refusalsOf(outcomes).map((row) => ({ ...row, owner: "" })),
    ...refusalsOf(nobodys).map((row) => ({
      ...row,
      // That one says so itself.
      owner: row.outcome === "OUTCOME_REFUSED_UNKNOWN_SITE" ? "" : "of no site",
    })),
  ];
  if (rows.length === 0) return <p class="soft">None.</p>;
  return (
    <ul class="quality-refusals">
      {rows.map(({ outcome, owner, count, text, advice }) => (
        <li key={`${outcome} ${owner}`}>
          <span class="quality-count">{formatCount(count)}</span>
          <span>
            {text}
            {owner === "" ? null : <span class="soft">, {owner}</span>}
            {advice === "" ? null : <span class="sub">{advice}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}
