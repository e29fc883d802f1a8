# Debian's Emscripten. CMake's own platform file does the work; this adds what the distribution's packages need.
set(EMSCRIPTEN_ROOT_PATH /usr/share/emscripten)
include(${EMSCRIPTEN_ROOT_PATH}/cmake/Modules/Platform/Emscripten.cmake)

# Optimised links run acorn, which Emscripten looks for in its own folder and Debian does not put there. Closure has to be
# of Emscripten's own time; a current one refuses its options. Both come from npm, by a config file of ours.
set(PACELINE_NODE_MODULES ${CMAKE_CURRENT_LIST_DIR}/../node_modules)
set(PACELINE_EM_CONFIG ${CMAKE_CURRENT_LIST_DIR}/emscripten-config.py)
set(emscripten_environment ${CMAKE_COMMAND} -E env NODE_PATH=${PACELINE_NODE_MODULES} EM_CONFIG=${PACELINE_EM_CONFIG})
set(CMAKE_CXX_LINKER_LAUNCHER ${emscripten_environment})

# As small as it gets: the page pays for every byte.
set(CMAKE_CXX_FLAGS_RELEASE "-Oz -DNDEBUG -fno-rtti" CACHE STRING "")
