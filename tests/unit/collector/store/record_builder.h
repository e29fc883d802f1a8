// Records for tests of the store.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "collector/store/session_fold.h"
#include "collector/store/store.h"
#include "paceline/v1/record.pb.h"

namespace paceline::store {

// 2026-03-01 12:00:00 UTC.
inline constexpr uint64_t kNoon = 1'772'366'400'000;

// 16 bytes that say `number`.
inline std::string SessionId(uint32_t number) {
  std::string id(kSessionIdBytes, '\0');
  for (size_t i = 0; i < 4; ++i) id[12 + i] = static_cast<char>(number >> (24 - 8 * i));
  return id;
}
// 8 bytes that say `number`.
inline std::string DocumentId(uint32_t number) {
  return SessionId(number).substr(kSessionIdBytes - kDocumentIdBytes);
}

inline v1::Dimensions PhoneDimensions() {
  v1::Dimensions dimensions;
  dimensions.set_device_type("phone");
  dimensions.set_device_tier("low-end");
  dimensions.set_connection("3g");
  dimensions.set_browser("Chrome");
  dimensions.set_browser_version("120");
  dimensions.set_os("Android");
  return dimensions;
}

// Builds a JournalRecord with a Beacon of one page view.
class BeaconBuilder {
 public:
  BeaconBuilder(uint32_t session, uint32_t document, uint32_t sequence) {
    v1::Beacon* beacon = record_.mutable_beacon();
    beacon->set_site("academy");
    beacon->set_session_id(SessionId(session));
    beacon->set_document_id(DocumentId(document));
    beacon->set_sequence(sequence);
    beacon->set_origin_unix_ms(kNoon);
    record_.set_received_unix_ms(kNoon + 600'000);
    record_.set_content_hash(uint64_t{session} << 32 | document << 16 | sequence);
    record_.set_weight_micro(1'000'000);
    *record_.mutable_dimensions() = PhoneDimensions();
    PageView(0, "home");
  }

  // Adds another page view, or names the first one's page anew; what follows belongs to it.
  BeaconBuilder& PageView(uint32_t index, const std::string& group) {
    v1::Beacon* beacon = record_.mutable_beacon();
    page_view_ = index;
    if (beacon->page_views_size() == 1 && beacon->page_views(0).index() == index) {
      record_.set_page_groups(0, group);
      return *this;
    }
    v1::PageView* view = beacon->add_page_views();
    view->set_index(index);
    view->set_start_100us(index * 100'000);
    view->set_navigation_type(index == 0 ? v1::NAVIGATION_TYPE_NAVIGATE
                                         : v1::NAVIGATION_TYPE_BACK_FORWARD_CACHE);
    beacon->add_strings("/" + group);
    view->set_url_ref(static_cast<uint32_t>(beacon->strings_size()));
    record_.add_page_groups(group);
    return *this;
  }
  BeaconBuilder& Vital(v1::Metric metric, uint64_t value, v1::Rating rating = v1::RATING_GOOD) {
    v1::Vital* vital = Event(20'000)->mutable_vital();
    vital->set_metric(metric);
    vital->set_value(value);
    vital->set_rating(rating);
    return *this;
  }
  BeaconBuilder& Click() {
    Event(30'000)->mutable_click();
    return *this;
  }
  BeaconBuilder& RageClick() {
    Event(31'000)->mutable_rage_click()->set_count(3);
    return *this;
  }
  BeaconBuilder& LayoutShift(bool had_recent_input) {
    Event(10'000)->mutable_layout_shift()->set_had_recent_input(had_recent_input);
    return *this;
  }
  BeaconBuilder& Interaction(uint32_t duration_100us) {
    Event(40'000)->mutable_interaction()->set_duration_100us(duration_100us);
    return *this;
  }
  BeaconBuilder& Origin(uint64_t unix_ms) {
    record_.mutable_beacon()->set_origin_unix_ms(unix_ms);
    return *this;
  }
  BeaconBuilder& Covers(uint32_t sequence) {
    record_.mutable_beacon()->set_covers_entries_before(sequence);
    return *this;
  }
  BeaconBuilder& Weight(uint64_t micro) {
    record_.set_weight_micro(micro);
    return *this;
  }
  BeaconBuilder& Bot() {
    record_.mutable_dimensions()->set_bot(true);
    return *this;
  }
  BeaconBuilder& Received(uint64_t unix_ms) {
    record_.set_received_unix_ms(unix_ms);
    return *this;
  }
  BeaconBuilder& Hash(uint64_t hash) {
    record_.set_content_hash(hash);
    return *this;
  }
  v1::JournalRecord Build() const { return record_; }

 private:
  v1::Event* Event(uint32_t at_100us) {
    v1::Event* event = record_.mutable_beacon()->add_events();
    event->set_page_view(page_view_);
    event->set_at_100us(at_100us);
    return event;
  }

  v1::JournalRecord record_;
  uint32_t page_view_ = 0;
};

// A raw batch: the start of a page view, when `starts`, then the paint and layout shifts given.
struct RawBatch {
  uint32_t session = 1;
  uint32_t document = 1;
  uint32_t sequence = 0;
  bool starts = false;
  // First contentful paint, in 0.1 ms; 0: none.
  uint32_t paint_100us = 0;
  // One shift each, a second apart, beginning at `shifts_at_100us`.
  std::vector<double> shifts = {};
  uint32_t shifts_at_100us = 20'000;
  uint32_t clicks = 0;
};

inline v1::JournalRecord BuildRaw(const RawBatch& raw) {
  v1::JournalRecord record;
  record.set_received_unix_ms(kNoon + 600'000);
  record.set_content_hash(uint64_t{1} << 63 | uint64_t{raw.document} << 16 | raw.sequence);
  record.set_weight_micro(1'000'000);
  *record.mutable_dimensions() = PhoneDimensions();
  v1::EntryBatch* batch = record.mutable_entry_batch();
  batch->set_site("academy");
  batch->set_session_id(SessionId(raw.session));
  batch->set_document_id(DocumentId(raw.document));
  batch->set_sequence(raw.sequence);
  batch->set_origin_unix_ms(kNoon);
  batch->set_sent_unix_ms(kNoon + 1000 * (raw.sequence + 1));
  batch->add_strings("/home");
  if (raw.starts) {
    auto* start = batch->add_entries()->mutable_page_view_start();
    start->set_navigation_type(v1::NAVIGATION_TYPE_NAVIGATE);
    start->set_url_ref(1);
    record.add_page_groups("home");
  }
  if (raw.paint_100us > 0) {
    auto* paint = batch->add_entries()->mutable_paint();
    paint->set_kind(v1::Entry::Paint::KIND_FIRST_CONTENTFUL_PAINT);
    paint->set_start_100us(raw.paint_100us);
  }
  uint32_t at = raw.shifts_at_100us;
  for (const double value : raw.shifts) {
    auto* shift = batch->add_entries()->mutable_layout_shift();
    shift->set_start_100us(at);
    shift->set_value(value);
    at += 5'000;
  }
  for (uint32_t i = 0; i < raw.clicks; ++i) {
    auto* click = batch->add_entries()->mutable_click();
    click->set_at_100us(at + i * 50'000);
    click->set_x(static_cast<int>(i) * 300);
  }
  return record;
}

}  // namespace paceline::store
