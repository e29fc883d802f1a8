#include "collector/store/session_cache.h"

#include <utility>

namespace paceline::store {
namespace {

// What a session takes of memory, roughly.
size_t BytesOf(const CachedSession& session) {
  constexpr size_t kFact = sizeof(HeldFact) + 256;
  size_t bytes =
      sizeof(CachedSession) + 256 + session.state.records.capacity() * sizeof(RecordEntry);
  for (const PageViewEntry& view : session.state.page_views) {
    bytes += sizeof(view) + (view.held != nullptr ? kFact : 0);
  }
  // A message takes about three times its bytes; measuring what it takes costs more than a fold.
  if (session.state.rare != nullptr) bytes += 3 * session.state.rare->ByteSizeLong();
  return bytes;
}

}  // namespace

CachedSession* SessionCache::Find(std::string_view key) const {
  const auto found = sessions_.find(absl::string_view(key.data(), key.size()));
  return found == sessions_.end() ? nullptr : found->second.get();
}

CachedSession* SessionCache::Add(std::string key, SessionState state) {
  auto added = std::make_unique<CachedSession>();
  CachedSession* session = added.get();
  session->state = std::move(state);
  session->key = key;
  session->place = by_use_.insert(by_use_.begin(), session);
  sessions_[std::move(key)] = std::move(added);
  return session;
}

void SessionCache::Touch(CachedSession* session) {
  const size_t bytes = BytesOf(*session);
  bytes_ += bytes - session->bytes;
  session->bytes = bytes;
  by_use_.splice(by_use_.begin(), by_use_, session->place);
}

void SessionCache::Clear() {
  by_use_.clear();
  sessions_.clear();
  bytes_ = 0;
}

void SessionCache::Trim(uint64_t done_flush) {
  auto at = by_use_.end();
  while (bytes_ > kMaxBytes && at != by_use_.begin()) {
    CachedSession* session = *--at;
    if (session->dirty || session->flush_number > done_flush) continue;
    bytes_ -= session->bytes;
    at = by_use_.erase(at);
    const std::string key = std::move(session->key);
    sessions_.erase(key);
  }
}

}  // namespace paceline::store
