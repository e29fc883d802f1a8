#include "tests/unit/core/testing/entry_batch_builder.h"

#include <cmath>

namespace paceline::core::testing {

uint32_t Units(double ms) { return static_cast<uint32_t>(std::lround(ms * 10)); }

EntryBatchBuilder::EntryBatchBuilder() {
  batch_.set_site("academy");
  batch_.set_session_id("0123456789abcdef");
  batch_.set_document_id("01234567");
  batch_.set_origin_unix_ms(kOriginUnixMs);
  batch_.set_sent_unix_ms(kOriginUnixMs);
  batch_.set_sample_rate_ppm(1'000'000);
}

EntryBatchBuilder& EntryBatchBuilder::PageViewStart(double at_ms, v1::NavigationType type,
                                                    const std::string& url) {
  auto* start = Add()->mutable_page_view_start();
  start->set_start_100us(Units(at_ms));
  start->set_navigation_type(type);
  start->set_url_ref(Ref(url));
  return *this;
}

EntryBatchBuilder& EntryBatchBuilder::HiddenBefore(double at_ms) {
  LastPageViewStart()->set_first_hidden_100us_plus_1(Units(at_ms) + 1);
  return *this;
}

EntryBatchBuilder& EntryBatchBuilder::ActivatedAt(double at_ms) {
  LastPageViewStart()->set_activation_start_100us(Units(at_ms));
  return *this;
}

EntryBatchBuilder& EntryBatchBuilder::InteractionsBefore(uint32_t count) {
  LastPageViewStart()->set_interaction_count(count);
  return *this;
}

EntryBatchBuilder& EntryBatchBuilder::Unmeasurable(uint32_t metrics) {
  LastPageViewStart()->set_unmeasurable_metrics(metrics);
  return *this;
}

EntryBatchBuilder& EntryBatchBuilder::Navigation(double response_start_ms) {
  auto* navigation = Add()->mutable_navigation();
  navigation->set_response_start_100us(Units(response_start_ms));
  navigation->set_load_event_end_100us(20'000);
  return *this;
}

EntryBatchBuilder& EntryBatchBuilder::FirstContentfulPaint(double at_ms) {
  auto* paint = Add()->mutable_paint();
  paint->set_kind(v1::Entry::Paint::KIND_FIRST_CONTENTFUL_PAINT);
  paint->set_start_100us(Units(at_ms));
  return *this;
}

EntryBatchBuilder& EntryBatchBuilder::RestoredPaint(double at_ms) {
  auto* paint = Add()->mutable_paint();
  paint->set_kind(v1::Entry::Paint::KIND_RESTORED);
  paint->set_start_100us(Units(at_ms));
  return *this;
}

EntryBatchBuilder& EntryBatchBuilder::LargestContentfulPaint(double at_ms,
                                                             const std::string& target,
                                                             uint32_t size_px,
                                                             const std::string& url) {
  auto* paint = Add()->mutable_largest_contentful_paint();
  paint->set_start_100us(Units(at_ms));
  paint->set_size_px(size_px);
  paint->set_target_ref(Ref(target));
  paint->set_url_ref(Ref(url));
  return *this;
}

EntryBatchBuilder& EntryBatchBuilder::LayoutShift(double at_ms, double value,
                                                  const std::vector<std::string>& sources,
                                                  bool had_recent_input) {
  auto* shift = Add()->mutable_layout_shift();
  shift->set_start_100us(Units(at_ms));
  shift->set_value(value);
  shift->set_had_recent_input(had_recent_input);
  for (const std::string& name : sources) {
    auto* source = shift->add_sources();
    source->set_target_ref(Ref(name));
    source->mutable_previous()->set_y(-40);
    source->mutable_previous()->set_width(320);
    source->mutable_previous()->set_height(80);
    source->mutable_current()->set_x(8);
    source->mutable_current()->set_y(120);
    source->mutable_current()->set_width(320);
    source->mutable_current()->set_height(80);
  }
  return *this;
}

EntryBatchBuilder& EntryBatchBuilder::EventTiming(double at_ms, double duration_ms,
                                                  uint32_t interaction_id, const std::string& name,
                                                  const std::string& target) {
  auto* timing = Add()->mutable_event_timing();
  timing->set_name_ref(Ref(name));
  timing->set_start_100us(Units(at_ms));
  timing->set_duration_100us(Units(duration_ms));
  timing->set_processing_start_100us(Units(duration_ms) / 8);
  timing->set_processing_duration_100us(Units(duration_ms) / 2);
  timing->set_interaction_id(interaction_id);
  timing->set_target_ref(Ref(target));
  return *this;
}

EntryBatchBuilder& EntryBatchBuilder::FirstInput(double at_ms, double delay_ms, double duration_ms,
                                                 uint32_t interaction_id) {
  EventTiming(at_ms, duration_ms, interaction_id, "pointerdown");
  auto* timing = batch_.mutable_entries(batch_.entries_size() - 1)->mutable_event_timing();
  timing->set_processing_start_100us(Units(delay_ms));
  timing->set_first_input(true);
  return *this;
}

EntryBatchBuilder& EntryBatchBuilder::Visibility(double at_ms, bool hidden) {
  auto* change = Add()->mutable_visibility_change();
  change->set_at_100us(Units(at_ms));
  change->set_hidden(hidden);
  return *this;
}

EntryBatchBuilder& EntryBatchBuilder::UserInput(double at_ms) {
  Add()->mutable_user_input()->set_at_100us(Units(at_ms));
  return *this;
}

EntryBatchBuilder& EntryBatchBuilder::Click(double at_ms, int x, int y, const std::string& target) {
  auto* click = Add()->mutable_click();
  click->set_at_100us(Units(at_ms));
  click->set_x(x);
  click->set_y(y);
  click->set_target_ref(Ref(target));
  return *this;
}

EntryBatchBuilder& EntryBatchBuilder::InteractionCount(uint32_t count) {
  batch_.set_interaction_count(count);
  return *this;
}

EntryBatchBuilder& EntryBatchBuilder::SampleRatePpm(uint32_t ppm) {
  batch_.set_sample_rate_ppm(ppm);
  return *this;
}

EntryBatchBuilder& EntryBatchBuilder::KeptUnsampled() {
  batch_.set_kept_unsampled(true);
  return *this;
}

uint32_t EntryBatchBuilder::Ref(const std::string& text) {
  if (text.empty()) return 0;
  for (int i = 0; i < batch_.strings_size(); ++i) {
    if (batch_.strings(i) == text) return static_cast<uint32_t>(i) + 1;
  }
  batch_.add_strings(text);
  return static_cast<uint32_t>(batch_.strings_size());
}

v1::Entry::PageViewStart* EntryBatchBuilder::LastPageViewStart() {
  for (int i = batch_.entries_size() - 1; i >= 0; --i) {
    if (batch_.entries(i).has_page_view_start()) {
      return batch_.mutable_entries(i)->mutable_page_view_start();
    }
  }
  return PageViewStart().LastPageViewStart();
}

}  // namespace paceline::core::testing
