// The gRPC server: our services beside the standard health and reflection ones, behind a guard
// (grpc_guard.h).
#pragma once

#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/server_context.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "collector/config/address.h"
#include "collector/receive/grpc_guard.h"

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
  const config::Address& address() const { return guard_->address(); }
  const GrpcGuard& guard() const { return *guard_; }

  // Reports NOT_SERVING, takes no new calls, lets those in flight end for at most `patience`.
  void Stop(std::chrono::milliseconds patience);

 private:
  using Acceptor = grpc::experimental::ExternalConnectionAcceptor;
  GrpcServer(std::unique_ptr<GrpcGuard> guard, std::unique_ptr<Acceptor> acceptor,
             std::unique_ptr<grpc::Server> server);

  std::unique_ptr<Acceptor> acceptor_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<GrpcGuard> guard_;
};

// UNAUTHENTICATED unless the call's metadata has "authorization: Bearer <token>". OK when `token`
// is empty.
grpc::Status CheckToken(const grpc::ServerContextBase& context, const std::string& token);

// Maps one to one.
grpc::Status ToGrpcStatus(const absl::Status& status);

}  // namespace paceline::receive
