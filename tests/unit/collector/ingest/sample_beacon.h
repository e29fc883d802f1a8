// A small valid Beacon and EntryBatch, for tests to spoil.
#pragma once

#include <string>

#include "collector/ingest/submit.h"
#include "paceline/v1/beacon.pb.h"
#include "paceline/v1/entry.pb.h"

namespace paceline::ingest {

// 2026-01-01 00:00 UTC.
inline constexpr uint64_t kSampleOrigin = 1'767'225'600'000;
inline constexpr uint64_t kSampleSent = kSampleOrigin + 5'000;

inline constexpr char kChromeOnLinux[] =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 "
    "Safari/537.36";

// Identity, times and context of Beacon and EntryBatch alike.
template <typename Message>
Message SampleHeader() {
  Message message;
  message.set_site("academy");
  message.set_session_id("0123456789abcdef");
  message.set_document_id("document");
  message.set_origin_unix_ms(kSampleOrigin);
  message.set_sent_unix_ms(kSampleSent);
  message.set_sample_rate_ppm(1'000'000);
  message.mutable_context()->set_device_memory_mib(8192);
  message.mutable_context()->set_hardware_concurrency(8);
  message.mutable_context()->set_effective_connection_type(v1::EFFECTIVE_CONNECTION_TYPE_4G);
  return message;
}

// Strings 1 to 3 are the page's path, a selector and an image's URL. One page view, one LCP of
// 1,234.5 ms.
inline v1::Beacon SampleBeacon() {
  auto beacon = SampleHeader<v1::Beacon>();
  beacon.add_strings("/courses/42");
  beacon.add_strings("main > img.hero");
  beacon.add_strings("/images/hero.jpg");
  v1::PageView* view = beacon.add_page_views();
  view->set_navigation_type(v1::NAVIGATION_TYPE_NAVIGATE);
  view->set_url_ref(1);
  v1::Event* event = beacon.add_events();
  event->set_at_100us(12'345);
  v1::Vital* vital = event->mutable_vital();
  vital->set_metric(v1::METRIC_LCP);
  vital->set_value(12'345);
  vital->set_rating(v1::RATING_GOOD);
  vital->mutable_lcp()->set_target_ref(2);
  vital->mutable_lcp()->set_url_ref(3);
  return beacon;
}

// Strings 1 and 2 are the page's path and a selector. A page view and one layout shift.
inline v1::EntryBatch SampleEntryBatch() {
  auto batch = SampleHeader<v1::EntryBatch>();
  batch.add_strings("/courses/42");
  batch.add_strings("aside.banner");
  auto* start = batch.add_entries()->mutable_page_view_start();
  start->set_navigation_type(v1::NAVIGATION_TYPE_NAVIGATE);
  start->set_url_ref(1);
  auto* shift = batch.add_entries()->mutable_layout_shift();
  shift->set_start_100us(8'000);
  shift->set_value(0.05);
  shift->add_sources()->set_target_ref(2);
  return batch;
}

inline Submission SubmissionOf(const v1::Beacon& beacon) {
  Submission submission;
  submission.kind = Submission::Kind::kBeacon;
  submission.body = beacon.SerializeAsString();
  submission.source.user_agent = kChromeOnLinux;
  submission.source.received_unix_ms = kSampleSent + 40;
  return submission;
}

inline Submission SubmissionOf(const v1::EntryBatch& batch) {
  Submission submission;
  submission.kind = Submission::Kind::kEntryBatch;
  submission.body = batch.SerializeAsString();
  submission.source.user_agent = kChromeOnLinux;
  submission.source.received_unix_ms = kSampleSent + 40;
  return submission;
}

}  // namespace paceline::ingest
