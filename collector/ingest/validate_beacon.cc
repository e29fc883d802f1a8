#include <algorithm>
#include <vector>

#include "collector/ingest/validate.h"
#include "collector/ingest/validate_fields.h"
#include "collector/ingest/validate_header.h"
#include "core/base/currency.h"
#include "core/vitals/rating.h"

namespace paceline::ingest {
namespace {

// Empty also for a reference that leads nowhere: CheckFields refuses that.
std::string_view TextAt(const v1::Beacon& beacon, uint32_t ref) {
  if (ref == 0 || !RefInside(ref, beacon.strings_size())) return {};
  return beacon.strings(static_cast<int>(ref) - 1);
}

std::string CheckPageViews(const v1::Beacon& beacon, std::vector<uint32_t>* indexes) {
  if (beacon.page_views().empty()) {
    return "page_views is empty; the header of each page view that the events belong to is "
           "expected";
  }
  for (int i = 0; i < beacon.page_views_size(); ++i) {
    const v1::PageView& view = beacon.page_views(i);
    if (view.index() > kMaxPageViewIndex) {
      return absl::StrCat(Item("page_views", i, "index"), " is ", view.index(), "; at most ",
                          kMaxPageViewIndex, " is allowed");
    }
    if (std::find(indexes->begin(), indexes->end(), view.index()) != indexes->end()) {
      return absl::StrCat(Item("page_views", i, "index"), " is ", view.index(),
                          ", which another header has; one header for each page view is expected");
    }
    indexes->push_back(view.index());
    if (auto bad = CheckPageViewStart(beacon, absl::StrCat("page_views[", i, "]"),
                                      view.start_100us(), view.navigation_type());
        !bad.empty()) {
      return bad;
    }
  }
  return {};
}

std::string CheckVital(v1::Vital* vital, int index) {
  if (!v1::Metric_IsValid(vital->metric()) || vital->metric() == v1::METRIC_UNSPECIFIED) {
    return absl::StrCat(Item("events", index, "vital.metric"), " is ",
                        static_cast<int>(vital->metric()),
                        "; a value of Metric in beacon.proto other than 0 is expected");
  }
  const uint64_t limit = vital->metric() == v1::METRIC_CLS ? kMaxClsNano : kMaxVital100us;
  if (vital->value() > limit) {
    return absl::StrCat(Item("events", index, "vital.value"), " is ", vital->value(), "; at most ",
                        limit, " is possible");
  }
  const auto signed_limit = static_cast<int64_t>(limit);
  if (vital->delta() > signed_limit || vital->delta() < -signed_limit) {
    return absl::StrCat(Item("events", index, "vital.delta"), " is ", vital->delta(),
                        "; it lies within the value's own range, ", limit, " either way");
  }
  vital->set_rating(static_cast<v1::Rating>(
      core::Rate(static_cast<core::Metric>(vital->metric()), vital->value())));
  if (vital->cls().largest_shift_nano() > kMaxClsNano) {
    return absl::StrCat(Item("events", index, "vital.cls.largest_shift_nano"), " is ",
                        vital->cls().largest_shift_nano(), "; at most ", kMaxClsNano,
                        " is possible, in units of 1e-9");
  }
  return {};
}

std::string CheckLayoutShift(const v1::Event::LayoutShift& shift, int index) {
  if (shift.value_nano() > kMaxClsNano) {
    return absl::StrCat(Item("events", index, "layout_shift.value_nano"), " is ",
                        shift.value_nano(), "; at most ", kMaxClsNano,
                        " is possible, in units of 1e-9");
  }
  if (shift.sources_size() > kMaxShiftSources) {
    return absl::StrCat(Item("events", index, "layout_shift.sources"), " has ",
                        shift.sources_size(), " elements; a browser gives at most ",
                        kMaxShiftSources);
  }
  return {};
}

std::string CheckConversion(const v1::Beacon& beacon, const v1::Event::Conversion& conversion,
                            int index) {
  if (const size_t bytes = TextAt(beacon, conversion.type_ref()).size();
      bytes > kMaxConversionTypeBytes) {
    return absl::StrCat(Item("events", index, "conversion.type_ref"), " leads to ", bytes,
                        " bytes; a name of at most ", kMaxConversionTypeBytes, " is expected");
  }
  if (const size_t bytes = TextAt(beacon, conversion.id_ref()).size();
      bytes > kMaxConversionIdBytes) {
    return absl::StrCat(Item("events", index, "conversion.id_ref"), " leads to ", bytes,
                        " bytes; at most ", kMaxConversionIdBytes, " are allowed");
  }
  if (const std::string_view currency = TextAt(beacon, conversion.currency_ref());
      !currency.empty() && core::CurrencyCode(currency).empty()) {
    return absl::StrCat(Item("events", index, "conversion.currency_ref"), " leads to ",
                        currency.size(),
                        " bytes that are no currency; three letters of ISO 4217 "
                        "are expected, as EUR");
  }
  if (conversion.value_minor() > kMaxValueMinor || conversion.value_minor() < -kMaxValueMinor) {
    return absl::StrCat(Item("events", index, "conversion.value_minor"), " is ",
                        conversion.value_minor(), "; at most ", kMaxValueMinor,
                        " is possible, in minor units of the currency");
  }
  if (conversion.cls_nano() > kMaxClsNano) {
    return absl::StrCat(Item("events", index, "conversion.cls_nano"), " is ", conversion.cls_nano(),
                        "; at most ", kMaxClsNano, " is possible, in units of 1e-9");
  }
  return {};
}

std::string CheckEvent(const v1::Beacon& beacon, v1::Event* event, int index) {
  switch (event->event_case()) {
    case v1::Event::kVital:
      return CheckVital(event->mutable_vital(), index);
    case v1::Event::kLayoutShift:
      return CheckLayoutShift(event->layout_shift(), index);
    case v1::Event::kConversion:
      return CheckConversion(beacon, event->conversion(), index);
    // Also something a newer agent says and this version does not know: kept out of nobody's way.
    default:
      return {};
  }
}

}  // namespace

std::string ValidateBeacon(v1::Beacon* beacon) {
  if (auto bad = CheckHeader(*beacon); !bad.empty()) return bad;
  if (beacon->covers_entries_before() > beacon->sequence()) {
    return absl::StrCat("covers_entries_before is ", beacon->covers_entries_before(),
                        "; raw batches come before the beacon that covers them, so at most its "
                        "sequence, ",
                        beacon->sequence(), ", is possible");
  }
  std::vector<uint32_t> indexes;
  if (auto bad = CheckPageViews(*beacon, &indexes); !bad.empty()) return bad;
  for (int i = 0; i < beacon->events_size(); ++i) {
    v1::Event* event = beacon->mutable_events(i);
    if (std::find(indexes.begin(), indexes.end(), event->page_view()) == indexes.end()) {
      return absl::StrCat(Item("events", i, "page_view"), " is ", event->page_view(),
                          ", but page_views has no header with that index");
    }
    if (auto bad = CheckEvent(*beacon, event, i); !bad.empty()) return bad;
  }
  return CheckFields(beacon, beacon->strings_size());
}

}  // namespace paceline::ingest
