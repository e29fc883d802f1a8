# Compiler settings and the three functions with which every folder declares its targets.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

set(PACELINE_SANITIZE "" CACHE STRING "Sanitizers for our own code: address, undefined, thread; fuzzer-no-link for the fuzz targets (comma separated)")

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT EMSCRIPTEN)
  # As its manual asks for with precompiled headers.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE_PROGRAM})
endif()

# Parity: the page and the collector have to compute the same bits, so no fused multiply-add anywhere.
add_compile_options(-ffp-contract=off)

add_library(paceline_options INTERFACE)
target_compile_options(paceline_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
                                                 -Wnon-virtual-dtor -Werror)
target_include_directories(paceline_options INTERFACE ${CMAKE_SOURCE_DIR})

if(PACELINE_SANITIZE)
  add_compile_options(-fsanitize=${PACELINE_SANITIZE} -fno-omit-frame-pointer -g1)
  add_link_options(-fsanitize=${PACELINE_SANITIZE})
  if(PACELINE_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=undefined)
    # The tests' own code: without it, it compiles in half the time.
    set(not_watched -fno-sanitize=undefined)
    if(PACELINE_SANITIZE MATCHES "fuzzer")
      list(APPEND not_watched -fno-sanitize=fuzzer-no-link)
    endif()
  endif()
endif()

# What most files include, parsed once: reading headers is more than half of what compiling a file takes. One for the
# libraries, one for the tests. Files include what they use all the same: folder by folder, the page has none of this.
if(NOT EMSCRIPTEN)
  find_package(absl REQUIRED)
  find_package(GTest REQUIRED)
  find_package(Protobuf REQUIRED)
  find_package(Threads REQUIRED)
  # A precompiled header serves where the compiler's own macros are the same, and this option defines one.
  add_compile_options(-pthread)
  set(headers <algorithm> <chrono> <functional> <map> <memory> <mutex> <optional> <span> <string> <string_view> <thread>
              <unordered_map> <utility> <vector> <absl/container/flat_hash_map.h> <absl/status/statusor.h>
              <absl/strings/str_cat.h> <google/protobuf/message.h>)
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/precompiled.cc CONTENT "")
  foreach(headers_of libraries tests)
    add_library(precompiled_for_${headers_of} OBJECT ${CMAKE_BINARY_DIR}/precompiled.cc)
    target_link_libraries(precompiled_for_${headers_of} PRIVATE absl::flat_hash_map absl::statusor absl::strings
                          protobuf::libprotobuf paceline_options)
  endforeach()
  target_link_libraries(precompiled_for_tests PRIVATE GTest::gmock)
  target_compile_options(precompiled_for_tests PRIVATE ${not_watched})
  target_precompile_headers(precompiled_for_libraries PRIVATE ${headers})
  target_precompile_headers(precompiled_for_tests PRIVATE ${headers} <gmock/gmock.h> <gtest/gtest.h>)
endif()

# paceline_library(NAME SOURCES a.cc … DEPS target …)
function(paceline_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC ${ARG_DEPS} PRIVATE paceline_options)
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
  if(NOT EMSCRIPTEN)
    target_precompile_headers(${name} REUSE_FROM precompiled_for_libraries)
  endif()
endfunction()

# paceline_binary(NAME SOURCES a.cc … DEPS target …)
function(paceline_binary name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} paceline_options)
  if(NOT EMSCRIPTEN)
    target_precompile_headers(${name} REUSE_FROM precompiled_for_libraries)
  endif()
endfunction()

# Builds every test that this configuration runs.
add_custom_target(all_tests)

# paceline_test(NAME SOURCES a_test.cc … DEPS target … [DEFINITIONS NAME=value …] [LABEL label]): one GoogleTest
# binary, one CTest entry a test.
# Under ThreadSanitizer only tests with the label `tsan` exist (the distribution's libraries are not instrumented and
# give false reports); under AddressSanitizer those with the label `no-asan` do not.
function(paceline_test name)
  cmake_parse_arguments(ARG "" "LABEL" "SOURCES;DEPS;DEFINITIONS" ${ARGN})
  if(EMSCRIPTEN OR (PACELINE_SANITIZE MATCHES "thread" AND NOT ARG_LABEL STREQUAL "tsan")
     OR (PACELINE_SANITIZE MATCHES "address" AND ARG_LABEL STREQUAL "no-asan"))
    return()
  endif()
  if(NOT ARG_LABEL)
    set(ARG_LABEL unit)
  endif()
  include(GoogleTest)
  add_executable(${name} ${ARG_SOURCES})
  add_dependencies(all_tests ${name})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} GTest::gmock GTest::gtest_main paceline_options)
  target_compile_definitions(${name} PRIVATE ${ARG_DEFINITIONS})
  target_precompile_headers(${name} REUSE_FROM precompiled_for_tests)
  # What is tested is optimized as it is shipped; the tests themselves need not be.
  target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1> ${not_watched})
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES LABELS "${ARG_LABEL}" TIMEOUT 300)
endfunction()
