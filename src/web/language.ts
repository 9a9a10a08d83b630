/** The languages that there are strings in, by their BCP 47 tags. */
export const LANGUAGES = ['en', 'fr'] as const;

export type Language = (typeof LANGUAGES)[number];
