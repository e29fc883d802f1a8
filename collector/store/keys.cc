#include "collector/store/keys.h"

namespace paceline::store {
namespace {

constexpr char kSessionRecordTag = 'r';
constexpr char kSessionIndexTag = 'b';
constexpr char kExternalIdTag = 'e';

template <typename Integer>
void PutBigEndian(Integer value, std::string* key) {
  for (int shift = static_cast<int>(sizeof(Integer)) * 8 - 8; shift >= 0; shift -= 8) {
    key->push_back(static_cast<char>((value >> shift) & 0xff));
  }
}

template <typename Integer>
bool TakeBigEndian(std::string_view* key, Integer* value) {
  if (key->size() < sizeof(Integer)) return false;
  *value = 0;
  for (size_t i = 0; i < sizeof(Integer); ++i) {
    const auto byte = static_cast<unsigned char>((*key)[i]);
    *value = static_cast<Integer>((static_cast<uint64_t>(*value) << 8) | byte);
  }
  key->remove_prefix(sizeof(Integer));
  return true;
}

void PutSite(std::string_view site, std::string* key) {
  key->push_back(static_cast<char>(site.size()));
  key->append(site);
}

bool TakeSite(std::string_view* key, std::string* site) {
  if (key->empty()) return false;
  const size_t size = static_cast<unsigned char>(key->front());
  if (key->size() < size + 1) return false;
  *site = key->substr(1, size);
  key->remove_prefix(size + 1);
  return true;
}

}  // namespace

bool IsValid(const BeaconId& id) {
  return !id.site.empty() && id.site.size() <= kMaxSiteBytes &&
         id.session_id.size() == kSessionIdBytes && id.document_id.size() == kDocumentIdBytes;
}

std::string EncodeJourneyKey(JourneyKey key) {
  std::string bytes;
  PutBigEndian(key.day, &bytes);
  PutBigEndian(key.commit, &bytes);
  return bytes;
}

std::optional<JourneyKey> DecodeJourneyKey(std::string_view key) {
  JourneyKey decoded;
  if (!TakeBigEndian(&key, &decoded.day) || !TakeBigEndian(&key, &decoded.commit) || !key.empty()) {
    return std::nullopt;
  }
  return decoded;
}

std::string SessionKey(std::string_view site, std::string_view session_id) {
  std::string key(1, kSessionRecordTag);
  PutSite(site, &key);
  key.append(session_id);
  return key;
}

std::string ExternalIdKey(std::string_view site, std::string_view external_id) {
  std::string key(1, kExternalIdTag);
  PutSite(site, &key);
  key.append(external_id);
  return key;
}

bool IsSessionIndexKey(std::string_view key) { return key.starts_with(kSessionIndexTag); }

std::string SessionIndexKey(std::string_view site, uint64_t began_unix_ms,
                            std::string_view session_id) {
  std::string key(1, kSessionIndexTag);
  PutSite(site, &key);
  PutBigEndian(began_unix_ms, &key);
  key.append(session_id);
  return key;
}

std::string SessionIndexPrefix() { return std::string(1, kSessionIndexTag); }

std::optional<SessionIndexEntry> DecodeSessionIndexKey(std::string_view site,
                                                       std::string_view key) {
  if (key.empty() || key.front() != kSessionIndexTag) return std::nullopt;
  key.remove_prefix(1);
  std::string key_site;
  SessionIndexEntry entry;
  if (!TakeSite(&key, &key_site) || key_site != site ||
      !TakeBigEndian(&key, &entry.began_unix_ms)) {
    return std::nullopt;
  }
  entry.session_id = key;
  return entry;
}

std::string AfterPrefix(std::string_view prefix) {
  std::string after(prefix);
  while (!after.empty() && after.back() == '\xff') after.pop_back();
  if (!after.empty()) ++after.back();
  return after;
}

std::string ErasedKey(const Erasure& erasure) {
  std::string key(kErasedMetaPrefix);
  key.push_back(static_cast<char>(erasure.kind));
  PutSite(erasure.site, &key);
  key.append(erasure.hash);
  return key;
}

std::optional<Erasure> DecodeErasedKey(std::string_view key) {
  if (!key.starts_with(kErasedMetaPrefix)) return std::nullopt;
  key.remove_prefix(kErasedMetaPrefix.size());
  Erasure erasure;
  uint8_t kind = 0;
  if (!TakeBigEndian(&key, &kind) || kind > static_cast<uint8_t>(Erasure::Kind::kUser) ||
      !TakeSite(&key, &erasure.site) || key.size() != kErasureHashBytes) {
    return std::nullopt;
  }
  erasure.kind = static_cast<Erasure::Kind>(kind);
  erasure.hash = key;
  return erasure;
}

std::string RollupChangesKey(uint64_t to_commit) {
  std::string key(kRollupChangesMetaPrefix);
  PutBigEndian(to_commit, &key);
  return key;
}

std::optional<uint64_t> DecodeRollupChangesKey(std::string_view key) {
  uint64_t to_commit = 0;
  if (!key.starts_with(kRollupChangesMetaPrefix)) return std::nullopt;
  key.remove_prefix(kRollupChangesMetaPrefix.size());
  if (!TakeBigEndian(&key, &to_commit) || !key.empty()) return std::nullopt;
  return to_commit;
}

std::string QualityKey(std::string_view site, uint32_t day) {
  std::string key(kQualityMetaPrefix);
  PutSite(site, &key);
  PutBigEndian(day, &key);
  return key;
}

std::optional<uint32_t> DecodeQualityKey(std::string_view site, std::string_view key) {
  if (!key.starts_with(kQualityMetaPrefix)) return std::nullopt;
  key.remove_prefix(kQualityMetaPrefix.size());
  std::string key_site;
  uint32_t day = 0;
  if (!TakeSite(&key, &key_site) || key_site != site || !TakeBigEndian(&key, &day) ||
      !key.empty()) {
    return std::nullopt;
  }
  return day;
}

std::string EncodeTime(uint64_t unix_ms) {
  std::string bytes;
  PutBigEndian(unix_ms, &bytes);
  return bytes;
}

std::optional<uint64_t> DecodeTime(std::string_view bytes) {
  uint64_t unix_ms = 0;
  if (!TakeBigEndian(&bytes, &unix_ms) || !bytes.empty()) return std::nullopt;
  return unix_ms;
}

std::string FactKey(std::string_view site, uint64_t began_unix_ms, std::string_view session_id,
                    std::string_view document_id, uint32_t page_view) {
  std::string key = FactKeyPrefix(site, began_unix_ms);
  key.append(session_id);
  key.append(document_id);
  PutBigEndian(page_view, &key);
  return key;
}

std::string FactKeyPrefix(std::string_view site, uint64_t began_unix_ms) {
  std::string key;
  PutSite(site, &key);
  PutBigEndian(began_unix_ms, &key);
  return key;
}

std::string RollupKeyPrefix(std::string_view site, Resolution resolution, SliceId slice,
                            uint64_t start_unix_ms) {
  std::string bytes;
  PutSite(site, &bytes);
  bytes.push_back(static_cast<char>(resolution));
  bytes.push_back(static_cast<char>(slice));
  PutBigEndian(start_unix_ms, &bytes);
  return bytes;
}

std::string EncodeRollupKey(const RollupKey& key) {
  return RollupKeyPrefix(key.site, key.resolution, key.slice, key.start_unix_ms) + key.value;
}

std::optional<RollupKey> DecodeRollupKey(std::string_view key) {
  RollupKey decoded;
  uint8_t resolution = 0;
  if (!TakeSite(&key, &decoded.site) || !TakeBigEndian(&key, &resolution) ||
      resolution > static_cast<uint8_t>(Resolution::kDay) || !TakeBigEndian(&key, &decoded.slice) ||
      !TakeBigEndian(&key, &decoded.start_unix_ms)) {
    return std::nullopt;
  }
  decoded.resolution = static_cast<Resolution>(resolution);
  decoded.value = key;
  return decoded;
}

}  // namespace paceline::store
