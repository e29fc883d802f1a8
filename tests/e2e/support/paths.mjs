// Where things are in the checkout.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../../..");

/** Absolute path of something in the repository. */
export function inRepository(path) {
  return join(ROOT, path);
}
