// Inside receive/: gRPC's messages as bytes.
#pragma once

#include <google/protobuf/message_lite.h>
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

}  // namespace paceline::receive
