# Emscripten's configuration: Debian's own, but for the Closure compiler.
import os

EMSCRIPTEN_ROOT = '/usr/share/emscripten'
LLVM_ROOT = '/usr/bin'
BINARYEN_ROOT = '/usr'
NODE_JS = '/usr/bin/node'
JAVA = 'java'
FROZEN_CACHE = True
CLOSURE_COMPILER = os.path.join(os.environ['NODE_PATH'], '.bin', 'google-closure-compiler')
LLVM_ADD_VERSION = '14'
CLANG_ADD_VERSION = '14'
