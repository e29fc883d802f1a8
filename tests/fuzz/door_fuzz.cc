// Fuzzes what the HTTP door reads besides Beacons: requests, compressed bodies, conversions as
// JSON, webhooks and their signatures; and what the gRPC door does itself: frames, and messages
// taken apart. The first byte of the input chooses.
#include <google/protobuf/stubs/logging.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "collector/ingest/conversion_json.h"
#include "collector/ingest/webhook_signature.h"
#include "collector/ingest/webhooks.h"
#include "collector/receive/decompress.h"
#include "collector/receive/http2_frames.h"
#include "collector/receive/http_text.h"
#include "collector/receive/ingest_request.h"
#include "collector/receive/request_reader.h"
#include "paceline/v1/ingest.pb.h"

namespace {

using namespace paceline;

constexpr uint64_t kMaxBytes = 64 * 1024;
constexpr size_t kMaxHeadBytes = 4096;
constexpr uint64_t kNow = 1'767'225'600'000;

void Require(bool condition) {
  if (!condition) std::abort();
}

// As a connection reads it, in pieces of `step` bytes.
void ReadRequest(std::string_view text, size_t step) {
  static const std::vector<std::string> names = {"Idempotency-Key"};
  receive::RequestReader reader(kMaxHeadBytes, &names);
  std::string pending;
  while (reader.refusal().status == 0 && !(reader.has_head() && reader.is_done())) {
    const bool had_head = reader.has_head();
    pending.erase(0, reader.Put(pending));
    if (!had_head && reader.has_head()) {
      reader.AllowBody(kMaxBytes);
      continue;
    }
    if (text.empty()) break;
    pending += text.substr(0, step);
    text.remove_prefix(std::min(step, text.size()));
  }
  const receive::HttpRequest& request = reader.request();
  Require(request.body.size() <= kMaxBytes);
  if (!reader.has_head() || reader.refusal().status != 0) return;
  Require(request.path.starts_with('/') && request.path.find('\0') == std::string::npos);
}

std::vector<uint32_t> FrameLengths(std::string_view bytes, size_t step) {
  std::vector<uint32_t> lengths;
  receive::Http2Follower follower(receive::kHttp2PrefaceBytes);
  while (!bytes.empty()) {
    follower.Follow(bytes.substr(0, step), [&](const receive::Http2Frame& frame) {
      receive::IsChatter(frame);
      lengths.push_back(frame.length);
      return true;
    });
    bytes.remove_prefix(std::min(step, bytes.size()));
  }
  return lengths;
}

// What the protobuf library reads as well, it reads the same.
void ReadMessage(std::string_view bytes) {
  receive::IngestRequest request;
  if (!receive::ReadStreamRequest(bytes, &request).empty()) return;
  for (const receive::IngestItem& item : request.items) {
    Require(item.bytes.data() >= bytes.data() &&
            item.bytes.data() + item.bytes.size() <= bytes.data() + bytes.size());
    receive::SiteOf(item.bytes);
  }
  v1::StreamRequest message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return;
  Require(request.position == message.position());
  const auto beacons = static_cast<size_t>(message.beacons_size());
  Require(request.items.size() == beacons + static_cast<size_t>(message.entry_batches_size()));
  for (size_t i = 0; i < request.items.size(); ++i) {
    const bool is_beacon = request.items[i].kind == ingest::Submission::Kind::kBeacon;
    Require(is_beacon == (i < beacons));
    if (!is_beacon) continue;
    const v1::Beacon& beacon = message.beacons(static_cast<int>(i));
    // The library takes the last of several.
    if (beacon.SerializeAsString() == request.items[i].bytes) {
      Require(receive::SiteOf(request.items[i].bytes) == beacon.site());
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // It complains of each text that is not UTF-8.
  [[maybe_unused]] static auto* const complain = google::protobuf::SetLogHandler(nullptr);
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 8) {
    case 0:
      if (!input.empty()) {
        ReadRequest(input.substr(1), 1 + static_cast<unsigned char>(input.front()));
      }
      break;
    case 1: {
      std::string plain;
      const auto status = receive::Decompress(input, kMaxBytes, &plain);
      Require(plain.size() <= kMaxBytes);
      Require(status == receive::DecompressStatus::kOk || plain.empty());
      break;
    }
    case 2: {
      const auto parsed = ingest::ParseConversion(input, "key");
      if (parsed.ok()) Require(!parsed->report.id.empty());
      break;
    }
    case 3:
      for (const auto& reports : {ingest::ReadStripeEvent(input), ingest::ReadCalendlyEvent(input),
                                  ingest::ReadWooCommerceOrder(input, "order.updated")}) {
        if (!reports.ok()) continue;
        for (const auto& report : *reports) Require(!report.id.empty());
      }
      break;
    case 4:
      // Nobody signs without the secret.
      Require(!ingest::CheckTimedSignature(input, "body", "a secret", kNow).empty());
      Require(!ingest::CheckBodySignature(input, "body", "a secret").empty());
      break;
    case 5:
      ReadMessage(input);
      break;
    case 6:
      if (!input.empty()) {
        const size_t step = 1 + static_cast<unsigned char>(input.front());
        Require(FrameLengths(input, step) == FrameLengths(input, input.size()));
      }
      break;
    default: {
      const auto decoded = receive::PercentDecode(input, true);
      if (decoded) Require(decoded->size() <= input.size());
    }
  }
  return 0;
}
