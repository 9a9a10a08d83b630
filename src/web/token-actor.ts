/** No mail address begins so: it has no blank. */
const TOKEN = 'token ';

/** What is kept of who made a call with an API token. */
export function tokenActor(name: string): string {
  return TOKEN + name;
}

/** The token's name, null where somebody with a mail address, or nobody, was kept. */
export function tokenNameOf(actor: string): string | null {
  return actor.startsWith(TOKEN) ? actor.slice(TOKEN.length) : null;
}
