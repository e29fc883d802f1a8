// What paceline.journey(name) gives.

/** Calls of one journey. */
export interface Journey {
  start(): void;
  stepStart(step: string): void;
  stepComplete(step: string): void;
  stepFail(step: string, reason?: string): void;
  complete(): void;
  abandon(reason?: string): void;
}
