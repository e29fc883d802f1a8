#include "bench/load/vary.h"

#include <google/protobuf/message.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "bench/load/visits.h"
#include "core/vitals/rating.h"
#include "paceline/v1/beacon.pb.h"

namespace paceline::bench {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Pixels that a click may be elsewhere.
constexpr int32_t kClickSpread = 80;

bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

uint64_t Scaled(uint64_t value, double factor) {
  return static_cast<uint64_t>(std::llround(static_cast<double>(value) * factor));
}

// Every time and score in a message and those in it.
void Scale(Message* message, double factor) {
  const Reflection& reflection = *message->GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(*message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      if (!field->is_repeated()) {
        Scale(reflection.MutableMessage(message, field), factor);
        continue;
      }
      for (int i = 0; i < reflection.FieldSize(*message, field); ++i) {
        Scale(reflection.MutableRepeatedMessage(message, field, i), factor);
      }
      continue;
    }
    if (field->is_repeated()) continue;
    const std::string& name = field->name();
    if (!EndsWith(name, "_100us") && !EndsWith(name, "_nano")) continue;
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_UINT32) {
      const uint64_t scaled = Scaled(reflection.GetUInt32(*message, field), factor);
      reflection.SetUInt32(message, field, static_cast<uint32_t>(scaled));
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_UINT64) {
      reflection.SetUInt64(message, field, Scaled(reflection.GetUInt64(*message, field), factor));
    }
  }
}

void VaryVital(double factor, v1::Vital* vital) {
  vital->set_value(Scaled(vital->value(), factor));
  vital->set_delta(std::llround(static_cast<double>(vital->delta()) * factor));
  vital->set_rating(static_cast<v1::Rating>(
      core::Rate(static_cast<core::Metric>(vital->metric()), vital->value())));
}

}  // namespace

std::string Vary(const std::string& recorded, uint64_t document, uint64_t variant) {
  v1::Beacon beacon;
  if (!beacon.ParseFromString(recorded)) {
    std::fprintf(stderr, "a recording has something that is no Beacon\n");
    std::exit(1);
  }
  if (variant == 0) return recorded;
  const uint64_t random = Spread(variant * 64 + document);
  const double factor = 0.6 + static_cast<double>(random % 1000) / 1000;
  Scale(&beacon, factor);
  uint64_t clicks = random;
  for (v1::Event& event : *beacon.mutable_events()) {
    if (event.has_vital()) VaryVital(factor, event.mutable_vital());
    if (!event.has_click()) continue;
    clicks = Spread(clicks);
    const auto elsewhere = static_cast<int32_t>(clicks % kClickSpread);
    event.mutable_click()->set_x(event.click().x() + elsewhere);
    event.mutable_click()->set_y(event.click().y() + elsewhere / 2);
  }
  beacon.set_sent_unix_ms(beacon.origin_unix_ms() +
                          Scaled(beacon.sent_unix_ms() - beacon.origin_unix_ms(), factor));
  return beacon.SerializeAsString();
}

}  // namespace paceline::bench
