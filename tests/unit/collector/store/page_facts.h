// Facts as tests like them: messages, instead of what the store holds in memory.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <vector>

#include "collector/store/fold.h"
#include "collector/store/page_fact.h"
#include "collector/store/rollup_cell.h"
#include "collector/store/session_state.h"
#include "paceline/v1/record.pb.h"

namespace paceline::store {

inline PageFact ToPageFact(const v1::PageViewFact& message) {
  Facets facets;
  PageFact fact;
  if (!ParseFact(message.SerializeAsString(), message.site(), message.began_unix_ms(), &facets,
                 &fact)) {
    std::abort();
  }
  return fact;
}

inline bool CountsInRollups(const v1::PageViewFact& fact) {
  return CountsInRollups(ToPageFact(fact));
}

// `sign`: 1 adds what rollups count of the fact, -1 takes it back.
inline void AddFact(const v1::PageViewFact& message, int sign, CellDelta* delta) {
  const PageFact fact = ToPageFact(message);
  delta->AddPageView(fact.weight_micro, sign);
  delta->AddRageClicks(fact[Counter::kRageClicks], fact.weight_micro, sign);
  for (const PageVital& vital : fact.vitals) delta->AddVital(vital, fact.weight_micro, sign);
}

// What folding a document's records gives, by PageView.index.
inline std::map<uint32_t, v1::PageViewFact> Folded(const std::vector<v1::JournalRecord>& records) {
  Facets facets;
  const std::optional<DocumentFacts> folded = FoldDocument(records, &facets);
  if (!folded) std::abort();
  std::map<uint32_t, v1::PageViewFact> facts;
  for (const auto& [index, fact] : *folded) {
    const BeaconId id = IdOf(records.front());
    PageViewEntry at;
    at.document = ToDocumentBytes(id.document_id);
    at.page_view = index;
    at.began_unix_ms = fact.began_unix_ms;
    facts[index] = ToPageViewFact(SerializeFact(fact), id.site, id.session_id, at);
  }
  return facts;
}

}  // namespace paceline::store
