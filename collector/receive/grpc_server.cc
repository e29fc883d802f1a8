#include "collector/receive/grpc_server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/server_builder.h>

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
    // Two collectors on one port would each get half of the calls.
    {GRPC_ARG_ALLOW_REUSEPORT, 0},
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

}  // namespace

absl::StatusOr<std::unique_ptr<GrpcServer>> GrpcServer::Start(
    const config::Address& address, const std::vector<grpc::Service*>& services) {
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();

  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort(address.ToString(), grpc::InsecureServerCredentials(), &port);
  for (const ChannelLimit& limit : kChannelLimits) {
    builder.AddChannelArgument(limit.name, limit.value);
  }
  grpc::ResourceQuota quota("paceline");
  builder.SetResourceQuota(quota.Resize(kBufferBytes));
  builder.SetMaxReceiveMessageSize(kMaxGrpcMessageBytes);
  for (grpc::Service* service : services) builder.RegisterService(service);
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr || port == 0) {
    return absl::UnavailableError(absl::StrCat(
        "Cannot listen on ", address.ToString(),
        " for gRPC. If another program, perhaps another "
        "paceline, has it: stop that one, or choose another address with --grpc (port 0 takes any "
        "free port)."));
  }
  config::Address bound = address;
  bound.port = static_cast<uint16_t>(port);
  return std::unique_ptr<GrpcServer>(new GrpcServer(std::move(bound), std::move(server)));
}

GrpcServer::GrpcServer(config::Address address, std::unique_ptr<grpc::Server> server)
    : address_(std::move(address)), server_(std::move(server)) {}

GrpcServer::~GrpcServer() { Stop(std::chrono::milliseconds(0)); }

void GrpcServer::Stop(std::chrono::milliseconds patience) {
  if (server_ == nullptr) return;
  server_->GetHealthCheckService()->Shutdown();
  server_->Shutdown(std::chrono::system_clock::now() + patience);
  server_->Wait();
  server_.reset();
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
