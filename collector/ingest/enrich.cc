#include "collector/ingest/enrich.h"

#include <algorithm>
#include <string>
#include <utility>

#include "collector/ingest/limits.h"
#include "collector/ingest/memo.h"
#include "collector/ingest/user_agent.h"
#include "core/sampling/device_tier.h"

namespace paceline::ingest {
namespace {

// For each thread: so many user agents and pages cost nothing to know again.
constexpr int kUserAgentBits = 8;
constexpr int kPageBits = 10;
constexpr int kAddressBits = 10;

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

UserAgent UserAgentOf(std::string_view header, uint32_t max_touch_points) {
  static const uint64_t seed = RandomSeed();
  thread_local Memo<UserAgent> memo(kUserAgentBits);
  return memo.Of(HashOf(header, seed + max_touch_points),
                 [&] { return ParseUserAgent(header, max_touch_points); });
}

void SetDimensions(const EnrichOptions& options, const Summary& summary,
                   std::string_view user_agent, v1::Dimensions* dimensions) {
  UserAgent agent = UserAgentOf(user_agent, summary.max_touch_points);
  dimensions->set_browser(agent.browser.data(), agent.browser.size());
  dimensions->set_browser_version(std::move(agent.browser_version));
  dimensions->set_os(agent.os.data(), agent.os.size());
  dimensions->set_device_type(agent.device_type.data(), agent.device_type.size());
  dimensions->set_bot(agent.bot || (agent.headless && options.treat_headless_as_bot));
  dimensions->set_in_app_browser(agent.in_app);
  dimensions->set_connection(ConnectionName(summary.connection));
  const std::string_view tier = core::DeviceTierName(
      core::ClassifyDevice(summary.device_memory_mib, summary.hardware_concurrency));
  dimensions->set_device_tier(tier.data(), tier.size());
}

void SetPlace(const Geography& geography, std::string_view site, std::string_view address,
              EnrichMemory* memory, v1::Dimensions* dimensions) {
  thread_local Memo<Place> memo(kAddressBits);
  const Place& place =
      memo.Of(HashOf(address, memory->seed), [&] { return geography.Find(std::string(address)); });
  dimensions->set_country(place.country);
  dimensions->set_region(memory->values.Admit(site, "region", place.region));
}

// What the site says, as far as there is room for it.
void SetSiteDimensions(const Summary& summary, KnownValues* values, v1::Dimensions* dimensions) {
  const auto admit = [&](std::string_view dimension, std::string_view value) {
    return values->Admit(summary.site, dimension, value);
  };
  const std::string_view user_type = TagOf(summary, kUserTypeTag);
  dimensions->set_user_type(admit("user_type", user_type.empty() ? kAnonymous : user_type));
  dimensions->set_release(
      admit("release", summary.release.empty() ? TagOf(summary, kReleaseTag) : summary.release));
  dimensions->set_variant(admit("variant", TagOf(summary, kVariantTag)));
  dimensions->set_source(admit("source", TagOf(summary, kSourceTag)));
}

// What follows from a page's address alone.
struct PageNames {
  // By the site's rules; empty when none fits, and then by its address.
  std::string ruled_group;
  std::string group;
  // By the site's rules, or else by the default ones: see EnrichOptions.
  std::string stage;
  std::string default_stage;
};

PageNames NamesOf(const EnrichOptions& options, std::string_view site, std::string_view url,
                  EnrichMemory* memory) {
  PageNames names;
  const auto groups = options.pages.find(site);
  if (groups != options.pages.end()) names.ruled_group = NameByRules(groups->second, url);
  if (names.ruled_group.empty()) names.group = memory->pages.Group(site, url);
  const auto own = options.stages.find(site);
  if (own != options.stages.end()) {
    names.stage = NameByRules(own->second, url);
  } else {
    names.default_stage = NameByRules(options.default_stages, url);
  }
  return names;
}

// What becomes of the name that a page has given to its group.
const std::string& NamedGroupOf(std::string_view site, std::string_view name, uint64_t seed,
                                EnrichMemory* memory) {
  thread_local Memo<std::string> memo(kPageBits);
  return memo.Of(HashOf(name, seed), [&] { return memory->pages.GroupNamed(site, name); });
}

// Gives page views their page groups and stages.
void NamePages(const EnrichOptions& options, const Summary& summary, EnrichMemory* memory,
               v1::JournalRecord* record) {
  thread_local Memo<PageNames> memo(kPageBits);
  const uint64_t seed = HashOf(summary.site, memory->seed + memory->pages.generation());
  const std::string_view group = TagOf(summary, kPageGroupTag);
  const std::string_view stage = TagOf(summary, kStageTag);
  uint32_t last = 0;
  for (const Summary::PageView& view : summary.page_views) last = std::max(last, view.index);
  for (const Summary::PageView& view : summary.page_views) {
    const PageNames& names = memo.Of(
        HashOf(view.url, seed), [&] { return NamesOf(options, summary.site, view.url, memory); });
    // The tags are of the page view that began last.
    const bool is_last = view.index == last;
    if (!names.ruled_group.empty()) {
      record->add_page_groups(names.ruled_group);
    } else {
      const bool named = is_last && !group.empty();
      record->add_page_groups(named ? NamedGroupOf(summary.site, group, seed, memory)
                                    : names.group);
    }
    std::string_view of_page = names.stage;
    if (of_page.empty() && is_last) of_page = stage;
    if (of_page.empty()) of_page = names.default_stage;
    record->add_stages(memory->values.Admit(summary.site, "stage", of_page));
  }
}

}  // namespace

int64_t ClockOffsetMs(uint64_t received_unix_ms, uint64_t sent_unix_ms, uint64_t age_ms) {
  const int64_t difference = static_cast<int64_t>(received_unix_ms) -
                             static_cast<int64_t>(sent_unix_ms) - static_cast<int64_t>(age_ms);
  return difference >= -kMaxTrustedLeadMs && difference <= kMaxTrustedDelayMs ? 0 : difference;
}

void Enrich(const EnrichOptions& options, const Summary& summary, const Sender& sender,
            EnrichMemory* memory, v1::JournalRecord* record) {
  SetDimensions(options, summary, sender.user_agent, record->mutable_dimensions());
  if (options.geography != nullptr) {
    SetPlace(*options.geography, summary.site, sender.address, memory,
             record->mutable_dimensions());
  }
  SetSiteDimensions(summary, &memory->values, record->mutable_dimensions());
  record->set_age_ms(sender.age_ms);
  record->set_clock_offset_ms(
      ClockOffsetMs(record->received_unix_ms(), summary.sent_unix_ms, sender.age_ms));
  NamePages(options, summary, memory, record);
}

}  // namespace paceline::ingest
