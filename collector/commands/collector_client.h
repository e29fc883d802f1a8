// Has a running collector do something, and waits until it has.
#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "paceline/v1/operation.pb.h"

namespace paceline::commands {

class CollectorClient {
 public:
  // `url`: "http://127.0.0.1:8080", the private address. `token`: auth.token, or empty.
  CollectorClient(std::string url, std::string token);

  // Posts `request` to `path` ("/api/v1/backup") and asks how far it is until it has ended, calling
  // `progress` meanwhile. Returns what came of it. Unavailable: nobody answers there.
  absl::StatusOr<std::string> Run(
      const std::string& path, const google::protobuf::Message& request,
      const std::function<void(const v1::OperationStatus&)>& progress) const;

 private:
  // POST when there is a body.
  absl::StatusOr<v1::OperationStatus> Ask(const std::string& path, const std::string* body) const;

  const std::string url_;
  const std::string token_;
};

}  // namespace paceline::commands
