// From what is on the wire to what an answer shows, by the names of fields: query.proto says how.
//
// So a kind of event needs two message definitions, and no code.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/repeated_field.h>

#include <string>
#include <vector>

namespace paceline::query {

// A Beacon's strings, to which its references point.
using Strings = google::protobuf::RepeatedPtrField<std::string>;

// Text of a reference: empty for 0. What is stored is valid; a corrupt reference is shown as none.
const std::string& TextAt(const Strings& strings, uint32_t ref);

// Sets in `readable` what is set in `wire`: `x_ref` as the text x, `x_100us` as x_ms, `x_nano` as
// x, whole numbers of 64 bits as doubles, bytes as hexadecimal digits, messages field by field,
// everything else as it is. What has no counterpart is left out.
void MakeReadable(const google::protobuf::Message& wire, const Strings& strings,
                  google::protobuf::Message* readable);

// Fields of `wire`, nested ones included, that MakeReadable would leave out: "ApiCall.trace_id".
// Tests ask.
std::vector<std::string> LeftOut(const google::protobuf::Descriptor& wire,
                                 const google::protobuf::Descriptor& readable);

}  // namespace paceline::query
