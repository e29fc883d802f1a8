#include "bench/load/visits.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <protozero/pbf_reader.hpp>
#include <utility>

#include "bench/load/vary.h"

namespace paceline::bench {
namespace {

// Beacon's fields, in the order of their numbers in beacon.proto.
enum Field : protozero::pbf_tag_type {
  kSessionId = 2,
  kDocumentId = 3,
  kOrigin = 5,
  kSent = 6,
  kEvents = 12,
};
constexpr size_t kSessionBytes = 16;
constexpr size_t kDocumentBytes = 8;
// Unix times in milliseconds from 2004 to 2109 have 36 to 42 bits.
constexpr size_t kTimeBytes = 6;

[[noreturn]] void Die(const std::string& file, const char* why) {
  std::fprintf(stderr, "%s: %s\n", file.c_str(), why);
  std::exit(1);
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) Die(path.string(), "cannot be read");
  return {std::istreambuf_iterator<char>(file), {}};
}

// Where things are in the bytes of a Beacon, and its times.
BeaconMould MakeMould(std::string bytes) {
  BeaconMould mould{.bytes = std::move(bytes)};
  protozero::pbf_reader reader(mould.bytes);
  const auto position = [&] {
    return static_cast<size_t>(reader.data().data() - mould.bytes.data());
  };
  while (reader.next()) {
    switch (reader.tag()) {
      case kSessionId:
        reader.skip();
        mould.session_at = position() - kSessionBytes;
        break;
      case kDocumentId:
        reader.skip();
        mould.document_at = position() - kDocumentBytes;
        break;
      case kOrigin:
        mould.origin_unix_ms = reader.get_uint64();
        mould.origin_at = position() - kTimeBytes;
        break;
      case kSent:
        mould.sent_unix_ms = reader.get_uint64();
        mould.sent_at = position() - kTimeBytes;
        break;
      case kEvents:
        reader.skip();
        ++mould.events;
        break;
      default:
        reader.skip();
    }
  }
  return mould;
}

struct Recording {
  std::string name;
  std::string headers;
  std::vector<std::string> beacons;
};

Recording ReadRecording(const std::filesystem::path& path) {
  Recording recording;
  recording.name = path.stem().string();
  recording.headers = ReadFile(std::filesystem::path(path).replace_extension(".headers"));
  const std::string bytes = ReadFile(path);
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  while (at < end) {
    const uint64_t size = protozero::decode_varint(&at, end);
    if (size > static_cast<uint64_t>(end - at)) Die(path.string(), "is cut inside a Beacon");
    recording.beacons.emplace_back(at, size);
    at += size;
  }
  return recording;
}

Visit MakeVisit(const Recording& recording, uint64_t variant) {
  Visit visit;
  visit.name = recording.name;
  visit.headers = recording.headers;
  std::map<std::string, uint64_t> documents;
  for (const std::string& recorded : recording.beacons) {
    BeaconMould mould = MakeMould(recorded);
    const std::string id = recorded.substr(mould.document_at, kDocumentBytes);
    const uint64_t document = documents.emplace(id, documents.size()).first->second;
    mould = MakeMould(Vary(recorded, document, variant));
    mould.document = document;
    visit.ended_unix_ms = std::max(visit.ended_unix_ms, mould.sent_unix_ms);
    visit.beacons.push_back(std::move(mould));
  }
  return visit;
}

void PutTime(uint64_t unix_ms, char* at) {
  for (size_t i = 0; i < kTimeBytes; ++i) {
    const uint64_t more = i + 1 < kTimeBytes ? 0x80 : 0;
    at[i] = static_cast<char>((unix_ms >> (7 * i) & 0x7f) | more);
  }
}

}  // namespace

std::vector<Visit> LoadVisits(const std::string& folder, uint64_t variants) {
  std::vector<Recording> recordings;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".beacons") recordings.push_back(ReadRecording(entry.path()));
  }
  if (recordings.empty())
    Die(folder, "has no recorded visits; make them by: node bench/record.mjs");
  std::sort(recordings.begin(), recordings.end(),
            [](const Recording& a, const Recording& b) { return a.name < b.name; });
  std::vector<Visit> visits;
  for (uint64_t variant = 0; variant < variants; ++variant) {
    for (const Recording& recording : recordings) {
      visits.push_back(MakeVisit(recording, variant));
    }
  }
  return visits;
}

void Stamp(const BeaconMould& mould, const Identity& identity, char* bytes) {
  const uint64_t random = Spread(identity.run + identity.number);
  const uint64_t session[2] = {random, Spread(random)};
  static_assert(sizeof(session) == kSessionBytes);
  std::memcpy(bytes + mould.session_at, session, kSessionBytes);
  const uint64_t document = Spread(random + mould.document + 1);
  std::memcpy(bytes + mould.document_at, &document, kDocumentBytes);
  PutTime(mould.origin_unix_ms + identity.later_ms, bytes + mould.origin_at);
  PutTime(mould.sent_unix_ms + identity.later_ms, bytes + mould.sent_at);
}

uint64_t Spread(uint64_t number) {
  number += 0x9e3779b97f4a7c15;
  number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9;
  number = (number ^ (number >> 27)) * 0x94d049bb133111eb;
  return number ^ (number >> 31);
}

uint64_t NowUnixMs() {
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  using std::chrono::system_clock;
  return static_cast<uint64_t>(
      duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count());
}

}  // namespace paceline::bench
