# Compiler settings and the three functions with which every folder declares its targets.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

set(PACELINE_SANITIZE "" CACHE STRING "Sanitizers for our own code: address, undefined, thread, fuzzer (comma separated)")
option(PACELINE_FUZZ "Build the fuzz targets (needs clang)" OFF)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT EMSCRIPTEN)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
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
  endif()
endif()

# paceline_library(NAME SOURCES a.cc … DEPS target …)
function(paceline_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC ${ARG_DEPS} PRIVATE paceline_options)
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
endfunction()

# paceline_binary(NAME SOURCES a.cc … DEPS target …)
function(paceline_binary name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} paceline_options)
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
  find_package(GTest REQUIRED)
  include(GoogleTest)
  add_executable(${name} ${ARG_SOURCES})
  add_dependencies(all_tests ${name})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} GTest::gmock GTest::gtest_main paceline_options)
  target_compile_definitions(${name} PRIVATE ${ARG_DEFINITIONS})
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES LABELS "${ARG_LABEL}" TIMEOUT 300)
endfunction()
