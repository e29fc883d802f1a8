// @paceline/agent/react: the agent in a React page. It needs React 18 or newer, and an agent, by the script tag or by
// `init` of @paceline/agent; without one, everything renders and nothing is told.
export * from "./components.ts";
export * from "./hooks.ts";
export * from "./remote.ts";
export * from "./routes.ts";
export type { Bundle, Memory, Route, State } from "./store.ts";
export type { Journey } from "../journey.ts";
export type { Rating, Score, Summary, VitalReading, Vitals } from "../reading.ts";
