import { localPath } from '../web/local-path.rules.js';

/** A form that somebody filled in who was signed out meanwhile: what it would have sent, and where to. */
export interface HeldForm {
  /** A path of ours. */
  action: string;
  /** Sent in parts, as a form with a file is: its text may be longer than that of other forms. */
  isUpload: boolean;
  fields: readonly HeldField[];
}

/** One field as it was typed; a name may come more than once. */
interface HeldField {
  name: string;
  value: string;
}

/** As much as the sign-in form carries along, characters as they are sent: its body takes 100 kB. */
const MOST_CARRIED = 80_000;

/** Nobody gets these back, not even whoever typed them: they are typed again. */
const SECRET = /password|secret|apikey|^code$|^config\.url$/i;

/** True for a field of a form that holds a secret, by its name. */
function isSecretField(name: string): boolean {
  return SECRET.test(name);
}

/**
 * A form as it was sent, without its secrets.
 * @param path its address with the query
 * @param body as it was parsed: text, or several texts, by field
 * @returns null when nothing is worth keeping, or the address is none of ours
 */
export function holdForm(path: string, body: unknown, isUpload: boolean): HeldForm | null {
  const action = localPath(path);
  const fields = Object.entries((body ?? {}) as Record<string, unknown>)
    .filter(([name]) => !name.startsWith('_') && !isSecretField(name))
    .flatMap(([name, value]) =>
      (Array.isArray(value) ? (value as unknown[]) : [value])
        .filter((one) => typeof one === 'string')
        .map((one) => ({ name, value: one })),
    );
  const isEmpty = fields.every(({ value }) => value === '');
  return action === null || isEmpty ? null : { action, isUpload, fields };
}

/** As the sign-in form carries it along; empty when it is too long for that. */
export function writeHeld(held: HeldForm): string {
  const text = JSON.stringify(held);
  return encodeURIComponent(text.toWellFormed()).length > MOST_CARRIED ? '' : text;
}

/** The inverse of {@link writeHeld}; null for text that is no form of ours. */
export function readHeld(text: unknown): HeldForm | null {
  if (typeof text !== 'string' || text === '') return null;
  try {
    const { action, isUpload, fields } = JSON.parse(text) as Record<keyof HeldForm, unknown>;
    if (typeof action !== 'string' || !Array.isArray(fields)) return null;
    const body = (fields as unknown[]).filter(isField).map(({ name, value }) => [name, value]);
    const byName = new Map<string, string[]>();
    for (const [name = '', value = ''] of body) {
      byName.set(name, [...(byName.get(name) ?? []), value]);
    }
    return holdForm(action, Object.fromEntries(byName), isUpload === true);
  } catch {
    return null;
  }
}

function isField(field: unknown): field is HeldField {
  const { name, value } = (field ?? {}) as Record<string, unknown>;
  return typeof name === 'string' && typeof value === 'string';
}
