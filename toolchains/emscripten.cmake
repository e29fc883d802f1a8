# Debian's Emscripten. CMake's own platform file does the work; this adds what the distribution's packages need.
set(EMSCRIPTEN_ROOT_PATH /usr/share/emscripten)
include(${EMSCRIPTEN_ROOT_PATH}/cmake/Modules/Platform/Emscripten.cmake)
