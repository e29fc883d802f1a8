#include "tests/unit/core/testing/vectors.h"

#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace paceline::core::testing {

google::protobuf::Struct ReadVectors(const std::string& name) {
  std::ifstream file(std::string(PACELINE_FIXTURES_DIR) + "/" + name);
  std::ostringstream text;
  text << file.rdbuf();
  google::protobuf::Struct vectors;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(text.str(), &vectors).ok()) << name;
  return vectors;
}

std::string FromHex(const std::string& hex) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

}  // namespace paceline::core::testing
