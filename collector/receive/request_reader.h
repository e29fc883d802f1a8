// Reads HTTP/1.1 requests from bytes as they come, one after the other.
//
// Strict: what two servers could read in two ways, and so disagree about where the next request
// begins (request smuggling), is refused. Of a head and a body no more is kept than their limits.
//
// Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "collector/receive/http.h"

namespace paceline::receive {

class RequestReader {
 public:
  // `max_head_bytes`: of request line and headers, and of what a chunk has besides its data.
  // `header_names`: further headers that requests shall have, as HttpRequest::Header will be asked
  // for them; outlives the reader.
  RequestReader(size_t max_head_bytes, const std::vector<std::string>* header_names);
  ~RequestReader();

  // Forgets the request; ready for the next. Keeps its memory, up to a bound.
  void Reset();

  // Takes what it can from the front of `bytes` and says how much. Head: all of it or, until all of
  // it is there, nothing. Then, once AllowBody was called, as much of the body as there is.
  size_t Put(std::string_view bytes);

  bool has_head() const;
  // The request is whole.
  bool is_done() const;
  // Status 0: it is not refused.
  const Refusal& refusal() const { return refusal_; }

  // Once the head is there: how large the body may become. Refuses when its length says more.
  void AllowBody(uint64_t max_bytes);

  HttpRequest& request() { return request_; }
  // Whether the sender keeps the connection open for another request.
  bool keep_alive() const;
  // Whether the sender waits for "100 Continue" before it sends the body.
  bool expects_continue() const { return expects_continue_; }
  // Values of the header; empty when it is not there.
  const std::string& upgrade() const { return upgrade_; }
  const std::string& subprotocols() const { return subprotocols_; }
  const std::string& forwarded_for() const { return forwarded_for_; }

 private:
  class Parser;

  bool HasWholeHead(std::string_view bytes);
  void OnRequestLine(std::string_view method, std::string_view target);
  void OnField(int field, std::string_view name, std::string_view value);
  void CheckHead();
  void RefuseTooLarge();
  void Refuse(int status, std::string_view message);

  const size_t max_head_bytes_;
  const std::vector<std::string>& header_names_;
  std::unique_ptr<Parser> parser_;
  HttpRequest request_;
  Refusal refusal_;
  uint64_t max_body_bytes_ = 0;
  // Of the body's bytes, those that are no data: sizes and extensions of chunks.
  uint64_t framing_bytes_ = 0;
  // Of the head that is not whole yet: its end is not in them.
  size_t searched_bytes_ = 0;
  int hosts_ = 0;
  int codings_ = 0;
  int lengths_ = 0;
  bool is_http11_ = false;
  bool is_chunked_ = false;
  bool expects_continue_ = false;
  std::string upgrade_;
  std::string subprotocols_;
  std::string forwarded_for_;
};

}  // namespace paceline::receive
