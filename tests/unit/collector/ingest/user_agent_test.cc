#include "collector/ingest/user_agent.h"

#include <gtest/gtest.h>

#include <string_view>

namespace paceline::ingest {
namespace {

struct Case {
  const char* name;
  std::string_view header;
  uint32_t max_touch_points;
  std::string_view browser;
  std::string_view version;
  std::string_view os;
  std::string_view device_type;
  bool bot = false;
};

class UserAgentTest : public testing::TestWithParam<Case> {};

TEST_P(UserAgentTest, IsRecognised) {
  const UserAgent agent = ParseUserAgent(GetParam().header, GetParam().max_touch_points);
  EXPECT_EQ(agent.browser, GetParam().browser);
  EXPECT_EQ(agent.browser_version, GetParam().version);
  EXPECT_EQ(agent.os, GetParam().os);
  EXPECT_EQ(agent.device_type, GetParam().device_type);
  EXPECT_EQ(agent.bot, GetParam().bot);
}

// As browsers send them.
constexpr Case kCases[] = {
    {"ChromeWindows",
     "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
     "Chrome/126.0.0.0 Safari/537.36",
     0, "Chrome", "126", "Windows", "desktop"},
    {"ChromeMac",
     "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "
     "Chrome/126.0.0.0 Safari/537.36",
     0, "Chrome", "126", "macOS", "desktop"},
    {"ChromeAndroid",
     "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 "
     "Mobile Safari/537.36",
     5, "Chrome", "126", "Android", "phone"},
    {"ChromeAndroidTablet",
     "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 "
     "Safari/537.36",
     5, "Chrome", "126", "Android", "tablet"},
    {"ChromeIos",
     "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
     "Gecko) CriOS/126.0.6478.54 Mobile/15E148 Safari/604.1",
     5, "Chrome", "126", "iOS", "phone"},
    {"ChromeOs",
     "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) "
     "Chrome/126.0.0.0 Safari/537.36",
     0, "Chrome", "126", "ChromeOS", "desktop"},
    {"AndroidWebView",
     "Mozilla/5.0 (Linux; Android 13; SM-A515F Build/TP1A.220624.014; wv) AppleWebKit/537.36 "
     "(KHTML, like Gecko) Version/4.0 Chrome/125.0.6422.165 Mobile Safari/537.36",
     5, "Chrome", "125", "Android", "phone"},
    {"HeadlessChrome",
     "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
     "HeadlessChrome/126.0.0.0 Safari/537.36",
     0, "Chrome", "126", "Linux", "desktop"},
    {"EdgeWindows",
     "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
     "Chrome/126.0.0.0 Safari/537.36 Edg/126.0.2592.68",
     0, "Edge", "126", "Windows", "desktop"},
    {"EdgeAndroid",
     "Mozilla/5.0 (Linux; Android 10; Pixel 3 XL) AppleWebKit/537.36 (KHTML, like Gecko) "
     "Chrome/126.0.6478.72 Mobile Safari/537.36 EdgA/125.0.2535.96",
     5, "Edge", "125", "Android", "phone"},
    {"EdgeIos",
     "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
     "Gecko) Version/17.0 EdgiOS/125.2535.96 Mobile/15E148 Safari/605.1.15",
     5, "Edge", "125", "iOS", "phone"},
    {"FirefoxWindows",
     "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0", 0,
     "Firefox", "127", "Windows", "desktop"},
    {"FirefoxLinux", "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", 0,
     "Firefox", "127", "Linux", "desktop"},
    {"FirefoxAndroid", "Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0", 5,
     "Firefox", "127", "Android", "phone"},
    {"FirefoxAndroidTablet", "Mozilla/5.0 (Android 14; Tablet; rv:127.0) Gecko/127.0 Firefox/127.0",
     5, "Firefox", "127", "Android", "tablet"},
    {"FirefoxIos",
     "Mozilla/5.0 (iPhone; CPU iPhone OS 14_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
     "Gecko) FxiOS/127.0 Mobile/15E148 Safari/605.1.15",
     5, "Firefox", "127", "iOS", "phone"},
    {"SafariMac",
     "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 (KHTML, like Gecko) "
     "Version/17.4.1 Safari/605.1.15",
     0, "Safari", "17", "macOS", "desktop"},
    {"SafariIphone",
     "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
     "Gecko) Version/17.4.1 Mobile/15E148 Safari/604.1",
     5, "Safari", "17", "iOS", "phone"},
    {"SafariIpadAsItself",
     "Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
     "Version/12.1.2 Mobile/15E148 Safari/604.1",
     5, "Safari", "12", "iOS", "tablet"},
    {"SafariIpadAsMacintosh",
     "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
     "Version/17.4 Safari/605.1.15",
     5, "Safari", "17", "iOS", "tablet"},
    {"OperaWindows",
     "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
     "Chrome/125.0.0.0 Safari/537.36 OPR/111.0.0.0",
     0, "Opera", "111", "Windows", "desktop"},
    {"OperaTouch",
     "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
     "Gecko) Version/17.5 Mobile/15E148 Safari/604.1 OPT/4.7.0",
     5, "Opera", "4", "iOS", "phone"},
    {"SamsungInternet",
     "Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) "
     "SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36",
     5, "Samsung Internet", "25", "Android", "phone"},
    {"YandexIsRare",
     "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
     "Chrome/124.0.0.0 YaBrowser/24.6.0.0 Safari/537.36",
     0, "other", "24", "Windows", "desktop"},
    {"FacebookInApp",
     "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
     "Gecko) Mobile/21F79 [FBAN/FBIOS;FBAV/468.0.0.26.71;FBBV/613284571]",
     5, "other", "468", "iOS", "phone"},
    {"WindowsPhone",
     "Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1; Microsoft; Lumia 950) AppleWebKit/537.36 "
     "(KHTML, like Gecko) Chrome/52.0.2743.116 Mobile Safari/537.36 Edge/15.15063",
     5, "Edge", "15", "other", "phone"},
    {"CubotIsAPhoneNotABot",
     "Mozilla/5.0 (Linux; Android 7.0; CUBOT X18 Plus) AppleWebKit/537.36 (KHTML, like Gecko) "
     "Chrome/100.0.4896.127 Mobile Safari/537.36",
     5, "Chrome", "100", "Android", "phone"},
    {"Googlebot",
     "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like "
     "Gecko) Chrome/126.0.6478.61 Mobile Safari/537.36 (compatible; Googlebot/2.1; "
     "+http://www.google.com/bot.html)",
     0, "Chrome", "126", "Android", "phone", true},
    {"Bingbot",
     "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; "
     "+http://www.bing.com/bingbot.htm) Chrome/116.0.1938.76 Safari/537.36",
     0, "Chrome", "116", "other", "desktop", true},
    {"AdsBot", "AdsBot-Google (+http://www.google.com/adsbot.html)", 0, "other", "", "other",
     "desktop", true},
    {"Lighthouse",
     "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "
     "Chrome/125.0.0.0 Safari/537.36 Chrome-Lighthouse",
     0, "Chrome", "125", "macOS", "desktop", true},
    {"WebPageTest",
     "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 "
     "Safari/537.36 PTST/240624.190013",
     0, "Chrome", "126", "Linux", "desktop", true},
    {"Service", "grpc-c++/1.51.1 grpc-c/29.0.0 (linux; chttp2)", 0, "other", "", "other",
     "desktop"},
    {"Empty", "", 0, "other", "", "other", "desktop"},
    {"VersionWithoutNumber", "Chrome/", 0, "Chrome", "", "other", "desktop"},
};

INSTANTIATE_TEST_SUITE_P(Real, UserAgentTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(UserAgentInAppTest, IsSaidOfPagesInsideOtherApplications) {
  // As their browsers send them.
  for (const char* header : {
           "Mozilla/5.0 (Linux; Android 13; SM-A515F Build/TP1A.220624.014; wv) AppleWebKit/537.36 "
           "(KHTML, like Gecko) Version/4.0 Chrome/125.0.6422.165 Mobile Safari/537.36",
           "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, "
           "like Gecko) Mobile/21F79 [FBAN/FBIOS;FBAV/468.0.0.26.71;FBBV/613284571]",
           "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, "
           "like Gecko) Mobile/21F90 Instagram 335.0.8.27.97 (iPhone14,5; iOS 17_5_1; en_US)",
           "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, "
           "like Gecko) GSA/321.0.642331139 Mobile/15E148 Safari/604.1",
           "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, "
           "like Gecko) Mobile/15E148 [LinkedInApp]/9.29.7586",
           "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, "
           "like Gecko) Mobile/15E148 musical_ly_34.9.0 BytedanceWebview/d8a21c6",
           "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, "
           "like Gecko) Mobile/15E148 Safari Line/14.9.0",
           "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, "
           "like Gecko) Mobile/15E148 MicroMessenger/8.0.49(0x18003137) NetType/WIFI Language/en",
       }) {
    EXPECT_TRUE(ParseUserAgent(header, 5).in_app) << header;
  }
  for (const Case& one : kCases) {
    const std::string_view name = one.name;
    EXPECT_EQ(ParseUserAgent(one.header, one.max_touch_points).in_app,
              name == "AndroidWebView" || name == "FacebookInApp")
        << name;
  }
}

TEST(UserAgentHeadlessTest, IsSaidApartFromBots) {
  EXPECT_TRUE(ParseUserAgent("HeadlessChrome/126.0.0.0 Safari/537.36", 0).headless);
  EXPECT_FALSE(ParseUserAgent("Chrome/126.0.0.0 Safari/537.36", 0).headless);
}

}  // namespace
}  // namespace paceline::ingest
