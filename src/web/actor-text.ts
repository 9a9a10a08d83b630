import { translator } from './translator.js';

const t = translator();

/** No mail address begins so: it has no blank. */
const TOKEN = 'token ';

/** What is kept of who made a call with an API token. */
export function tokenActor(name: string): string {
  return TOKEN + name;
}

/** Who did something, as it was kept, in the reader's language. */
export function writtenActor(actor: string): string {
  return actor.startsWith(TOKEN) ? t('app.token', { name: actor.slice(TOKEN.length) }) : actor;
}
