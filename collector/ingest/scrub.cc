#include "collector/ingest/scrub.h"

#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "collector/ingest/message_walk.h"
#include "collector/ingest/scrub_text.h"
#include "core/wire/url_scrub.h"

namespace paceline::ingest {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::RepeatedPtrField;
using Strings = RepeatedPtrField<std::string>;

constexpr std::string_view kConversionCall = "conversion";
constexpr std::string_view kMetricCall = "metric";
constexpr std::string_view kConversionIdKey = "id";

// A reference to what names somebody or something: where it stands, so that it can lead elsewhere.
struct Identifier {
  enum class Kind { kUser, kConversion };
  Kind kind = Kind::kUser;
  Message* message = nullptr;
  const FieldDescriptor* field = nullptr;
  // -1: not repeated.
  int index = -1;
  uint32_t ref = 0;
};

// Notes how each string is used.
class Uses : public FieldVisitor {
 public:
  explicit Uses(const Strings& strings)
      : strings_(strings), uses_(static_cast<size_t>(strings.size())) {}

  bool Visit(const FieldPlan& plan, Message* message, const Path&) override {
    const auto& reflection = *message->GetReflection();
    if (plan.kind == FieldPlan::Kind::kReference) {
      Note(plan.use, reflection.GetUInt32(*message, plan.field));
    } else if (plan.kind == FieldPlan::Kind::kReferences) {
      for (int i = 0; i < reflection.FieldSize(*message, plan.field); ++i) {
        Note(plan.use, reflection.GetRepeatedUInt32(*message, plan.field, i));
      }
    }
    return true;
  }

  void Enter(Message* message) override {
    const auto* type = message->GetDescriptor();
    if (type == v1::Event::Conversion::descriptor()) {
      auto* conversion = static_cast<v1::Event::Conversion*>(message);
      Identify(Identifier::Kind::kConversion, message, "id_ref", -1, conversion->id_ref());
    } else if (type == v1::Context::descriptor()) {
      FindPairs(static_cast<v1::Context*>(message)->tag_refs(), 0, kUserIdTag,
                Identifier::Kind::kUser, message, "tag_refs");
    } else if (type == v1::Attribute::descriptor()) {
      auto* attribute = static_cast<v1::Attribute*>(message);
      if (TextAt(attribute->key_ref()) == kUserIdTag) {
        Identify(Identifier::Kind::kUser, message, "value_ref", -1, attribute->value_ref());
      }
    } else if (type == v1::Entry::Call::descriptor()) {
      const auto& call = *static_cast<v1::Entry::Call*>(message);
      const bool conversion = TextAt(call.name_ref()) == kConversionCall;
      // A metric has its value before the first key, the others a name only.
      const int from = TextAt(call.name_ref()) == kMetricCall ? 2 : 1;
      FindPairs(call.argument_refs(), from, conversion ? kConversionIdKey : kUserIdTag,
                conversion ? Identifier::Kind::kConversion : Identifier::Kind::kUser, message,
                "argument_refs");
    }
  }

  struct Use {
    bool url = false;
    bool any = false;
    uint32_t references = 0;
  };
  const Use& Of(int index) const { return uses_[static_cast<size_t>(index)]; }
  const std::vector<Identifier>& identifiers() const { return identifiers_; }

 private:
  std::string_view TextAt(uint32_t ref) const {
    return ref == 0 ? std::string_view() : strings_.Get(static_cast<int>(ref) - 1);
  }

  void Note(TextUse use, uint32_t ref) {
    if (ref == 0) return;
    Use& noted = uses_[ref - 1];
    ++noted.references;
    noted.url |= use == TextUse::kUrl;
    noted.any |= use == TextUse::kAny;
  }

  void Identify(Identifier::Kind kind, Message* message, const char* field, int index,
                uint32_t ref) {
    if (ref == 0) return;
    identifiers_.push_back(
        {kind, message, message->GetDescriptor()->FindFieldByName(field), index, ref});
  }

  template <typename Refs>
  void FindPairs(const Refs& refs, int from, std::string_view key, Identifier::Kind kind,
                 Message* message, const char* field) {
    for (int i = from; i + 1 < refs.size(); i += 2) {
      if (TextAt(refs[i]) == key) Identify(kind, message, field, i + 1, refs[i + 1]);
    }
  }

  const Strings& strings_;
  std::vector<Use> uses_;
  std::vector<Identifier> identifiers_;
};

std::string NameOf(const Pseudonyms& pseudonyms, std::string_view site, Identifier::Kind kind,
                   const std::string& text) {
  if (kind == Identifier::Kind::kConversion) return NameOfConversion(pseudonyms, site, text);
  return pseudonyms.OfUser(site, text);
}

void LeadTo(const Identifier& identifier, uint32_t ref) {
  const auto& reflection = *identifier.message->GetReflection();
  if (identifier.index < 0) {
    reflection.SetUInt32(identifier.message, identifier.field, ref);
  } else {
    reflection.SetRepeatedUInt32(identifier.message, identifier.field, identifier.index, ref);
  }
}

// The string that `identifier` has to lead to: its own when that may stay as it is.
uint32_t RefOfName(const Pseudonyms& pseudonyms, std::string_view site,
                   const Identifier& identifier, Strings* strings,
                   std::map<std::string, uint32_t>* added) {
  const std::string& text = strings->Get(static_cast<int>(identifier.ref) - 1);
  std::string name = NameOf(pseudonyms, site, identifier.kind, text);
  if (name == text) return identifier.ref;
  uint32_t& ref = (*added)[name];
  if (ref == 0) {
    *strings->Add() = std::move(name);
    ref = static_cast<uint32_t>(strings->size());
  }
  return ref;
}

// Gives identifiers strings of their own, behind the others: what else refers to the same text
// keeps it, scrubbed as text. Returns, for each string, how many references no longer lead to it.
std::vector<uint32_t> NameIdentifiers(const Pseudonyms& pseudonyms, std::string_view site,
                                      const Uses& uses, Strings* strings) {
  std::map<std::string, uint32_t> added;
  // Where references lead, by what they name: many may lead to one long text.
  std::map<std::pair<Identifier::Kind, uint32_t>, uint32_t> known;
  std::vector<uint32_t> left(static_cast<size_t>(strings->size()));
  for (const Identifier& identifier : uses.identifiers()) {
    const auto [place, is_new] = known.try_emplace({identifier.kind, identifier.ref}, 0);
    if (is_new) place->second = RefOfName(pseudonyms, site, identifier, strings, &added);
    if (place->second == identifier.ref) continue;
    ++left[identifier.ref - 1];
    LeadTo(identifier, place->second);
  }
  return left;
}

template <typename Message>
Scrubbed ScrubMessage(const Pseudonyms& pseudonyms, Message* message) {
  Scrubbed result;
  if (const uint32_t ref = message->context().user_agent_ref(); ref != 0) {
    result.user_agent = std::exchange(*message->mutable_strings(static_cast<int>(ref) - 1), {});
    message->mutable_context()->clear_user_agent_ref();
  }
  Strings* strings = message->mutable_strings();
  const int given = strings->size();
  Uses uses(*strings);
  Path path;
  Walk(message, &path, &uses);
  const std::vector<uint32_t> left = NameIdentifiers(pseudonyms, message->site(), uses, strings);
  for (int i = 0; i < given; ++i) {
    std::string* text = strings->Mutable(i);
    const Uses::Use& use = uses.Of(i);
    const uint32_t gone = left[static_cast<size_t>(i)];
    result.changed |= gone > 0;
    if (gone > 0 && gone == use.references) {
      text->clear();
      continue;
    }
    const bool is_url = use.url || (use.any && LooksLikeUrl(*text));
    std::string scrubbed = is_url ? ScrubText(core::ScrubUrl(*text)) : ScrubText(*text);
    if (scrubbed == *text) continue;
    result.changed = true;
    *text = std::move(scrubbed);
  }
  return result;
}

}  // namespace

bool LooksLikeUrl(std::string_view text) {
  return text.starts_with('/') || text.find("://") != std::string_view::npos;
}

std::string NameOfConversion(const Pseudonyms& pseudonyms, std::string_view site,
                             const std::string& id) {
  return ScrubText(id) == id ? id : std::string(kIdPrefix) + pseudonyms.Of(site, id);
}

Scrubbed ScrubPayload(const Pseudonyms& pseudonyms, v1::JournalRecord* record) {
  return record->has_beacon() ? ScrubMessage(pseudonyms, record->mutable_beacon())
                              : ScrubMessage(pseudonyms, record->mutable_entry_batch());
}

}  // namespace paceline::ingest
