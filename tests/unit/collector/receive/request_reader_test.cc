#include "collector/receive/request_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace paceline::receive {
namespace {

using testing::HasSubstr;

constexpr size_t kMaxHead = 1024;
constexpr uint64_t kMaxBody = 100;
constexpr char kHead[] = "POST /v1/beacon?age_ms=5 HTTP/1.1\r\nHost: a\r\n";

class RequestReaderTest : public testing::Test {
 protected:
  // Gives all of `text`, at most `step` bytes at a time, as a connection would; answers what was
  // left over.
  std::string Read(const std::string& text, size_t step = SIZE_MAX) {
    std::string pending;
    size_t given = 0;
    while (reader_.refusal().status == 0) {
      const bool had_head = reader_.has_head();
      pending.erase(0, reader_.Put(pending));
      if (reader_.refusal().status != 0) break;
      if (!had_head && reader_.has_head()) {
        reader_.AllowBody(kMaxBody);
        continue;
      }
      if (reader_.has_head() && reader_.is_done()) break;
      if (given == text.size()) break;
      const size_t size = std::min(step, text.size() - given);
      pending += text.substr(given, size);
      given += size;
    }
    return pending + text.substr(given);
  }
  // The status with which it is refused; 0 when it is whole; -1 when there is more to come.
  int StatusOf(const std::string& text) {
    reader_.Reset();
    Read(text);
    if (reader_.refusal().status != 0) return reader_.refusal().status;
    return reader_.has_head() && reader_.is_done() ? 0 : -1;
  }

  const std::vector<std::string> names_ = {"Idempotency-Key"};
  RequestReader reader_{kMaxHead, &names_};
};

TEST_F(RequestReaderTest, ReadsWhatIsAskedFor) {
  const std::string next = Read(std::string(kHead) +
                                "User-Agent: Firefox\r\nORIGIN: https://a.example\r\n"
                                "idempotency-key: k1\r\nX-Other: o\r\n"
                                "X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-For: 192.0.2.2\r\n"
                                "Content-Length: 3\r\n\r\nabcGET / HTTP/1.1\r\n");
  ASSERT_EQ(reader_.refusal().status, 0) << reader_.refusal().message;
  EXPECT_TRUE(reader_.is_done());
  EXPECT_TRUE(reader_.keep_alive());
  const HttpRequest& request = reader_.request();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.path, "/v1/beacon");
  EXPECT_EQ(request.query, "age_ms=5");
  EXPECT_EQ(request.host, "a");
  EXPECT_EQ(request.user_agent, "Firefox");
  EXPECT_EQ(request.origin, "https://a.example");
  EXPECT_EQ(request.Header("Idempotency-Key"), "k1");
  EXPECT_EQ(request.body, "abc");
  EXPECT_EQ(reader_.forwarded_for(), "192.0.2.1, 192.0.2.2");
  EXPECT_EQ(next, "GET / HTTP/1.1\r\n") << "the next request's bytes are left alone";
}

TEST_F(RequestReaderTest, NothingOfARequestIsLeftForTheNext) {
  Read(std::string(kHead) +
       "User-Agent: Firefox\r\nAuthorization: Bearer x\r\nIdempotency-Key: k\r\n"
       "X-Forwarded-For: 192.0.2.1\r\nExpect: 100-continue\r\nConnection: close\r\n"
       "Upgrade: websocket\r\nContent-Length: 3\r\n\r\nabc");
  EXPECT_TRUE(reader_.expects_continue());
  EXPECT_FALSE(reader_.keep_alive());
  reader_.Reset();
  Read("GET /healthz HTTP/1.1\r\nHost: b\r\n\r\n");
  const HttpRequest& request = reader_.request();
  EXPECT_EQ(request.path, "/healthz");
  EXPECT_EQ(request.query + request.user_agent + request.authorization + request.body, "");
  EXPECT_TRUE(request.headers.empty());
  EXPECT_EQ(reader_.forwarded_for() + reader_.upgrade(), "");
  EXPECT_FALSE(reader_.expects_continue());
  EXPECT_TRUE(reader_.keep_alive());
}

TEST_F(RequestReaderTest, ReadsTheSameInPiecesOfAnySize) {
  const std::string text = std::string(kHead) +
                           "Transfer-Encoding: chunked\r\n\r\n"
                           "3\r\nabc\r\n2;name=value\r\nde\r\n0\r\nTrailer: x\r\n\r\n";
  for (size_t step = 1; step <= text.size(); ++step) {
    reader_.Reset();
    EXPECT_EQ(Read(text, step), "") << step;
    ASSERT_EQ(reader_.refusal().status, 0) << step << ": " << reader_.refusal().message;
    EXPECT_TRUE(reader_.is_done()) << step;
    EXPECT_EQ(reader_.request().body, "abcde") << step;
  }
}

TEST_F(RequestReaderTest, RefusesWhatTwoServersCouldReadInTwoWays) {
  const std::string head = kHead;
  for (const char* rest : {
           "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
           "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
           "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
           "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
           "Content-Length: 3, 3\r\n\r\nabc",
           "Content-Length: 03\r\n\r\nabc",
           "Content-Length: +3\r\n\r\nabc",
           "Content-Length: -3\r\n\r\nabc",
           "Content-Length: 0x3\r\n\r\nabc",
           "Content-Length: 3 \t3\r\n\r\nabc",
           "Content-Length: \r\n\r\nabc",
           "Content-Length: 99999999999999999999\r\n\r\nabc",
           "Content-Length : 3\r\n\r\nabc",
           " Content-Length: 3\r\n\r\nabc",
           "Content Length: 3\r\n\r\nabc",
           "X: a\r\n b\r\n\r\n",
           "X: a\r\n\tb\r\n\r\n",
           "X: a\nContent-Length: 3\r\n\r\nabc",
           "X: a\rContent-Length: 3\r\n\r\nabc",
           "X\r\n\r\n",
           ": x\r\n\r\n",
           "Host: b\r\n\r\n",
           "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
           "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
           "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
           "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
           "Transfer-Encoding: identity\r\n\r\n",
           "Transfer-Encoding: chunked\r\n\r\nnot-hex\r\n",
           "Transfer-Encoding: chunked\r\n\r\n-1\r\n",
           "Transfer-Encoding: chunked\r\n\r\n+1\r\na\r\n0\r\n\r\n",
           "Transfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n",
           "Transfer-Encoding: chunked\r\n\r\n11111111111111111\r\na",
           "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
           "Transfer-Encoding: chunked\r\n\r\n1\na\n0\n\n\r\n\r\n",
       }) {
    EXPECT_EQ(StatusOf(head + rest), 400) << rest;
  }
  for (const char* whole : {
           "POST http://a/v1/beacon HTTP/1.1\r\nHost: a\r\n\r\n",
           "POST v1/beacon HTTP/1.1\r\nHost: a\r\n\r\n",
           "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
           "POST  /v1/beacon HTTP/1.1\r\nHost: a\r\n\r\n",
           "POST /v1/beacon HTTP/1.1\r\n\r\n",
           "POST /v1/beacon HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       }) {
    EXPECT_EQ(StatusOf(whole), 400) << whole;
  }
  EXPECT_EQ(StatusOf("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), 505);
  EXPECT_EQ(StatusOf("POST /v1 /beacon HTTP/1.1\r\nHost: a\r\n\r\n"), 505);
}

TEST_F(RequestReaderTest, RefusesFoldedLinesInWhateverPiecesTheyCome) {
  const std::string text = std::string(kHead) + "X: a\r\n b\r\n\r\n";
  for (size_t step = 1; step <= text.size(); ++step) {
    reader_.Reset();
    Read(text, step);
    EXPECT_EQ(reader_.refusal().status, 400) << step;
  }
}

TEST_F(RequestReaderTest, BoundsWhatItKeeps) {
  EXPECT_EQ(StatusOf(std::string(kHead) + "X: " + std::string(kMaxHead, 'x') + "\r\n\r\n"), 431);
  EXPECT_EQ(StatusOf("GET /" + std::string(kMaxHead, 'x')), 431) << "before the line has ended";
  EXPECT_EQ(StatusOf(std::string(kHead) + "Content-Length: 101\r\n\r\n"), 413);
  EXPECT_THAT(reader_.refusal().message, HasSubstr("larger than 100 bytes"));
  EXPECT_LT(reader_.request().body.capacity(), 100u) << "nothing was set aside for it";
  const std::string chunked = std::string(kHead) + "Transfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(StatusOf(chunked + "65\r\n" + std::string(101, 'x') + "\r\n0\r\n\r\n"), 413);
  EXPECT_EQ(StatusOf(chunked + "64\r\n" + std::string(100, 'x') + "\r\n0\r\n\r\n"), 0);
  // Extensions of chunks, and chunks of one byte, are no way around it.
  const std::string padded = "1;" + std::string(200, 'x') + "\r\na\r\n";
  std::string many;
  for (int i = 0; i < 50; ++i) many += padded;
  EXPECT_EQ(StatusOf(chunked + many), 400);
  EXPECT_EQ(StatusOf(chunked + "1;" + std::string(2 * kMaxHead, 'x')), 431);
}

}  // namespace
}  // namespace paceline::receive
