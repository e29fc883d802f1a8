// The enumerations of the schema (proto/paceline/v1), for code that does not link protobuf. The
// numbers are the wire's; tests/unit/core/wire/schema_test.cc compares them with the generated
// ones.
#pragma once

#include <cstdint>

namespace paceline::core {

enum class Metric : uint32_t {
  kUnspecified = 0,
  kLcp = 1,
  kInp = 2,
  kCls = 3,
  kFcp = 4,
  kTtfb = 5,
  kFid = 6,
  kTbt = 7,
  kTti = 8,
};
// Array size that has room for every Metric by its number.
inline constexpr int kMetricSlots = 9;

enum class Rating : uint32_t {
  kUnspecified = 0,
  kGood = 1,
  kNeedsImprovement = 2,
  kPoor = 3,
};

enum class NavigationType : uint32_t {
  kUnspecified = 0,
  kNavigate = 1,
  kReload = 2,
  kBackForward = 3,
  kBackForwardCache = 4,
  kPrerender = 5,
  kRestore = 6,
  kSoftNavigation = 7,
  kRoute = 8,
};

// How far the page had come.
enum class LoadState : uint32_t {
  kUnspecified = 0,
  kLoading = 1,
  kDomInteractive = 2,
  kDomContentLoaded = 3,
  kComplete = 4,
};

enum class InteractionType : uint32_t {
  kUnspecified = 0,
  kPointer = 1,
  kKeyboard = 2,
};

}  // namespace paceline::core
