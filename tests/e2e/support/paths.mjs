// Where things are in the checkout.
import {fileURLToPath} from 'node:url';

/** Absolute path of something in the repository. */
export function inRepository(path) {
  return fileURLToPath(new URL(`../../../${path}`, import.meta.url));
}
