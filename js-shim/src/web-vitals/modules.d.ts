// core/vitals as built into build/wasm/bin, put into the bundle by build-web-vitals.mjs.

/** paceline-vitals.wasm in base64. */
declare module "paceline-vitals-wasm" {
  const base64: string;
  export default base64;
}

/** paceline-vitals-js.mjs: the same as JavaScript. */
declare module "paceline-vitals-js" {
  export default function create(options: object): {
    readonly functions: import("./core.ts").VitalsCore;
  };
}
