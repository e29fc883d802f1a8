#include "collector/receive/grpc_bytes.h"

namespace paceline::receive {

grpc::Slice OnePiece(const grpc::ByteBuffer& buffer) {
  grpc::Slice slice;
  if (buffer.TrySingleSlice(&slice).ok() || buffer.DumpToSingleSlice(&slice).ok()) return slice;
  return {};
}

grpc::ByteBuffer ToBuffer(const google::protobuf::MessageLite& message) {
  grpc::Slice slice(message.ByteSizeLong());
  message.SerializeToArray(const_cast<uint8_t*>(slice.begin()), static_cast<int>(slice.size()));
  return grpc::ByteBuffer(&slice, 1);
}

std::string AddressOf(const grpc::ServerContextBase& context) {
  // "ipv4:192.0.2.1:50051", "ipv6:%5B2001:db8::1%5D:50051", "unix:…".
  const std::string peer = context.peer();
  const size_t scheme = peer.find(':');
  const size_t port = peer.rfind(':');
  if (scheme == std::string::npos || port <= scheme) return peer;
  std::string address = peer.substr(scheme + 1, port - scheme - 1);
  for (const std::string_view bracket : {"%5B", "%5D", "[", "]"}) {
    const size_t found = address.find(bracket);
    if (found != std::string::npos) address.erase(found, bracket.size());
  }
  return address;
}

}  // namespace paceline::receive
