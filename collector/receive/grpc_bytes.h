// Inside receive/: gRPC's messages as bytes.
#pragma once

#include <google/protobuf/message_lite.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>

#include <string>
#include <string_view>

namespace paceline::receive {

// The message in one piece; copied only when it came in several. Empty when it cannot be had.
grpc::Slice OnePiece(const grpc::ByteBuffer& buffer);

inline std::string_view View(const grpc::Slice& slice) {
  return {reinterpret_cast<const char*>(slice.begin()), slice.size()};
}

grpc::ByteBuffer ToBuffer(const google::protobuf::MessageLite& message);

// The sender's address, without its port.
std::string AddressOf(const grpc::ServerContextBase& context);

}  // namespace paceline::receive
