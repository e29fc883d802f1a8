// What the first part hands to the lazy part, so that it need not bring them again: ../share.mjs.
import { readDevice } from "./context.ts";
import { recordError } from "./errors.ts";
import { recordCall, setTags } from "./front.ts";
import { isHidden, navigationEntry } from "./page-views.ts";
import { message } from "./protobuf.ts";
import { selectorOf } from "./selector.ts";
import { idOf, keyOf, randomBytes, readSession, writeSession } from "./session.ts";
import { units } from "./time.ts";
import { resourceOf, safely, scrubText, scrubUrl } from "./url-scrub.ts";

export const shared = [
  idOf,
  isHidden,
  keyOf,
  message,
  navigationEntry,
  randomBytes,
  readDevice,
  readSession,
  recordCall,
  recordError,
  resourceOf,
  safely,
  scrubText,
  scrubUrl,
  selectorOf,
  setTags,
  units,
  writeSession,
] as const;
