// What a document tells of its own load, for the attributions of every vital: the navigation's
// times, its Server-Timing, and the resources that held up the first paint.
#pragma once

#include <cstdint>

#include "core/vitals/page_view_state.h"
#include "core/vitals/subparts.h"
#include "core/wire/entry.h"
#include "core/wire/event.h"

namespace paceline::core {

class LoadRecord {
 public:
  // References are numbers of the pool. The last that is known counts.
  void Observe(const Navigation& entry);
  void Observe(const Resource& entry);

  bool is_complete() const { return navigation_.load_event_end_100us != 0; }
  const Navigation& navigation() const { return navigation_; }

  LoadState StateAt(uint32_t at_100us) const;

  // The parts of a vital of `value_100us`.
  void Attribute(uint32_t value_100us, const PageViewState& page_view,
                 TtfbAttribution* attribution) const;
  // `painted_100us`: when the paint was, by the document's clock.
  void Attribute(uint32_t value_100us, uint32_t painted_100us, const PageViewState& page_view,
                 FcpAttribution* attribution) const;
  void Attribute(uint32_t value_100us, const ResourceTimes<int64_t>& resource,
                 const PageViewState& page_view, LcpAttribution* attribution) const;

 private:
  Navigation navigation_;
  uint32_t blocking_resources_ = 0;
  // The one that ended last.
  PoolRef last_blocking_url_ = 0;
  uint32_t last_blocking_end_100us_ = 0;
};

}  // namespace paceline::core
