#include "core/wire/entry_batch_reader.h"

#include "core/base/limits.h"
#include "core/base/utf8.h"
#include "core/wire/entry_reader.h"
#include "core/wire/message_reader.h"

namespace paceline::core {
namespace {

// Decodes into `batch`. Strings may stand behind the entries that refer to them, so references are
// checked at the end.
class Decoder {
 public:
  Decoder(uint32_t max_entries, EntryBatchView* batch)
      : max_entries_(max_entries), batch_(*batch), entry_reader_(&batch->shift_sources) {}

  DecodeStatus Decode(std::string_view bytes) {
    if (!DecodeFields(bytes)) {
      return too_many_entries_ ? DecodeStatus::kTooManyEntries : DecodeStatus::kMalformed;
    }
    const bool valid = batch_.session_id.size() == kSessionIdBytes &&
                       batch_.document_id.size() == kDocumentIdBytes && !batch_.site.empty() &&
                       batch_.site.size() <= kMaxSiteBytes && IsValidUtf8(batch_.site) &&
                       entry_reader_.max_ref() <= batch_.strings.size();
    return valid ? DecodeStatus::kOk : DecodeStatus::kMalformed;
  }

 private:
  bool DecodeFields(std::string_view bytes) {
    MessageReader reader(bytes);
    while (reader.Next()) {
      switch (reader.FieldAs<EntryBatchField>()) {
        case EntryBatchField::kSite:
          reader.Read(&batch_.site);
          break;
        case EntryBatchField::kSessionId:
          reader.Read(&batch_.session_id);
          break;
        case EntryBatchField::kDocumentId:
          reader.Read(&batch_.document_id);
          break;
        // The sequence belongs to whoever stores batches.
        case EntryBatchField::kSequence:
          break;
        case EntryBatchField::kOriginUnixMs:
          reader.Read(&batch_.origin_unix_ms);
          break;
        case EntryBatchField::kSentUnixMs:
          reader.Read(&batch_.sent_unix_ms);
          break;
        case EntryBatchField::kSampleRatePpm:
          reader.Read(&batch_.sample_rate_ppm);
          break;
        case EntryBatchField::kInteractionCount:
          reader.Read(&batch_.interaction_count);
          break;
        case EntryBatchField::kStrings:
          AddString(reader);
          break;
        case EntryBatchField::kContext:
          DecodeContext(reader);
          break;
        case EntryBatchField::kEntries:
          AddEntry(reader);
          break;
        case EntryBatchField::kKeptUnsampled:
          reader.Read(&batch_.kept_unsampled);
          break;
      }
    }
    return reader.ok();
  }

  void AddString(MessageReader& parent) {
    if (!parent.IsLengthDelimited()) return;
    std::string_view text;
    parent.Read(&text);
    if (batch_.strings.size() >= kMaxStringsPerBatch || !IsValidUtf8(text)) return parent.Fail();
    batch_.strings.push_back(text);
  }

  void AddEntry(MessageReader& parent) {
    if (!parent.IsLengthDelimited()) return;
    if (batch_.entries.size() >= max_entries_) {
      too_many_entries_ = true;
      return parent.Fail();
    }
    entry_reader_.Decode(parent, &batch_.entries.emplace_back());
  }

  void DecodeContext(MessageReader& parent);

  const uint32_t max_entries_;
  EntryBatchView& batch_;
  EntryReader entry_reader_;
  bool too_many_entries_ = false;
};

void Decoder::DecodeContext(MessageReader& parent) {
  if (!parent.IsLengthDelimited()) return;
  Context& context = batch_.context;
  DecodeMessage<ContextField>(parent, [&](MessageReader& reader, ContextField field) {
    switch (field) {
      case ContextField::kDeviceMemoryMib:
        reader.Read(&context.device_memory_mib);
        break;
      case ContextField::kHardwareConcurrency:
        reader.Read(&context.hardware_concurrency);
        break;
      case ContextField::kEffectiveConnectionType:
        reader.Read(&context.effective_connection_type);
        break;
      case ContextField::kRoundTripMs:
        reader.Read(&context.round_trip_ms);
        break;
      case ContextField::kDownlinkKbps:
        reader.Read(&context.downlink_kbps);
        break;
      case ContextField::kSaveData:
        reader.Read(&context.save_data);
        break;
      case ContextField::kViewportWidth:
        reader.Read(&context.viewport_width);
        break;
      case ContextField::kViewportHeight:
        reader.Read(&context.viewport_height);
        break;
      case ContextField::kScreenWidth:
        reader.Read(&context.screen_width);
        break;
      case ContextField::kScreenHeight:
        reader.Read(&context.screen_height);
        break;
      case ContextField::kMaxTouchPoints:
        reader.Read(&context.max_touch_points);
        break;
      case ContextField::kLanguage:
        entry_reader_.ReadRef(reader, &context.language_ref);
        break;
      case ContextField::kUserAgent:
        entry_reader_.ReadRef(reader, &context.user_agent_ref);
        break;
      case ContextField::kRelease:
        entry_reader_.ReadRef(reader, &context.release_ref);
        break;
    }
  });
}

}  // namespace

DecodeStatus DecodeEntryBatch(std::string_view bytes, uint32_t max_entries, EntryBatchView* batch) {
  *batch = {};
  return Decoder(max_entries, batch).Decode(bytes);
}

}  // namespace paceline::core
