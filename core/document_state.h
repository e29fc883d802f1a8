// What PageMonitor knows of its document: takes entries in, gives events out. Copyable, so that a
// flush can be taken back.
//
// Not thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/pod_vector.h"
#include "core/base/string_pool.h"
#include "core/behavior/call_interpreter.h"
#include "core/behavior/click_rules.h"
#include "core/behavior/interaction_log.h"
#include "core/behavior/memory_trend.h"
#include "core/behavior/rage_click_detector.h"
#include "core/page_monitor.h"
#include "core/vitals/interaction_counter.h"
#include "core/vitals/page_vitals.h"
#include "core/wire/entry_batch_reader.h"
#include "core/wire/event.h"

namespace paceline::core {

class DocumentState {
 public:
  ConsumeStatus Consume(std::string_view entry_batch);
  uint32_t page_views() const { return next_page_view_; }
  PendingWork Pending() const;
  std::optional<uint64_t> ValueOf(Metric metric) const;
  bool Flush(const FlushOptions& options, std::string* beacon);

 private:
  using What = decltype(Event::what);

  struct PageView {
    PageViewHeader header;
    PageVitals vitals;
    uint32_t activation_start_100us = 0;
    // loadEventEnd since then.
    std::optional<uint32_t> load_100us = {};
  };

  bool IsOfThisDocument(const BatchHeader& header) const;
  void AdoptIdentity(const BatchHeader& header);
  void AdoptContext(const EntryBatchView& batch);

  // Takes an entry apart: the struct, and the message again, appended to `copy`, both with numbers
  // of the pool for references.
  template <typename Struct>
  Struct Read(const EntryBatchView& batch, const EntryView& entry, std::string* copy);
  void Apply(const EntryBatchView& batch, const EntryView& entry);
  void Apply(const PageViewStart& start);
  void Apply(const Navigation& navigation);
  // `copy`: the entry's message.
  void Apply(const LayoutShift& shift, std::string_view copy);
  void Apply(const Call& call, std::string_view copy);
  void Apply(const EventTiming& timing);
  void Apply(const Click& click);
  void Apply(const ClickResponse& response);
  void Apply(const VisibilityChange& change);
  void PassOn(const EntryBatchView& batch, const EntryView& entry);
  // These two add to what is passed on.
  void Judge(const MemorySample& sample);
  uint32_t AddFingerprint(const Error& error);
  // When the error is the answer to a click.
  void AddErrorClick(const Error& error, uint32_t fingerprint);
  void ObserveScripts(std::string_view frame);
  ConversionFacts FactsOfConversion();

  // The page view that entries belong to; begins one if none was announced.
  PageView& Current();
  void BeginPageView(const PageViewHeader& header, const PageViewState& state);
  // What waits for time to pass and is over by `now_100us`.
  void Advance(uint32_t now_100us);
  void EndRuns();
  void AddEvent(uint32_t at_100us, What what);
  // The event of what was written to event_bytes_ since `begin`; or none, and it is taken back,
  // when the document has had too many.
  void AddEncoded(uint32_t at_100us, FieldNumber kind, size_t begin);
  void AddRage(const std::optional<RageClickDetector::Run>& run);
  // Up to kMaxEventsPerBeacon events that wait, which wait no longer.
  EventList TakeEvents();
  PodVector<PageViewHeader> HeadersOf(const EventList& events) const;

  bool has_identity_ = false;
  std::string site_;
  std::string session_id_;
  std::string document_id_;
  uint64_t origin_unix_ms_ = 0;
  uint32_t sample_rate_ppm_ = 0;
  bool sampled_ = false;
  bool kept_unsampled_ = false;
  // This document turned out poor, failed, converted, or made its visitor rage.
  bool worth_keeping_ = false;

  uint32_t entries_ = 0;
  StringPool strings_;
  // Of the batch that is being consumed: for each of its strings the number in strings_, first as a
  // text, then as a URL, which is scrubbed.
  PodVector<PoolRef> interned_;
  // Message Context, its references numbers of strings_.
  std::string context_;
  Device device_;
  ClickRules rules_;
  InteractionCounter interactions_;
  bool had_navigation_ = false;
  bool hidden_ = false;
  uint32_t next_page_view_ = 0;
  // The current one last; before it those that still have something to say.
  std::vector<PageView> page_views_;
  RageClickDetector rage_;
  InteractionLog interaction_log_;
  // The click that an error may be the answer to; none once there was one.
  std::optional<Click> last_click_;
  CallInterpreter calls_;
  MemoryTrend memory_;
  // What is to be said, but for vitals, which say themselves when they changed.
  EventList events_;
  // What EncodedEvent::begin counts in; and how many bytes it has had altogether.
  std::string event_bytes_;
  size_t total_event_bytes_ = 0;
  // Copies of messages that are needed for a moment.
  std::string scratch_;
};

}  // namespace paceline::core
