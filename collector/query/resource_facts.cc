#include "collector/query/resource_facts.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"

namespace paceline::query {
namespace {

using TypeOfName = std::pair<std::string_view, v1::ResourceType>;

// Initiators that leave no doubt.
constexpr TypeOfName kCertain[] = {
    {"script", v1::RESOURCE_TYPE_SCRIPT},
    {"fetch", v1::RESOURCE_TYPE_FETCH},
    {"xmlhttprequest", v1::RESOURCE_TYPE_XMLHTTPREQUEST},
    {"iframe", v1::RESOURCE_TYPE_DOCUMENT},
    {"frame", v1::RESOURCE_TYPE_DOCUMENT},
    {"beacon", v1::RESOURCE_TYPE_BEACON},
};

constexpr TypeOfName kLikely[] = {
    {"css", v1::RESOURCE_TYPE_IMAGE},   {"img", v1::RESOURCE_TYPE_IMAGE},
    {"image", v1::RESOURCE_TYPE_IMAGE}, {"input", v1::RESOURCE_TYPE_IMAGE},
    {"audio", v1::RESOURCE_TYPE_MEDIA}, {"track", v1::RESOURCE_TYPE_MEDIA},
    {"video", v1::RESOURCE_TYPE_MEDIA},
};

constexpr TypeOfName kEndings[] = {
    {"js", v1::RESOURCE_TYPE_SCRIPT},      {"mjs", v1::RESOURCE_TYPE_SCRIPT},
    {"css", v1::RESOURCE_TYPE_STYLESHEET}, {"avif", v1::RESOURCE_TYPE_IMAGE},
    {"bmp", v1::RESOURCE_TYPE_IMAGE},      {"gif", v1::RESOURCE_TYPE_IMAGE},
    {"ico", v1::RESOURCE_TYPE_IMAGE},      {"jpg", v1::RESOURCE_TYPE_IMAGE},
    {"jpeg", v1::RESOURCE_TYPE_IMAGE},     {"png", v1::RESOURCE_TYPE_IMAGE},
    {"svg", v1::RESOURCE_TYPE_IMAGE},      {"webp", v1::RESOURCE_TYPE_IMAGE},
    {"eot", v1::RESOURCE_TYPE_FONT},       {"otf", v1::RESOURCE_TYPE_FONT},
    {"ttf", v1::RESOURCE_TYPE_FONT},       {"woff", v1::RESOURCE_TYPE_FONT},
    {"woff2", v1::RESOURCE_TYPE_FONT},     {"aac", v1::RESOURCE_TYPE_MEDIA},
    {"flac", v1::RESOURCE_TYPE_MEDIA},     {"m3u8", v1::RESOURCE_TYPE_MEDIA},
    {"m4a", v1::RESOURCE_TYPE_MEDIA},      {"m4v", v1::RESOURCE_TYPE_MEDIA},
    {"mp3", v1::RESOURCE_TYPE_MEDIA},      {"mp4", v1::RESOURCE_TYPE_MEDIA},
    {"oga", v1::RESOURCE_TYPE_MEDIA},      {"ogg", v1::RESOURCE_TYPE_MEDIA},
    {"ogv", v1::RESOURCE_TYPE_MEDIA},      {"wav", v1::RESOURCE_TYPE_MEDIA},
    {"webm", v1::RESOURCE_TYPE_MEDIA},
};

v1::ResourceType Find(std::span<const TypeOfName> names, std::string_view name) {
  for (const auto& [known, type] : names) {
    if (known == name) return type;
  }
  return v1::RESOURCE_TYPE_UNSPECIFIED;
}

// Of a path without query and fragment; in small letters.
std::string EndingOf(std::string_view url) {
  const size_t dot = url.rfind('.');
  std::string ending(dot == std::string_view::npos ? "" : url.substr(dot + 1));
  absl::AsciiStrToLower(&ending);
  return ending;
}

// What a page claims may be more than a number holds.
uint32_t Sum(uint32_t before, uint32_t amount) {
  return amount > UINT32_MAX - before ? UINT32_MAX : before + amount;
}

v1::ResourceType TypeOf(const v1::Resource& resource, const Strings& strings) {
  const std::string_view initiator = TextAt(strings, resource.initiator_ref());
  if (const auto type = Find(kCertain, initiator)) return type;
  if (const auto type = Find(kEndings, EndingOf(TextAt(strings, resource.url_ref())))) return type;
  if (const auto type = Find(kLikely, initiator)) return type;
  // Of what a link element loads, only styles hold up the rendering.
  return resource.render_blocking() ? v1::RESOURCE_TYPE_STYLESHEET : v1::RESOURCE_TYPE_OTHER;
}

// Empty for what is of the page's own origin: such a URL is a path.
std::string_view HostOf(std::string_view url) {
  constexpr std::string_view kBeforeHost = "://";
  const size_t begin = url.find(kBeforeHost);
  if (begin == std::string_view::npos) return {};
  const std::string_view rest = url.substr(begin + kBeforeHost.size());
  return rest.substr(0, rest.find_first_of(":/"));
}

bool IsThirdParty(const v1::Resource& resource, const Strings& strings) {
  const std::string_view page = TextAt(strings, resource.page_host_ref());
  const std::string_view host = HostOf(TextAt(strings, resource.url_ref()));
  return !page.empty() && !host.empty() && OwnerOf(page) != OwnerOf(host);
}

}  // namespace

v1::Resource Completed(const v1::Resource& resource, const Strings& strings) {
  v1::Resource completed = resource;
  if (resource.type() == v1::RESOURCE_TYPE_UNSPECIFIED) {
    completed.set_type(TypeOf(resource, strings));
  }
  if (IsThirdParty(resource, strings)) completed.set_third_party(true);
  if (resource.transfer_size_bytes() == 0 && resource.decoded_size_bytes() > 0) {
    completed.set_cached(true);
  }
  return completed;
}

std::string_view OwnerOf(std::string_view host) {
  const size_t last = host.rfind('.');
  if (last == std::string_view::npos || last == 0 || absl::ascii_isdigit(host.back())) return host;
  const size_t second = host.rfind('.', last - 1);
  if (second == std::string_view::npos || second == 0) return host;
  const size_t in_country = last - second - 1;
  const bool is_below_country = host.size() - last - 1 == 2 && (in_country == 2 || in_country == 3);
  if (!is_below_country) return host.substr(second + 1);
  const size_t third = host.rfind('.', second - 1);
  return third == std::string_view::npos ? host : host.substr(third + 1);
}

void Judge(const BundleBudget& budget, v1::JourneyEvent::Bundle* bundle) {
  bundle->set_script_budget_bytes(budget.script_bytes);
  bundle->set_third_party_script_budget_bytes(budget.third_party_script_bytes);
  bundle->set_style_budget_bytes(budget.style_bytes);
  bundle->set_third_party_style_budget_bytes(budget.third_party_style_bytes);
  const auto is_over = [](uint32_t bytes, uint32_t limit) { return limit > 0 && bytes > limit; };
  bundle->set_over_budget(
      is_over(bundle->script_bytes(), budget.script_bytes) ||
      is_over(bundle->third_party_script_bytes(), budget.third_party_script_bytes) ||
      is_over(bundle->style_bytes(), budget.style_bytes) ||
      is_over(bundle->third_party_style_bytes(), budget.third_party_style_bytes));
}

void AddTo(const v1::Resource& resource, v1::JourneyEvent::Bundle* bundle) {
  const uint32_t decoded = resource.decoded_size_bytes();
  const uint32_t encoded = resource.encoded_size_bytes();
  switch (resource.type()) {
    case v1::RESOURCE_TYPE_SCRIPT:
      bundle->set_scripts(bundle->scripts() + 1);
      if (resource.third_party()) {
        bundle->set_third_party_script_bytes(Sum(bundle->third_party_script_bytes(), decoded));
      } else {
        bundle->set_script_bytes(Sum(bundle->script_bytes(), decoded));
      }
      break;
    case v1::RESOURCE_TYPE_STYLESHEET:
      bundle->set_styles(bundle->styles() + 1);
      if (resource.third_party()) {
        bundle->set_third_party_style_bytes(Sum(bundle->third_party_style_bytes(), decoded));
      } else {
        bundle->set_style_bytes(Sum(bundle->style_bytes(), decoded));
      }
      break;
    case v1::RESOURCE_TYPE_IMAGE:
      bundle->set_images(bundle->images() + 1);
      bundle->set_image_bytes(Sum(bundle->image_bytes(), encoded));
      break;
    case v1::RESOURCE_TYPE_FONT:
      bundle->set_fonts(bundle->fonts() + 1);
      bundle->set_font_bytes(Sum(bundle->font_bytes(), encoded));
      break;
    default:
      break;
  }
  bundle->set_total_bytes(Sum(bundle->total_bytes(), encoded));
  bundle->set_resources(bundle->resources() + 1);
}

}  // namespace paceline::query
