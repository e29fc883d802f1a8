import { formatDuration, formatOffset, vitalText } from "../format/format";
import { vitalInfo } from "../format/vitals";
import { RatingBadge } from "../components/rating";
import { ShiftSketch } from "./shift_sketch";
import { describe } from "./events";
import { otherFacts } from "./other_events";
import type { Journey, JourneyEvent } from "../api/types";

interface Props {
  readonly journey: Journey;
  readonly event: JourneyEvent;
}

type Fact = readonly [name: string, value: string];

/** Everything known of one event. */
export function EventDetail({ journey, event }: Props) {
  const text = describe(event);
  const pageView = journey.pageViews[event.pageViewIndex];
  if (text === undefined) return null;
  // Their facts name what they are about.
  const isOther = otherFacts(event).length > 0;
  const facts: readonly Fact[] = [
    ...(pageView === undefined
      ? []
      : [
          [
            "At",
            `${formatOffset(event.atUnixMs - pageView.beganUnixMs)} into ${pageView.url}`,
          ] as const,
        ]),
    ...vitalFacts(event),
    ...inputFacts(event),
    ...otherFacts(event),
  ];
  return (
    <div class="event-detail">
      <p class="event-detail-head">
        <strong>{text.title}</strong> {text.value}
        {text.rating === "RATING_UNSPECIFIED" ? null : <RatingBadge rating={text.rating} />}
      </p>
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        {text.target === "" || event.layoutShift !== undefined || isOther ? null : (
          <div>
            <dt>Element</dt>
            <dd>
              <code>{text.target}</code>
            </dd>
          </div>
        )}
      </dl>
      {event.layoutShift === undefined ? null : (
        <ShiftSketch shift={event.layoutShift} pageView={pageView} />
      )}
      <Phases event={event} />
    </div>
  );
}

function vitalFacts({ vital }: JourneyEvent): readonly Fact[] {
  const info = vital === undefined ? undefined : vitalInfo(vital.metric);
  if (vital === undefined || info === undefined) return [];
  return [
    ["What", `${info.name}, ${info.meaning}`],
    ["Target", `at most ${vitalText(info, info.good)}; poor above ${vitalText(info, info.poor)}`],
    ...(vital.url === "" ? [] : [["Image", vital.url] as const]),
    ...(vital.interactionName === "" ? [] : [["Interaction", vital.interactionName] as const]),
  ];
}

function inputFacts({ click, rageClick, interaction }: JourneyEvent): readonly Fact[] {
  if (click !== undefined) return [["Place", `${click.x}, ${click.y} px`]];
  if (rageClick !== undefined) {
    return [
      ["Place", `${rageClick.x}, ${rageClick.y} px`],
      ["Clicks", `${rageClick.count} within ${formatDuration(rageClick.durationMs)}`],
    ];
  }
  return interaction === undefined ? [] : [["Event", interaction.name]];
}

/** An interaction's three parts, as a bar and in numbers. */
function Phases({ event }: { readonly event: JourneyEvent }) {
  const parts = phasesOf(event);
  const total = parts.reduce((sum, part) => sum + part.ms, 0);
  if (total <= 0) return null;
  let offset = 0;
  return (
    <div class="phases">
      <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        {parts.map((part, index) => {
          const x = (offset / total) * 100;
          offset += part.ms;
          return (
            <rect
              key={part.name}
              class={`phase-${index}`}
              x={x}
              width={(part.ms / total) * 100}
              height="8"
            />
          );
        })}
      </svg>
      <dl>
        {parts.map((part, index) => (
          <div key={part.name} class={`phase-key-${index}`}>
            <dt>{part.name}</dt>
            <dd>{formatDuration(part.ms)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

/** Input delay, processing, and the rest until the next paint. */
export function phasesOf({
  interaction,
  vital,
}: JourneyEvent): readonly { readonly name: string; readonly ms: number }[] {
  const phases =
    interaction !== undefined
      ? [
          interaction.inputDelayMs,
          interaction.processingMs,
          Math.max(0, interaction.durationMs - interaction.inputDelayMs - interaction.processingMs),
        ]
      : vital !== undefined && vital.interactionName !== ""
        ? [vital.inputDelayMs, vital.processingMs, vital.presentationMs]
        : [];
  return ["Input delay", "Processing", "Until painted"].flatMap((name, index) => {
    const ms = phases[index];
    return ms === undefined ? [] : [{ name, ms }];
  });
}
