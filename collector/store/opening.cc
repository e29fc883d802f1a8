#include "collector/store/opening.h"

#include <sys/random.h>

#include <chrono>
#include <optional>

#include "absl/strings/str_cat.h"
#include "collector/store/keys.h"
#include "collector/store/losses.h"
#include "collector/store/rebuild.h"
#include "collector/store/recount.h"
#include "collector/store/retention.h"

namespace paceline::store {
namespace {

uint64_t NowUnixMs() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

// Of a directory that has nothing yet. Every family gets a table: only those that have one are
// known when a manifest has to be made anew, and the log of others would be passed over.
absl::Status WriteFirstState(KeyValue* disk) {
  v1::ViewsState state;
  state.set_format_version(kFormatVersion);
  Batch batch;
  for (size_t i = 0; i < kFamilyCount; ++i) {
    batch.Delete(static_cast<Family>(i), std::string(1, '\0'));
  }
  batch.Put(Family::kMeta, std::string(kViewsMetaKey), state.SerializeAsString());
  const absl::Status written = disk->Write(batch, KeyValue::Durability::kSynced);
  return written.ok() ? disk->Compact({}) : written;
}

}  // namespace

absl::StatusOr<uint64_t> ReadOrUpgradeState(const std::string& data_dir, RocksKeyValue* disk,
                                            bool read_only) {
  const auto bytes = disk->Get(Family::kMeta, kViewsMetaKey);
  if (!bytes.ok()) return bytes.status();
  v1::ViewsState state;
  if (!bytes->has_value()) {
    if (read_only) return 0;
    const absl::Status written = WriteFirstState(disk);
    if (!written.ok()) return written;
    return 0;
  }
  if (!state.ParseFromString(**bytes)) {
    return absl::DataLossError("how far the views are complete cannot be read");
  }
  if (state.format_version() > kFormatVersion) {
    return absl::FailedPreconditionError(
        absl::StrCat("the data has format version ", state.format_version(),
                     "; this Paceline knows up to ", kFormatVersion, ": use a newer one"));
  }
  if (state.format_version() == kFormatVersion) return state.complete_to_commit();
  if (read_only) {
    return absl::FailedPreconditionError(
        absl::StrCat("the data has format version ", state.format_version(),
                     ": start the collector on it once, which brings it to ", kFormatVersion));
  }
  if (const absl::Status upgraded = RemakeViews(data_dir, disk); !upgraded.ok()) return upgraded;
  return ReadCompleteTo(*disk);
}

absl::StatusOr<uint64_t> AfterDamage(const std::string& data_dir, RocksKeyValue* disk,
                                     uint64_t complete_to_commit, bool unfit,
                                     const DamageCallback& on_damage,
                                     const std::vector<std::string>& damage) {
  const auto losses = FindLosses(*disk, NowUnixMs());
  if (!losses.ok()) return losses.status();
  if (on_damage) on_damage(damage, *losses);
  if (const absl::Status noted = NoteLosses(*losses, disk); !noted.ok()) return noted;
  const auto dropped = ReadRetentionState(*disk);
  if (!dropped.ok()) return dropped.status();
  const absl::Status made = dropped->journeys_from_day() > 0 && !unfit
                                ? RemakeKeptViews(data_dir, disk, complete_to_commit)
                                : RemakeViews(data_dir, disk);
  if (!made.ok()) return made;
  return ReadCompleteTo(*disk);
}

absl::StatusOr<std::string> ReadOrMakeSecret(KeyValue* disk, bool read_only) {
  const auto stored = disk->Get(Family::kMeta, kSecretMetaKey);
  if (!stored.ok()) return stored.status();
  if (stored->has_value()) return **stored;
  if (read_only) return std::string();
  std::string secret(kSecretBytes, '\0');
  // At most 256 bytes come at once, or none.
  if (getrandom(secret.data(), secret.size(), 0) != static_cast<ssize_t>(secret.size())) {
    return absl::InternalError("the system gives no random bytes");
  }
  Batch batch;
  batch.Put(Family::kMeta, std::string(kSecretMetaKey), secret);
  const absl::Status written = disk->Write(batch, KeyValue::Durability::kSynced);
  if (!written.ok()) return written;
  return secret;
}

}  // namespace paceline::store
