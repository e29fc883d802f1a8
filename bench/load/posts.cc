#include "bench/load/posts.h"

#include <array>
#include <unordered_map>
#include <utility>
#include <vector>

#include "bench/load/visits.h"
#include "core/wire/pack.h"

namespace paceline::bench {
namespace {

std::string Head(const std::string& host, const std::string& path, const std::string& headers,
                 size_t body_bytes) {
  return "POST " + path + " HTTP/1.1\r\nhost: " + host +
         "\r\ncontent-length: " + std::to_string(body_bytes) + "\r\n" + headers + "\r\n";
}

class BeaconPosts : public Posts {
 public:
  explicit BeaconPosts(const BeaconPostsOptions& options) : visitors_(options.connections) {
    const std::vector<Visit> visits = LoadVisits(options.recordings);
    const uint64_t run = Spread(NowUnixMs());
    const uint64_t now = NowUnixMs();
    std::string plain;
    core::Bytes packed;
    for (uint64_t number = 0; requests_.size() < options.posts; ++number) {
      const Visit& visit = visits[number % visits.size()];
      visits_.push_back(requests_.size());
      for (const BeaconMould& mould : visit.beacons) {
        plain = mould.bytes;
        Stamp(mould, {run, number, now - visit.ended_unix_ms}, plain.data());
        if (options.packed) core::Pack(plain, &packed);
        Add(options, visit.headers, options.packed ? std::string(packed) : plain);
      }
    }
    visits_.push_back(requests_.size());
  }

  Post Next(size_t connection) override {
    Visitor& visitor = visitors_[connection];
    if (visitor.next == visitor.end) {
      if (next_visit_ + 1 == visits_.size()) Repeat();
      visitor = VisitorOf(next_visit_++);
    }
    repeated_ += repeating_ ? 1 : 0;
    const Request& request = requests_[visitor.next++];
    return {heads_[request.head], {bodies_.data() + request.begin, request.size}};
  }
  uint64_t repeated() const override { return repeated_; }
  double body_bytes() const override {
    return static_cast<double>(bodies_.size()) / static_cast<double>(requests_.size());
  }

 private:
  struct Request {
    size_t begin;
    uint32_t size;
    uint32_t head;
  };
  // Indexes of requests.
  struct Visitor {
    size_t next = 0;
    size_t end = 0;
  };

  void Add(const BeaconPostsOptions& options, const std::string& headers, const std::string& body) {
    // The same head for all bodies of a length, as there are far more bodies than heads.
    std::string head = Head(options.host, options.path, headers, body.size());
    const auto [known, is_new] = head_numbers_.try_emplace(head, heads_.size());
    if (is_new) heads_.push_back(std::move(head));
    requests_.push_back(
        {bodies_.size(), static_cast<uint32_t>(body.size()), static_cast<uint32_t>(known->second)});
    bodies_ += body;
  }

  void Repeat() {
    next_visit_ = 0;
    repeating_ = true;
  }

  Visitor VisitorOf(size_t visit) const { return {visits_[visit], visits_[visit + 1]}; }

  std::string bodies_;
  std::vector<Request> requests_;
  // The first request of each visit, and the end.
  std::vector<size_t> visits_;
  std::vector<std::string> heads_;
  std::unordered_map<std::string, size_t> head_numbers_;
  std::vector<Visitor> visitors_;
  size_t next_visit_ = 0;
  bool repeating_ = false;
  uint64_t repeated_ = 0;
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
      std::string& body = request.body;
      for (const char* metric : kMetrics) {
        body += std::string("vitals,site=academy,page=/lessons/") + std::to_string(page) +
                ",device=" + (page % 3 == 0 ? "phone" : "desktop") + ",metric=" + metric +
                " value=";
        request.values_at.push_back(body.size());
        body += std::string(kValueDigits, '0') + ' ';
        request.times_at.push_back(body.size());
        body += std::string(kTimeDigits, '0') + '\n';
      }
      request.head = Head(host, path, "", body.size());
      requests_.push_back(std::move(request));
    }
  }

  Post Next(size_t) override {
    Request& request = requests_[sent_++ % kPages];
    // A series, which comes once in kPages posts, gets on by more than the millisecond that
    // VictoriaMetrics tells apart.
    nanos_ += 100'000;
    for (size_t i = 0; i < kMetrics.size(); ++i) {
      PutDigits(Spread(nanos_ + i) % 100'000, kValueDigits, &request.body[request.values_at[i]]);
      PutDigits(nanos_, kTimeDigits, &request.body[request.times_at[i]]);
    }
    return {request.head, request.body};
  }
  double body_bytes() const override {
    size_t bytes = 0;
    for (const Request& request : requests_) bytes += request.body.size();
    return static_cast<double>(bytes) / kPages;
  }

 private:
  struct Request {
    std::string head;
    std::string body;
    std::vector<size_t> values_at;
    std::vector<size_t> times_at;
  };
  uint64_t nanos_;
  uint64_t sent_ = 0;
  std::vector<Request> requests_;
};

}  // namespace

std::unique_ptr<Posts> MakeBeaconPosts(const BeaconPostsOptions& options) {
  return std::make_unique<BeaconPosts>(options);
}

std::unique_ptr<Posts> MakePointPosts(const std::string& host, const std::string& path) {
  return std::make_unique<PointPosts>(host, path);
}

}  // namespace paceline::bench
