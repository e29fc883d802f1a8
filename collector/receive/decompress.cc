#include "collector/receive/decompress.h"

#include <zlib.h>

#include <algorithm>

#include "core/wire/pack.h"

namespace paceline::receive {
namespace {

// The largest window that deflate has (15), and 16 for: gzip and nothing else.
constexpr int kGzipWindowBits = 15 + 16;
constexpr size_t kFirstBytes = 16 * 1024;

DecompressStatus Inflate(z_stream* stream, uint64_t max_bytes, std::string* plain) {
  int status = Z_OK;
  while (status == Z_OK) {
    const size_t done = plain->size();
    if (done > max_bytes) return DecompressStatus::kTooLarge;
    // One byte more than allowed, so that exactly the limit still ends the stream.
    const size_t room = std::min<uint64_t>(std::max(kFirstBytes, done), max_bytes + 1 - done);
    plain->resize(done + room);
    stream->next_out = reinterpret_cast<Bytef*>(plain->data() + done);
    stream->avail_out = static_cast<uInt>(room);
    status = inflate(stream, Z_NO_FLUSH);
    plain->resize(done + room - stream->avail_out);
    // Without input left and without an end, inflate would go on saying Z_BUF_ERROR.
    if (status == Z_OK && stream->avail_in == 0 && stream->avail_out > 0) {
      return DecompressStatus::kMalformed;
    }
  }
  if (status != Z_STREAM_END || stream->avail_in > 0) return DecompressStatus::kMalformed;
  return plain->size() > max_bytes ? DecompressStatus::kTooLarge : DecompressStatus::kOk;
}

DecompressStatus Unpack(std::string_view packed, uint64_t max_bytes, std::string* plain) {
  switch (core::Unpack(packed, max_bytes, plain)) {
    case core::UnpackStatus::kOk:
      return DecompressStatus::kOk;
    case core::UnpackStatus::kTooLarge:
      return DecompressStatus::kTooLarge;
    case core::UnpackStatus::kMalformed:
      break;
  }
  return DecompressStatus::kMalformed;
}

DecompressStatus Gunzip(std::string_view gzip, uint64_t max_bytes, std::string* plain) {
  plain->clear();
  z_stream stream{};
  // zlib takes input that it does not change as non-const; its lengths have 32 bits.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(gzip.data()));
  stream.avail_in = static_cast<uInt>(gzip.size());
  if (gzip.size() > UINT32_MAX || inflateInit2(&stream, kGzipWindowBits) != Z_OK) {
    return DecompressStatus::kMalformed;
  }
  const DecompressStatus status = Inflate(&stream, max_bytes, plain);
  inflateEnd(&stream);
  if (status != DecompressStatus::kOk) plain->clear();
  return status;
}

}  // namespace

bool IsCompressed(std::string_view body) {
  return core::IsPacked(body) || body.starts_with("\x1f\x8b");
}

DecompressStatus Decompress(std::string_view body, uint64_t max_bytes, std::string* plain) {
  return core::IsPacked(body) ? Unpack(body, max_bytes, plain) : Gunzip(body, max_bytes, plain);
}

}  // namespace paceline::receive
