// The types that the bindings pass, in place of Embind's own list of every type there is: the list
// would bring 40 names and the JavaScript for strings, values and views into the page.
#include <emscripten/bind.h>
#include <emscripten/em_macros.h>

#include <cstdint>
#include <limits>

namespace {

using emscripten::internal::TypeID;

template <typename Integer>
void RegisterInteger(const char* name) {
  using Limits = std::numeric_limits<Integer>;
  emscripten::internal::_embind_register_integer(TypeID<Integer>::get(), name, sizeof(Integer),
                                                 Limits::min(), Limits::max());
}

}  // namespace

extern "C" {

// Both are called by Embind's glue, under these names. The second is asked for the name of a type
// that was not registered, to complain of it.
EMSCRIPTEN_KEEPALIVE __attribute__((constructor)) void
__embind_register_native_and_builtin_types() {
  using namespace emscripten::internal;
  _embind_register_void(TypeID<void>::get(), "void");
  _embind_register_bool(TypeID<bool>::get(), "bool", sizeof(bool), true, false);
  RegisterInteger<int>("int");
  RegisterInteger<uint32_t>("uint32");
  RegisterInteger<uintptr_t>("address");
  _embind_register_float(TypeID<double>::get(), "double", sizeof(double));
}

EMSCRIPTEN_KEEPALIVE const char* __getTypeName(const std::type_info*) { return nullptr; }

}  // extern "C"
