// The functions of bindings.cc by their own names, which the optimiser would shorten. Part of the build without
// WebAssembly only. Without the quotes they would be shortened here, too.
/* eslint-disable no-undef */
// prettier-ignore
Module["functions"] = {
  "answer": _answer,
  "track": _track,
  "begin": _begin,
  "report": _report,
  "reach": _reach,
  "shift": _shift,
  "take_window": _take_window,
  "observe_event": _observe_event,
  "estimate": _estimate,
  "add_long_frame": _add_long_frame,
  "add_script": _add_script,
  "divide_interaction": _divide_interaction,
  "prune": _prune,
  "has_frame": _has_frame,
  "has_long_frame": _has_long_frame,
  "count_interaction": _count_interaction,
  "interaction_count": _interaction_count,
  "divide_lcp": _divide_lcp,
  "may_have_painted": _may_have_painted,
  "divide_fcp": _divide_fcp,
  "divide_ttfb": _divide_ttfb,
  "load_state": _load_state,
};
