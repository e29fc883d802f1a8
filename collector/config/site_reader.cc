#include "collector/config/site_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace paceline::config {
namespace {

constexpr size_t kMaxNameBytes = 64;
constexpr size_t kMaxTextBytes = 256;
constexpr uint64_t kMaxTargetMs = 24ull * 3600 * 1000;
constexpr uint64_t kMaxVersion = 1'000'000;
constexpr uint64_t kMaxBudgetBytes = 1'000'000'000;
constexpr std::array<std::string_view, 4> kStages = {"awareness", "consideration", "decision",
                                                     "conversion"};

absl::string_view Absl(std::string_view text) { return {text.data(), text.size()}; }

// Empty when right.
std::string CheckName(const std::string& text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.';
  });
  if (!text.empty() && text.size() <= kMaxNameBytes && plain) return {};
  return absl::StrCat("'", text,
                      "' is no name: 1 to 64 letters, digits, '-', '_' or '.' are right");
}

std::string CheckPage(const std::string& text) {
  const bool begins = text.starts_with('/') || text.starts_with('*');
  if (begins && text.size() <= kMaxTextBytes) return {};
  return absl::StrCat("'", text,
                      "' is no page: a path such as /booking/** is right; '*' stands for anything "
                      "but a slash, '**' for anything");
}

std::string CheckGroupName(const std::string& text) {
  const bool printable = std::none_of(text.begin(), text.end(),
                                      [](unsigned char c) { return absl::ascii_iscntrl(c); });
  if (!text.empty() && text.size() <= kMaxNameBytes && printable) return {};
  return "the name of a page group has 1 to 64 bytes, in one line";
}

std::string CheckSelector(const std::string& text) {
  if (!text.empty() && text.size() <= kMaxTextBytes) return {};
  return "a CSS selector of 1 to 256 bytes is right";
}

std::string CheckHost(const std::string& text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return absl::ascii_isalnum(c) || c == '-' || c == '.' || c == ':';
  });
  if (!text.empty() && text.size() <= kMaxTextBytes && plain) return {};
  return absl::StrCat("'", text, "' is no host: pay.example.com is right, without https://");
}

// A field of one text: where it goes, and what has to hold.
struct TextField {
  std::string* text;
  std::string (*check)(const std::string&);
};

struct NumberField {
  uint64_t* number;
  uint64_t minimum;
  uint64_t maximum;
};

std::string SetNumber(const std::string& text, const NumberField& field) {
  uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  if (parsed.ec != std::errc() || parsed.ptr != end || value < field.minimum ||
      value > field.maximum) {
    return absl::StrCat("'", text, "' is not a whole number from ", field.minimum, " to ",
                        field.maximum);
  }
  *field.number = value;
  return {};
}

// What a mapping may hold. Lists are read by their owner.
struct Fields {
  std::map<std::string_view, TextField> texts;
  std::map<std::string_view, NumberField> numbers;
  std::vector<std::string_view> lists;
};

absl::Status ReadFields(const SiteReader::MakeError& error, const YAML::Node& map,
                        const Fields& fields) {
  for (const auto& item : map) {
    const std::string name = item.first.Scalar();
    const auto text = fields.texts.find(name);
    const auto number = fields.numbers.find(name);
    const bool known = text != fields.texts.end() || number != fields.numbers.end();
    if (std::find(fields.lists.begin(), fields.lists.end(), name) != fields.lists.end()) continue;
    if (!known) {
      std::vector<std::string> names;
      for (const auto& one : fields.texts) names.emplace_back(one.first);
      for (const auto& one : fields.numbers) names.emplace_back(one.first);
      for (const std::string_view one : fields.lists) names.emplace_back(one);
      return error(item.first,
                   absl::StrCat("unknown '", name, "'; there are ", absl::StrJoin(names, ", ")));
    }
    if (!item.second.IsScalar())
      return error(item.second, absl::StrCat("'", name, "' is one text"));
    std::string wrong;
    if (text != fields.texts.end()) {
      *text->second.text = item.second.Scalar();
      wrong = text->second.check(item.second.Scalar());
    } else {
      wrong = SetNumber(item.second.Scalar(), number->second);
    }
    if (!wrong.empty()) return error(item.second, absl::StrCat("'", name, "': ", wrong));
  }
  return absl::OkStatus();
}

}  // namespace

const std::vector<std::string_view>& SiteReader::Fields() {
  static const auto& fields = *new std::vector<std::string_view>{
      "journeys", "page_groups", "stages", "conversions", "checkout_hosts", "budgets"};
  return fields;
}

absl::Status SiteReader::Read(std::string_view name, const YAML::Node& value) {
  if (name == "journeys") return ReadJourneys(value);
  if (name == "page_groups") return ReadPageGroups(value);
  if (name == "stages") return ReadStages(value);
  if (name == "conversions") return ReadConversions(value);
  if (name == "budgets") return ReadBudgets(value);
  return ReadCheckoutHosts(value);
}

absl::Status SiteReader::CheckList(const YAML::Node& list, std::string_view what, size_t limit,
                                   std::string_view example) const {
  if (!list.IsSequence()) {
    return error_(list, absl::StrCat("'", Absl(what), "' is a list: ", Absl(example)));
  }
  if (list.size() > limit) {
    return error_(list, absl::StrCat("'", Absl(what), "' has ", list.size(), " entries; at most ",
                                     limit, " are possible"));
  }
  return absl::OkStatus();
}

absl::Status SiteReader::ReadJourneys(const YAML::Node& list) {
  absl::Status status =
      CheckList(list, "journeys", kMaxListedPerSite, "'- name: payment', with 'steps: [...]'");
  for (auto item = list.begin(); status.ok() && item != list.end(); ++item) {
    status = ReadJourney(*item);
  }
  return status;
}

absl::Status SiteReader::ReadJourney(const YAML::Node& item) {
  if (!item.IsMap()) return error_(item, "a journey is '- name: payment', with 'steps: [...]'");
  SiteJourney journey;
  uint64_t version = journey.version;
  absl::Status status = ReadFields(error_, item,
                                   {{{"name", {&journey.name, CheckName}}},
                                    {{"version", {&version, 1, kMaxVersion}},
                                     {"target_ms", {&journey.target_ms, 0, kMaxTargetMs}}},
                                    {"steps"}});
  if (!status.ok()) return status;
  if (journey.name.empty()) return error_(item, "a journey needs a 'name'");
  journey.version = static_cast<uint32_t>(version);
  for (const SiteJourney& other : site_->journeys) {
    if (other.name == journey.name) {
      return error_(item, absl::StrCat("journey '", journey.name, "' is listed twice; keep one"));
    }
  }
  const YAML::Node steps = item["steps"];
  if (!steps.IsDefined() || steps.size() == 0) {
    return error_(item, absl::StrCat("journey '", journey.name, "' needs 'steps', one or more"));
  }
  status = CheckList(steps, "steps", kMaxJourneySteps, "'- name: details'");
  for (auto step = steps.begin(); status.ok() && step != steps.end(); ++step) {
    status = ReadStep(*step, &journey);
  }
  if (status.ok()) site_->journeys.push_back(std::move(journey));
  return status;
}

absl::Status SiteReader::ReadStep(const YAML::Node& item, SiteJourney* journey) {
  if (!item.IsMap()) return error_(item, "a step is '- {name: details, page: /checkout/details}'");
  SiteJourneyStep step;
  absl::Status status = ReadFields(error_, item,
                                   {{{"name", {&step.name, CheckName}},
                                     {"page", {&step.page, CheckPage}},
                                     {"click", {&step.click, CheckSelector}}},
                                    {},
                                    {}});
  if (!status.ok()) return status;
  if (step.name.empty()) return error_(item, "a step needs a 'name'");
  for (const SiteJourneyStep& other : journey->steps) {
    if (other.name == step.name) {
      return error_(item, absl::StrCat("step '", step.name, "' is listed twice; keep one"));
    }
  }
  journey->steps.push_back(std::move(step));
  return absl::OkStatus();
}

absl::Status SiteReader::ReadPageGroups(const YAML::Node& map) {
  if (!map.IsMap() || map.size() > kMaxListedPerSite) {
    return error_(map, absl::StrCat("'page_groups' is a mapping of at most ", kMaxListedPerSite,
                                    " names: 'Lesson player: [/courses/*/lessons/*]'"));
  }
  for (const auto& item : map) {
    SitePageGroup group{item.first.Scalar(), {}};
    const std::string wrong = CheckGroupName(group.name);
    if (!wrong.empty()) return error_(item.first, wrong);
    absl::Status status = ReadPages(item.second, group.name, &group.pages);
    if (!status.ok()) return status;
    site_->page_groups.push_back(std::move(group));
  }
  return absl::OkStatus();
}

absl::Status SiteReader::ReadStages(const YAML::Node& map) {
  if (!map.IsMap()) return error_(map, "'stages' is a mapping: 'awareness: [/, /blog/**]'");
  for (const auto& item : map) {
    SiteStage stage{item.first.Scalar(), {}};
    if (std::find(kStages.begin(), kStages.end(), stage.stage) == kStages.end()) {
      return error_(item.first, absl::StrCat("'", stage.stage, "' is no stage; there are ",
                                             "awareness, consideration, decision, conversion"));
    }
    absl::Status status = ReadPages(item.second, stage.stage, &stage.pages);
    if (!status.ok()) return status;
    site_->stages.push_back(std::move(stage));
  }
  return absl::OkStatus();
}

absl::Status SiteReader::ReadPages(const YAML::Node& list, const std::string& name,
                                   std::vector<std::string>* pages) const {
  absl::Status status = CheckList(list, name, kMaxListedPerSite, "'[/pricing, /pricing/**]'");
  if (!status.ok()) return status;
  for (const auto& page : list) {
    const std::string wrong = page.IsScalar() ? CheckPage(page.Scalar()) : "a path is right here";
    if (!wrong.empty()) return error_(page, wrong);
    pages->push_back(page.Scalar());
  }
  return absl::OkStatus();
}

absl::Status SiteReader::ReadConversions(const YAML::Node& list) {
  absl::Status status = CheckList(list, "conversions", kMaxListedPerSite,
                                  "'- {type: consultation_booked, page: /booking/thanks}'");
  for (auto item = list.begin(); status.ok() && item != list.end(); ++item) {
    status = ReadConversion(*item);
  }
  return status;
}

absl::Status SiteReader::ReadConversion(const YAML::Node& item) {
  if (!item.IsMap()) {
    return error_(item, "a conversion is '- {type: email_signup, submit: form.newsletter}'");
  }
  SiteConversion conversion;
  absl::Status status = ReadFields(error_, item,
                                   {{{"type", {&conversion.type, CheckName}},
                                     {"page", {&conversion.page, CheckPage}},
                                     {"click", {&conversion.click, CheckSelector}},
                                     {"submit", {&conversion.submit, CheckSelector}}},
                                    {},
                                    {}});
  if (!status.ok()) return status;
  if (conversion.type.empty()) return error_(item, "a conversion needs a 'type'");
  if (conversion.page.empty() && conversion.click.empty() && conversion.submit.empty()) {
    return error_(item, absl::StrCat("conversion '", conversion.type,
                                     "' needs a 'page', a 'click' or a 'submit' to be known by"));
  }
  site_->conversions.push_back(std::move(conversion));
  return absl::OkStatus();
}

absl::Status SiteReader::ReadCheckoutHosts(const YAML::Node& list) {
  absl::Status status = CheckList(list, "checkout_hosts", kMaxListedPerSite, "'[pay.example.com]'");
  if (!status.ok()) return status;
  for (const auto& host : list) {
    const std::string wrong = host.IsScalar() ? CheckHost(host.Scalar()) : "a host is right here";
    if (!wrong.empty()) return error_(host, wrong);
    site_->checkout_hosts.push_back(host.Scalar());
  }
  return absl::OkStatus();
}

absl::Status SiteReader::ReadBudgets(const YAML::Node& map) {
  if (!map.IsMap()) return error_(map, "'budgets' is a mapping: 'script_bytes: 350000'");
  SiteBudgets& budgets = site_->budgets;
  return ReadFields(
      error_, map,
      {{},
       {{"script_bytes", {&budgets.script_bytes, 1, kMaxBudgetBytes}},
        {"third_party_script_bytes", {&budgets.third_party_script_bytes, 1, kMaxBudgetBytes}},
        {"style_bytes", {&budgets.style_bytes, 1, kMaxBudgetBytes}},
        {"third_party_style_bytes", {&budgets.third_party_style_bytes, 1, kMaxBudgetBytes}}},
       {}});
}

}  // namespace paceline::config
