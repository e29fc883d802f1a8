// The beacons of recorded visits: what the core makes of tests/fixtures/recordings.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "core/page_monitor.h"
#include "core/wire/message_reader.h"

namespace paceline::ingest {

// The files of a folder, in the order of their names: each a sequence of messages, each a varint
// length and that many bytes.
inline std::vector<std::string> ReadRecordings(const std::string& folder,
                                               std::string_view extension) {
  std::vector<std::filesystem::path> paths;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (file.path().extension() == extension) paths.push_back(file.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> recordings;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    recordings.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return recordings;
}

inline std::vector<std::string_view> MessagesOf(std::string_view recording) {
  std::vector<std::string_view> messages;
  uint64_t length = 0;
  while (core::TakeVarint(&recording, &length) && length <= recording.size()) {
    messages.push_back(recording.substr(0, length));
    recording.remove_prefix(length);
  }
  return messages;
}

// The Beacons of the document whose EntryBatches these are, flushed after each batch; with
// `together`, once after all of them.
inline std::vector<std::string> BeaconsOf(std::string_view recording, bool together = false) {
  core::PageMonitor monitor;
  core::FlushOptions options;
  std::vector<std::string> beacons;
  const auto flush = [&] {
    core::Bytes beacon;
    while (monitor.Flush(options, &beacon)) {
      beacons.emplace_back(beacon.view());
      ++options.sequence;
    }
  };
  for (const std::string_view batch : MessagesOf(recording)) {
    monitor.Consume(batch);
    core::MessageReader reader(batch);
    while (reader.Next()) {
      if (reader.FieldAs<core::EntryBatchField>() == core::EntryBatchField::kSentUnixMs) {
        options.sent_unix_ms = reader.number();
      }
    }
    if (!together) flush();
  }
  options.sent_unix_ms += 10'000;
  flush();
  return beacons;
}

}  // namespace paceline::ingest
