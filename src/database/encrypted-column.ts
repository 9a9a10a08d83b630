/** A column that holds what SecretBox made, as its entity names it. */
export interface EncryptedColumn {
  /** The entity's property. */
  property: string;
  /** What is in it, for people: "VirusTotal API key". */
  what: string;
  /** What its ciphertexts are bound to, by the row's id. */
  purpose: (id: number) => string;
}

const columns = new WeakMap<object, EncryptedColumn[]>();

/**
 * Names a column of an entity (whose primary key is the integer `id`) as one that SecretBox
 * encrypts, so that `oju secret rotate` and the check at start know of it. Whoever adds such a
 * column does no more than this.
 * @param purpose what SecretBox was given when it encrypted; a function where that depends on the id
 */
export function Encrypted(
  what: string,
  purpose: string | ((id: number) => string),
): PropertyDecorator {
  return (prototype, property) => {
    const named = columns.get(prototype.constructor) ?? [];
    const purposeOf = typeof purpose === 'string' ? () => purpose : purpose;
    named.push({ property: String(property), what, purpose: purposeOf });
    columns.set(prototype.constructor, named);
  };
}

/** The columns of an entity class that were named so. */
export function encryptedColumnsOf(entity: object): readonly EncryptedColumn[] {
  return columns.get(entity) ?? [];
}
