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

}  // namespace paceline::receive
