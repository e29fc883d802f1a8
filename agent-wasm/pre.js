// Whoever loads the module instantiates it: only they know what to do when that fails. Stands before Emscripten's smallest
// runtime, which would ask WebAssembly itself.
/* global Module, wasmMemory */
/* eslint-disable @typescript-eslint/no-unused-vars */
/** @suppress{duplicate} */
var WebAssembly = {
  instantiate: (wasm, imports) => new Promise((done) => Module["instantiateWasm"](imports, done)),
};
// The memory may grow with every call.
Object.defineProperty(Module, "HEAPU8", { get: () => new Uint8Array(wasmMemory.buffer) });
