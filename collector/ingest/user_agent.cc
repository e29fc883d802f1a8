#include "collector/ingest/user_agent.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <iterator>

namespace paceline::ingest {
namespace {

struct BrowserToken {
  std::string_view token;
  std::string_view browser;
};

// In the order of asking: everybody calls himself Chrome and Safari too, so the special come before
// the general.
constexpr BrowserToken kBrowsers[] = {
    // Browsers of their own that are too rare to be named, and pages inside other applications.
    {"YaBrowser/", "other"},
    {"UCBrowser/", "other"},
    {"MiuiBrowser/", "other"},
    {"DuckDuckGo/", "other"},
    {"Silk/", "other"},
    {"GSA/", "other"},
    {"FBAV/", "other"},
    {"Instagram ", "other"},
    {"EdgA/", "Edge"},
    {"EdgiOS/", "Edge"},
    {"Edg/", "Edge"},
    {"Edge/", "Edge"},
    {"OPR/", "Opera"},
    {"OPT/", "Opera"},
    {"OPiOS/", "Opera"},
    {"Opera/", "Opera"},
    {"SamsungBrowser/", "Samsung Internet"},
    {"FxiOS/", "Firefox"},
    {"Firefox/", "Firefox"},
    {"CriOS/", "Chrome"},
    {"HeadlessChrome/", "Chrome"},
    {"Chrome/", "Chrome"},
    {"Chromium/", "Chrome"},
    // Only after the rest: Safari's own version stands behind this word, and every WebKit has
    // "Safari/" at its end.
    {"Version/", "Safari"},
};

// What applications add that show pages themselves.
constexpr std::string_view kInAppTokens[] = {
    // Android's WebView, whichever application.
    "; wv)",
    // Facebook and Messenger.
    "FBAN/",
    "FBAV/",
    "FB_IAB/",
    "Instagram ",
    // The Google app.
    "GSA/",
    "LinkedInApp",
    // TikTok.
    "musical_ly",
    "BytedanceWebview",
    "TikTok",
    " Line/",
    // WeChat.
    "MicroMessenger/",
};

// Crawlers, monitors and lab tools that do not have "bot", "crawler" or "spider" in their names.
constexpr std::string_view kBotTokens[] = {
    "Slurp",
    "facebookexternalhit",
    "Chrome-Lighthouse",
    "PTST/",
    "GTmetrix",
    "Pingdom",
    "StatusCake",
    "Google-InspectionTool",
    "GoogleOther",
    "APIs-Google",
    "Mediapartners-Google",
    "BingPreview",
    "Google Page Speed",
    "PhantomJS",
    "Catchpoint",
    "Datadog/Synthetics",
    "DatadogSynthetics",
    "Site24x7",
    "Prerender",
};

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool IsLetter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

// `word`, in any case, and not as the beginning of a longer word: "Googlebot/2.1" and "YandexBot",
// not "Bottega".
bool ContainsWordEnd(std::string_view text, std::string_view word) {
  for (size_t at = 0; at + word.size() <= text.size(); ++at) {
    size_t i = 0;
    while (i < word.size() && std::tolower(static_cast<unsigned char>(text[at + i])) == word[i])
      ++i;
    if (i < word.size()) continue;
    const size_t end = at + word.size();
    if (end < text.size() && IsLetter(text[end])) continue;
    // A maker of phones.
    if (word == "bot" && at >= 2 && std::tolower(static_cast<unsigned char>(text[at - 2])) == 'c' &&
        std::tolower(static_cast<unsigned char>(text[at - 1])) == 'u') {
      continue;
    }
    return true;
  }
  return false;
}

bool IsBot(std::string_view header) {
  for (const std::string_view token : kBotTokens) {
    if (Contains(header, token)) return true;
  }
  return ContainsWordEnd(header, "bot") || ContainsWordEnd(header, "crawler") ||
         ContainsWordEnd(header, "spider");
}

// The digits behind `token`, three at most.
std::string MajorVersion(std::string_view header, std::string_view token) {
  size_t at = header.find(token) + token.size();
  std::string version;
  while (at < header.size() && version.size() < 3 && header[at] >= '0' && header[at] <= '9') {
    version += header[at++];
  }
  return version;
}

void FindBrowser(std::string_view header, UserAgent* agent) {
  for (const BrowserToken& candidate : kBrowsers) {
    if (!Contains(header, candidate.token)) continue;
    if (candidate.browser == "Safari" && !Contains(header, "Safari/")) continue;
    agent->browser = candidate.browser;
    agent->browser_version = MajorVersion(header, candidate.token);
    return;
  }
}

bool IsInApp(std::string_view header) {
  return std::any_of(std::begin(kInAppTokens), std::end(kInAppTokens),
                     [&](std::string_view token) { return Contains(header, token); });
}

std::string_view FindOs(std::string_view header, bool touch) {
  if (Contains(header, "Windows Phone")) return "other";
  if (Contains(header, "Windows")) return "Windows";
  if (Contains(header, "CrOS")) return "ChromeOS";
  if (Contains(header, "iPhone") || Contains(header, "iPad") || Contains(header, "iPod")) {
    return "iOS";
  }
  if (Contains(header, "Android")) return "Android";
  if (Contains(header, "Macintosh")) return touch ? "iOS" : "macOS";
  if (Contains(header, "Linux") || Contains(header, "X11")) return "Linux";
  return "other";
}

std::string_view FindDeviceType(std::string_view header, std::string_view os) {
  if (os == "iOS") {
    return Contains(header, "iPhone") || Contains(header, "iPod") ? "phone" : "tablet";
  }
  if (os == "Android") return Contains(header, "Mobile") ? "phone" : "tablet";
  if (Contains(header, "Windows Phone") || Contains(header, "Opera Mini")) return "phone";
  return "desktop";
}

}  // namespace

UserAgent ParseUserAgent(std::string_view header, uint32_t max_touch_points) {
  UserAgent agent;
  FindBrowser(header, &agent);
  agent.os = FindOs(header, max_touch_points > 1);
  agent.device_type = FindDeviceType(header, agent.os);
  agent.bot = IsBot(header);
  agent.in_app = IsInApp(header);
  agent.headless = Contains(header, "HeadlessChrome/");
  return agent;
}

}  // namespace paceline::ingest
