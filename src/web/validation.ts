import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { type FieldError, NotAnObjectError, ValidationFailed } from './domain-error.js';
import type { StringKey } from './strings/string-key.js';

/**
 * What the decorators of a DTO are given as `message`: a key of the language file, and what its
 * placeholders stand for. `@Length(1, 255, says('vendor.error.name'))`.
 */
export function says(
  key: StringKey,
  params?: Record<string, string | number>,
): { message: string } {
  return { message: JSON.stringify({ key, params }) };
}

/**
 * Checks a plain object against a DTO class: the one way for JSON bodies, queries and forms.
 * @throws NotAnObjectError, ValidationFailed that names every bad or unknown field
 */
export function validateDto<T extends object>(type: new () => T, plain: unknown): T {
  // A request without a body asks for nothing, which may be all that it wants.
  const body = plain ?? {};
  if (typeof body !== 'object' || Array.isArray(body)) throw new NotAnObjectError();
  // class-transformer drops these in silence, where an unknown field is to be refused by name.
  const hidden = Object.keys(body).filter((name) => name in Object.prototype);
  if (hidden.length > 0) {
    throw new ValidationFailed(hidden.map((field) => ({ field, message: 'error.unknownField' })));
  }
  const instance = plainToInstance(type, body, { exposeUnsetFields: false });
  const errors = validateSync(instance, {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    stopAtFirstError: true,
  });
  if (errors.length > 0) throw new ValidationFailed(errors.flatMap((error) => fieldErrors(error)));
  return instance;
}

function fieldErrors(error: ValidationError, path = ''): FieldError[] {
  const field = path ? `${path}.${error.property}` : error.property;
  const children = (error.children ?? []).flatMap((child) => fieldErrors(child, field));
  if (!error.constraints) return children;
  if ('whitelistValidation' in error.constraints) {
    return [{ field, message: 'error.unknownField' }, ...children];
  }
  return [{ field, ...unpack(Object.values(error.constraints)[0]) }, ...children];
}

function unpack(message: string | undefined): Omit<FieldError, 'field'> {
  if (!message?.startsWith('{')) return { message: 'error.wrongType' };
  const { key, params } = JSON.parse(message) as {
    key: StringKey;
    params?: Record<string, string | number>;
  };
  return { message: key, params };
}
