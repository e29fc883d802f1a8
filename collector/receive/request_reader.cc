#include "collector/receive/request_reader.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/field.hpp>
#include <new>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "collector/receive/http_text.h"

namespace paceline::receive {

namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

// Longer strings are given back after each request, so that an idle connection costs little.
constexpr size_t kKeptStringBytes = 512;
// Room for a body is made as it comes: a length that lies costs nothing.
constexpr uint64_t kBodyRoomAtOnce = 64 * 1024;

std::string_view View(boost::beast::string_view text) { return {text.data(), text.size()}; }
absl::string_view Absl(std::string_view text) { return {text.data(), text.size()}; }

// Every line ends in CR LF and none goes on in the next (obs-fold, RFC 9112 5.2): others end lines
// elsewhere, and would see other headers.
bool HasPlainLines(std::string_view head) {
  size_t begin = 0;
  while (begin < head.size()) {
    const size_t end = head.find('\n', begin);
    if (end == std::string_view::npos || end == begin) return false;
    if (head.substr(begin, end - begin).find('\r') != end - 1 - begin) return false;
    begin = end + 1;
    if (begin < head.size() && (head[begin] == ' ' || head[begin] == '\t')) return false;
  }
  return true;
}

// RFC 9110 8.6: digits only. A zero in front is refused too: some read it as octal.
bool IsPlainLength(std::string_view text) {
  if (text.empty() || (text.size() > 1 && text.front() == '0')) return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

void Shrink(std::string* text) {
  if (text->capacity() > kKeptStringBytes) {
    *text = std::string();
  } else {
    text->clear();
  }
}

}  // namespace

// Beast's parser without its container of fields: what is wanted goes to the reader as it is found.
class RequestReader::Parser : public http::basic_parser<true> {
 public:
  explicit Parser(RequestReader* reader) : reader_(*reader) {
    header_limit(static_cast<uint32_t>(reader->max_head_bytes_));
    // The limit is the route's, and is set once the head says which.
    body_limit(boost::none);
    eager(false);
  }

 private:
  void on_request_impl(http::verb, boost::beast::string_view method,
                       boost::beast::string_view target, int version, error_code& error) override {
    reader_.is_http11_ = version == 11;
    reader_.OnRequestLine(View(method), View(target));
    error = {};
  }
  void on_response_impl(int, boost::beast::string_view, int, error_code& error) override {
    error = http::error::bad_method;
  }
  void on_field_impl(http::field field, boost::beast::string_view name,
                     boost::beast::string_view value, error_code& error) override {
    // Behind the body there are fields again (trailers), and nobody asked for them.
    if (!is_header_done()) reader_.OnField(static_cast<int>(field), View(name), View(value));
    error = {};
  }
  void on_header_impl(error_code& error) override { error = {}; }
  void on_body_init_impl(const boost::optional<uint64_t>& length, error_code& error) override {
    if (length) {
      reader_.request_.body.reserve(static_cast<size_t>(std::min(*length, kBodyRoomAtOnce)));
    }
    error = {};
  }
  size_t on_body_impl(boost::beast::string_view body, error_code& error) override {
    reader_.request_.body.append(body.data(), body.size());
    error = {};
    return body.size();
  }
  void on_chunk_header_impl(uint64_t, boost::beast::string_view, error_code& error) override {
    error = {};
  }
  size_t on_chunk_body_impl(uint64_t, boost::beast::string_view body, error_code& error) override {
    return on_body_impl(body, error);
  }
  void on_finish_impl(error_code& error) override { error = {}; }

  RequestReader& reader_;
};

RequestReader::RequestReader(size_t max_head_bytes, const std::vector<std::string>* header_names)
    : max_head_bytes_(max_head_bytes), header_names_(*header_names) {
  Reset();
}

RequestReader::~RequestReader() = default;

void RequestReader::Reset() {
  if (parser_ == nullptr) {
    parser_ = std::make_unique<Parser>(this);
  } else {
    // Beast's parsers are for one message each; its place is good for the next.
    Parser* const place = parser_.get();
    std::destroy_at(place);
    std::construct_at(place, this);
  }
  HttpRequest& r = request_;
  for (std::string* text : {&r.method, &r.path, &r.query, &r.body, &r.remote_address, &r.user_agent,
                            &r.origin, &r.host, &r.authorization, &r.if_none_match,
                            &r.accept_encoding, &upgrade_, &subprotocols_, &forwarded_for_}) {
    Shrink(text);
  }
  r.headers.clear();
  refusal_ = {};
  max_body_bytes_ = 0;
  framing_bytes_ = 0;
  searched_bytes_ = 0;
  hosts_ = codings_ = lengths_ = 0;
  is_chunked_ = false;
  expects_continue_ = false;
}

size_t RequestReader::Put(std::string_view bytes) {
  const bool had_head = has_head();
  if (!had_head && !HasWholeHead(bytes)) return 0;
  size_t total = 0;
  while (total < bytes.size() && refusal_.status == 0) {
    const std::string_view rest = bytes.substr(total);
    const size_t data_before = request_.body.size();
    error_code error;
    const size_t used = parser_->put(boost::asio::const_buffer(rest.data(), rest.size()), error);
    total += used;
    if (had_head) framing_bytes_ += used - (request_.body.size() - data_before);
    if (error == http::error::need_more) {
      if (rest.size() - used > max_head_bytes_) Refuse(431, "A header is too large.");
      break;
    }
    if (error == http::error::header_limit) {
      Refuse(431, absl::StrCat("The header is larger than ", max_head_bytes_, " bytes."));
    } else if (error == http::error::body_limit) {
      RefuseTooLarge();
    } else if (error == http::error::bad_version) {
      Refuse(505, "HTTP/1.1 is spoken here.");
    } else if (error) {
      Refuse(400, absl::StrCat("This is not HTTP/1.1: ", error.message(), "."));
    } else if (framing_bytes_ > max_body_bytes_ + max_head_bytes_) {
      Refuse(400, "The body's chunks hold more framing than data; send larger ones.");
    }
    if (!had_head && parser_->is_header_done()) {
      if (!HasPlainLines(bytes.substr(0, total))) {
        Refuse(400, "Each header is one line that ends in CR LF.");
      }
      CheckHead();
      break;
    }
    if (parser_->is_done()) break;
  }
  return total;
}

// Beast would take a head line by line, and what it has taken cannot be looked at as a whole.
bool RequestReader::HasWholeHead(std::string_view bytes) {
  constexpr std::string_view kEnd = "\r\n\r\n";
  const size_t from = searched_bytes_ - std::min(searched_bytes_, kEnd.size() - 1);
  if (bytes.find(kEnd, from) != std::string_view::npos) return true;
  searched_bytes_ = bytes.size();
  if (bytes.size() > max_head_bytes_) {
    Refuse(431, absl::StrCat("The header is larger than ", max_head_bytes_, " bytes."));
  }
  return false;
}

bool RequestReader::has_head() const { return parser_->is_header_done(); }

bool RequestReader::is_done() const { return parser_->is_done(); }

bool RequestReader::keep_alive() const { return is_http11_ && parser_->keep_alive(); }

void RequestReader::AllowBody(uint64_t max_bytes) {
  max_body_bytes_ = max_bytes;
  const boost::optional<uint64_t> length = parser_->content_length();
  if (length.has_value() && *length > max_bytes) return RefuseTooLarge();
  parser_->body_limit(max_bytes);
}

void RequestReader::OnRequestLine(std::string_view method, std::string_view target) {
  request_.method.assign(method);
  if (!ReadTarget(target, &request_.path, &request_.query)) {
    Refuse(400, "The request's target has to be a path, as in GET /healthz.");
  }
}

void RequestReader::OnField(int number, std::string_view name, std::string_view value) {
  using http::field;
  const auto keep = [value](std::string& text) { text.assign(value); };
  switch (static_cast<field>(number)) {
    case field::host:
      ++hosts_;
      return keep(request_.host);
    case field::content_length:
      if (!IsPlainLength(value)) Refuse(400, "Content-Length has to be one whole number.");
      ++lengths_;
      return;
    case field::transfer_encoding:
      ++codings_;
      is_chunked_ = absl::EqualsIgnoreCase(Absl(value), "chunked");
      return;
    case field::expect:
      if (!absl::EqualsIgnoreCase(Absl(value), "100-continue")) {
        Refuse(417, "Only 100-continue can be expected.");
      }
      expects_continue_ = true;
      return;
    case field::user_agent:
      return keep(request_.user_agent);
    case field::origin:
      return keep(request_.origin);
    case field::authorization:
      return keep(request_.authorization);
    case field::if_none_match:
      return keep(request_.if_none_match);
    case field::accept_encoding:
      return keep(request_.accept_encoding);
    case field::upgrade:
      return keep(upgrade_);
    case field::sec_websocket_protocol:
      return keep(subprotocols_);
    default:
      break;
  }
  if (absl::EqualsIgnoreCase(Absl(name), "X-Forwarded-For")) {
    // Several are one list.
    if (!forwarded_for_.empty()) forwarded_for_ += ", ";
    forwarded_for_.append(value);
    return;
  }
  for (const std::string& wanted : header_names_) {
    if (absl::EqualsIgnoreCase(Absl(name), wanted)) request_.headers.emplace_back(wanted, value);
  }
}

// What Beast lets pass and others read otherwise.
void RequestReader::CheckHead() {
  if (hosts_ != 1) Refuse(400, "A request has one Host header.");
  if (lengths_ > 1 || lengths_ + codings_ > 1) {
    Refuse(400, "A request has one Content-Length or one Transfer-Encoding, and not both.");
  }
  if (codings_ > 0 && !(is_chunked_ && is_http11_)) {
    Refuse(400, "No Transfer-Encoding but HTTP/1.1's chunked is understood.");
  }
}

void RequestReader::RefuseTooLarge() {
  Refuse(413, max_body_bytes_ == 0
                  ? std::string("This route takes no body.")
                  : absl::StrCat("The body is larger than ", max_body_bytes_, " bytes."));
}

void RequestReader::Refuse(int status, std::string_view message) {
  if (refusal_.status == 0) refusal_ = {status, std::string(message)};
}

}  // namespace paceline::receive
