// How a vital's time divides into the parts that its attribution names. One arithmetic for both
// callers: times are doubles in ms where the page gets the browser's own numbers back, and int64_t
// in 0.1 ms where they go onto the wire.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/base/types.h"

namespace paceline::core {

// Of PerformanceNavigationTiming; 0: not there yet.
template <typename Time>
struct DocumentTimes {
  Time dom_interactive = 0;
  // domContentLoadedEventStart: scripts but async ones have run.
  Time dom_content_loaded = 0;
  Time dom_complete = 0;
};

// `known`: the browser tells of the navigation. Without it, the document counts as complete.
template <typename Time>
constexpr LoadState LoadStateAt(Time at, bool known, const DocumentTimes<Time>& times) {
  if (!known) return LoadState::kComplete;
  if (at < times.dom_interactive) return LoadState::kLoading;
  if (times.dom_content_loaded == 0 || at < times.dom_content_loaded) {
    return LoadState::kDomInteractive;
  }
  if (times.dom_complete == 0 || at < times.dom_complete) return LoadState::kDomContentLoaded;
  return LoadState::kComplete;
}

template <typename Time>
constexpr Time SinceOrZero(Time time, Time origin) {
  return std::max<Time>(time - origin, 0);
}

template <typename Time>
struct TtfbParts {
  Time waiting = 0;
  Time cache = 0;
  Time dns = 0;
  Time connection = 0;
  Time request = 0;
};

// Of PerformanceNavigationTiming.
template <typename Time>
struct RequestTimes {
  Time worker_start = 0;
  Time fetch_start = 0;
  Time domain_lookup_start = 0;
  Time connect_start = 0;
  Time connect_end = 0;
};

// The parts add up to `ttfb`. A service worker's start counts as cache; gaps count to the part
// before, and what lies between the connection and the request to the request.
template <typename Time>
constexpr TtfbParts<Time> DivideTtfb(Time ttfb, Time origin, const RequestTimes<Time>& times) {
  const Time wait_start = times.worker_start != 0 ? times.worker_start : times.fetch_start;
  const Time wait_end = SinceOrZero(wait_start, origin);
  const Time dns_start = SinceOrZero(times.domain_lookup_start, origin);
  const Time connect_start = SinceOrZero(times.connect_start, origin);
  const Time connect_end = SinceOrZero(times.connect_end, origin);
  return {wait_end, dns_start - wait_end, connect_start - dns_start, connect_end - connect_start,
          ttfb - connect_end};
}

template <typename Time>
struct LcpParts {
  Time time_to_first_byte = 0;
  Time resource_load_delay = 0;
  Time resource_load_duration = 0;
  Time element_render_delay = 0;
};

// Of the PerformanceResourceTiming of what was painted; all 0 for text.
template <typename Time>
struct ResourceTimes {
  Time start = 0;
  // 0 where the other origin keeps it back; `start` then stands for it.
  Time request_start = 0;
  Time response_end = 0;
  constexpr Time RequestOrStart() const { return request_start != 0 ? request_start : start; }
};

// The parts add up to `lcp`. A resource may go on loading after its paint, as videos do: the load
// ends with the paint then. `response_start` and the resource's times count from the document's
// time origin, `lcp` from `origin`.
template <typename Time>
constexpr LcpParts<Time> DivideLcp(Time lcp, Time origin, Time response_start,
                                   const ResourceTimes<Time>* resource) {
  const Time first_byte = SinceOrZero(response_start, origin);
  const Time load_start =
      std::max<Time>(first_byte, resource != nullptr ? resource->RequestOrStart() - origin : 0);
  const Time load_end = std::min<Time>(
      lcp, std::max<Time>(load_start, resource != nullptr ? resource->response_end - origin : 0));
  return {first_byte, load_start - first_byte, load_end - load_start, lcp - load_end};
}

template <typename Time>
struct FcpParts {
  Time time_to_first_byte = 0;
  Time first_byte_to_fcp = 0;
};

// The parts add up to `fcp`.
template <typename Time>
constexpr FcpParts<Time> DivideFcp(Time fcp, Time origin, Time response_start) {
  const Time first_byte = SinceOrZero(response_start, origin);
  return {first_byte, fcp - first_byte};
}

}  // namespace paceline::core
