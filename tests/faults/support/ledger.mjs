// The oracle: every message that was ever sent, and which of them were acknowledged. Makes the messages, too.
import {
  encodeBeacon,
  encodeEntryBatch,
  sampleBeacon,
  sampleEntryBatch,
} from "../../integration/support.mjs";

const SEQUENCES = 6;
const OPEN_DOCUMENTS = 40;
// Of the last ones that were acknowledged, some are sent again.
const REMEMBERED = 500;
const UNANSWERED_SHARE = 0.3;
const AGAIN_SHARE = 0.1;

/** A generator of numbers in [0, 1) that gives the same for the same seed (mulberry32). */
export function createRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * @typedef {object} Message one beacon or entry batch, always with the same bytes
 * @property {string} key its identity
 * @property {boolean} isRaw
 * @property {object} message
 * @property {Uint8Array} body
 * @property {number} mark a number that only this one carries
 * @property {number} acknowledged how often
 */

export class Ledger {
  /** @type {Map<string, Message>} */
  messages = new Map();
  acknowledged = 0;
  /** Answers to messages that had been acknowledged before. */
  duplicates = 0;
  /** How many answers came through each door. */
  doors = { HTTP: 0, stream: 0, call: 0 };
  /** Answers that no honest collector gives. */
  wrong = [];
  /** @type {Set<Message>} */
  #unanswered = new Set();
  #remembered = [];
  #documents = [];
  #random;

  constructor(random) {
    this.#random = random;
  }

  /** The next to send: one that nobody answered, one that was acknowledged, or a new one. */
  next() {
    const dice = this.#random();
    if (dice < UNANSWERED_SHARE && this.#unanswered.size > 0) return this.#anyUnanswered();
    if (dice > 1 - AGAIN_SHARE && this.#remembered.length > 0) {
      return this.#remembered[Math.floor(this.#random() * this.#remembered.length)];
    }
    return this.#makeNew();
  }

  /** Everything that has no answer yet. */
  unanswered() {
    return [...this.#unanswered];
  }

  /**
   * @param {Message} message
   * @param {"HTTP" | "stream" | "call"} door
   */
  acknowledge(message, door) {
    this.doors[door]++;
    this.#unanswered.delete(message);
    if (message.acknowledged++ > 0) {
      this.duplicates++;
      return;
    }
    this.acknowledged++;
    this.#remembered[(this.acknowledged - 1) % REMEMBERED] = message;
  }

  #anyUnanswered() {
    const steps = Math.floor(this.#random() * Math.min(20, this.#unanswered.size));
    const messages = this.#unanswered.values();
    for (let i = 0; i < steps; i++) messages.next();
    return messages.next().value;
  }

  #makeNew() {
    const place = Math.floor(this.#random() * OPEN_DOCUMENTS);
    let document = this.#documents[place];
    if (!document || document.sequence === SEQUENCES) {
      document = this.#openDocument(document?.header.sessionId);
      this.#documents[place] = document;
    }
    const message = makeMessage(document, document.sequence++, this.messages.size + 1);
    this.messages.set(message.key, message);
    this.#unanswered.add(message);
    return message;
  }

  // Two documents of a session now and then; a third of them has no WebAssembly.
  #openDocument(sessionId) {
    const isRaw = this.#random() < 0.33;
    const { sessionId: fresh, documentId, originUnixMs } = sampleBeacon();
    const isSecond = sessionId !== undefined && this.#random() < 0.5;
    const header = { sessionId: isSecond ? sessionId : fresh, documentId, originUnixMs };
    return { isRaw, header, sequence: 0 };
  }
}

/** What identifies a message, from its JSON in an export or from the message itself. */
export function keyOf({ site, sessionId, documentId, sequence = 0 }) {
  const hex = (bytes) => Buffer.from(bytes, "base64").toString("hex");
  return [site, hex(sessionId), hex(documentId), sequence].join(" ");
}

function makeMessage({ isRaw, header }, sequence, mark) {
  const message = isRaw
    ? makeBatch(header, sequence, mark)
    : sampleBeacon({ ...header, sequence, lcpMs: mark / 10 });
  return {
    key: keyOf(message),
    isRaw,
    message,
    body: isRaw ? encodeEntryBatch(message) : encodeBeacon(message),
    mark,
    acknowledged: 0,
  };
}

function makeBatch(header, sequence, mark) {
  const shift = { case: "layoutShift", value: { start100us: mark, value: 0.01 } };
  const batch = sampleEntryBatch({ ...header, sequence });
  return sampleEntryBatch({
    ...header,
    sequence,
    entries: [...(sequence === 0 ? batch.entries : []), { entry: shift }],
  });
}

/** The number that a stored message carries. */
export function markOf({ beacon, entryBatch }) {
  if (beacon) return Number(beacon.events[0].vital.value);
  return Number(entryBatch.entries.at(-1).layoutShift.start100us);
}
