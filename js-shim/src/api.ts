// The names of the programming interface, the same for the script tag and the module.
import type { Front } from "./front.ts";

/** Calls of one journey. */
export interface Journey {
  start(): void;
  stepStart(step: string): void;
  stepComplete(step: string): void;
  stepFail(step: string, reason?: string): void;
  complete(): void;
  abandon(reason?: string): void;
}

export const CALLS = [
  "init",
  "track",
  "conversion",
  "metric",
  "feedback",
  "error",
  "identify",
  "context",
  "consent",
] as const;

/** A journey by its name. */
export function journeyOf(front: Front, name: string): Journey {
  const of =
    (kind: string, hasStep?: boolean) =>
    (...args: string[]) => {
      const [step, reason] = hasStep ? args : ["", ...args];
      front("journey", name, kind, step, reason && { reason });
    };
  return {
    start: of("start"),
    stepStart: of("step_start", true),
    stepComplete: of("step_complete", true),
    stepFail: of("step_fail", true),
    complete: of("complete"),
    abandon: of("abandon"),
  };
}
