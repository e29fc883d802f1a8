// Fuzzes the keys of the column families: what decodes encodes to the same bytes, and keys are in
// the order of what they stand for.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "collector/store/keys.h"

namespace {

using namespace paceline::store;

void Require(bool condition) {
  if (!condition) std::abort();
}

// Takes what a test wants off the input; zeros when there is no more.
class Input {
 public:
  explicit Input(std::string_view bytes) : rest_(bytes) {}
  std::string Bytes(size_t count) {
    std::string taken(rest_.substr(0, count));
    rest_.remove_prefix(taken.size());
    taken.resize(count);
    return taken;
  }
  template <typename Number>
  Number Take() {
    Number number{};
    std::memcpy(&number, Bytes(sizeof(Number)).data(), sizeof(Number));
    return number;
  }
  std::string Site() { return Bytes(1 + Take<uint8_t>() % 40); }

 private:
  std::string_view rest_;
};

void Decode(std::string_view key) {
  if (const auto journey = DecodeJourneyKey(key)) Require(EncodeJourneyKey(*journey) == key);
  if (const auto rollup = DecodeRollupKey(key)) Require(EncodeRollupKey(*rollup) == key);
  const std::string site = Input(key.substr(std::min<size_t>(key.size(), 1))).Site();
  if (const auto entry = DecodeSessionIndexKey(site, key)) {
    Require(SessionIndexKey(site, entry->began_unix_ms, entry->session_id) == key);
  }
  if (const auto day = DecodeQualityKey(site, key)) Require(QualityKey(site, *day) == key);
  if (const auto erasure = DecodeErasedKey(key)) Require(ErasedKey(*erasure) == key);
  if (const auto commit = DecodeRollupChangesKey(key)) Require(RollupChangesKey(*commit) == key);
  if (const auto time = DecodeTime(key)) Require(EncodeTime(*time) == key);
  // Between a prefix and what comes after it stand the keys that begin with it, and no others.
  const std::string after = AfterPrefix(key);
  Require(after.empty() || (after > key && !after.starts_with(key)));
}

void OrderJourneys(Input* input) {
  const JourneyKey a{input->Take<uint32_t>(), input->Take<uint64_t>()};
  const JourneyKey b{input->Take<uint32_t>(), input->Take<uint64_t>()};
  const bool before = a.day < b.day || (a.day == b.day && a.commit < b.commit);
  Require((EncodeJourneyKey(a) < EncodeJourneyKey(b)) == before);
}

void OrderSessions(Input* input) {
  const std::string site = input->Site();
  const auto a = input->Take<uint64_t>();
  const auto b = input->Take<uint64_t>();
  const std::string session = input->Bytes(kSessionIdBytes);
  Require((SessionIndexKey(site, a, session) < SessionIndexKey(site, b, session)) == (a < b));
  // No site's keys lie among another's.
  const std::string other = input->Site();
  if (other != site) Require(!DecodeSessionIndexKey(other, SessionIndexKey(site, a, session)));
}

void RoundTripRollup(Input* input) {
  RollupKey key;
  key.site = input->Site();
  key.resolution = static_cast<Resolution>(input->Take<uint8_t>() % 3);
  key.slice = static_cast<SliceId>(input->Take<uint8_t>() % 22);
  key.start_unix_ms = input->Take<uint64_t>();
  key.value = input->Bytes(input->Take<uint8_t>());
  const std::string encoded = EncodeRollupKey(key);
  Require(
      encoded.starts_with(RollupKeyPrefix(key.site, key.resolution, key.slice, key.start_unix_ms)));
  const auto decoded = DecodeRollupKey(encoded);
  Require(decoded && decoded->site == key.site && decoded->value == key.value &&
          decoded->slice == key.slice && decoded->resolution == key.resolution &&
          decoded->start_unix_ms == key.start_unix_ms);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  Input input(bytes);
  switch (data[0] % 4) {
    case 0:
      Decode(bytes);
      break;
    case 1:
      OrderJourneys(&input);
      break;
    case 2:
      OrderSessions(&input);
      break;
    default:
      RoundTripRollup(&input);
  }
  return 0;
}
