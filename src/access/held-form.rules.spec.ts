import fc from 'fast-check';
import { holdForm, readHeld, writeHeld } from './held-form.rules.js';

describe('a form that is held', () => {
  it('keeps what was typed, in the order of its fields, and every value of a name', () => {
    const body = { name: ' G-Data ', contact: 'a\r\nb', alerts: ['1', '2'] };

    expect(holdForm('/vendor/new?x=1', body, false)).toEqual({
      action: '/vendor/new?x=1',
      isUpload: false,
      fields: [
        { name: 'name', value: ' G-Data ' },
        { name: 'contact', value: 'a\r\nb' },
        { name: 'alerts', value: '1' },
        { name: 'alerts', value: '2' },
      ],
    });
  });

  it.each([
    'password',
    'presentPassword',
    'apiKey',
    'code',
    'config.url',
    'clientSecret',
    '_csrf',
    '_once',
  ])('never keeps %s', (name) => {
    expect(holdForm('/x', { [name]: 'hush', name: 'shown' }, false)?.fields).toEqual([
      { name: 'name', value: 'shown' },
    ]);
  });

  it.each([
    ['nothing was sent', '/x', {}],
    ['nothing was typed', '/x', { text: '', urls: ['', ''] }],
    ['only a secret was', '/x', { password: 'hush' }],
    ['nothing was read', '/x', undefined],
    ['the address is of another site', '//evil.example', { name: 'a' }],
    ['a field is no text', '/x', { name: { deep: 'a' } }],
  ])('is none when %s', (_when, path, body) => {
    expect(holdForm(path, body, false)).toBeNull();
  });

  it('is read as it was written, whatever was typed', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string().filter((name) => name !== '__proto__'),
          fc.oneof(fc.string({ unit: 'grapheme' }), fc.array(fc.string(), { minLength: 1 })),
        ),
        fc.boolean(),
        (body, isUpload) => {
          const held = holdForm('/vendor/new', body, isUpload);
          expect(readHeld(held === null ? '' : writeHeld(held))).toEqual(held);
        },
      ),
    );
  });

  it('is not carried along when the sign-in form could not send it', () => {
    const held = holdForm('/vendor/new', { comments: '語'.repeat(10_000) }, false);

    expect(held).not.toBeNull();
    expect(held && writeHeld(held)).toBe('');
  });

  it.each([
    '',
    'x',
    'null',
    '[]',
    '{}',
    '{"action":"/x"}',
    '{"action":"https://evil.example/","fields":[{"name":"a","value":"b"}]}',
    '{"action":"/x","fields":[{"name":"password","value":"b"}]}',
    '{"action":"/x","fields":[null,1,{"name":1,"value":"b"}]}',
    undefined,
    ['{}'],
  ])('is none when it reads %j', (text) => {
    expect(readHeld(text)).toBeNull();
  });
});
