#include "collector/query/conversion_list.h"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "collector/query/group_map.h"
#include "collector/query/request.h"
#include "collector/query/session_conversions.h"
#include "core/base/units.h"

namespace paceline::query {
namespace {

constexpr double kPermille = 1000;
constexpr std::string_view kPage = "page";

double Ms(uint32_t in_100us) { return static_cast<double>(in_100us) / core::k100usPerMillisecond; }

void SetFeltSpeed(const v1::FactConversion& fact, v1::ConversionRow* row) {
  if (fact.has_lcp_100us()) row->set_lcp_ms(Ms(fact.lcp_100us()));
  if (fact.has_inp_100us()) row->set_inp_ms(Ms(fact.inp_100us()));
  if (fact.has_fid_100us()) row->set_fid_ms(Ms(fact.fid_100us()));
  if (fact.has_load_100us()) row->set_load_ms(Ms(fact.load_100us()));
  if (fact.has_cls_nano()) {
    row->set_cls(static_cast<double>(fact.cls_nano()) / core::kNanoPerUnit);
  }
  row->set_pages_visited(fact.pages_visited());
  row->set_time_on_site_ms(fact.time_on_site_ms());
  row->set_bounce_risk(fact.bounce_risk_permille() / kPermille);
}

// How far the visitor had come, as the session's record knows it. A page knows more, for it counts
// those that were in no sample too; but one that is left soon does not say it, and other systems
// never do.
void AddWhatIsMissing(const v1::SessionRecord& session, uint64_t at_unix_ms,
                      v1::ConversionRow* row) {
  if (row->pages_visited() == 0) {
    const auto& views = session.page_views();
    row->set_pages_visited(static_cast<uint32_t>(std::count_if(
        views.begin(), views.end(),
        [at_unix_ms](const auto& view) { return view.began_unix_ms() <= at_unix_ms; })));
  }
  if (row->time_on_site_ms() == 0) {
    const uint64_t last = std::min(at_unix_ms, session.last_seen_unix_ms());
    const uint64_t began = std::min(last, session.began_unix_ms());
    row->set_time_on_site_ms(static_cast<double>(last - began));
  }
}

v1::ConversionRow RowOf(const v1::SessionRecord& session, const SessionConversion& conversion) {
  v1::ConversionRow row;
  row.set_session_id(ToHex(session.session_id()));
  row.set_at_unix_ms(static_cast<double>(conversion.at_unix_ms));
  row.set_type(conversion.type);
  row.set_value_minor(static_cast<double>(conversion.value_minor));
  row.set_currency(conversion.currency);
  row.set_id(conversion.id);
  row.set_origin(conversion.origin);
  row.set_device_tier(session.dimensions().device_tier());
  row.set_connection(session.dimensions().connection());
  if (conversion.page_view != nullptr) {
    row.set_page_group(conversion.page_view->dimensions().page_group());
  }
  if (conversion.fact != nullptr) SetFeltSpeed(*conversion.fact, &row);
  AddWhatIsMissing(session, conversion.at_unix_ms, &row);
  return row;
}

// Sums and rows of what has been seen so far; no more rows than are asked for, and names bounded by
// kMaxGroups.
class Conversions {
 public:
  Conversions(std::string type, size_t limit) : type_(std::move(type)), limit_(limit) {}

  void Add(const v1::SessionRecord& session, const SessionConversion& conversion) {
    if (!conversion.id.empty()) {
      const auto [at, is_new] = known_.try_emplace({conversion.type, conversion.id}, conversion);
      if (!is_new) {
        // What another system told of counts before what a page said.
        if (at->second.origin != kPage || conversion.origin == kPage) return;
        Count(at->second, -1);
        RemoveRow(at->second);
        at->second = conversion;
      }
    }
    Count(conversion, 1);
    if (!type_.empty() && conversion.type != type_) return;
    rows_.emplace(conversion.at_unix_ms, RowOf(session, conversion));
    if (rows_.size() <= limit_) return;
    rows_.erase(rows_.begin());
    truncated_ = true;
  }

  void Show(v1::GetConversionsResponse* response) const {
    for (const auto& [key, sum] : totals_) {
      v1::ConversionTotal* total = response->add_totals();
      total->set_type(key.first);
      total->set_currency(key.second);
      total->set_count(sum.count);
      total->set_value_minor(sum.value_minor);
    }
    for (const auto& [currency, value] : revenue_) {
      v1::Revenue* revenue = response->add_revenue();
      revenue->set_currency(currency);
      revenue->set_value_minor(value);
    }
    for (auto row = rows_.rbegin(); row != rows_.rend(); ++row) {
      *response->add_conversions() = row->second;
    }
    response->set_truncated(truncated_);
  }

 private:
  struct Total {
    double count = 0;
    double value_minor = 0;
  };

  // `sign`: 1 counts it, -1 takes it back.
  void Count(const SessionConversion& conversion, int sign) {
    const double value = sign * static_cast<double>(conversion.value_minor);
    if (!conversion.currency.empty()) {
      if (double* sum = Find(&revenue_, conversion.currency)) *sum += value;
    }
    if (!type_.empty() && conversion.type != type_) return;
    if (Total* total = Find(&totals_, std::pair(conversion.type, conversion.currency))) {
      if (!conversion.refund) total->count += sign;
      total->value_minor += value;
    }
  }

  void RemoveRow(const SessionConversion& conversion) {
    const auto [begin, end] = rows_.equal_range(conversion.at_unix_ms);
    const auto row = std::find_if(begin, end, [&](const auto& one) {
      return one.second.id() == conversion.id && one.second.type() == conversion.type;
    });
    if (row != end) rows_.erase(row);
  }

  // Null when there is no room for another.
  template <typename Map>
  typename Map::mapped_type* Find(Map* sums, const typename Map::key_type& key) {
    const auto found = sums->find(key);
    if (found != sums->end()) return &found->second;
    if (sums->size() < kMaxGroups) return &(*sums)[key];
    truncated_ = true;
    return nullptr;
  }

  const std::string type_;
  const size_t limit_;
  // By type and id.
  std::map<std::pair<std::string, std::string>, SessionConversion> known_;
  std::map<std::pair<std::string, std::string>, Total> totals_;
  std::map<std::string, double> revenue_;
  // By time.
  std::multimap<uint64_t, v1::ConversionRow> rows_;
  bool truncated_ = false;
};

}  // namespace

absl::StatusOr<v1::GetConversionsResponse> ListConversions(const v1::GetConversionsRequest& request,
                                                           const TimeRange& range, uint32_t limit,
                                                           SessionScan* scan) {
  Conversions conversions(request.type(), limit);
  const absl::Status scanned = scan->ForEachSession(
      {request.site(), range},
      [&](const v1::SessionRecord& session, const std::vector<v1::PageViewFact>& facts) {
        for (const SessionConversion& one : ConversionsOf(session, facts)) {
          conversions.Add(session, one);
        }
        return absl::OkStatus();
      });
  if (!scanned.ok()) return scanned;
  v1::GetConversionsResponse response;
  SetRange(range, &response);
  conversions.Show(&response);
  response.set_truncated(response.truncated() || scan->truncated());
  return response;
}

}  // namespace paceline::query
