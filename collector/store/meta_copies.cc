#include "collector/store/meta_copies.h"

#include <memory>

#include "collector/store/keys.h"

namespace paceline::store {
namespace {

// Format version 2 had keys here that began with a site's length: of 255 bytes only with this one.
constexpr std::string_view kCopyPrefix =
    "\xff"
    "copy:";

absl::Status WriteUnlessEmpty(const Batch& batch, KeyValue* disk) {
  return batch.empty() ? absl::OkStatus() : disk->Write(batch, KeyValue::Durability::kSynced);
}

}  // namespace

bool HasCopy(std::string_view meta_key) {
  return meta_key == kSecretMetaKey || meta_key == kRetentionMetaKey ||
         meta_key == kLossesMetaKey || meta_key == kViewsMetaKey ||
         meta_key.starts_with(kErasedMetaPrefix);
}

std::string CopyKey(std::string_view meta_key) {
  std::string key(kCopyPrefix);
  return key.append(meta_key);
}

absl::Status RestoreFromCopies(KeyValue* disk) {
  Batch batch;
  const std::unique_ptr<Cursor> cursor = disk->NewCursor(Family::kSeen);
  for (cursor->Seek(kCopyPrefix); cursor->valid() && cursor->key().starts_with(kCopyPrefix);
       cursor->Next()) {
    std::string key(cursor->key().substr(kCopyPrefix.size()));
    const auto first = disk->Get(Family::kMeta, key);
    if (!first.ok()) return first.status();
    if (!first->has_value()) batch.Put(Family::kMeta, std::move(key), std::string(cursor->value()));
  }
  if (!cursor->status().ok()) return cursor->status();
  return WriteUnlessEmpty(batch, disk);
}

absl::Status CompleteCopies(KeyValue* disk) {
  Batch batch;
  const std::unique_ptr<Cursor> cursor = disk->NewCursor(Family::kMeta);
  for (cursor->Seek(""); cursor->valid(); cursor->Next()) {
    if (!HasCopy(cursor->key())) continue;
    std::string key = CopyKey(cursor->key());
    const auto copy = disk->Get(Family::kSeen, key);
    if (!copy.ok()) return copy.status();
    if (*copy != cursor->value()) {
      batch.Put(Family::kSeen, std::move(key), std::string(cursor->value()));
    }
  }
  if (!cursor->status().ok()) return cursor->status();
  return WriteUnlessEmpty(batch, disk);
}

}  // namespace paceline::store
