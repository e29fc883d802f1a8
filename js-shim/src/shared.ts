// What the first part hands to the lazy part, so that it need not bring them again: ../share.mjs.
import { recordCall } from "./calls.ts";
import { describeDevice } from "./context.ts";
import { isHidden, navigationEntry } from "./page-views.ts";
import { message, packed, sint } from "./protobuf.ts";
import { selectorOf } from "./selector.ts";
import { idOf, keyOf, randomBytes, readSession, writeSession } from "./session.ts";
import { units } from "./time.ts";
import { resourceOf, safely, scrubTokens, scrubUrl, textOf } from "./url-scrub.ts";

export const shared = [
  describeDevice,
  idOf,
  isHidden,
  keyOf,
  message,
  navigationEntry,
  packed,
  randomBytes,
  readSession,
  recordCall,
  resourceOf,
  safely,
  scrubTokens,
  scrubUrl,
  selectorOf,
  sint,
  textOf,
  units,
  writeSession,
] as const;
