/** How long what was told can be looked up, and is known to have been told. */
export const TOLD_KEPT_MS = 90 * 24 * 60 * 60_000;
