import { Type } from 'class-transformer';
import {
  IsArray,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import * as fc from 'fast-check';
import { DtoPipe } from './dto.pipe.js';
import { type FieldError, NotAnObjectError, ValidationFailed } from './domain-error.js';
import { says, validateDto } from './validation.js';

class Owner {
  @IsString(says('error.wrongType'))
  email!: string;
}

class Thing {
  @Length(1, 5, says('error.limit', { min: 1, max: 5 }))
  name!: string;

  @IsOptional()
  @Max(7, says('error.cursor'))
  @Min(1, says('error.cursor'))
  @IsInt(says('error.wrongType'))
  days?: number;

  @IsOptional()
  @ValidateNested()
  @Type(() => Owner)
  owner?: Owner;

  @IsOptional()
  @IsArray(says('error.wrongType'))
  @ValidateNested({ each: true })
  @Type(() => Owner)
  others?: Owner[];
}

class Nothing {
  @IsOptional()
  @IsInt(says('error.wrongType'))
  days?: number;
}

function fieldsOf(plain: unknown, type: new () => object = Thing): readonly FieldError[] {
  try {
    validateDto(type, plain);
  } catch (error) {
    if (error instanceof ValidationFailed) return error.details.fields ?? [];
    throw error;
  }
  return [];
}

describe('validateDto', () => {
  it('makes an instance of what is right', () => {
    const thing = validateDto(Thing, { name: 'abc', days: 7, owner: { email: 'a@example.org' } });
    expect(thing).toBeInstanceOf(Thing);
    expect(thing.owner).toBeInstanceOf(Owner);
    expect(thing).toEqual({ name: 'abc', days: 7, owner: { email: 'a@example.org' } });
  });

  it('does not invent fields that were not given', () => {
    const given = Object.entries(validateDto(Thing, { name: 'abc' }));
    expect(given.filter(([, value]) => value !== undefined)).toEqual([['name', 'abc']]);
  });

  it.each<[string, unknown, unknown]>([
    [
      'a bad value',
      { name: 'too long' },
      [{ field: 'name', message: 'error.limit', params: { min: 1, max: 5 } }],
    ],
    ['a missing one', {}, [{ field: 'name', message: 'error.limit', params: { min: 1, max: 5 } }]],
    [
      'every bad value, each once',
      { name: '', days: 'x' },
      [
        { field: 'name', message: 'error.limit', params: { min: 1, max: 5 } },
        { field: 'days', message: 'error.wrongType' },
      ],
    ],
    [
      'text for a number, which is not converted',
      { name: 'a', days: '3' },
      [{ field: 'days', message: 'error.wrongType' }],
    ],
    [
      'an unknown field',
      { name: 'a', colour: 'red' },
      [{ field: 'colour', message: 'error.unknownField' }],
    ],
    [
      'a field within another',
      { name: 'a', owner: { email: 7 } },
      [{ field: 'owner.email', message: 'error.wrongType' }],
    ],
    [
      'an unknown field within another',
      { name: 'a', owner: { email: '', x: 1 } },
      [{ field: 'owner.x', message: 'error.unknownField' }],
    ],
    [
      'a field within a list',
      { name: 'a', others: [{ email: '' }, { email: 7 }] },
      [{ field: 'others.1.email', message: 'error.wrongType' }],
    ],
    [
      'text where an object must be',
      { name: 'a', owner: 'text' },
      [{ field: 'owner', message: 'error.wrongType' }],
    ],
  ])('names %s', (_, plain, fields) => {
    expect(fieldsOf(plain)).toEqual(fields);
  });

  it.each(['text', 7, [], [{ name: 'abc' }]])('refuses %j, which is no object', (plain) => {
    expect(() => validateDto(Nothing, plain)).toThrow(NotAnObjectError);
  });

  it.each([null, undefined])('takes %j for an empty body', (plain) => {
    expect(fieldsOf(plain)).toMatchObject([{ field: 'name' }]);
    expect(fieldsOf(plain, Nothing)).toEqual([]);
  });

  it.each(['constructor', 'toString', 'hasOwnProperty'])('refuses %s by name', (name) => {
    expect(fieldsOf({ name: 'a', [name]: 'x' })).toEqual([
      { field: name, message: 'error.unknownField' },
    ]);
  });

  it('lets nobody reach a prototype', () => {
    const evil = JSON.parse('{"name":"a","__proto__":{"days":99,"isAdmin":true}}') as unknown;
    const made = fieldsOf(evil).length === 0 ? validateDto(Thing, evil) : null;
    expect((made as { isAdmin?: boolean } | null)?.isAdmin).toBeUndefined();
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  });

  it('throws nothing but ValidationFailed, whatever the JSON', () => {
    const key = fc.oneof(fc.constantFrom('name', 'days', 'owner', 'others', 'email'), fc.string());
    const bodies = fc.dictionary(key, fc.jsonValue(), { noNullPrototype: true });
    fc.assert(
      fc.property(bodies, (body) => {
        for (const { message } of fieldsOf(body)) expect(message).toMatch(/^error\./);
      }),
    );
  });
});

describe('DtoPipe', () => {
  const pipe = new DtoPipe();

  it.each(['body', 'query'] as const)('validates a %s that names a class', (type) => {
    expect(() => pipe.transform({ name: '' }, { type, metatype: Thing })).toThrow(ValidationFailed);
    expect(() => pipe.transform(undefined, { type, metatype: Thing })).toThrow(ValidationFailed);
    expect(pipe.transform({ name: 'a' }, { type, metatype: Thing })).toBeInstanceOf(Thing);
  });

  it.each([String, Object, undefined])('leaves alone what is of the plain type %p', (metatype) => {
    const value = { name: '' };
    expect(pipe.transform(value, { type: 'body', metatype })).toBe(value);
  });

  it('leaves the parts of an address alone', () => {
    expect(pipe.transform('7', { type: 'param', metatype: Thing })).toBe('7');
  });
});
