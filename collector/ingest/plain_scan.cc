#include "collector/ingest/plain_scan.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "collector/ingest/known_texts.h"
#include "collector/ingest/scan_rules.h"
#include "collector/ingest/scrub.h"
#include "collector/ingest/validate_header.h"
#include "collector/ingest/wire_cursor.h"
#include "core/base/currency.h"
#include "core/base/utf8.h"
#include "core/vitals/rating.h"

namespace paceline::ingest {
namespace {

using Kind = FieldRule::Kind;
using v1::Beacon;
using v1::Context;
using v1::PageView;
using v1::Vital;
using Conversion = v1::Event::Conversion;

// One of the table that references lead into.
struct Text {
  std::string_view text;
  TextNature nature;
};

// A message's varints by field number, 0 where there is none. All that is checked beyond its own
// range has a number below 16.
using Numbers = std::array<uint64_t, 16>;

int64_t FromZigzag(uint64_t value) {
  return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
}

constexpr size_t kTraceIdBytes = 16;

class Scanner {
 public:
  Scanner(const Limits& limits, KnownTexts* known, std::vector<Text>* strings, Summary* summary)
      : limits_(limits), known_(known), strings_(strings), summary_(summary) {}

  bool ScanBeacon(std::string_view body);

 private:
  bool TakeBeaconField(uint32_t tag, WireCursor* cursor);
  bool HeaderIsGood() const;
  bool AddString(std::string_view text);

  bool ScanMessage(const MessageRule& rule, std::string_view bytes);
  bool TakeField(const FieldRule& field, WireType type, WireCursor* cursor, uint64_t* number);
  bool References(std::string_view packed, TextUse use);
  bool Reference(uint64_t ref, TextUse use) const;

  bool Check(MessageCheck check, const Numbers& numbers);
  bool CheckContext(const Numbers& numbers);
  bool CheckPageView(const Numbers& numbers);
  bool CheckVital(const Numbers& numbers) const;
  bool CheckConversion(const Numbers& numbers);

  bool HasPageView(uint64_t index) const {
    return std::any_of(summary_->page_views.begin(), summary_->page_views.end(),
                       [index](const Summary::PageView& view) { return view.index == index; });
  }
  // `ref` is inside.
  std::string_view TextAt(uint64_t ref) const {
    return ref == 0 ? std::string_view() : (*strings_)[ref - 1].text;
  }

  bool NamesUser(uint64_t key, uint64_t value) const {
    return TextAt(key) == kUserIdTag && !TextAt(value).empty();
  }

  const Limits& limits_;
  KnownTexts* const known_;
  std::vector<Text>* const strings_;
  Summary* const summary_;
  size_t items_ = 0;
  uint64_t covers_entries_before_ = 0;
  // The last packed list: of a context, its tags.
  std::string_view references_;
};

bool Scanner::ScanBeacon(std::string_view body) {
  if (body.empty() || body.size() > limits_.max_body_bytes) return false;
  WireCursor cursor(body);
  uint64_t last = 0;
  while (!cursor.AtEnd()) {
    uint64_t tag = 0;
    if (!cursor.TakeVarint(&tag) || tag > UINT32_MAX || tag < last) return false;
    const bool again = tag == std::exchange(last, tag);
    switch (tag) {
      case TagOf(Beacon::kStringsFieldNumber, WireType::kBytes):
      case TagOf(Beacon::kPageViewsFieldNumber, WireType::kBytes):
      case TagOf(Beacon::kEventsFieldNumber, WireType::kBytes):
        break;
      default:
        if (again) return false;
    }
    if (!TakeBeaconField(static_cast<uint32_t>(tag), &cursor)) return false;
  }
  return HeaderIsGood();
}

// Numbers that may be 0 are left out then.
bool Scanner::TakeBeaconField(uint32_t tag, WireCursor* cursor) {
  uint64_t number = 0;
  std::string_view bytes;
  const bool is_number = (tag & 7) == static_cast<uint32_t>(WireType::kVarint);
  if (is_number ? !cursor->TakeVarint(&number) || number == 0 : !cursor->TakeBytes(&bytes)) {
    return false;
  }
  switch (tag) {
    case TagOf(Beacon::kSiteFieldNumber, WireType::kBytes):
      summary_->site = bytes;
      return true;
    case TagOf(Beacon::kSessionIdFieldNumber, WireType::kBytes):
      summary_->session_id = bytes;
      return true;
    case TagOf(Beacon::kDocumentIdFieldNumber, WireType::kBytes):
      summary_->document_id = bytes;
      return true;
    case TagOf(Beacon::kSequenceFieldNumber, WireType::kVarint):
      summary_->sequence = static_cast<uint32_t>(number);
      return number <= kMaxSequence;
    case TagOf(Beacon::kOriginUnixMsFieldNumber, WireType::kVarint):
      summary_->origin_unix_ms = number;
      return true;
    case TagOf(Beacon::kSentUnixMsFieldNumber, WireType::kVarint):
      summary_->sent_unix_ms = number;
      return true;
    case TagOf(Beacon::kSampleRatePpmFieldNumber, WireType::kVarint):
      summary_->sample_rate_ppm = static_cast<uint32_t>(number);
      return number <= core::kFullSamplePpm;
    case TagOf(Beacon::kCoversEntriesBeforeFieldNumber, WireType::kVarint):
      covers_entries_before_ = number;
      return true;
    case TagOf(Beacon::kStringsFieldNumber, WireType::kBytes):
      return AddString(bytes);
    case TagOf(Beacon::kContextFieldNumber, WireType::kBytes): {
      static const MessageRule& rule = ScanRuleOf(Context::descriptor());
      return ScanMessage(rule, bytes);
    }
    case TagOf(Beacon::kPageViewsFieldNumber, WireType::kBytes): {
      static const MessageRule& rule = ScanRuleOf(PageView::descriptor());
      return summary_->page_views.size() < limits_.max_page_views && ScanMessage(rule, bytes);
    }
    case TagOf(Beacon::kEventsFieldNumber, WireType::kBytes): {
      static const MessageRule& rule = ScanRuleOf(v1::Event::descriptor());
      return ++items_ <= limits_.max_items && ScanMessage(rule, bytes);
    }
    case TagOf(Beacon::kKeptUnsampledFieldNumber, WireType::kVarint):
      summary_->kept_unsampled = true;
      return number == 1;
    default:
      return false;
  }
}

bool Scanner::HeaderIsGood() const {
  const Summary& head = *summary_;
  return !head.site.empty() &&
         head.site.size() <= std::min(core::kMaxSiteBytes, limits_.max_string_bytes) &&
         core::IsValidUtf8(head.site) && head.session_id.size() == core::kSessionIdBytes &&
         !IsBlank(head.session_id) && head.document_id.size() == core::kDocumentIdBytes &&
         !IsBlank(head.document_id) && IsPossibleTime(head.origin_unix_ms) &&
         IsPossibleTime(head.sent_unix_ms) &&
         IsPossibleAge(head.origin_unix_ms, head.sent_unix_ms) && !head.page_views.empty() &&
         covers_entries_before_ <= head.sequence;
}

bool Scanner::AddString(std::string_view text) {
  if (text.size() > limits_.max_string_bytes || strings_->size() >= limits_.max_strings) {
    return false;
  }
  const TextNature nature = known_->Of(text);
  strings_->push_back({text, nature});
  return nature.plain_text;
}

bool Scanner::ScanMessage(const MessageRule& rule, std::string_view bytes) {
  Numbers numbers{};
  WireCursor cursor(bytes);
  uint64_t last = 0;
  uint32_t count = 0;
  bool chosen = false;
  while (!cursor.AtEnd()) {
    uint64_t tag = 0;
    if (!cursor.TakeVarint(&tag)) return false;
    const uint64_t number = tag >> 3;
    if (number < last || number >= rule.fields.size()) return false;
    const FieldRule& field = rule.fields[number];
    count = number == std::exchange(last, number) ? count + 1 : 1;
    if (count > field.max_count) return false;
    if (field.alternative && std::exchange(chosen, true)) return false;
    uint64_t value = 0;
    if (!TakeField(field, static_cast<WireType>(tag & 7), &cursor, &value)) return false;
    if (number < numbers.size()) numbers[number] = value;
  }
  return rule.check == MessageCheck::kNone || Check(rule.check, numbers);
}

bool Scanner::TakeField(const FieldRule& field, WireType type, WireCursor* cursor,
                        uint64_t* number) {
  std::string_view bytes;
  switch (field.kind) {
    case Kind::kNumber:
      return type == WireType::kVarint && cursor->TakeVarint(number) && *number <= field.limit &&
             (*number != 0 || field.optional);
    case Kind::kEnum:
      return type == WireType::kVarint && cursor->TakeVarint(number) && *number < 64 &&
             (field.limit >> *number & 1) != 0 && *number != 0;
    case Kind::kReference:
      return type == WireType::kVarint && cursor->TakeVarint(number) && *number != 0 &&
             Reference(*number, field.use);
    case Kind::kReferences:
      return type == WireType::kBytes && cursor->TakeBytes(&bytes) && References(bytes, field.use);
    case Kind::kMessage:
      return type == WireType::kBytes && cursor->TakeBytes(&bytes) &&
             ScanMessage(*field.nested, bytes);
    case Kind::kTraceId:
      return type == WireType::kBytes && cursor->TakeBytes(&bytes) && bytes.size() == kTraceIdBytes;
    case Kind::kFixed32: {
      uint32_t fixed = 0;
      return type == WireType::kFixed32 && cursor->TakeFixed(&fixed) && fixed != 0;
    }
    case Kind::kDouble: {
      // Left out when its bits are 0; the negative zero has one.
      double value = 0;
      return type == WireType::kFixed64 && cursor->TakeFixed(&value) && std::isfinite(value) &&
             (value != 0 || std::signbit(value));
    }
    case Kind::kNone:
      return false;
  }
  return false;
}

bool Scanner::References(std::string_view packed, TextUse use) {
  if (packed.empty()) return false;
  references_ = packed;
  WireCursor cursor(packed);
  for (uint32_t count = 0; !cursor.AtEnd(); ++count) {
    uint64_t ref = 0;
    if (count >= kMaxListedReferences || !cursor.TakeVarint(&ref) || !Reference(ref, use)) {
      return false;
    }
  }
  return true;
}

bool Scanner::Reference(uint64_t ref, TextUse use) const {
  if (ref == 0) return true;
  if (ref > strings_->size()) return false;
  const TextNature nature = (*strings_)[ref - 1].nature;
  return nature.plain_url ||
         !(use == TextUse::kUrl || (use == TextUse::kAny && nature.looks_like_url));
}

bool Scanner::Check(MessageCheck check, const Numbers& numbers) {
  switch (check) {
    case MessageCheck::kNone:
      return true;
    case MessageCheck::kContext:
      return CheckContext(numbers);
    case MessageCheck::kPageView:
      return CheckPageView(numbers);
    case MessageCheck::kEvent:
      return HasPageView(numbers[v1::Event::kPageViewFieldNumber]);
    case MessageCheck::kVital:
      return CheckVital(numbers);
    case MessageCheck::kConversion:
      return CheckConversion(numbers);
    case MessageCheck::kAttribute:
      return !NamesUser(numbers[v1::Attribute::kKeyRefFieldNumber],
                        numbers[v1::Attribute::kValueRefFieldNumber]);
  }
  return false;
}

bool Scanner::CheckContext(const Numbers& numbers) {
  // It would be taken out.
  if (numbers[Context::kUserAgentRefFieldNumber] != 0) return false;
  summary_->device_memory_mib =
      static_cast<uint32_t>(numbers[Context::kDeviceMemoryMibFieldNumber]);
  summary_->hardware_concurrency =
      static_cast<uint32_t>(numbers[Context::kHardwareConcurrencyFieldNumber]);
  summary_->max_touch_points = static_cast<uint32_t>(numbers[Context::kMaxTouchPointsFieldNumber]);
  summary_->connection = static_cast<v1::EffectiveConnectionType>(
      numbers[Context::kEffectiveConnectionTypeFieldNumber]);
  summary_->release = TextAt(numbers[Context::kReleaseRefFieldNumber]);
  WireCursor tags(references_);
  while (!tags.AtEnd()) {
    uint64_t key = 0;
    uint64_t value = 0;
    tags.TakeVarint(&key);
    if (!tags.TakeVarint(&value)) return false;
    if (NamesUser(key, value)) return false;
    summary_->tags.push_back({TextAt(key), TextAt(value)});
  }
  return true;
}

bool Scanner::CheckPageView(const Numbers& numbers) {
  const uint64_t index = numbers[PageView::kIndexFieldNumber];
  if (index > kMaxPageViewIndex || HasPageView(index) ||
      numbers[PageView::kNavigationTypeFieldNumber] == v1::NAVIGATION_TYPE_UNSPECIFIED ||
      !IsPossibleStart(summary_->origin_unix_ms,
                       static_cast<uint32_t>(numbers[PageView::kStart100UsFieldNumber]),
                       summary_->sent_unix_ms)) {
    return false;
  }
  summary_->page_views.push_back(
      {static_cast<uint32_t>(index), TextAt(numbers[PageView::kUrlRefFieldNumber])});
  return true;
}

bool Scanner::CheckVital(const Numbers& numbers) const {
  const uint64_t metric = numbers[Vital::kMetricFieldNumber];
  if (metric == v1::METRIC_UNSPECIFIED) return false;
  const uint64_t value = numbers[Vital::kValueFieldNumber];
  const uint64_t limit = metric == v1::METRIC_CLS ? kMaxClsNano : kMaxVital100us;
  const int64_t delta = FromZigzag(numbers[Vital::kDeltaFieldNumber]);
  const auto signed_limit = static_cast<int64_t>(limit);
  return value <= limit && delta <= signed_limit && delta >= -signed_limit &&
         numbers[Vital::kRatingFieldNumber] ==
             static_cast<uint64_t>(core::Rate(static_cast<core::Metric>(metric), value));
}

bool Scanner::CheckConversion(const Numbers& numbers) {
  summary_->has_conversion = true;
  const std::string_view currency = TextAt(numbers[Conversion::kCurrencyRefFieldNumber]);
  const int64_t value = FromZigzag(numbers[Conversion::kValueMinorFieldNumber]);
  // An id without anything to scrub stays as it is, like any text.
  return TextAt(numbers[Conversion::kTypeRefFieldNumber]).size() <= kMaxConversionTypeBytes &&
         TextAt(numbers[Conversion::kIdRefFieldNumber]).size() <= kMaxConversionIdBytes &&
         (currency.empty() || !core::CurrencyCode(currency).empty()) && value <= kMaxValueMinor &&
         value >= -kMaxValueMinor;
}

}  // namespace

bool ScanPlain(std::string_view body, const Limits& limits, Summary* summary) {
  thread_local std::vector<Text> strings;
  strings.clear();
  return Scanner(limits, &KnownTexts::OfThisThread(), &strings, summary).ScanBeacon(body);
}

}  // namespace paceline::ingest
