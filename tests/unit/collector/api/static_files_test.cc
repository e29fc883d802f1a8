#include "collector/api/static_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

namespace paceline::api {
namespace {

namespace fs = std::filesystem;

class StaticFilesTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "paceline-static-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    Write("secret.txt", "outside");
    Write("root/index.html", "start");
    Write("root/courses/index.html", "courses");
    Write("root/booking.html", "booking");
    Write("root/app.js", "script");
    Write("root/app.js.br", "brotli");
    Write("root/app.js.gz", "gzip");
    Write("root/core-0f3a9c21.wasm", "wasm");
    Write("root/.hidden", "hidden");
    fs::create_symlink(folder_ / "secret.txt", folder_ / "root/link.txt");
    options_.prefix = "/agent/";
    options_.root = (folder_ / "root").string();
  }
  void TearDown() override { fs::remove_all(folder_); }

  void Write(const std::string& name, const std::string& text) {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
  }

  receive::HttpResponse Get(const std::string& path) {
    request_.path = path;
    return ServeStaticFile(options_, request_);
  }

  static std::string Header(const receive::HttpResponse& response, const std::string& name) {
    for (const auto& [key, value] : response.headers) {
      if (key == name) return value;
    }
    return "";
  }

  fs::path folder_;
  StaticFilesOptions options_;
  receive::HttpRequest request_;
};

TEST_F(StaticFilesTest, FindsFilesFoldersAndPagesWithoutEnding) {
  EXPECT_EQ(Get("/agent/").body, "start");
  EXPECT_EQ(Get("/agent/app.js").body, "script");
  EXPECT_EQ(Get("/agent/courses/").body, "courses");
  EXPECT_EQ(Get("/agent/booking").body, "booking");
  EXPECT_EQ(Get("/agent/none").status, 404);
}

TEST_F(StaticFilesTest, NothingOutsideTheRootIsServed) {
  for (const char* path :
       {"/agent/../secret.txt", "/agent/courses/../../secret.txt", "/agent/./../secret.txt",
        "/agent//../secret.txt", "/agent/..\\secret.txt", "/agent/link.txt", "/agent/.hidden",
        "/agent/courses/..", "/agent//etc/passwd"}) {
    const receive::HttpResponse response = Get(path);
    EXPECT_EQ(response.status, 404) << path;
    EXPECT_NE(response.body, "outside") << path;
  }
}

TEST_F(StaticFilesTest, WasmHasExactlyItsType) {
  EXPECT_EQ(Get("/agent/core-0f3a9c21.wasm").content_type, "application/wasm");
  EXPECT_EQ(Get("/agent/app.js").content_type, "text/javascript; charset=utf-8");
}

TEST_F(StaticFilesTest, HashedNamesAreKeptForEverAndOthersBriefly) {
  options_.max_age_seconds = 300;
  EXPECT_EQ(Header(Get("/agent/core-0f3a9c21.wasm"), "Cache-Control"),
            "public, max-age=31536000, immutable");
  EXPECT_EQ(Header(Get("/agent/app.js"), "Cache-Control"), "public, max-age=300");
  options_.max_age_seconds = 0;
  EXPECT_EQ(Header(Get("/agent/app.js"), "Cache-Control"), "no-cache");
}

TEST_F(StaticFilesTest, GivesThePrecompressedVariantThatIsAccepted) {
  request_.accept_encoding = "gzip, deflate, br";
  const receive::HttpResponse brotli = Get("/agent/app.js");
  EXPECT_EQ(brotli.body, "brotli");
  EXPECT_EQ(Header(brotli, "Content-Encoding"), "br");
  EXPECT_EQ(brotli.content_type, "text/javascript; charset=utf-8");
  request_.accept_encoding = "gzip, br;q=0";
  EXPECT_EQ(Get("/agent/app.js").body, "gzip");
  request_.accept_encoding = "identity";
  EXPECT_EQ(Get("/agent/app.js").body, "script");
  EXPECT_EQ(Header(Get("/agent/app.js"), "Vary"), "Accept-Encoding");
}

TEST_F(StaticFilesTest, UnchangedFilesAreNotSentAgain) {
  request_.if_none_match = "\"other\", " + Header(Get("/agent/app.js"), "ETag");
  const receive::HttpResponse response = Get("/agent/app.js");
  EXPECT_EQ(response.status, 304);
  EXPECT_EQ(response.body, "");
  request_.accept_encoding = "br";
  EXPECT_EQ(Get("/agent/app.js").status, 200) << "another variant has another tag";
}

TEST_F(StaticFilesTest, AMissingRootSaysHowToBuildIt) {
  options_.root += "-none";
  options_.hint = "Run scripts/build.";
  EXPECT_THAT(Get("/agent/app.js").body, testing::HasSubstr("Run scripts/build."));
}

TEST(HasHashedNameTest, TellsHashesFromWords) {
  for (const char* name : {"chunk-5X3XGPM4.js", "core.0f3a9c21.wasm", "a/b-deadbeef01.css"}) {
    EXPECT_TRUE(HasHashedName(name)) << name;
  }
  for (const char* name : {"paceline.js", "paceline.esm.js", "paceline-core.wasm", "web-vitals.js",
                           "deadbeef01.js", "course-application.js", ""}) {
    EXPECT_FALSE(HasHashedName(name)) << name;
  }
}

}  // namespace
}  // namespace paceline::api
