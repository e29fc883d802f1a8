#include "bench/load/posts.h"

#include <cstring>

namespace paceline::bench {
namespace {

std::string Head(const std::string& host, const std::string& path, const std::string& headers,
                 size_t body_bytes) {
  return "POST " + path + " HTTP/1.1\r\nhost: " + host +
         "\r\ncontent-length: " + std::to_string(body_bytes) + "\r\n" + headers + "\r\n";
}

class BeaconPosts : public Posts {
 public:
  BeaconPosts(const std::string& folder, const std::string& host, const std::string& path,
              size_t connections)
      : visits_(LoadVisits(folder)), run_(Spread(NowUnixMs())), visitors_(connections) {
    for (const Visit& visit : visits_) {
      std::vector<Request>& requests = requests_.emplace_back();
      for (const BeaconMould& mould : visit.beacons) {
        std::string head = Head(host, path, visit.headers, mould.bytes.size());
        requests.push_back({head + mould.bytes, head.size()});
      }
    }
    for (Visitor& visitor : visitors_) Begin(&visitor);
  }

  std::string_view Next(size_t connection) override {
    Visitor& visitor = visitors_[connection];
    if (visitor.next == visits_[visitor.visit].beacons.size()) Begin(&visitor);
    const BeaconMould& mould = visits_[visitor.visit].beacons[visitor.next];
    Request& request = requests_[visitor.visit][visitor.next++];
    Stamp(mould, visitor.identity, request.bytes.data() + request.body_at);
    return request.bytes;
  }

 private:
  struct Request {
    std::string bytes;
    size_t body_at;
  };
  struct Visitor {
    size_t visit = 0;
    size_t next = 0;
    Identity identity;
  };

  void Begin(Visitor* visitor) {
    const uint64_t number = begun_++;
    visitor->visit = number % visits_.size();
    visitor->next = 0;
    visitor->identity = {run_, number, NowUnixMs() - visits_[visitor->visit].ended_unix_ms};
  }

  const std::vector<Visit> visits_;
  const uint64_t run_;
  std::vector<Visitor> visitors_;
  // By visit and beacon.
  std::vector<std::vector<Request>> requests_;
  uint64_t begun_ = 0;
};

constexpr size_t kPages = 40;
constexpr std::array<const char*, 8> kMetrics = {"LCP",  "INP", "CLS", "FCP",
                                                 "TTFB", "FID", "TBT", "TTI"};
constexpr size_t kValueDigits = 5;
constexpr size_t kTimeDigits = 19;

void PutDigits(uint64_t number, size_t digits, char* at) {
  for (size_t i = digits; i-- > 0; number /= 10) at[i] = static_cast<char>('0' + number % 10);
}

class PointPosts : public Posts {
 public:
  PointPosts(const std::string& host, const std::string& path) : nanos_(NowUnixMs() * 1'000'000) {
    for (size_t page = 0; page < kPages; ++page) {
      Request request;
      std::string body;
      for (const char* metric : kMetrics) {
        body += std::string("vitals,site=academy,page=/lessons/") + std::to_string(page) +
                ",device=" + (page % 3 == 0 ? "phone" : "desktop") + ",metric=" + metric +
                " value=";
        request.values_at.push_back(body.size());
        body += std::string(kValueDigits, '0') + ' ';
        request.times_at.push_back(body.size());
        body += std::string(kTimeDigits, '0') + '\n';
      }
      const std::string head = Head(host, path, "", body.size());
      for (size_t& at : request.values_at) at += head.size();
      for (size_t& at : request.times_at) at += head.size();
      request.bytes = head + body;
      requests_.push_back(std::move(request));
    }
  }

  std::string_view Next(size_t) override {
    Request& request = requests_[sent_++ % kPages];
    // A series, which comes once in kPages posts, gets on by more than the millisecond that
    // VictoriaMetrics tells apart.
    nanos_ += 100'000;
    for (size_t i = 0; i < kMetrics.size(); ++i) {
      PutDigits(Spread(nanos_ + i) % 100'000, kValueDigits, &request.bytes[request.values_at[i]]);
      PutDigits(nanos_, kTimeDigits, &request.bytes[request.times_at[i]]);
    }
    return request.bytes;
  }

 private:
  struct Request {
    std::string bytes;
    std::vector<size_t> values_at;
    std::vector<size_t> times_at;
  };
  uint64_t nanos_;
  uint64_t sent_ = 0;
  std::vector<Request> requests_;
};

}  // namespace

std::unique_ptr<Posts> MakeBeaconPosts(const std::string& folder, const std::string& host,
                                       const std::string& path, size_t connections) {
  return std::make_unique<BeaconPosts>(folder, host, path, connections);
}

std::unique_ptr<Posts> MakePointPosts(const std::string& host, const std::string& path) {
  return std::make_unique<PointPosts>(host, path);
}

}  // namespace paceline::bench
