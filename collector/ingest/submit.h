// The one door behind HTTP and gRPC.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/functional/any_invocable.h"
#include "paceline/v1/ingest.pb.h"

namespace paceline::ingest {

// How a beacon came, as far as the pipeline needs to know.
struct Source {
  // Of a visitor, for geography; never stored. A service over gRPC is in no country: what stands
  // here of it is no IP address.
  std::string remote_address;
  std::string user_agent;
  // The Origin header; empty when there was none (services, same-origin GETs).
  std::string origin;
  uint64_t received_unix_ms = 0;
  // How long the sender has had the body since it was sealed, as it says: a page sends what the one
  // before could not. No part of the beacon's identity.
  uint64_t age_ms = 0;
};

struct Submission {
  // Their numbers are part of content hashes, which are on disk.
  enum class Kind { kBeacon = 0, kEntryBatch = 1 };
  Kind kind = Kind::kBeacon;
  // The serialized message, as received.
  std::string body;
  Source source;
};

struct SubmitResult {
  v1::Outcome outcome = v1::OUTCOME_UNSPECIFIED;
  // What is wrong and what would be right; empty when accepted. Safe to show to the sender.
  std::string message;
};

// Called exactly once, on any thread, possibly before Submit returns. Must not block.
using SubmitCallback = absl::AnyInvocable<void(SubmitResult)>;

class Submitter {
 public:
  virtual ~Submitter() = default;
  // Thread-safe. OUTCOME_ACCEPTED and OUTCOME_DUPLICATE mean stored and synced.
  virtual void Submit(Submission submission, SubmitCallback done) = 0;
  // Whether little enough of the site's waits to be stored. Who can hold its sender back waits
  // until it does. What no site of the settings has sent waits for nothing.
  virtual bool HasRoom(std::string_view /*site*/) const { return true; }
  // Counts a beacon that was refused before its body could be submitted (too large, empty).
  virtual void CountRefused(v1::Outcome outcome) = 0;
};

}  // namespace paceline::ingest
