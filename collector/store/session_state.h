// A session, as it is held in memory while it is active: its records, its page views and their
// facts. Plain data; Views guards it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "collector/store/key_value.h"
#include "collector/store/keys.h"
#include "collector/store/page_fact.h"
#include "paceline/v1/record.pb.h"

namespace paceline::store {

using DocumentBytes = std::array<char, kDocumentIdBytes>;
DocumentBytes ToDocumentBytes(std::string_view document_id);
std::string_view ToView(const DocumentBytes& document);

// What rollups count of a fact.
struct Counted {
  bool in_rollups = false;
  uint32_t rage_clicks = 0;
  int32_t navigation_type = 0;
  std::vector<PageVital> vitals;
};

Counted CountedOf(const PageFact& fact);

// A fact that is in memory.
struct HeldFact {
  PageFact fact;
  // What the rollups have of it.
  Counted settled;
  // Of the last record that changed it; 0: none since it was read.
  uint64_t changed_by_commit = 0;
  // There is one under its key on disk, or in a flush on its way there.
  bool on_disk = false;
};

struct PageViewEntry {
  DocumentBytes document{};
  uint32_t page_view = 0;
  uint64_t began_unix_ms = 0;
  uint64_t last_seen_unix_ms = 0;
  // Null: on disk only.
  std::unique_ptr<HeldFact> held;
};

struct RecordEntry {
  uint64_t commit = 0;
  uint32_t day = 0;
  uint32_t sequence = 0;
  // The low half of the content hash.
  uint32_t hash = 0;
  DocumentBytes document{};
  bool raw = false;
  bool external = false;
};

struct SessionState {
  std::string site;
  std::string session_id;
  uint64_t began_unix_ms = 0;
  uint64_t last_seen_unix_ms = 0;
  uint64_t weight_micro = 0;
  SharedFacet facet;
  uint64_t stored_bytes = 0;
  // In commit order.
  std::vector<RecordEntry> records;
  // In the order in which they began.
  std::vector<PageViewEntry> page_views;
  // Few sessions have any: raw_documents, external_conversions, tags, as in v1::SessionRecord.
  std::unique_ptr<v1::SessionRecord> rare;

  v1::SessionRecord& Rare() {
    if (rare == nullptr) rare = std::make_unique<v1::SessionRecord>();
    return *rare;
  }
};

// Null: it is not held.
const PageFact* FindHeld(const SessionState& session, const PageViewEntry& at);

// The value in the `sessions` column family. Equal sessions have equal bytes.
std::string SerializeSession(const SessionState& session);
// nullopt: it cannot be read. Facts are not held yet.
std::optional<SessionState> ParseSession(std::string_view bytes, std::string_view site,
                                         std::string_view session_id, uint64_t began_unix_ms,
                                         Facets* facets);
// A session that is on disk; nullopt: there is none.
absl::StatusOr<std::optional<SessionState>> ReadStoredSession(const KeyValueReader& disk,
                                                              std::string_view site,
                                                              std::string_view session_id,
                                                              Facets* facets);
v1::SessionRecord ToSessionRecord(const SessionState& session);
// As the store's readers know it: with what the key says.
v1::PageViewFact ToPageViewFact(std::string_view stored, std::string_view site,
                                std::string_view session_id, const PageViewEntry& at);

}  // namespace paceline::store
