#include "collector/receive/ingest_routes.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <string>
#include <vector>

#include "collector/ingest/limits.h"

namespace paceline::receive {
namespace {

constexpr uint64_t kMaxBody = 4096;
constexpr uint64_t kNow = 1'772'366'400'000;

class KeepingSubmitter : public ingest::Submitter {
 public:
  void Submit(ingest::Submission submission, ingest::SubmitCallback done) override {
    submissions.push_back(std::move(submission));
    done({v1::OUTCOME_ACCEPTED, ""});
  }
  void CountRefused(v1::Outcome outcome) override { refused.push_back(outcome); }

  std::vector<ingest::Submission> submissions;
  std::vector<v1::Outcome> refused;
};

class IngestRoutesTest : public testing::Test {
 protected:
  HttpResponse Post(const std::string& path, std::string body, std::string query = "") {
    HttpRequest request;
    request.method = "POST";
    request.path = path;
    request.query = std::move(query);
    request.body = std::move(body);
    HttpResponse answer;
    int answers = 0;
    for (const Route& route : IngestRoutes(&submitter_, kMaxBody, [] { return kNow; })) {
      if (route.path != path) continue;
      route.handler(request, [&](HttpResponse response) {
        answer = std::move(response);
        ++answers;
      });
    }
    EXPECT_EQ(answers, 1);
    return answer;
  }

  static std::string Gzip(const std::string& plain) {
    z_stream stream{};
    EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY), Z_OK);
    std::string gzip(deflateBound(&stream, plain.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
    stream.avail_in = static_cast<uInt>(plain.size());
    stream.next_out = reinterpret_cast<Bytef*>(gzip.data());
    stream.avail_out = static_cast<uInt>(gzip.size());
    EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
    gzip.resize(stream.total_out);
    deflateEnd(&stream);
    return gzip;
  }

  KeepingSubmitter submitter_;
};

TEST_F(IngestRoutesTest, SubmitsAPlainBodyAsItIs) {
  EXPECT_EQ(Post("/v1/beacon",
                 "\x0a\x07"
                 "academy")
                .status,
            204);
  ASSERT_EQ(submitter_.submissions.size(), 1u);
  EXPECT_EQ(submitter_.submissions[0].body,
            "\x0a\x07"
            "academy");
  EXPECT_EQ(submitter_.submissions[0].source.age_ms, 0u);
  EXPECT_EQ(submitter_.submissions[0].source.received_unix_ms, kNow);
}

TEST_F(IngestRoutesTest, ACompressedBodyIsSubmittedPlain) {
  for (const char* path : {"/v1/beacon", "/v1/entries"}) {
    EXPECT_EQ(Post(path, Gzip(std::string(3000, 'x'))).status, 204);
    EXPECT_EQ(submitter_.submissions.back().body, std::string(3000, 'x'));
  }
  EXPECT_EQ(submitter_.submissions[1].kind, ingest::Submission::Kind::kEntryBatch);
}

TEST_F(IngestRoutesTest, ABombIsTooLarge) {
  const HttpResponse answer = Post("/v1/beacon", Gzip(std::string(1 << 20, 'x')));
  EXPECT_EQ(answer.status, 413);
  EXPECT_NE(answer.body.find("4096 bytes when decompressed"), std::string::npos) << answer.body;
  EXPECT_EQ(submitter_.refused, std::vector{v1::OUTCOME_REFUSED_TOO_LARGE});
  EXPECT_TRUE(submitter_.submissions.empty());
}

TEST_F(IngestRoutesTest, BrokenGzipIsMalformed) {
  EXPECT_EQ(Post("/v1/entries", Gzip("entries") + "more").status, 400);
  EXPECT_EQ(submitter_.refused, std::vector{v1::OUTCOME_REFUSED_MALFORMED});
}

TEST_F(IngestRoutesTest, TakesTheAgeFromTheQuery) {
  for (const auto& [query, age_ms] : std::vector<std::pair<std::string, uint64_t>>{
           {"age_ms=0", 0},
           {"age_ms=86400000", 86'400'000},
           {"later=1&age_ms=5", 5},
           {"age_ms=604800000", ingest::kMaxAgeMs},
           {"other", 0},
       }) {
    EXPECT_EQ(Post("/v1/beacon", "body", query).status, 204) << query;
    EXPECT_EQ(submitter_.submissions.back().source.age_ms, age_ms) << query;
  }
}

TEST_F(IngestRoutesTest, RefusesAnAgeThatCannotBe) {
  for (const char* query : {"age_ms=", "age_ms=-1", "age_ms=604800001", "age_ms=1e3",
                            "age_ms=99999999999999999999", "age_ms=1&age_ms=x"}) {
    EXPECT_EQ(Post("/v1/beacon", "body", query).status, 422) << query;
    EXPECT_EQ(submitter_.refused.back(), v1::OUTCOME_REFUSED_INVALID);
  }
  EXPECT_TRUE(submitter_.submissions.empty());
}

}  // namespace
}  // namespace paceline::receive
