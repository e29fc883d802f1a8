#include "collector/api/static_files.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "collector/receive/http_text.h"

namespace paceline::api {
namespace {

namespace fs = std::filesystem;
using receive::HttpRequest;
using receive::HttpResponse;

constexpr int kOneYearSeconds = 31'536'000;

absl::string_view Absl(std::string_view text) { return {text.data(), text.size()}; }

// Only plain names: no way up, no hidden files, nothing another system might read as a separator.
bool IsSafePath(std::string_view path) {
  for (absl::string_view segment : absl::StrSplit(Absl(path), '/')) {
    if (absl::StartsWith(segment, ".")) return false;
    if (segment.find_first_of(absl::string_view("\\:\0", 3)) != absl::string_view::npos)
      return false;
  }
  return true;
}

// The file's place on disk, when it is one and, links followed, lies below the root.
std::optional<fs::path> FindFile(const fs::path& root, std::string_view path) {
  std::error_code error;
  const fs::path real_root = fs::canonical(root, error);
  if (error) return std::nullopt;
  const fs::path file = fs::canonical(real_root / std::string(path), error);
  if (error || !fs::is_regular_file(file, error)) return std::nullopt;
  const auto [end, unused] =
      std::mismatch(real_root.begin(), real_root.end(), file.begin(), file.end());
  if (end != real_root.end()) return std::nullopt;
  return file;
}

bool HasEnding(std::string_view path) {
  return path.substr(path.rfind('/') + 1).find('.') != std::string_view::npos;
}

std::optional<fs::path> Resolve(const StaticFilesOptions& options, std::string_view path) {
  if (std::optional<fs::path> file = FindFile(options.root, path)) return file;
  std::string trimmed(path);
  while (!trimmed.empty() && trimmed.back() == '/') trimmed.pop_back();
  const std::string index = trimmed.empty() ? "index.html" : absl::StrCat(trimmed, "/index.html");
  if (std::optional<fs::path> file = FindFile(options.root, index)) return file;
  if (HasEnding(path)) return std::nullopt;
  return FindFile(options.root, absl::StrCat(trimmed, ".html"));
}

// Whether an Accept-Encoding value takes `coding` (and does not say q=0).
bool Accepts(std::string_view accept_encoding, std::string_view coding) {
  for (absl::string_view item : absl::StrSplit(Absl(accept_encoding), ',')) {
    const std::vector<absl::string_view> parts = absl::StrSplit(item, ';');
    if (absl::StripAsciiWhitespace(parts[0]) != Absl(coding)) continue;
    if (parts.size() < 2) return true;
    const absl::string_view weight = absl::StripAsciiWhitespace(parts[1]);
    return weight.find_first_not_of("q=0. ") != absl::string_view::npos;
  }
  return false;
}

struct Variant {
  fs::path file;
  // Empty: as it is.
  std::string coding;
};

Variant ChooseVariant(const fs::path& file, std::string_view accept_encoding) {
  for (const auto& [coding, ending] : {std::pair("br", ".br"), std::pair("gzip", ".gz")}) {
    const fs::path compressed = file.string() + ending;
    std::error_code error;
    if (Accepts(accept_encoding, coding) && fs::is_regular_file(compressed, error)) {
      return {compressed, coding};
    }
  }
  return {file, ""};
}

std::string ETagOf(const Variant& variant, size_t size) {
  std::error_code error;
  const auto modified = fs::last_write_time(variant.file, error).time_since_epoch().count();
  return absl::StrCat("\"", absl::Hex(static_cast<uint64_t>(modified)), "-", absl::Hex(size),
                      variant.coding.empty() ? "" : "-", variant.coding, "\"");
}

bool MatchesETag(std::string_view if_none_match, std::string_view etag) {
  for (absl::string_view item : absl::StrSplit(Absl(if_none_match), ',')) {
    item = absl::StripAsciiWhitespace(item);
    if (absl::StartsWith(item, "W/")) item.remove_prefix(2);
    if (item == Absl(etag) || item == "*") return true;
  }
  return false;
}

}  // namespace

std::string_view ContentTypeOf(std::string_view path) {
  static constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      // Exactly this: with a charset, WebAssembly.instantiateStreaming refuses it.
      {".wasm", "application/wasm"},
      {".json", "application/json"},
      {".map", "application/json"},
      {".webmanifest", "application/manifest+json"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".jpg", "image/jpeg"},
      {".jpeg", "image/jpeg"},
      {".gif", "image/gif"},
      {".webp", "image/webp"},
      {".avif", "image/avif"},
      {".ico", "image/x-icon"},
      {".woff2", "font/woff2"},
      {".woff", "font/woff"},
      {".ttf", "font/ttf"},
      {".txt", "text/plain; charset=utf-8"},
      {".ts", "text/plain; charset=utf-8"},
      {".xml", "application/xml"},
      {".pdf", "application/pdf"},
      {".mp4", "video/mp4"},
  };
  for (const auto& [ending, type] : kTypes) {
    if (absl::EndsWithIgnoreCase(Absl(path), Absl(ending))) return type;
  }
  return "application/octet-stream";
}

bool HasHashedName(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const std::vector<absl::string_view> parts = absl::StrSplit(Absl(name), absl::ByAnyChar(".-"));
  // Not the first part: that is what the file is called.
  return std::any_of(parts.begin() + 1, parts.end(), [](absl::string_view part) {
    if (part.size() < 8) return false;
    const bool is_hex = std::all_of(part.begin(), part.end(), [](unsigned char c) {
      return absl::ascii_isdigit(c) || (c >= 'a' && c <= 'f');
    });
    const bool is_base32 = std::all_of(part.begin(), part.end(), [](unsigned char c) {
      return absl::ascii_isdigit(c) || absl::ascii_isupper(c);
    });
    return is_hex || is_base32;
  });
}

HttpResponse ServeStaticFile(const StaticFilesOptions& options, const HttpRequest& request) {
  const std::string_view path = std::string_view(request.path).substr(options.prefix.size());
  std::optional<fs::path> file;
  if (IsSafePath(path)) file = Resolve(options, path);
  if (!file.has_value()) {
    std::error_code error;
    const bool is_missing = !fs::is_directory(options.root, error);
    return receive::TextResponse(404, absl::StrCat("There is no file ", request.path, " here.",
                                                   is_missing && !options.hint.empty() ? " " : "",
                                                   is_missing ? options.hint : ""));
  }
  const Variant variant = ChooseVariant(*file, request.accept_encoding);
  std::ifstream stream(variant.file, std::ios::binary);
  if (!stream) return receive::TextResponse(500, "The file cannot be read.");

  HttpResponse response;
  response.body.assign(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
  response.content_type = ContentTypeOf(file->string());
  response.headers = options.headers;
  // Vite puts what is hashed, in base64, into assets/.
  const bool is_immutable = HasHashedName(path) || absl::StartsWith(Absl(path), "assets/");
  const std::string etag = ETagOf(variant, response.body.size());
  response.headers.emplace_back(
      "Cache-Control",
      is_immutable ? absl::StrCat("public, max-age=", kOneYearSeconds, ", immutable")
      : options.max_age_seconds > 0 ? absl::StrCat("public, max-age=", options.max_age_seconds)
                                    : "no-cache");
  response.headers.emplace_back("ETag", etag);
  response.headers.emplace_back("Vary", "Accept-Encoding");
  if (!variant.coding.empty()) response.headers.emplace_back("Content-Encoding", variant.coding);
  if (MatchesETag(request.if_none_match, etag)) {
    response.status = 304;
    response.content_type.clear();
    response.body.clear();
  }
  return response;
}

receive::Route StaticRoute(StaticFilesOptions options, receive::Door door) {
  receive::Route route;
  route.method = "GET";
  route.path = options.prefix + "*";
  route.door = door;
  // They hold no data, and a browser has to load the dashboard before anyone can type a token.
  route.needs_token = false;
  route.handler = [options = std::move(options)](const HttpRequest& request,
                                                 receive::Respond respond) {
    respond(ServeStaticFile(options, request));
  };
  return route;
}

}  // namespace paceline::api
