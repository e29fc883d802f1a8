// What holds for every field of a Beacon or EntryBatch, whatever the kind of event.
#pragma once

#include <google/protobuf/message.h>

#include <string>

namespace paceline::ingest {

// Every reference leads into the table of `strings` texts, tags come in pairs, lists within an item
// are short, numbers are finite: empty, or what is wrong and what would be right.
//
// Drops (sets to 0) what a newer sender may know and this version does not: values of enums, and
// trace ids that are none.
std::string CheckFields(google::protobuf::Message* message, int strings);

}  // namespace paceline::ingest
