#include "collector/receive/grpc_server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/server_builder.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "collector/receive/guard.h"

namespace paceline::receive {
namespace {

struct ChannelLimit {
  const char* name;
  int value;
};

// What one connection, and what its sender leaves undone, may cost. Pings and streams beyond it end
// the connection.
constexpr ChannelLimit kChannelLimits[] = {
    {GRPC_ARG_MAX_CONCURRENT_STREAMS, 100},
    {GRPC_ARG_MAX_METADATA_SIZE, 16 * 1024},
    {GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, 10'000},
    {GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 10'000},
    {GRPC_ARG_HTTP2_MAX_PING_STRIKES, 2},
    // A peer that is gone without a word is noticed, and one that says nothing is let go.
    {GRPC_ARG_KEEPALIVE_TIME_MS, 60'000},
    {GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000},
    {GRPC_ARG_MAX_CONNECTION_IDLE_MS, 300'000},
};

// Of all connections' buffers: then gRPC reads no more and lets go of the largest.
constexpr size_t kBufferBytes = 128 << 20;

// What was answered at the very end still reaches its reader.
constexpr std::chrono::milliseconds kLastWords{200};

}  // namespace

absl::StatusOr<std::unique_ptr<GrpcServer>> GrpcServer::Start(
    const config::Address& address, const std::vector<grpc::Service*>& services) {
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();

  absl::StatusOr<std::unique_ptr<GrpcGuard>> guard = GrpcGuard::Listen(address, {});
  if (!guard.ok()) return guard.status();

  grpc::ServerBuilder builder;
  std::unique_ptr<grpc::experimental::ExternalConnectionAcceptor> acceptor =
      builder.experimental().AddExternalConnectionAcceptor(
          grpc::ServerBuilder::experimental_type::ExternalConnectionType::FROM_FD,
          grpc::InsecureServerCredentials());
  for (const ChannelLimit& limit : kChannelLimits) {
    builder.AddChannelArgument(limit.name, limit.value);
  }
  grpc::ResourceQuota quota("paceline");
  builder.SetResourceQuota(quota.Resize(kBufferBytes));
  builder.SetMaxReceiveMessageSize(kMaxGrpcMessageBytes);
  for (grpc::Service* service : services) builder.RegisterService(service);
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return absl::InternalError("gRPC did not start; see the log.");
  return std::unique_ptr<GrpcServer>(
      new GrpcServer(*std::move(guard), std::move(acceptor), std::move(server)));
}

GrpcServer::GrpcServer(std::unique_ptr<GrpcGuard> guard, std::unique_ptr<Acceptor> acceptor,
                       std::unique_ptr<grpc::Server> server)
    : acceptor_(std::move(acceptor)), server_(std::move(server)), guard_(std::move(guard)) {
  guard_->Start([this](int fd) {
    Acceptor::NewConnectionParameters connection;
    connection.fd = fd;
    acceptor_->HandleNewConnection(&connection);
  });
}

GrpcServer::~GrpcServer() { Stop(std::chrono::milliseconds(0)); }

void GrpcServer::Stop(std::chrono::milliseconds patience) {
  if (server_ == nullptr) return;
  const auto deadline = std::chrono::system_clock::now() + patience;
  guard_->StopAccepting();
  server_->GetHealthCheckService()->Shutdown();
  server_->Shutdown(deadline);
  server_->Wait();
  server_.reset();
  const auto left = deadline - std::chrono::system_clock::now();
  guard_->Stop(std::max(kLastWords, std::chrono::duration_cast<std::chrono::milliseconds>(left)));
}

grpc::Status CheckToken(const grpc::ServerContextBase& context, const std::string& token) {
  const auto& metadata = context.client_metadata();
  const auto found = metadata.find("authorization");
  const std::string_view given = found == metadata.end()
                                     ? std::string_view()
                                     : std::string_view(found->second.data(), found->second.size());
  if (HasToken(given, token)) return grpc::Status::OK;
  return {grpc::StatusCode::UNAUTHENTICATED,
          "A token is needed: metadata 'authorization: Bearer <token>'."};
}

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  return {static_cast<grpc::StatusCode>(status.raw_code()), std::string(status.message())};
}

}  // namespace paceline::receive
