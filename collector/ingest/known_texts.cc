#include "collector/ingest/known_texts.h"

#include "collector/ingest/memo.h"
#include "collector/ingest/scrub.h"
#include "collector/ingest/scrub_text.h"
#include "core/base/utf8.h"
#include "core/wire/url_scrub.h"

namespace paceline::ingest {
namespace {

constexpr int kSlotBits = 13;
constexpr uint64_t kPlainText = 1;
constexpr uint64_t kPlainUrl = 2;
constexpr uint64_t kLooksLikeUrl = 4;
constexpr uint64_t kNatureBits = 7;

uint64_t FindNature(std::string_view text) {
  if (!core::IsValidUtf8(text)) return 0;
  uint64_t nature = 0;
  if (ScrubText(text) == text) nature |= kPlainText;
  if (core::ScrubUrl(text) == text) nature |= kPlainUrl;
  if (LooksLikeUrl(text)) nature |= kLooksLikeUrl;
  return nature;
}

}  // namespace

KnownTexts::KnownTexts() : seed_(RandomSeed()), slots_(size_t{1} << kSlotBits) {}

KnownTexts& KnownTexts::OfThisThread() {
  thread_local KnownTexts texts;
  return texts;
}

TextNature KnownTexts::Of(std::string_view text) {
  const uint64_t hash = HashOf(text, seed_);
  uint64_t& slot = slots_[hash >> (64 - kSlotBits)];
  if (((slot ^ hash) & ~kNatureBits) != 0) slot = (hash & ~kNatureBits) | FindNature(text);
  return {(slot & kPlainText) != 0, (slot & kPlainUrl) != 0, (slot & kLooksLikeUrl) != 0};
}

}  // namespace paceline::ingest
