// C15, C16: journeys and stages by rules. The page says which step was reached; the collector runs the journey's state
// and timers, because a journey may be abandoned when no page is there any more.
import type { FeatureHost, JourneyDefinition, SiteConfig } from "./host.ts";
import { fits, followRules } from "./rules.ts";
import { createSessionMemory } from "./session-memory.ts";

/**
 * A journey begins with its first step, and a later step may be reached without those between. A step that has been
 * reached, or a step of a journey that has not begun, says nothing. With the last step, the journey is over.
 */
export function followJourneys(host: FeatureHost, definitions: readonly JourneyDefinition[]): void {
  // By name and version: how many steps of it are done.
  const memory = createSessionMemory<Record<string, number>>(host, "journeys", {});
  const rules = definitions.flatMap((journey) =>
    journey.steps.map((step, index) => ({ ...step, journey, index })),
  );
  followRules(host, rules, ({ journey, index }) => {
    const { name, version, steps } = journey;
    const key = `${name} ${version}`;
    const progress = memory.get();
    const done = progress[key] ?? 0;
    if (index < done || (!done && index)) return;
    const tell = (kind: string, step = ""): void =>
      host.tellCall("journey", [name, kind, step, "version", String(version)]);

    const isOver = index + 1 === steps.length;
    memory.set({ ...progress, [key]: isOver ? 0 : index + 1 });
    if (!index) tell("start");
    tell("stepComplete", steps[index]?.name);
    if (isOver) tell("complete");
    else tell("stepStart", steps[index + 1]?.name);
  });
}

/** Tags what is sent with the stage of its page: the first that fits. */
export function followStages(host: FeatureHost, stages: NonNullable<SiteConfig["stages"]>): void {
  if (!stages.length) return;
  host.onPageView((path) => {
    const found = stages.find(({ pages }) => pages.some((pattern) => fits(pattern, path)));
    host.setTags({ stage: found?.stage ?? "" });
  });
}
