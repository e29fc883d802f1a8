import { Fragment } from "preact";
import { useState } from "preact/hooks";
import { formatClock, formatOffset, navigationText, plural, vitalText } from "../format/format";
import { vitals } from "../format/vitals";
import { RatedValue, RatingMark } from "../components/rating";
import { EventDetail } from "./event_detail";
import { EventIcon } from "./event_icon";
import { describe } from "./events";
import type { Journey, JourneyEvent, JourneyPageView } from "../api/types";

interface Props {
  readonly journey: Journey;
  readonly selected: number;
  readonly onSelect: (index: number) => void;
  /** Whether an event's details open inside the list (on narrow screens) or elsewhere. */
  readonly isInline: boolean;
}

/** The journey as text: each page view with its final vitals and its events in order. */
export function EventList({ journey, selected, onSelect, isInline }: Props) {
  return (
    <ol class="visit">
      {journey.pageViews.map((pageView, pageViewIndex) => {
        const own = journey.events
          .map((event, index) => ({ event, index }))
          .filter(({ event }) => event.pageViewIndex === pageViewIndex);
        return (
          <li key={`${pageView.documentId}-${pageView.pageView}`} class="visit-page">
            <PageViewHead pageView={pageView} />
            {own.length === 0 ? (
              <p class="soft visit-empty">No events were recorded on this page view.</p>
            ) : (
              <PageViewEvents
                journey={journey}
                pageView={pageView}
                own={own}
                selected={selected}
                isInline={isInline}
                onSelect={onSelect}
              />
            )}
          </li>
        );
      })}
    </ol>
  );
}

interface Numbered {
  readonly event: JourneyEvent;
  readonly index: number;
}

/** More resources than this on one page view, and they are shown on demand. */
const manyResources = 50;

interface PageViewEventsProps extends Props {
  readonly pageView: JourneyPageView;
  readonly own: readonly Numbered[];
}

function PageViewEvents({ own, pageView, journey, selected, ...rest }: PageViewEventsProps) {
  const [isOpen, setOpen] = useState(false);
  const resources = own.filter(({ event }) => event.resource !== undefined).length;
  const folds = resources > manyResources;
  const shown =
    folds && !isOpen
      ? own.filter(({ event, index }) => event.resource === undefined || index === selected)
      : own;
  return (
    <>
      <ol class="events">
        {shown.map(({ event, index }) => (
          <EventRow
            key={index}
            journey={journey}
            pageView={pageView}
            event={event}
            index={index}
            isSelected={index === selected}
            {...rest}
          />
        ))}
      </ol>
      {folds ? (
        <button type="button" class="visit-more" onClick={() => setOpen(!isOpen)}>
          {isOpen ? "Hide the resources" : `Show ${plural(resources, "resource")} too`}
        </button>
      ) : null}
    </>
  );
}

function PageViewHead({ pageView }: { readonly pageView: JourneyPageView }) {
  const how = navigationText(pageView.navigationType);
  return (
    <header class="visit-head">
      <h3>{pageView.url === "" ? "unknown page" : pageView.url}</h3>
      <p class="sub">
        {[formatClock(pageView.beganUnixMs), how].filter((part) => part !== "").join(" · ")}
        {pageView.pageGroup !== "" && pageView.pageGroup !== pageView.url
          ? ` · group ${pageView.pageGroup}`
          : ""}
      </p>
      <ul class="visit-vitals" aria-label="Final vitals">
        {vitals.map((info) => {
          const vital = pageView.vitals.find((one) => one.metric === info.metric);
          return vital === undefined ? null : (
            <li key={info.metric}>
              <span class="visit-vital-name">{info.short}</span>
              <RatedValue rating={vital.rating} text={vitalText(info, vital.value)} />
            </li>
          );
        })}
      </ul>
    </header>
  );
}

interface RowProps {
  readonly journey: Journey;
  readonly pageView: JourneyPageView;
  readonly event: JourneyEvent;
  readonly index: number;
  readonly isSelected: boolean;
  readonly isInline: boolean;
  readonly onSelect: (index: number) => void;
}

function EventRow({ journey, pageView, event, index, isSelected, isInline, onSelect }: RowProps) {
  const text = describe(event);
  if (text === undefined) return null;
  return (
    <li class={`row-${text.kind}`}>
      <button
        type="button"
        class="event-row"
        aria-expanded={isSelected}
        data-event={index}
        onClick={() => onSelect(isSelected ? -1 : index)}
      >
        <span class="event-at">{formatOffset(event.atUnixMs - pageView.beganUnixMs)}</span>
        <EventIcon kind={text.kind} />
        <span class="event-what">
          <span class="event-title">{text.title}</span>
          {text.target === "" ? null : <Selector text={text.target} />}
        </span>
        <span class="event-value">
          {text.rating === "RATING_UNSPECIFIED" ? null : <RatingMark rating={text.rating} />}
          {text.value}
        </span>
      </button>
      {isSelected && isInline ? <EventDetail journey={journey} event={event} /> : null}
    </li>
  );
}

/** A selector that is broken between its steps only, as long as they fit. */
function Selector({ text }: { readonly text: string }) {
  return (
    <code class="event-code">
      {text.split(/(?<=>)/).map((step, index) => (
        <Fragment key={index}>
          {step}
          <wbr />
        </Fragment>
      ))}
    </code>
  );
}
