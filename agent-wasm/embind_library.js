// Embind's JavaScript, as far as this module needs it: free functions over numbers. It stands behind Emscripten's own
// embind.js and takes the place of what that does for overloads, classes, conversions and error messages, which would be
// most of the glue. A WebAssembly number is a JavaScript number already, so no type has to be registered.
/* global AsciiToString, LibraryManager, Module, mergeInto, wasmTable */
mergeInto(LibraryManager.library, {
  _embind_register_function__deps: ["$AsciiToString"],
  // `invoker` calls `implementation` with what else it is given.
  _embind_register_function: function (
    name,
    argumentCount,
    argumentTypes,
    signature,
    invoker,
    implementation,
  ) {
    Module[AsciiToString(name)] = wasmTable.get(invoker).bind(null, implementation);
  },
});
