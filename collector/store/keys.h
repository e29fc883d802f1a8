// Keys of the column families.
//
//   journeys  day:4 commit:8                                        JournalRecord
//   sessions  'r' site session:16                                   began:8
//             'b' site began:8 session:16                           StoredSession: sessions by the
//             time they began
//             'e' site external:8                                   session:16: where an external
//             conversion's id or alias belongs
//   facts     site began:8 session:16 document:8 page_view:4        PageViewFact without what the
//             key says
//   rollups   site resolution:1 slice:1 start:8 value               RollupCell
//   meta      "views"                                               ViewsState
//             "secret"                                              32 random bytes, of this
//             installation
//             "retention"                                           RetentionState
//             "losses"                                              LossList
//             "erased" kind:1 site hash:16                          erased:8: who was erased, and
//             when
//             "rollup_changes" commit:8                             RollupChanges of the flush that
//             was complete to it
//             "quality" site day:4                                  QualityDay; site may be empty
//   seen      FF "copy:" key of meta                                as there (meta_copies.h)
//
//   site    = length:1 bytes, so that no site's keys are a prefix of another's
//   n:k     = unsigned, k bytes, big-endian, so that the order of bytes is the order of numbers
//   day     = days since 1970-01-01 of the receipt; began, start = Unix milliseconds
//   value   = the slice's value, the rest of the key
//
// docs/storage-format.md says why. Changing any of this means raising kFormatVersion.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "collector/store/erasures.h"
#include "collector/store/rollup_slices.h"
#include "collector/store/store.h"

namespace paceline::store {

// Of everything on disk: keys, values, and what folding makes of a record. Data of a newer one is
// refused.
inline constexpr uint32_t kFormatVersion = 3;

inline constexpr size_t kSessionIdBytes = 16;
inline constexpr size_t kDocumentIdBytes = 8;
inline constexpr size_t kMaxSiteBytes = 255;

inline constexpr std::string_view kViewsMetaKey = "views";
inline constexpr std::string_view kSecretMetaKey = "secret";
inline constexpr size_t kSecretBytes = 32;
inline constexpr std::string_view kRetentionMetaKey = "retention";
inline constexpr std::string_view kLossesMetaKey = "losses";
inline constexpr std::string_view kErasedMetaPrefix = "erased";
inline constexpr std::string_view kRollupChangesMetaPrefix = "rollup_changes";
inline constexpr std::string_view kQualityMetaPrefix = "quality";
inline constexpr uint64_t kMillisecondsPerDay = 86'400'000;

// Day of `unix_ms`, in days since 1970-01-01.
constexpr uint32_t DayOf(uint64_t unix_ms) {
  return static_cast<uint32_t>(unix_ms / kMillisecondsPerDay);
}

// Whether the id has the sizes that keys need.
bool IsValid(const BeaconId& id);

struct JourneyKey {
  uint32_t day = 0;
  uint64_t commit = 0;
};
std::string EncodeJourneyKey(JourneyKey key);
std::optional<JourneyKey> DecodeJourneyKey(std::string_view key);

std::string SessionKey(std::string_view site, std::string_view session_id);

struct SessionIndexEntry {
  uint64_t began_unix_ms = 0;
  std::string session_id;
};
std::string SessionIndexKey(std::string_view site, uint64_t began_unix_ms,
                            std::string_view session_id);
// What all keys of the index begin with; then comes the site.
std::string SessionIndexPrefix();
// nullopt unless `key` is an index key of `site`.
std::optional<SessionIndexEntry> DecodeSessionIndexKey(std::string_view site, std::string_view key);

// `external_id`: document_id or an alias of an ExternalConversion.
std::string ExternalIdKey(std::string_view site, std::string_view external_id);
// Of a key of the `sessions` column family.
bool IsSessionIndexKey(std::string_view key);
// The first key after all that begin with `prefix`; empty: there is none.
std::string AfterPrefix(std::string_view prefix);

std::string ErasedKey(const Erasure& erasure);
// Without the time, which is the value.
std::optional<Erasure> DecodeErasedKey(std::string_view key);
// A time as a value.
std::string EncodeTime(uint64_t unix_ms);
std::optional<uint64_t> DecodeTime(std::string_view bytes);

std::string FactKey(std::string_view site, uint64_t began_unix_ms, std::string_view session_id,
                    std::string_view document_id, uint32_t page_view);
// The key up to and including the time.
std::string FactKeyPrefix(std::string_view site, uint64_t began_unix_ms);

struct RollupKey {
  std::string site;
  Resolution resolution = Resolution::kMinute;
  SliceId slice = 0;
  uint64_t start_unix_ms = 0;
  std::string value;
};
std::string EncodeRollupKey(const RollupKey& key);
std::optional<RollupKey> DecodeRollupKey(std::string_view key);
// The key up to and including start: every value's cell begins with it.
std::string RollupKeyPrefix(std::string_view site, Resolution resolution, SliceId slice,
                            uint64_t start_unix_ms);

// Of the changes that a flush up to `to_commit` made.
std::string RollupChangesKey(uint64_t to_commit);
std::optional<uint64_t> DecodeRollupChangesKey(std::string_view key);

std::string QualityKey(std::string_view site, uint32_t day);
// nullopt unless `key` is one of `site`.
std::optional<uint32_t> DecodeQualityKey(std::string_view site, std::string_view key);

// Length of a cell in milliseconds.
constexpr uint64_t CellMilliseconds(Resolution resolution) {
  switch (resolution) {
    case Resolution::kMinute:
      return 60'000;
    case Resolution::kHour:
      return 3'600'000;
    case Resolution::kDay:
      return kMillisecondsPerDay;
  }
  return kMillisecondsPerDay;
}
// Start of the cell that holds `unix_ms`. Days are UTC days.
constexpr uint64_t CellStart(Resolution resolution, uint64_t unix_ms) {
  return unix_ms - unix_ms % CellMilliseconds(resolution);
}

}  // namespace paceline::store
