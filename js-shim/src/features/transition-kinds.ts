/** Transition.Kind of paceline.v1, by number: three kinds of routes, and whole pages. */
export const TRANSITION_KINDS = ["", "push", "replace", "traverse", "page"];
