// C7: long animation frames, with the scripts that made them long.
import { EntryKind } from "../entry-batch.ts";
import { units } from "../time.ts";
import { scrubText } from "../text-scrub.ts";
import { resourceOf } from "../url-scrub.ts";
import type { FeatureHost } from "./host.ts";
import { observe } from "./shared.ts";

const MAX_FRAMES = 100;
const MAX_SCRIPTS = 5;
// Frames from 50 ms on count as long, and on a slow device that is most of them. Those that a visitor waited for are
// kept whatever they took: they name the script behind a slow interaction.
const MIN_DURATION_MS = 100;

// Not in TypeScript's DOM library: https://w3c.github.io/long-animation-frames/
interface LongAnimationFrame extends PerformanceEntry {
  readonly blockingDuration: number;
  readonly renderStart: number;
  readonly styleAndLayoutStart: number;
  readonly firstUIEventTimestamp: number;
  readonly scripts: readonly ScriptTiming[];
}
interface ScriptTiming extends PerformanceEntry {
  readonly invoker: string;
  readonly invokerType: string;
  readonly sourceURL: string;
  readonly sourceFunctionName: string;
  readonly sourceCharPosition: number;
  readonly forcedStyleAndLayoutDuration: number;
  readonly pauseDuration: number;
}

export function followLongFrames(host: FeatureHost): void {
  const { timeline } = host;
  const type = "long-animation-frame";
  observe(host, type, EntryKind.longAnimationFrame, MAX_FRAMES, (frame: LongAnimationFrame) => {
    const { duration, firstUIEventTimestamp, scripts } = frame;
    if (duration < MIN_DURATION_MS && !firstUIEventTimestamp) return undefined;
    return [
      units(duration),
      units(frame.blockingDuration),
      timeline.at(frame.renderStart),
      timeline.at(frame.styleAndLayoutStart),
      timeline.at(firstUIEventTimestamp),
      [...scripts]
        .sort((a, b) => b.duration - a.duration)
        .slice(0, MAX_SCRIPTS)
        .map((script) => [
          timeline.at(script.startTime),
          units(script.duration),
          invokerOf(script.invoker),
          script.invokerType,
          resourceOf(script.sourceURL),
          scrubText(script.sourceFunctionName),
          script.sourceCharPosition,
          units(script.forcedStyleAndLayoutDuration),
          units(script.pauseDuration),
        ]),
    ];
  });
}

// "BUTTON#buy.onclick", "IMG[src=https://…].onload", "https://…/app.js": ids with numbers may be a person's.
function invokerOf(invoker: string): string {
  return scrubText(invoker).replace(/#[^.[]*\d[^.[]*/, "");
}
