#include "collector/commands/install.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "collector/config/address.h"
#include "collector/config/settings_table.h"

namespace paceline::commands {
namespace {

constexpr char kUsualPublicAddress[] = "127.0.0.1:8081";

// A host name or literal: what may stand in a configuration file without being escaped.
bool IsPlainHost(std::string_view host) {
  return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '-' || c == ':';
  });
}

// The base64 of the agent's hash, for `integrity`; empty when the agent is not there.
std::string IntegrityOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return {};
  const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  std::array<unsigned char, crypto_hash_sha512_BYTES> hash;
  crypto_hash_sha512(hash.data(), reinterpret_cast<const unsigned char*>(bytes.data()),
                     bytes.size());
  return absl::StrCat("sha512-", absl::Base64Escape(absl::string_view(
                                     reinterpret_cast<const char*>(hash.data()), hash.size())));
}

struct Plan {
  WebAddress site;
  WebAddress endpoint;
  std::string key;
  bool first_party = false;
  // Where the proxy finds the collector.
  std::string upstream;
};

std::string SettingsPart(const Plan& plan, const config::Settings& settings) {
  const auto site = std::find_if(settings.sites.begin(), settings.sites.end(),
                                 [&](const config::Site& one) { return one.key == plan.key; });
  const bool known = site != settings.sites.end();
  const bool allowed =
      known && (site->origins.empty() || std::find(site->origins.begin(), site->origins.end(),
                                                   plan.site.origin) != site->origins.end());
  const bool knows_proxy = !settings.trusted_proxies.empty();
  if (allowed && knows_proxy && !settings.public_http.empty()) {
    return absl::StrCat("1. The collector's settings know \"", plan.key, "\" and ",
                        plan.site.origin, ". Nothing to do.\n\n");
  }
  std::string text = absl::StrCat(
      "1. The collector's settings (paceline.yaml) need:\n\n   public_http: ", plan.upstream,
      knows_proxy ? "" : "\n   trusted_proxies: [127.0.0.1] # or where the proxy is",
      "\n   sites:\n     - key: ", plan.key, "\n       origins: [", plan.site.origin, "]\n\n");
  if (!knows_proxy) {
    absl::StrAppend(
        &text,
        "   Only proxies in trusted_proxies are believed whom they forward: without it, all "
        "visitors\n   have the proxy's address, so one limit for all, and no country.\n\n");
  }
  if (known && !allowed) {
    absl::StrAppend(&text, "   They know \"", plan.key, "\", but not this origin: beacons of ",
                    plan.site.origin, " would be refused with 403.\n\n");
  }
  return text;
}

std::string TagPart(const Plan& plan, const std::string& integrity) {
  const std::string src = absl::StrCat(plan.first_party ? "" : plan.endpoint.origin,
                                       plan.endpoint.path, "agent/paceline.js");
  // By default, the agent sends to the origin that it came from.
  const std::string base = plan.endpoint.path.substr(0, plan.endpoint.path.size() - 1);
  const std::string endpoint =
      base.empty() ? "" : absl::StrCat(" data-endpoint=\"", plan.endpoint.origin, base, "\"");
  std::string text = absl::StrCat(
      "2. In the <head> of each page, before other scripts:\n\n   <script async src=\"", src,
      "\" data-site=\"", plan.key, "\"", endpoint, "></script>\n\n",
      "   It has no integrity attribute: paceline.js is cached for five minutes and comes anew "
      "with\n"
      "   each version of the collector, and a hash of today's file would switch the agent off\n"
      "   then. What it loads later has its hash in its name.\n");
  if (!integrity.empty()) {
    absl::StrAppend(&text,
                    "   Where a policy demands one, change it together with the collector:\n   "
                    "integrity=\"",
                    integrity, "\"", plan.first_party ? "" : " crossorigin=\"anonymous\"", "\n");
  }
  return text + "\n";
}

std::string PolicyPart(const Plan& plan) {
  const std::string source = plan.first_party ? "'self'" : plan.endpoint.origin;
  return absl::StrCat(
      "3. A Content-Security-Policy, if the site has one, has to allow:\n\n   script-src ", source,
      " 'wasm-unsafe-eval';\n   connect-src ", source,
      ";\n\n"
      "   Without 'wasm-unsafe-eval' (which allows WebAssembly, not eval) vitals still arrive: "
      "the\n"
      "   collector computes them from what the page sends.\n\n");
}

// One location of nginx.
std::string Location(const std::string& path, const Plan& plan, const std::string& indent) {
  return absl::StrCat(
      indent, "location ", path, " {\n", indent, "  proxy_pass http://", plan.upstream,
      plan.endpoint.path == "/" ? "" : absl::StrCat("/", path.substr(plan.endpoint.path.size())),
      ";\n", indent, "  proxy_http_version 1.1;\n", indent, "  proxy_set_header Host $host;\n",
      indent, "  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n", indent,
      "  client_max_body_size 256k;\n", indent, "}\n");
}

std::string ProxyPart(const Plan& plan) {
  const std::string base = plan.endpoint.path;
  const std::string host = plan.endpoint.host;
  const std::string locations =
      absl::StrCat(Location(base + "agent/", plan, "     "), Location(base + "v1/", plan, "     "));
  std::string text = "4. The reverse proxy hands on two paths, and nothing else:\n\n   nginx:\n\n";
  if (plan.first_party) {
    absl::StrAppend(&text, "   # in the server { } of ", host, "\n", locations);
  } else {
    absl::StrAppend(&text, "   server {\n     listen 443 ssl;\n     server_name ", host,
                    ";\n     ssl_certificate /etc/letsencrypt/live/", host,
                    "/fullchain.pem;\n     ssl_certificate_key /etc/letsencrypt/live/", host,
                    "/privkey.pem;\n", locations,
                    "     location / {\n       return 404;\n     }\n   }\n");
  }
  const std::string strip =
      base == "/" ? ""
                  : absl::StrCat("     uri strip_prefix ", base.substr(0, base.size() - 1), "\n");
  absl::StrAppend(
      &text, "\n   Caddy, which gets its certificates and names the visitor by itself:\n\n   ",
      host, " {\n     @paceline path ", base, "agent/* ", base, "v1/*\n     handle @paceline {\n",
      strip.empty() ? "" : "  " + strip, "       reverse_proxy ", plan.upstream, "\n     }\n");
  if (!plan.first_party) absl::StrAppend(&text, "     respond 404\n");
  return text + "   }\n\n";
}

std::string CheckPart(const Plan& plan) {
  return absl::StrCat("5. See whether it works:\n\n   paceline doctor ", plan.site.origin,
                      plan.site.path, "\n");
}

absl::StatusOr<Plan> MakePlan(const InstallOptions& options, const config::Settings& settings) {
  Plan plan;
  absl::StatusOr<WebAddress> site = ParseWebAddress(options.site_url);
  if (!site.ok())
    return absl::InvalidArgumentError(absl::StrCat("--site: ", site.status().message()));
  plan.site = *std::move(site);
  plan.endpoint = plan.site;
  // Not a literal: GCC 12 warns of the assignment (bug 105651).
  plan.endpoint.path = std::string(1, '/');
  if (!options.endpoint.empty()) {
    absl::StatusOr<WebAddress> endpoint = ParseWebAddress(options.endpoint);
    if (!endpoint.ok()) {
      return absl::InvalidArgumentError(absl::StrCat("--endpoint: ", endpoint.status().message()));
    }
    plan.endpoint = *std::move(endpoint);
    if (!absl::EndsWith(plan.endpoint.path, "/")) plan.endpoint.path += "/";
  }
  plan.first_party = plan.endpoint.origin == plan.site.origin;
  if (plan.site.scheme == "https" && plan.endpoint.scheme == "http") {
    return absl::InvalidArgumentError(absl::StrCat(
        "--endpoint: ", plan.endpoint.origin,
        " is not encrypted, and browsers block it on a page of https; give it a certificate"));
  }
  if (config::IsLoopbackHost(plan.endpoint.host) && !config::IsLoopbackHost(plan.site.host)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--endpoint: ", plan.endpoint.origin,
                     " is this machine, which visitors cannot reach; name the address of the "
                     "reverse proxy before it"));
  }
  plan.key = options.key.empty() ? KeyOfHost(plan.site.host) : options.key;
  if (absl::Status status = config::CheckSite({plan.key, {}}); !status.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("--key: ", status.message()));
  }
  plan.upstream = settings.public_http.empty() ? kUsualPublicAddress : settings.public_http;
  return plan;
}

}  // namespace

absl::StatusOr<WebAddress> ParseWebAddress(std::string_view text) {
  const absl::string_view whole(text.data(), text.size());
  WebAddress address;
  absl::string_view rest = whole;
  for (const char* scheme : {"https", "http"}) {
    if (absl::StartsWithIgnoreCase(whole, absl::StrCat(scheme, "://"))) {
      address.scheme = scheme;
      rest.remove_prefix(address.scheme.size() + 3);
      break;
    }
  }
  const size_t end = std::min(rest.find_first_of("/?#"), rest.size());
  std::string authority = absl::AsciiStrToLower(rest.substr(0, end));
  const std::string default_port = address.scheme == "https" ? ":443" : ":80";
  if (absl::EndsWith(authority, default_port))
    authority.resize(authority.size() - default_port.size());
  const size_t colon =
      authority.find(':', authority.rfind(']') == std::string::npos ? 0 : authority.rfind(']'));
  address.host = absl::StrReplaceAll(authority.substr(0, colon), {{"[", ""}, {"]", ""}});
  const std::string port = colon == std::string::npos ? "" : authority.substr(colon + 1);
  const bool is_port = colon == std::string::npos ||
                       (!port.empty() && port.size() <= 5 &&
                        std::all_of(port.begin(), port.end(),
                                    [](unsigned char c) { return absl::ascii_isdigit(c); }));
  if (address.scheme.empty() || !IsPlainHost(address.host) || !is_port) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", whole, "' is not a web address; https://academy.example is right"));
  }
  address.origin = absl::StrCat(address.scheme, "://", authority);
  const absl::string_view path =
      rest.substr(end, std::min(rest.find_first_of("?#", end), rest.size()) - end);
  address.path = path.empty() ? "/" : std::string(path);
  const bool is_plain_path =
      std::all_of(address.path.begin(), address.path.end(), [](unsigned char c) {
        return absl::ascii_isalnum(c) || absl::StrContains("/-_.~%+:@!,", static_cast<char>(c));
      });
  if (!is_plain_path) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", whole, "' has a path with characters that have to be written as %XX"));
  }
  return address;
}

std::string KeyOfHost(std::string_view host) {
  const std::vector<std::string> labels =
      absl::StrSplit(absl::string_view(host.data(), host.size()), '.');
  const bool is_literal = host.find(':') != std::string_view::npos ||
                          std::all_of(host.begin(), host.end(), [](unsigned char c) {
                            return absl::ascii_isdigit(c) || c == '.';
                          });
  if (is_literal) return "mysite";
  const size_t first = labels.size() > 2 && labels[0] == "www" ? 1 : 0;
  return labels[first];
}

absl::StatusOr<std::string> InstallText(const InstallOptions& options,
                                        const config::Settings& settings) {
  const absl::StatusOr<Plan> plan = MakePlan(options, settings);
  if (!plan.ok()) return plan.status();
  return absl::StrCat(SettingsPart(*plan, settings),
                      TagPart(*plan, IntegrityOf(settings.agent_dir + "/paceline.js")),
                      PolicyPart(*plan), ProxyPart(*plan), CheckPart(*plan));
}

int RunInstall(const InstallOptions& options, const config::Settings& settings) {
  const absl::StatusOr<std::string> text = InstallText(options, settings);
  if (!text.ok()) {
    std::fprintf(stderr, "error: %s\n", std::string(text.status().message()).c_str());
    return 2;
  }
  std::fwrite(text->data(), 1, text->size(), stdout);
  return 0;
}

}  // namespace paceline::commands
