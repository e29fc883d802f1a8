// The gRPC server: our services beside the standard health and reflection ones.
#pragma once

#include <grpcpp/server.h>
#include <grpcpp/server_context.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "collector/config/address.h"

namespace paceline::receive {

// Largest message a client may send.
inline constexpr int kMaxGrpcMessageBytes = 16 << 20;

class GrpcServer {
 public:
  // Services outlive the server. Unavailable says what to do when the address cannot be had.
  static absl::StatusOr<std::unique_ptr<GrpcServer>> Start(
      const config::Address& address, const std::vector<grpc::Service*>& services);

  ~GrpcServer();

  // Where it listens, with the port it got.
  const config::Address& address() const { return address_; }

  // Reports NOT_SERVING, takes no new calls, lets those in flight end for at most `patience`.
  void Stop(std::chrono::milliseconds patience);

 private:
  GrpcServer(config::Address address, std::unique_ptr<grpc::Server> server);

  config::Address address_;
  std::unique_ptr<grpc::Server> server_;
};

// UNAUTHENTICATED unless the call's metadata has "authorization: Bearer <token>". OK when `token`
// is empty.
grpc::Status CheckToken(const grpc::ServerContextBase& context, const std::string& token);

// Maps one to one.
grpc::Status ToGrpcStatus(const absl::Status& status);

}  // namespace paceline::receive
