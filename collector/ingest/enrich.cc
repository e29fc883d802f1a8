#include "collector/ingest/enrich.h"

#include <algorithm>
#include <string>
#include <vector>

#include "collector/ingest/limits.h"
#include "collector/ingest/user_agent.h"
#include "core/sampling/device_tier.h"

namespace paceline::ingest {
namespace {

const char* ConnectionName(v1::EffectiveConnectionType type) {
  switch (type) {
    case v1::EFFECTIVE_CONNECTION_TYPE_SLOW_2G:
      return "slow-2g";
    case v1::EFFECTIVE_CONNECTION_TYPE_2G:
      return "2g";
    case v1::EFFECTIVE_CONNECTION_TYPE_3G:
      return "3g";
    case v1::EFFECTIVE_CONNECTION_TYPE_4G:
      return "4g";
    default:
      return "unknown";
  }
}

void SetDimensions(const EnrichOptions& options, const v1::Context& context,
                   std::string_view user_agent, v1::Dimensions* dimensions) {
  UserAgent agent = ParseUserAgent(user_agent, context.max_touch_points());
  dimensions->set_browser(std::string(agent.browser));
  dimensions->set_browser_version(std::move(agent.browser_version));
  dimensions->set_os(std::string(agent.os));
  dimensions->set_device_type(std::string(agent.device_type));
  dimensions->set_bot(agent.bot || (agent.headless && options.treat_headless_as_bot));
  dimensions->set_connection(ConnectionName(context.effective_connection_type()));
  dimensions->set_device_tier(std::string(core::DeviceTierName(
      core::ClassifyDevice(context.device_memory_mib(), context.hardware_concurrency()))));
}

template <typename Message>
std::string_view StringAt(const Message& message, uint32_t ref) {
  return ref == 0 ? std::string_view() : message.strings(static_cast<int>(ref) - 1);
}

// The last value of `key` among the context's tags; empty when there is none.
template <typename Message>
std::string_view TagOf(const Message& message, std::string_view key) {
  const v1::Context& context = message.context();
  std::string_view value;
  for (int i = 0; i + 1 < context.tag_refs_size(); i += 2) {
    if (StringAt(message, context.tag_refs(i)) != key) continue;
    value = StringAt(message, context.tag_refs(i + 1));
  }
  return value;
}

// What the site says, as far as there is room for it.
template <typename Message>
void SetSiteDimensions(const Message& message, KnownValues* values, v1::Dimensions* dimensions) {
  const auto admit = [&](std::string_view dimension, std::string_view value) {
    return values->Admit(message.site(), dimension, value);
  };
  const std::string_view user_type = TagOf(message, kUserTypeTag);
  dimensions->set_user_type(admit("user_type", user_type.empty() ? kAnonymous : user_type));
  const std::string_view release = StringAt(message, message.context().release_ref());
  dimensions->set_release(
      admit("release", release.empty() ? TagOf(message, kReleaseTag) : release));
  dimensions->set_variant(admit("variant", TagOf(message, kVariantTag)));
  dimensions->set_source(admit("source", TagOf(message, kSourceTag)));
}

// Gives page views their page groups and stages.
class PageNamer {
 public:
  template <typename Message>
  PageNamer(const EnrichOptions& options, const Message& message, EnrichMemory* memory)
      : options_(options),
        site_(message.site()),
        stage_tag_(TagOf(message, kStageTag)),
        group_tag_(TagOf(message, kPageGroupTag)),
        memory_(memory) {}

  // `is_last`: no page view of the message began later, so that its tags are of this one.
  void Add(std::string_view url, bool is_last, v1::JournalRecord* record) const {
    record->add_page_groups(is_last && !group_tag_.empty()
                                ? memory_->pages.GroupNamed(site_, group_tag_)
                                : memory_->pages.Group(site_, url));
    record->add_stages(memory_->values.Admit(site_, "stage", Stage(url, is_last)));
  }

 private:
  std::string_view Stage(std::string_view url, bool is_last) const {
    const auto own = options_.stages.find(site_);
    if (own != options_.stages.end()) {
      const std::string_view ruled = StageOf(own->second, url);
      if (!ruled.empty()) return ruled;
    }
    if (is_last && !stage_tag_.empty()) return stage_tag_;
    return own == options_.stages.end() ? StageOf(options_.default_stages, url)
                                        : std::string_view();
  }

  const EnrichOptions& options_;
  std::string_view site_;
  std::string_view stage_tag_;
  std::string_view group_tag_;
  EnrichMemory* memory_;
};

}  // namespace

int64_t ClockOffsetMs(uint64_t received_unix_ms, uint64_t sent_unix_ms, uint64_t age_ms) {
  const int64_t difference = static_cast<int64_t>(received_unix_ms) -
                             static_cast<int64_t>(sent_unix_ms) - static_cast<int64_t>(age_ms);
  return difference >= -kMaxTrustedLeadMs && difference <= kMaxTrustedDelayMs ? 0 : difference;
}

void Enrich(const EnrichOptions& options, std::string_view user_agent, uint64_t age_ms,
            EnrichMemory* memory, v1::JournalRecord* record) {
  const auto enrich = [&](const auto& message) {
    SetDimensions(options, message.context(), user_agent, record->mutable_dimensions());
    SetSiteDimensions(message, &memory->values, record->mutable_dimensions());
    record->set_clock_offset_ms(
        ClockOffsetMs(record->received_unix_ms(), message.sent_unix_ms(), age_ms));
    return PageNamer(options, message, memory);
  };
  if (record->has_beacon()) {
    const v1::Beacon& beacon = record->beacon();
    const PageNamer pages = enrich(beacon);
    uint32_t last = 0;
    for (const v1::PageView& view : beacon.page_views()) last = std::max(last, view.index());
    for (const v1::PageView& view : beacon.page_views()) {
      pages.Add(StringAt(beacon, view.url_ref()), view.index() == last, record);
    }
    return;
  }
  const v1::EntryBatch& batch = record->entry_batch();
  const PageNamer pages = enrich(batch);
  std::vector<const v1::Entry::PageViewStart*> starts;
  for (const v1::Entry& entry : batch.entries()) {
    if (entry.has_page_view_start()) starts.push_back(&entry.page_view_start());
  }
  for (const auto* start : starts) {
    pages.Add(StringAt(batch, start->url_ref()), start == starts.back(), record);
  }
}

}  // namespace paceline::ingest
