#include "collector/commands/demo_checkout.h"

#include <netdb.h>
#include <sodium.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <ctime>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "collector/ingest/webhook_signature.h"
#include "collector/receive/guard.h"
#include "collector/receive/http_text.h"

namespace paceline::commands {
namespace {

constexpr int kSocketTimeoutSeconds = 5;
constexpr size_t kMaxAnswerBytes = 4096;
constexpr uint64_t kMaxFormBytes = 4096;
constexpr size_t kMaxReferenceBytes = 200;

struct Plan {
  std::string_view name;
  std::string_view mode;
  int amount_minor;
};
constexpr std::array<Plan, 3> kPlans = {{{"course", "payment", 12000},
                                         {"coach", "subscription", 6900},
                                         {"club", "subscription", 1900}}};

const Plan* FindPlan(std::string_view name) {
  const auto* const found = std::find_if(kPlans.begin(), kPlans.end(),
                                         [&](const Plan& plan) { return plan.name == name; });
  return found == kPlans.end() ? nullptr : found;
}

std::string FormValue(std::string_view form, absl::string_view name) {
  for (const absl::string_view pair :
       absl::StrSplit(absl::string_view(form.data(), form.size()), '&')) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(pair, absl::MaxSplits('=', 1));
    if (parts.first != name) continue;
    return receive::PercentDecode({parts.second.data(), parts.second.size()}, true).value_or("");
  }
  return {};
}

// What Stripe takes as client_reference_id; anything else it drops.
bool IsReference(std::string_view text) {
  return text.size() <= kMaxReferenceBytes && std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_';
         });
}

std::string RandomHex() {
  std::array<unsigned char, 12> bytes;
  randombytes_buf(bytes.data(), bytes.size());
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

std::string Event(const std::string& id, const Plan& plan, const std::string& reference,
                  std::time_t now) {
  const std::string client = reference.empty() ? "null" : absl::StrCat("\"", reference, "\"");
  const absl::string_view mode(plan.mode.data(), plan.mode.size());
  return absl::StrCat(
      "{\"id\":\"evt_demo_", id, "\",\"object\":\"event\",\"created\":", now,
      ",\"type\":\"checkout.session.completed\",\"data\":{\"object\":{\"id\":\"cs_demo_", id,
      "\",\"object\":\"checkout.session\",\"mode\":\"", mode,
      "\",\"payment_status\":\"paid\",\"amount_total\":", plan.amount_minor,
      ",\"currency\":\"eur\",\"client_reference_id\":", client, ",\"payment_intent\":\"pi_demo_",
      id, "\"}}}");
}

absl::Status Failed(const char* what) {
  return absl::UnavailableError(absl::StrCat(what, ": ", std::strerror(errno)));
}

absl::Status SendAll(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return Failed("send");
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<int> PostJson(const config::Address& address, std::string_view target,
                             const std::vector<std::pair<std::string, std::string>>& headers,
                             std::string_view body) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &found) !=
      0) {
    return absl::UnavailableError(absl::StrCat(address.host, " cannot be resolved"));
  }
  const absl::Cleanup free_found = [found] { freeaddrinfo(found); };
  const int socket = ::socket(found->ai_family, found->ai_socktype | SOCK_CLOEXEC, 0);
  if (socket < 0) return Failed("socket");
  const absl::Cleanup close_socket = [socket] { close(socket); };
  const timeval timeout{kSocketTimeoutSeconds, 0};
  setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
  if (connect(socket, found->ai_addr, found->ai_addrlen) != 0) return Failed("connect");

  std::string request =
      absl::StrCat("POST ", absl::string_view(target.data(), target.size()),
                   " HTTP/1.1\r\nHost: ", address.ToString(),
                   "\r\nContent-Type: application/json\r\nContent-Length: ", body.size(),
                   "\r\nConnection: close\r\n");
  for (const auto& [name, value] : headers) absl::StrAppend(&request, name, ": ", value, "\r\n");
  absl::StrAppend(&request, "\r\n", absl::string_view(body.data(), body.size()));
  if (absl::Status status = SendAll(socket, request); !status.ok()) return status;

  // "HTTP/1.1 204": the status line is all that is read.
  std::string answer;
  while (answer.find('\n') == std::string::npos && answer.size() < kMaxAnswerBytes) {
    char bytes[512];
    const ssize_t size = recv(socket, bytes, sizeof bytes, 0);
    if (size <= 0) break;
    answer.append(bytes, static_cast<size_t>(size));
  }
  int status = 0;
  const size_t space = answer.find(' ');
  if (space == std::string::npos || space + 4 > answer.size()) return Failed("no answer");
  std::from_chars(answer.data() + space + 1, answer.data() + space + 4, status);
  return status;
}

receive::Route CheckoutAddressRoute(uint16_t port) {
  receive::Route route;
  route.method = "GET";
  route.path = "/data/checkout.json";
  route.door = receive::Door::kPublic;
  route.handler = [port](const receive::HttpRequest& request, receive::Respond respond) {
    // The visitor's own name for this machine. Only what a host name consists of gets into the
    // text.
    std::string host(receive::HostName(request.host));
    if (host.find_first_not_of(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:-") !=
        std::string::npos) {
      host = "127.0.0.1";
    }
    receive::HttpResponse response;
    response.content_type = "application/json";
    response.body =
        absl::StrCat("{\"origin\":\"http://", config::Address{host, port}.ToString(), "\"}\n");
    response.headers = {{"Cache-Control", "no-store"}};
    respond(std::move(response));
  };
  return route;
}

DemoCheckout::DemoCheckout(Options options) : options_(std::move(options)), workers_(1, 16) {}

receive::Route DemoCheckout::PayRoute() {
  receive::Route route;
  route.method = "POST";
  route.path = "/pay";
  route.door = receive::Door::kPublic;
  route.max_body_bytes = kMaxFormBytes;
  route.handler = [this](const receive::HttpRequest& request, receive::Respond respond) {
    Order order{RandomHex(), FormValue(request.body, "plan"),
                FormValue(request.body, "paceline_ref"),
                std::string(receive::HostName(request.host))};
    if (FindPlan(order.plan) == nullptr) {
      return respond(receive::TextResponse(422, "There is no such plan."));
    }
    if (!IsReference(order.reference)) order.reference.clear();
    const auto answer = std::make_shared<receive::Respond>(std::move(respond));
    const bool taken = workers_.Run([this, order, answer] { (*answer)(Pay(order)); });
    if (!taken) (*answer)(receive::TextResponse(503, "The till is busy; try again."));
  };
  return route;
}

receive::HttpResponse DemoCheckout::Pay(const Order& order) const {
  const std::time_t now = std::time(nullptr);
  const std::string body = Event(order.id, *FindPlan(order.plan), order.reference, now);
  const absl::StatusOr<int> status = PostJson(
      options_.collector(), absl::StrCat("/v1/webhooks/stripe?site=", options_.site),
      {{"Stripe-Signature",
        ingest::MakeTimedSignature(body, options_.stripe_secret, static_cast<uint64_t>(now))}},
      body);
  if (!status.ok() || *status != 204) {
    // A real one would let the visitor go and try again later; a demo should say what is wrong.
    return receive::TextResponse(
        502, absl::StrCat("The collector did not take the payment's webhook: ",
                          status.ok() ? absl::StrCat("status ", *status)
                                      : std::string(status.status().message())));
  }
  receive::HttpResponse response;
  response.status = 303;
  config::Address back = options_.site_address();
  if (!order.host.empty()) back.host = order.host;
  response.headers = {{"Location", absl::StrCat("http://", back.ToString(), "/enrolled.html")},
                      {"Cache-Control", "no-store"},
                      // For tests, which play the checkout's later messages.
                      {"Demo-Order", order.id}};
  return response;
}

}  // namespace paceline::commands
