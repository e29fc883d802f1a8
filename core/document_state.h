// What PageMonitor knows of its document: takes entries in, gives events out.
//
// Not thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/pod_vector.h"
#include "core/base/string_pool.h"
#include "core/behavior/interaction_log.h"
#include "core/behavior/memory_trend.h"
#include "core/behavior/rage_click_detector.h"
#include "core/page_monitor.h"
#include "core/vitals/interaction_counter.h"
#include "core/vitals/page_vitals.h"
#include "core/wire/beacon_writer.h"
#include "core/wire/entry_batch_reader.h"
#include "core/wire/event_log.h"

namespace paceline::core {

class DocumentState {
 public:
  DocumentState() = default;
  ~DocumentState();
  DocumentState(const DocumentState&) = delete;
  DocumentState& operator=(const DocumentState&) = delete;

  // Of what IsEntryBatch.
  ConsumeStatus Consume(std::string_view entry_batch);
  uint32_t page_views() const { return next_page_view_; }
  PendingWork Pending() const;
  // kNotMeasured for none.
  uint64_t ValueOf(Metric metric) const;
  bool Flush(const FlushOptions& options, Bytes* beacon);
  bool Rollback();

 private:
  struct PageView {
    PageViewHeader header;
    PageVitals vitals;
    uint32_t activation_start_100us = 0;
    // loadEventEnd since then.
    uint64_t load_100us = kNotMeasured;
    // The beacon that is being written tells of it.
    bool concerned = false;
  };

  // The first batch's; false when this one is of another document.
  bool AdoptIdentity(const BatchHeader& header);
  void AdoptContext(const EntryBatchView& batch);

  void Apply(const EntryBatchView& batch, const EntryView& entry);
  void Apply(const PageViewStart& start);
  void Apply(const Navigation& navigation);
  // These three have their entry's message in message_, with numbers of the pool for references,
  // and make it the event's.
  void Apply(const LayoutShift& shift);
  void Apply(const Call& call);
  void Apply(const Error& error);
  void Apply(const EventTiming& timing);
  void Apply(const Click& click);
  void Apply(const ClickResponse& response);
  void Apply(const VisibilityChange& change);
  // Adds to what is passed on.
  void Apply(const MemorySample& sample);
  // When the error is the answer to a click.
  void AddErrorClick(const Error& error);
  void ObserveScripts();
  // To the conversion in message_: what was felt of the page view so far.
  void AddFelt();

  // The page view that entries belong to; begins one if none was announced.
  PageView& Current();
  void BeginPageView(const PageViewHeader& header, const PageViewState& state);
  // What waits for time to pass and is over by `now_100us`.
  void Advance(uint32_t now_100us);
  void EndRuns();
  template <typename Struct>
  void AddEvent(uint32_t at_100us, const Struct& event) {
    AddFields(at_100us, Struct::kKind, &event);
  }
  void AddFields(uint32_t at_100us, EventField kind, const void* fields);
  // The event of what is in message_; or none, when the document has had too many.
  void AddMessage(uint32_t at_100us, FieldNumber kind);

  size_t WaitingEvents() const { return events_.events().size() - said_events_; }
  // Of all page views.
  VitalNews News() const;
  // Takes what the next beacon says, the vitals into `*vitals`, the events as the first
  // said_events_; returns the page views that they are of.
  PodVector<PageViewHeader> TakeChanges(PodVector<VitalEvent>* vitals);
  // What the last flush said cannot be taken back any more.
  void Commit();

  // This document turned out poor, failed, converted, or made its visitor rage; or the session's
  // page before did.
  bool worth_keeping_ = false;
  bool had_navigation_ = false;
  bool hidden_ = false;
  bool can_roll_back_ = false;
  // What beacons begin with, its texts in identity_.
  BeaconHeader header_;
  Bytes identity_;

  uint32_t entries_ = 0;
  StringPool strings_;
  // Of the batch that is being consumed: for each of its strings the number in strings_.
  PodVector<PoolRef> interned_;
  // Message Context, its references numbers of strings_.
  Bytes context_;
  InteractionCounter interactions_;
  uint32_t next_page_view_ = 0;
  // Each on its own on the heap. The current one last; before it those that still have something to
  // say.
  PodVector<PageView*> page_views_;
  RageClickDetector rage_;
  InteractionLog interaction_log_;
  // The click that an error may be the answer to; none once there was one.
  std::optional<Click> last_click_;
  MemoryTrend memory_;
  EventLog events_;
  // Of events_, the first that the last flush said.
  size_t said_events_ = 0;
  // Of what was passed on, altogether.
  size_t passed_on_bytes_ = 0;
  // The message of the entry that is being applied.
  Bytes message_;
};

}  // namespace paceline::core
