// Reads the vectors in tests/fixtures that several languages share.
#pragma once

#include <string>

#include "google/protobuf/struct.pb.h"

namespace paceline::core::testing {

// The JSON object in tests/fixtures/`name`. Fails the test, and is empty, when there is none.
google::protobuf::Struct ReadVectors(const std::string& name);

// Bytes of a string of hexadecimal digits.
std::string FromHex(const std::string& hex);

}  // namespace paceline::core::testing
