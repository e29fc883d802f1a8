// Flags of the programs in bench/: "--name value", each with a default.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <utility>

namespace paceline::bench {

class Flags {
 public:
  // Ends the program at a flag that has no default, or no value.
  Flags(int argc, char** argv, std::map<std::string, std::string> defaults)
      : values_(std::move(defaults)) {
    for (int i = 1; i < argc; i += 2) {
      if (i + 1 == argc || values_.count(argv[i]) == 0) {
        std::fprintf(stderr, "%s: is no flag, or has no value\n", argv[i]);
        std::exit(2);
      }
      values_[argv[i]] = argv[i + 1];
    }
  }

  const std::string& Text(const char* name) const { return values_.at(name); }
  uint64_t Number(const char* name) const {
    return std::strtoull(values_.at(name).c_str(), nullptr, 10);
  }
  double Real(const char* name) const { return std::atof(values_.at(name).c_str()); }

 private:
  std::map<std::string, std::string> values_;
};

}  // namespace paceline::bench
