#include "collector/store/erasures.h"

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <optional>
#include <sstream>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "collector/store/key_value.h"
#include "collector/store/keys.h"

namespace paceline::store {
namespace {

constexpr std::string_view kKindNames[] = {"session", "user"};

absl::string_view Absl(std::string_view text) { return {text.data(), text.size()}; }

std::optional<Erasure> ParseLine(const std::string& line) {
  std::istringstream words(line);
  std::string kind, hash, more;
  Erasure erasure;
  if (!(words >> kind >> erasure.site >> hash >> erasure.erased_unix_ms) || words >> more) {
    return std::nullopt;
  }
  const auto* const known = std::find(std::begin(kKindNames), std::end(kKindNames), kind);
  const bool is_hex = std::all_of(hash.begin(), hash.end(), [](unsigned char digit) {
    return (digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f');
  });
  if (known == std::end(kKindNames) || hash.size() != 2 * kErasureHashBytes || !is_hex) {
    return std::nullopt;
  }
  erasure.kind = static_cast<Erasure::Kind>(known - std::begin(kKindNames));
  erasure.hash = absl::HexStringToBytes(hash);
  return erasure;
}

absl::Status WriteSynced(const std::string& path, const std::string& text) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const bool written = file >= 0 &&
                       write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                       fsync(file) == 0;
  const int error = errno;
  if (file >= 0) close(file);
  if (written) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("cannot write ", path, ": ", std::strerror(error)));
}

}  // namespace

std::string ErasureHash(std::string_view secret, Erasure::Kind kind, std::string_view site,
                        std::string_view id) {
  std::string named(1, static_cast<char>(kind));
  named.append(site).push_back('\0');
  named.append(id);
  std::string hash(kErasureHashBytes, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(hash.data()), hash.size(),
                     reinterpret_cast<const unsigned char*>(named.data()), named.size(),
                     reinterpret_cast<const unsigned char*>(secret.data()), secret.size());
  return hash;
}

absl::Status ErasureList::Load(const KeyValueReader& reader) {
  const std::unique_ptr<Cursor> cursor = reader.NewCursor(Family::kMeta);
  for (cursor->Seek(kErasedMetaPrefix);
       cursor->valid() && cursor->key().starts_with(kErasedMetaPrefix); cursor->Next()) {
    std::optional<Erasure> erasure = DecodeErasedKey(cursor->key());
    const std::optional<uint64_t> at = DecodeTime(cursor->value());
    if (!erasure || !at) return absl::DataLossError("the list of erasures cannot be read");
    erasure->erased_unix_ms = *at;
    Add(*erasure);
  }
  return cursor->status();
}

bool ErasureList::Add(const Erasure& erasure) {
  const std::lock_guard lock(mutex_);
  uint64_t& at = erased_[{erasure.kind, erasure.site, erasure.hash}];
  size_ = erased_.size();
  if (at >= erasure.erased_unix_ms && at > 0) return false;
  at = erasure.erased_unix_ms;
  return true;
}

uint64_t ErasureList::Find(Erasure::Kind kind, std::string_view site, std::string_view id) const {
  if (empty()) return 0;
  const Who who{kind, site, ErasureHash(secret_, kind, site, id)};
  const std::shared_lock lock(mutex_);
  const auto found = erased_.find(who);
  return found == erased_.end() ? 0 : found->second;
}

bool ErasureList::IsErased(std::string_view site, std::string_view session_id) const {
  return Find(Erasure::Kind::kSession, site, session_id) > 0;
}

uint64_t ErasureList::UserErasedAt(std::string_view site, std::string_view pseudonym) const {
  return Find(Erasure::Kind::kUser, site, pseudonym);
}

std::vector<Erasure> ErasureList::All() const {
  const std::shared_lock lock(mutex_);
  std::vector<Erasure> all;
  for (const auto& [who, at] : erased_) {
    all.push_back({std::get<0>(who), std::get<1>(who), std::get<2>(who), at});
  }
  return all;
}

absl::StatusOr<std::vector<Erasure>> ReadErasureFile(const std::string& path) {
  std::vector<Erasure> erasures;
  std::ifstream file(path);
  std::string line;
  while (std::getline(file, line)) {
    const std::optional<Erasure> erasure = ParseLine(line);
    if (!erasure)
      return absl::DataLossError(absl::StrCat(path, " has a line that is none: ", line));
    erasures.push_back(*erasure);
  }
  return erasures;
}

absl::Status MergeIntoErasureFile(const std::string& path, const std::vector<Erasure>& erasures) {
  auto known = ReadErasureFile(path);
  if (!known.ok()) return known.status();
  ErasureList merged{std::string()};
  for (const std::vector<Erasure>* list : {&std::as_const(*known), &erasures}) {
    for (const Erasure& erasure : *list) merged.Add(erasure);
  }
  std::string text;
  for (const Erasure& erasure : merged.All()) {
    absl::StrAppend(&text, Absl(kKindNames[static_cast<size_t>(erasure.kind)]), " ", erasure.site,
                    " ", absl::BytesToHexString(erasure.hash), " ", erasure.erased_unix_ms, "\n");
  }
  const std::string fresh = path + ".new";
  if (const absl::Status written = WriteSynced(fresh, text); !written.ok()) return written;
  std::error_code error;
  std::filesystem::rename(fresh, path, error);
  if (error) return absl::UnavailableError(absl::StrCat(path, ": ", error.message()));
  return absl::OkStatus();
}

}  // namespace paceline::store
