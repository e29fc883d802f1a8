// Bounds that both parts of the agent keep.

/** A raw batch is sealed at this size, so that it always fits what browsers send for a hidden page. */
export const MAX_BATCH_BYTES = 16 * 1024;
/** Of a session that may not leave. */
export const MAX_UNSENT_BYTES = 128 * 1024;
