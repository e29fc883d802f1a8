// What a resource is, whose, and what a page's resources weigh.
#include "collector/query/resource_facts.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace paceline::query {
namespace {

struct Case {
  const char* initiator;
  const char* url;
  bool render_blocking;
  v1::ResourceType type;
};

class ResourceTypeTest : public ::testing::TestWithParam<Case> {};

TEST_P(ResourceTypeTest, FollowsFromInitiatorEndingAndBlocking) {
  const Case& given = GetParam();
  Strings strings;
  *strings.Add() = given.initiator;
  *strings.Add() = given.url;
  v1::Resource resource;
  resource.set_initiator_ref(1);
  resource.set_url_ref(2);
  resource.set_render_blocking(given.render_blocking);
  EXPECT_EQ(Completed(resource, strings).type(), given.type)
      << given.initiator << " of " << given.url;
}

INSTANTIATE_TEST_SUITE_P(
    All, ResourceTypeTest,
    ::testing::Values(Case{"script", "/app.css", false, v1::RESOURCE_TYPE_SCRIPT},
                      Case{"fetch", "/app.js", false, v1::RESOURCE_TYPE_FETCH},
                      Case{"xmlhttprequest", "/data.json", false, v1::RESOURCE_TYPE_XMLHTTPREQUEST},
                      Case{"iframe", "/embed", false, v1::RESOURCE_TYPE_DOCUMENT},
                      Case{"beacon", "/collect", false, v1::RESOURCE_TYPE_BEACON},
                      Case{"link", "/main.CSS", true, v1::RESOURCE_TYPE_STYLESHEET},
                      Case{"link", "/css2", true, v1::RESOURCE_TYPE_STYLESHEET},
                      Case{"link", "/module.mjs", false, v1::RESOURCE_TYPE_SCRIPT},
                      Case{"link", "/fonts/lato.woff2", false, v1::RESOURCE_TYPE_FONT},
                      Case{"link", "https://cdn.example/hero.avif", false, v1::RESOURCE_TYPE_IMAGE},
                      Case{"link", "/manifest.webmanifest", false, v1::RESOURCE_TYPE_OTHER},
                      Case{"css", "/fonts/lato.ttf", false, v1::RESOURCE_TYPE_FONT},
                      Case{"css", "/theme.css", false, v1::RESOURCE_TYPE_STYLESHEET},
                      Case{"css", "/background", false, v1::RESOURCE_TYPE_IMAGE},
                      Case{"img", "/photo", false, v1::RESOURCE_TYPE_IMAGE},
                      Case{"input", "/button", false, v1::RESOURCE_TYPE_IMAGE},
                      Case{"video", "/lesson", false, v1::RESOURCE_TYPE_MEDIA},
                      Case{"other", "/lesson.mp4", false, v1::RESOURCE_TYPE_MEDIA},
                      Case{"other", "/favicon.ico", false, v1::RESOURCE_TYPE_IMAGE},
                      Case{"other", "/thing", false, v1::RESOURCE_TYPE_OTHER},
                      Case{"", "", false, v1::RESOURCE_TYPE_OTHER}));

TEST(ResourceFactsTest, TheSenderKnowsBetter) {
  v1::Resource resource;
  resource.set_type(v1::RESOURCE_TYPE_FONT);
  resource.set_third_party(true);
  resource.set_cached(true);
  const v1::Resource completed = Completed(resource, Strings());
  EXPECT_EQ(completed.type(), v1::RESOURCE_TYPE_FONT);
  EXPECT_TRUE(completed.third_party());
  EXPECT_TRUE(completed.cached());
}

TEST(ResourceFactsTest, IsAThirdPartysOnAnotherOwnersHost) {
  const auto is_third_party = [](const char* page, const char* url) {
    Strings strings;
    *strings.Add() = page;
    *strings.Add() = url;
    v1::Resource resource;
    resource.set_page_host_ref(1);
    resource.set_url_ref(2);
    return Completed(resource, strings).third_party();
  };
  EXPECT_FALSE(is_third_party("academy.example", "/app.js"));
  EXPECT_FALSE(is_third_party("www.academy.example", "https://static.academy.example:8443/app.js"));
  EXPECT_TRUE(is_third_party("academy.example", "https://cdn.example/academy.example/app.js"));
  EXPECT_TRUE(is_third_party("127.0.0.1", "http://localhost:8080/widget.js"));
  EXPECT_FALSE(is_third_party("", "https://cdn.example/app.js")) << "nobody knows";
  EXPECT_FALSE(is_third_party("academy.example", "data:"));
}

TEST(ResourceFactsTest, KnowsTheOwnerOfAHost) {
  EXPECT_EQ(OwnerOf("www.academy.example"), "academy.example");
  EXPECT_EQ(OwnerOf("academy.example"), "academy.example");
  EXPECT_EQ(OwnerOf("static.academy.co.uk"), "academy.co.uk");
  EXPECT_EQ(OwnerOf("a.static.academy.co.uk"), "academy.co.uk");
  EXPECT_EQ(OwnerOf("academy.co.uk"), "academy.co.uk");
  EXPECT_EQ(OwnerOf("academy.de"), "academy.de");
  EXPECT_EQ(OwnerOf("www.academy.de"), "academy.de");
  EXPECT_EQ(OwnerOf("localhost"), "localhost");
  EXPECT_EQ(OwnerOf("127.0.0.1"), "127.0.0.1");
  EXPECT_EQ(OwnerOf(""), "");
  EXPECT_EQ(OwnerOf(".example"), ".example");
}

TEST(ResourceFactsTest, IsFromTheCacheWhenNothingWasTransferred) {
  v1::Resource resource;
  EXPECT_FALSE(Completed(resource, Strings()).cached()) << "nothing to decode";
  resource.set_decoded_size_bytes(10);
  EXPECT_TRUE(Completed(resource, Strings()).cached());
  resource.set_transfer_size_bytes(1);
  EXPECT_FALSE(Completed(resource, Strings()).cached());
}

TEST(BundleTest, SumsDecodedBytesOfScriptsAndStylesAndEncodedBytesOfTheRest) {
  v1::JourneyEvent::Bundle bundle;
  const auto add = [&](v1::ResourceType type, bool third_party, uint32_t encoded,
                       uint32_t decoded) {
    v1::Resource resource;
    resource.set_third_party(third_party);
    resource.set_encoded_size_bytes(encoded);
    resource.set_decoded_size_bytes(decoded);
    resource.set_type(type);
    AddTo(resource, &bundle);
  };
  add(v1::RESOURCE_TYPE_SCRIPT, false, 100, 300);
  add(v1::RESOURCE_TYPE_SCRIPT, true, 50, 70);
  add(v1::RESOURCE_TYPE_STYLESHEET, false, 10, 40);
  add(v1::RESOURCE_TYPE_STYLESHEET, true, 5, 6);
  add(v1::RESOURCE_TYPE_IMAGE, false, 1000, 9000);
  add(v1::RESOURCE_TYPE_FONT, true, 200, 200);
  add(v1::RESOURCE_TYPE_FETCH, false, 7, 7);
  v1::JourneyEvent::Bundle expected;
  expected.set_script_bytes(300);
  expected.set_third_party_script_bytes(70);
  expected.set_style_bytes(40);
  expected.set_third_party_style_bytes(6);
  expected.set_scripts(2);
  expected.set_styles(2);
  expected.set_image_bytes(1000);
  expected.set_font_bytes(200);
  expected.set_total_bytes(1372);
  expected.set_images(1);
  expected.set_fonts(1);
  expected.set_resources(7);
  EXPECT_EQ(bundle.ShortDebugString(), expected.ShortDebugString());
}

TEST(BundleTest, StaysAtTheLargestNumber) {
  v1::JourneyEvent::Bundle bundle;
  v1::Resource resource;
  resource.set_encoded_size_bytes(UINT32_MAX);
  AddTo(resource, &bundle);
  AddTo(resource, &bundle);
  EXPECT_EQ(bundle.total_bytes(), UINT32_MAX);
}

}  // namespace
}  // namespace paceline::query
