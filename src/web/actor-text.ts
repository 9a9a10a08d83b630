import { tokenNameOf } from './token-actor.js';
import { translator } from './translator.js';

const t = translator();

/** Who did something, as it was kept, in the reader's language. */
export function writtenActor(actor: string): string {
  const name = tokenNameOf(actor);
  return name === null ? actor : t('app.token', { name });
}
