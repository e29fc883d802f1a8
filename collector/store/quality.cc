#include "collector/store/quality.h"

#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "collector/store/keys.h"

namespace paceline::store {

absl::StatusOr<QualityDays> ReadQuality(const KeyValueReader& reader, std::string_view site,
                                        uint32_t first_day, uint32_t last_day) {
  QualityDays days;
  const std::unique_ptr<Cursor> cursor = reader.NewCursor(Family::kMeta);
  for (cursor->Seek(QualityKey(site, first_day)); cursor->valid(); cursor->Next()) {
    const std::optional<uint32_t> day = DecodeQualityKey(site, cursor->key());
    if (!day || *day > last_day) break;
    const std::string_view bytes = cursor->value();
    if (!days[*day].ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      return absl::DataLossError(absl::StrCat("the quality of day ", *day, " cannot be read"));
    }
  }
  if (!cursor->status().ok()) return cursor->status();
  return days;
}

absl::Status WriteQuality(std::string_view site, const QualityDays& days,
                          KeyValue::Durability durability, KeyValue* disk) {
  Batch batch;
  for (const auto& [day, quality] : days) {
    batch.Put(Family::kMeta, QualityKey(site, day), quality.SerializeAsString());
  }
  return disk->Write(batch, durability);
}

}  // namespace paceline::store
