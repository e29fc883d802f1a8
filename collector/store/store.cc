#include "collector/store/store.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <limits>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "collector/store/committer.h"
#include "collector/store/erase.h"
#include "collector/store/journey_reader.h"
#include "collector/store/keys.h"
#include "collector/store/losses.h"
#include "collector/store/meta_copies.h"
#include "collector/store/opening.h"
#include "collector/store/quality.h"
#include "collector/store/rebuild.h"
#include "collector/store/reopening.h"
#include "collector/store/retention.h"
#include "collector/store/rocks_key_value.h"
#include "collector/store/rocks_salvage.h"
#include "collector/store/rocks_space.h"
#include "collector/store/scratch_store.h"
#include "collector/store/verify.h"
#include "collector/store/views.h"

namespace paceline::store {
namespace {

constexpr char kReadOnly[] = "the store is open for reading only";
constexpr char kNoRoom[] = "the disk is nearly full: less than store.min_free_bytes is free";

}  // namespace

class Store::Impl {
 public:
  // Opens the directory and folds what was not flushed. For writing, after damage, with what can be
  // read of it. `suspect`: damage was met while it was open.
  static absl::StatusOr<std::shared_ptr<Impl>> Open(const Options& options, bool suspect);

  Impl(Options options, std::unique_ptr<RocksKeyValue> disk, uint64_t complete_to_commit,
       std::string secret)
      : options_(std::move(options)),
        disk_(std::move(disk)),
        erasures_(std::move(secret)),
        views_(disk_.get(), disk_.get(), complete_to_commit) {}

  // Folds what was stored, but not yet flushed, when the directory was last open.
  absl::Status Recover() {
    if (const absl::Status loaded = erasures_.Load(*disk_); !loaded.ok()) return loaded;
    if (const absl::Status loaded = views_.Load(); !loaded.ok()) return loaded;
    auto losses = ReadLosses(*disk_);
    if (!losses.ok()) return losses.status();
    losses_ = *std::move(losses);
    const absl::StatusOr<uint64_t> last = LastCommit(*disk_);
    if (!last.ok()) return last.status();
    // The last records may be gone, by retention; their numbers are not used again.
    last_commit_ = std::max(*last, views_.complete_to_commit());
    const absl::Status folded = ForEachRecordBytes(
        *disk_, views_.complete_to_commit() + 1, std::numeric_limits<uint64_t>::max(),
        [&](JourneyKey key, std::string_view record) -> absl::Status {
          const absl::Status one = views_.Fold(key, record, false, nullptr);
          if (!one.ok()) return one;
          ++refolded_;
          return views_.IsFull() && !options_.read_only
                     ? views_.Flush(disk_.get(), Views::Cells::kWhenDue)
                     : absl::OkStatus();
        });
    if (options_.read_only && absl::IsDataLoss(folded)) return SayNotFolded(folded);
    if (!folded.ok() || options_.read_only) return folded;
    return views_.Flush(disk_.get(), Views::Cells::kWhenDue);
  }

  void StartCommitter() {
    committer_.emplace(Committer::Options{
        disk_.get(), &views_, last_commit_, options_.max_queued_records, options_.flush_interval_ms,
        options_.on_stored, options_.wants_stored, options_.on_failure,
        [this](const BeaconId& id) { return erasures_.IsErased(id.site, id.session_id); }});
  }

  Committer* committer() { return committer_ ? &*committer_ : nullptr; }
  const Committer* committer() const { return committer_ ? &*committer_ : nullptr; }
  // With everything that was answered as stored before.
  const Views& views() const {
    if (committer_) committer_->WaitUntilFolded();
    return views_;
  }
  RocksKeyValue& disk() const { return *disk_; }
  ErasureList& erasures() { return erasures_; }
  const std::string& secret() const { return erasures_.secret(); }
  const std::vector<v1::Loss>& losses() const { return losses_; }
  uint64_t complete_to_commit() const { return views_.complete_to_commit(); }
  uint64_t last_commit() const { return last_commit_; }
  uint64_t refolded() const { return refolded_; }

 private:
  // Tables are looked at when `suspect_tables`, and views are made anew when something is said of
  // them. DataLoss: more is damaged.
  static absl::StatusOr<std::shared_ptr<Impl>> TryOpen(const Options& options, bool suspect_tables,
                                                       const absl::Status& views);

  // What is on disk can be read all the same.
  absl::Status SayNotFolded(const absl::Status& why) const {
    if (options_.on_damage) {
      options_.on_damage(
          {absl::StrCat("what was stored last is not in what is read until views are "
                        "made anew: ",
                        std::string(why.message()))},
          {});
    }
    return absl::OkStatus();
  }

  const Options options_;
  const std::unique_ptr<RocksKeyValue> disk_;
  ErasureList erasures_;
  std::vector<v1::Loss> losses_;
  Views views_;
  // When the store was opened.
  uint64_t last_commit_ = 0;
  uint64_t refolded_ = 0;
  // Absent when read-only. Last, so that its thread ends first.
  std::optional<Committer> committer_;
};

absl::StatusOr<std::shared_ptr<Store::Impl>> Store::Impl::Open(const Options& options,
                                                               bool suspect) {
  if (!suspect || options.read_only) {
    auto impl = TryOpen(options, false, absl::OkStatus());
    if (!absl::IsDataLoss(impl.status()) || options.read_only) return impl;
  }
  auto impl = TryOpen(options, true, absl::OkStatus());
  // All that is there can be read, and views are not what was written: a disk has lost what it had
  // said it had written.
  return absl::IsDataLoss(impl.status()) ? TryOpen(options, true, impl.status()) : impl;
}

absl::StatusOr<std::shared_ptr<Store::Impl>> Store::Impl::TryOpen(const Options& options,
                                                                  bool suspect_tables,
                                                                  const absl::Status& views) {
  OpenedDisk opened;
  if (options.read_only) {
    auto disk = RocksKeyValue::Open({options.data_dir, true, options.env});
    if (!disk.ok()) return disk.status();
    opened.disk = *std::move(disk);
  } else {
    auto salvaged = OpenOrSalvage({options.data_dir, false, options.env}, suspect_tables);
    if (!salvaged.ok()) return salvaged.status();
    opened = *std::move(salvaged);
    // Of a rebuild that was interrupted.
    std::error_code ignored;
    std::filesystem::remove_all(RebuildDirectory(options.data_dir), ignored);
  }
  absl::Status whole;
  if (!opened.damage.empty()) whole = RestoreFromCopies(opened.disk.get());
  absl::StatusOr<uint64_t> complete =
      whole.ok() ? ReadOrUpgradeState(options.data_dir, opened.disk.get(), options.read_only)
                 : absl::StatusOr<uint64_t>(whole);
  if (!views.ok()) {
    opened.damage.push_back(absl::StrCat("views do not fit the journeys and are made anew: ",
                                         std::string(views.message())));
  }
  if (complete.ok() && !opened.damage.empty()) {
    complete = AfterDamage(options.data_dir, opened.disk.get(), *complete, !views.ok(),
                           options.on_damage, opened.damage);
  }
  if (!complete.ok()) return complete.status();
  absl::StatusOr<std::string> secret = ReadOrMakeSecret(opened.disk.get(), options.read_only);
  if (!secret.ok()) return secret.status();
  if (!options.read_only) {
    if (whole = CompleteCopies(opened.disk.get()); !whole.ok()) return whole;
    EndMending(options.data_dir);
  }
  auto impl = std::make_shared<Impl>(options, std::move(opened.disk), *complete, *secret);
  const absl::Status recovered = impl->Recover();
  if (!recovered.ok()) return recovered;
  if (!options.read_only) impl->StartCommitter();
  return impl;
}

std::shared_ptr<Store::Impl> Store::Opened::operator->() const { return reopening->Pin(); }

Store::Store() = default;
Store::~Store() = default;

absl::StatusOr<std::unique_ptr<Store>> Store::Open(Options options) {
  std::unique_ptr<Store> store(new Store);
  Options own = options;
  own.on_failure = [&options = store->options_, &handle = store->impl_](const absl::Status& why) {
    if (options.on_failure) options.on_failure(why);
    handle.reopening->Fail(why);
  };
  store->options_ = options;
  Reopening<Impl>::Options how;
  how.open = [own](bool read_only, bool suspect) {
    Options again = own;
    again.read_only = read_only;
    return Impl::Open(again, suspect);
  };
  how.has_room = [options, free = &store->free_bytes_] {
    *free = FreeBytes(options.data_dir, options.env);
    return *free >= options.min_free_bytes;
  };
  how.on_reopened = [options](const absl::Status& status) {
    if (options.on_reopened) options.on_reopened(status);
  };
  store->impl_.reopening = std::make_unique<Reopening<Impl>>(std::move(how));
  auto first = Impl::Open(own, false);
  absl::Status no_room;
  if (absl::IsResourceExhausted(first.status()) && options.starts_without_room) {
    no_room = first.status();
    Options reading = own;
    reading.read_only = true;
    first = Impl::Open(reading, false);
    // Of a first start that ended before there was a secret, nothing can be served.
    if (!first.ok() || (*first)->secret().empty()) return no_room;
  }
  if (!first.ok()) return first.status();
  store->secret_ = (*first)->secret();
  store->impl_.reopening->Start(*std::move(first));
  if (!no_room.ok()) own.on_failure(no_room);
  return store;
}

BeaconId IdOf(const v1::JournalRecord& record) {
  if (record.has_beacon()) {
    const v1::Beacon& beacon = record.beacon();
    return {beacon.site(), beacon.session_id(), beacon.document_id(), beacon.sequence()};
  }
  if (record.has_external_conversion()) {
    const v1::ExternalConversion& conversion = record.external_conversion();
    return {conversion.site(), conversion.session_id(), conversion.document_id(), 0, true};
  }
  const v1::EntryBatch& batch = record.entry_batch();
  return {batch.site(), batch.session_id(), batch.document_id(), batch.sequence()};
}

NewRecord ToNewRecord(const v1::JournalRecord& record) {
  return {IdOf(record), record.received_unix_ms(), record.content_hash(),
          record.SerializeAsString()};
}

void Store::Append(NewRecord record, AppendCallback done) {
  if (!impl_.reopening->has_room()) {
    return done({AppendOutcome::kUnavailable, absl::ResourceExhaustedError(kNoRoom)});
  }
  const std::shared_ptr<Impl> impl = impl_.reopening->Pin();
  Committer* committer = impl->committer();
  if (committer == nullptr) {
    return done({AppendOutcome::kUnavailable, absl::FailedPreconditionError(kReadOnly)});
  }
  committer->Append(std::move(record), std::move(done));
}

absl::Status Store::FlushViews() {
  const std::shared_ptr<Impl> impl = impl_.reopening->Pin();
  Committer* committer = impl->committer();
  return committer == nullptr ? absl::OkStatus() : committer->FlushViews();
}

const std::string& Store::Secret() const { return secret_; }

absl::StatusOr<VerifyReport> Store::Verify(const std::function<void(uint64_t)>& progress,
                                           const TimeRange& range) const {
  const std::shared_ptr<Impl> impl = impl_.reopening->Pin();
  const std::unique_ptr<KeyValueReader> snapshot = impl->disk().Snapshot();
  auto scratch = ScratchStore::Make();
  if (!scratch.ok()) return scratch.status();
  return VerifyViews(*snapshot, (*scratch)->key_value(), progress, range);
}

absl::StatusOr<RebuildReport> Store::Rebuild(const RebuildProgress& progress) {
  const std::shared_ptr<Impl> impl = impl_.reopening->Pin();
  if (impl->committer() == nullptr) return absl::FailedPreconditionError(kReadOnly);
  const std::lock_guard lock(maintenance_);
  return RebuildViews(options_.data_dir, &impl->disk(), impl->committer(), progress);
}

absl::Status Store::ReadRollups(std::string_view site, Resolution resolution, uint64_t from_unix_ms,
                                uint64_t to_unix_ms, std::string_view dimension,
                                const std::optional<std::string>& value,
                                const std::function<void(const RollupRow&)>& visit) const {
  return impl_->views().ReadRollups(site, resolution, from_unix_ms, to_unix_ms, dimension, value,
                                    visit);
}

absl::Status Store::ReadSessions(std::string_view site, uint64_t from_unix_ms, uint64_t to_unix_ms,
                                 const std::function<bool(const v1::SessionRecord&)>& visit) const {
  return impl_->views().ReadSessions(site, from_unix_ms, to_unix_ms, visit);
}

absl::StatusOr<v1::SessionRecord> Store::ReadSession(std::string_view site,
                                                     std::string_view session_id) const {
  auto session = impl_->views().ReadSession(site, session_id);
  if (!session.ok()) return session.status();
  if (!session->has_value()) return absl::NotFoundError("the site has no such session");
  return **std::move(session);
}

absl::StatusOr<v1::SessionRecord> Store::FindExternal(std::string_view site,
                                                      std::string_view external_id) const {
  const auto session_id = impl_->views().ReadExternalId(site, external_id);
  if (!session_id.ok()) return session_id.status();
  if (!session_id->has_value()) return absl::NotFoundError("the site has no such conversion");
  return ReadSession(site, **session_id);
}

absl::StatusOr<std::vector<v1::PageViewFact>> Store::ReadFacts(
    const v1::SessionRecord& session) const {
  return impl_->views().ReadFacts(session);
}

absl::StatusOr<std::vector<v1::JournalRecord>> Store::ReadJourney(
    const v1::SessionRecord& session) const {
  std::vector<v1::JournalRecord> records;
  for (const auto& ref : session.records()) {
    const auto bytes =
        impl_->disk().Get(Family::kJourneys, EncodeJourneyKey({ref.day(), ref.commit()}));
    if (!bytes.ok()) return bytes.status();
    // Retention has dropped it, it was just erased, or it is among the losses.
    if (!bytes->has_value() || (*bytes)->empty()) continue;
    if (!records.emplace_back().ParseFromString(**bytes)) {
      return absl::DataLossError(absl::StrCat("record ", ref.commit(), " cannot be read"));
    }
  }
  return records;
}

absl::StatusOr<QualityDays> Store::ReadQuality(std::string_view site, uint32_t first_day,
                                               uint32_t last_day) const {
  return store::ReadQuality(impl_->disk(), site, first_day, last_day);
}

absl::Status Store::WriteQuality(std::string_view site, const QualityDays& days, bool is_synced) {
  const std::shared_ptr<Impl> impl = impl_.reopening->Pin();
  if (impl->committer() == nullptr) return absl::FailedPreconditionError(kReadOnly);
  using Durability = KeyValue::Durability;
  return store::WriteQuality(site, days, is_synced ? Durability::kSynced : Durability::kBuffered,
                             &impl->disk());
}

absl::StatusOr<BackupInfo> Store::BackUp(const std::string& dir, uint32_t keep,
                                         const BackupProgress& progress) {
  const std::shared_ptr<Impl> impl = impl_.reopening->Pin();
  const absl::StatusOr<BackupInfo> made = impl->disk().BackUp(dir, keep, progress);
  if (!made.ok()) return made;
  const absl::Status listed = MergeIntoErasureFile(ErasureFileIn(dir), impl->erasures().All());
  if (!listed.ok()) return listed;
  return made;
}

absl::StatusOr<EraseReport> Store::Erase(const EraseRequest& request,
                                         const EraseProgress& progress) {
  const std::shared_ptr<Impl> impl = impl_.reopening->Pin();
  if (impl->committer() == nullptr) return absl::FailedPreconditionError(kReadOnly);
  const std::lock_guard lock(maintenance_);
  auto report =
      store::Erase(request, &impl->disk(), impl->committer(), &impl->erasures(), progress);
  if (!report.ok()) return report;
  const absl::Status removed = RemoveSetAside(options_.data_dir);
  if (!removed.ok()) return removed;
  return report;
}

absl::StatusOr<EraseReport> Store::EraseAgain(const std::vector<Erasure>& erasures,
                                              uint64_t now_unix_ms) {
  const std::shared_ptr<Impl> impl = impl_.reopening->Pin();
  if (impl->committer() == nullptr) return absl::FailedPreconditionError(kReadOnly);
  return store::EraseAgain(erasures, now_unix_ms, &impl->disk(), impl->committer(),
                           &impl->erasures());
}

absl::StatusOr<RetentionReport> Store::ApplyRetention(const Retention& retention,
                                                      uint64_t now_unix_ms) {
  const std::shared_ptr<Impl> impl = impl_.reopening->Pin();
  if (impl->committer() == nullptr) return absl::FailedPreconditionError(kReadOnly);
  const std::lock_guard lock(maintenance_);
  return store::ApplyRetention(retention, now_unix_ms, &impl->disk(), impl->committer());
}

Store::Stats Store::GetStats() const {
  const std::shared_ptr<Impl> impl = impl_.reopening->Pin();
  const Committer* committer = impl->committer();
  Stats stats;
  stats.last_commit = committer == nullptr ? impl->last_commit() : committer->last_commit();
  stats.complete_to_commit = impl->complete_to_commit();
  stats.queued_records = committer == nullptr ? 0 : committer->queued_records();
  stats.records_refolded_at_start = impl->refolded();
  stats.failure = impl_.reopening->failure();
  if (stats.failure.ok() && !impl_.reopening->has_room()) {
    stats.failure = absl::ResourceExhaustedError(kNoRoom);
  }
  stats.reopened = impl_.reopening->reopened();
  stats.free_bytes = free_bytes_;
  stats.losses = impl->losses();
  return stats;
}

}  // namespace paceline::store
