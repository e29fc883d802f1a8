// What the collector can be told, and what it does when it is told nothing. The table that gives
// these fields their names, defaults and help is settings_table.cc.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "collector/config/site_settings.h"

namespace paceline::config {

// What those sign with that tell of conversions. Empty: not told.
struct WebhookSecrets {
  std::string stripe;
  std::string calendly;
  std::string woocommerce;
};

// A site that may send.
struct Site {
  // data-site of the script tag.
  std::string key;
  // Origins ("https://academy.example") its beacons may come from. Empty: any.
  std::vector<std::string> origins;
  WebhookSecrets webhooks = {};
  std::vector<SiteJourney> journeys = {};
  // The first group with a page that fits wins. What fits none is grouped by its address.
  std::vector<SitePageGroup> page_groups = {};
  // Empty: DefaultStages.
  std::vector<SiteStage> stages = {};
  std::vector<SiteConversion> conversions = {};
  // Hosts whose links get the session's reference.
  std::vector<std::string> checkout_hosts = {};
  SiteBudgets budgets = {};
};

struct Settings {
  std::string http;
  std::string public_http;
  std::string grpc;
  std::string data_dir;
  std::string auth_token;
  std::string conversions_token;
  std::vector<std::string> allowed_hosts;
  std::vector<std::string> trusted_proxies;
  std::string geo_database;
  // "visitor" or "bot".
  std::string headless_chrome;
  std::vector<Site> sites;

  std::string agent_dir;
  std::string dashboard_dir;
  std::string site_http;
  std::string checkout_http;
  std::string academy_dir;
  std::string checkout_dir;

  std::string log_level;

  uint64_t io_threads = 0;
  uint64_t max_connections = 0;
  uint64_t max_connections_per_address = 0;
  uint64_t address_per_second = 0;
  uint64_t site_per_second = 0;
  uint64_t body_memory_bytes = 0;
  uint64_t max_body_bytes = 0;
  uint64_t header_timeout_ms = 0;
  uint64_t body_timeout_ms = 0;
  uint64_t idle_timeout_ms = 0;
  uint64_t stop_timeout_ms = 0;
  uint64_t flush_interval_ms = 0;
  uint64_t max_queued_records = 0;
  uint64_t min_free_bytes = 0;
  uint64_t keep_journeys_days = 0;
  uint64_t keep_facts_days = 0;
  uint64_t keep_sessions_days = 0;
  uint64_t keep_minutes_days = 0;
  uint64_t keep_hours_days = 0;
  uint64_t keep_days_days = 0;
};

}  // namespace paceline::config
