#include "collector/store/erase.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "collector/store/journey_reader.h"
#include "collector/store/keys.h"
#include "collector/store/retention.h"
#include "collector/store/session_erasure.h"
#include "collector/store/session_state.h"

namespace paceline::store {
namespace {

// More keys of a family than this are compacted as one range, not one by one.
constexpr size_t kMaxPointCompactions = 16;
constexpr std::string_view kUserTag = "userId";

struct SessionName {
  std::string site;
  std::string session_id;
  bool operator<(const SessionName& other) const {
    return std::tie(site, session_id) < std::tie(other.site, other.session_id);
  }
};

// Sessions in whose records with a commit in [from, to] `matches` finds something.
absl::StatusOr<std::set<SessionName>> FindSessions(
    const KeyValueReader& reader, uint64_t from_commit, uint64_t to_commit,
    const std::function<bool(const v1::JournalRecord&)>& matches) {
  std::set<SessionName> found;
  const absl::Status read = ForEachRecord(reader, from_commit, to_commit,
                                          [&](JourneyKey, const v1::JournalRecord& record) {
                                            if (matches(record)) {
                                              const BeaconId id = IdOf(record);
                                              found.insert({id.site, id.session_id});
                                            }
                                            return absl::OkStatus();
                                          });
  if (!read.ok()) return read;
  return found;
}

// Sessions that are stored, in which `matches` finds something: retention may have dropped their
// records.
absl::StatusOr<std::set<SessionName>> FindStoredSessions(
    const KeyValueReader& reader,
    const std::function<bool(const SessionName&, const SessionState&)>& matches) {
  std::set<SessionName> found;
  Facets facets;
  const std::string index = SessionIndexPrefix();
  const std::unique_ptr<Cursor> cursor = reader.NewCursor(Family::kSessions);
  for (cursor->Seek(index); cursor->valid() && IsSessionIndexKey(cursor->key()); cursor->Next()) {
    const std::string_view key = cursor->key().substr(index.size());
    const std::string_view site = key.substr(1, static_cast<unsigned char>(key.front()));
    const auto entry = DecodeSessionIndexKey(site, cursor->key());
    if (!entry) return absl::DataLossError("a session's key cannot be read");
    const auto session =
        ParseSession(cursor->value(), site, entry->session_id, entry->began_unix_ms, &facets);
    if (!session) return absl::DataLossError("a session cannot be read");
    SessionName name{std::string(site), entry->session_id};
    if (matches(name, *session)) found.insert(std::move(name));
  }
  if (!cursor->status().ok()) return cursor->status();
  return found;
}

// The user that the session's last records named; empty: none.
std::string UserOf(const SessionState& session) {
  if (session.rare == nullptr) return std::string();
  for (const v1::SessionTag& tag : session.rare->tags()) {
    if (tag.key() == kUserTag) return tag.value();
  }
  return std::string();
}

// The tag that names the record's user; empty: it has none.
template <typename Message>
std::string UserOf(const Message& message) {
  const auto text = [&](uint32_t ref) {
    const bool there = ref > 0 && ref <= static_cast<uint32_t>(message.strings_size());
    return there ? message.strings(static_cast<int>(ref) - 1) : std::string();
  };
  for (int i = 0; i + 1 < message.context().tag_refs_size(); i += 2) {
    if (text(message.context().tag_refs(i)) == kUserTag) {
      return text(message.context().tag_refs(i + 1));
    }
  }
  return std::string();
}

std::string UserOf(const v1::JournalRecord& record) {
  if (record.has_beacon()) return UserOf(record.beacon());
  if (record.has_entry_batch()) return UserOf(record.entry_batch());
  return std::string();
}

class Eraser {
 public:
  Eraser(KeyValue* disk, Committer* committer, ErasureList* list)
      : disk_(disk), committer_(committer), list_(list) {}

  absl::Status EraseOne(const SessionName& who, uint64_t at) {
    const Erasure erasure{
        Erasure::Kind::kSession, who.site,
        ErasureHash(list_->secret(), Erasure::Kind::kSession, who.site, who.session_id), at};
    list_->Add(erasure);
    sites_.insert(who.site);
    return committer_->Exclusively([&]() -> absl::Status {
      SessionErasure session(*disk_, who.site, who.session_id);
      const absl::StatusOr<bool> there = session.Collect();
      if (!there.ok()) return there.status();
      EraseReport ignored;
      return session.Write(disk_, erasure, &touched_, *there ? &report_ : &ignored);
    });
  }

  // All sessions in which `matches` finds something, in their records or as they are stored: those
  // up to now, and then those of records that waited meanwhile.
  absl::Status EraseMatching(
      const std::function<bool(const v1::JournalRecord&)>& matches,
      const std::function<bool(const SessionName&, const SessionState&)>& matches_stored,
      uint64_t at, const EraseProgress& progress) {
    uint64_t from = 1;
    for (int pass = 0; pass < 2; ++pass) {
      const uint64_t to = committer_->last_commit();
      auto found = FindSessions(*disk_->Snapshot(), from, to, matches);
      if (!found.ok()) return found.status();
      if (pass == 0) {
        auto stored = FindStoredSessions(*disk_->Snapshot(), matches_stored);
        if (!stored.ok()) return stored.status();
        found->merge(*stored);
      }
      uint64_t done = 0;
      for (const SessionName& who : *found) {
        if (const absl::Status erased = EraseOne(who, at); !erased.ok()) return erased;
        if (progress) progress(++done, found->size());
      }
      from = to + 1;
    }
    return absl::OkStatus();
  }

  // With what retention has dropped of `site`.
  absl::Status RewriteFiles(const std::string& site) {
    sites_.insert(site);
    return RewriteFiles();
  }

  absl::Status RewriteFiles() {
    std::vector<KeyRange> ranges;
    for (size_t i = 0; i < kFamilyCount; ++i) {
      const std::set<std::string>& keys = touched_[i];
      const auto family = static_cast<Family>(i);
      if (keys.size() > kMaxPointCompactions) {
        ranges.push_back({family, *keys.begin(), *keys.rbegin()});
      } else {
        for (const std::string& key : keys) ranges.push_back({family, key, key});
      }
    }
    if (const absl::Status added = AddDropped(&ranges); !added.ok()) return added;
    return ranges.empty() ? absl::OkStatus() : disk_->Compact(ranges);
  }

  EraseReport report() const { return report_; }

 private:
  // What retention has dropped of the sites may still lie in a file, unseen.
  absl::Status AddDropped(std::vector<KeyRange>* ranges) const {
    const auto dropped = ReadRetentionState(*disk_);
    if (!dropped.ok()) return dropped.status();
    if (sites_.empty()) return absl::OkStatus();
    if (const uint32_t day = dropped->journeys_from_day(); day > 0) {
      ranges->push_back({Family::kJourneys, EncodeJourneyKey({0, 0}), EncodeJourneyKey({day, 0})});
    }
    for (const std::string& site : sites_) {
      if (const uint64_t from = dropped->facts_from_unix_ms(); from > 0) {
        ranges->push_back({Family::kFacts, FactKeyPrefix(site, 0), FactKeyPrefix(site, from)});
      }
      if (const uint64_t from = dropped->sessions_from_unix_ms(); from > 0) {
        ranges->push_back(
            {Family::kSessions, SessionIndexKey(site, 0, ""), SessionIndexKey(site, from, "")});
      }
    }
    return absl::OkStatus();
  }

  KeyValue* disk_;
  Committer* committer_;
  ErasureList* list_;
  std::set<std::string> sites_;
  TouchedKeys touched_;
  EraseReport report_;
};

absl::Status NoteErasures(const std::vector<Erasure>& erasures, KeyValue* disk,
                          Committer* committer, ErasureList* list) {
  return committer->Exclusively([&] {
    Batch batch;
    for (const Erasure& erasure : erasures) {
      if (list->Add(erasure)) {
        batch.Put(Family::kMeta, ErasedKey(erasure), EncodeTime(erasure.erased_unix_ms));
      }
    }
    return batch.empty() ? absl::OkStatus() : disk->Write(batch, KeyValue::Durability::kSynced);
  });
}

}  // namespace

absl::StatusOr<EraseReport> Erase(const EraseRequest& request, KeyValue* disk, Committer* committer,
                                  ErasureList* list, const EraseProgress& progress) {
  const bool one = request.session_id.size() == kSessionIdBytes;
  if (request.site.empty() || one == !request.pseudonyms.empty()) {
    return absl::InvalidArgumentError("a site is needed, and a session or a user");
  }
  Eraser eraser(disk, committer, list);
  absl::Status erased;
  if (one) {
    erased = eraser.EraseOne({request.site, request.session_id}, request.now_unix_ms);
  } else {
    std::vector<Erasure> user;
    for (const std::string& pseudonym : request.pseudonyms) {
      user.push_back({Erasure::Kind::kUser, request.site,
                      ErasureHash(list->secret(), Erasure::Kind::kUser, request.site, pseudonym),
                      request.now_unix_ms});
    }
    const auto is_user = [&](const std::string& name) {
      return std::ranges::find(request.pseudonyms, name) != request.pseudonyms.end();
    };
    erased = NoteErasures(user, disk, committer, list);
    if (erased.ok()) {
      erased = eraser.EraseMatching(
          [&](const v1::JournalRecord& record) {
            return is_user(UserOf(record)) && IdOf(record).site == request.site;
          },
          [&](const SessionName& name, const SessionState& session) {
            return name.site == request.site && is_user(UserOf(session));
          },
          request.now_unix_ms, progress);
    }
  }
  if (erased.ok()) erased = eraser.RewriteFiles(request.site);
  if (!erased.ok()) return erased;
  return eraser.report();
}

absl::StatusOr<EraseReport> EraseAgain(const std::vector<Erasure>& erasures, uint64_t now_unix_ms,
                                       KeyValue* disk, Committer* committer, ErasureList* list) {
  Eraser eraser(disk, committer, list);
  absl::Status erased = NoteErasures(erasures, disk, committer, list);
  if (erased.ok() && !list->empty()) {
    erased = eraser.EraseMatching(
        [&](const v1::JournalRecord& record) {
          const BeaconId id = IdOf(record);
          const std::string user = UserOf(record);
          return list->IsErased(id.site, id.session_id) ||
                 (!user.empty() && record.received_unix_ms() <= list->UserErasedAt(id.site, user));
        },
        [&](const SessionName& name, const SessionState& session) {
          const std::string user = UserOf(session);
          return list->IsErased(name.site, name.session_id) ||
                 (!user.empty() && session.began_unix_ms <= list->UserErasedAt(name.site, user));
        },
        now_unix_ms, nullptr);
  }
  if (erased.ok()) erased = eraser.RewriteFiles();
  if (!erased.ok()) return erased;
  return eraser.report();
}

}  // namespace paceline::store
