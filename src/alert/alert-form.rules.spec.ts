import { alertChangeFromForm, commentFromForm, readInstant } from './alert-form.rules.js';

describe('alertChangeFromForm', () => {
  it('turns the strings of a form into the JSON body that means the same', () => {
    const form = {
      _csrf: 'x',
      state: 'resolved',
      reason: 'remediated',
      note: 'a\r\nb',
      assignee: 'ada',
      version: '7',
    };
    expect(alertChangeFromForm(form)).toEqual({
      state: 'resolved',
      reason: 'remediated',
      note: 'a\nb',
      assignee: 'ada',
      version: 7,
    });
  });

  it('leaves out what was left empty, but not an assignee that was emptied', () => {
    const form = { state: 'new', reason: '', note: ' \r\n', assignee: '', version: '' };
    expect(alertChangeFromForm(form)).toEqual({ state: 'new', assignee: '' });
  });

  it.each([
    [{ version: '1.5' }],
    [{ version: '-1' }],
    [{ version: '99999999999' }],
    [{ version: ['1', '2'] }],
    [{ reason: ['a', 'b'] }],
    [{ note: ['a'] }],
  ])('passes on %j for the DTO to refuse', (form) => {
    expect(alertChangeFromForm(form)).toEqual(form);
  });
});

describe('commentFromForm', () => {
  it('counts a line break as one character', () => {
    expect(commentFromForm({ text: 'a\r\nb', _csrf: 'x' })).toEqual({ text: 'a\nb' });
  });
});

describe('readInstant', () => {
  it.each([
    ['2026-11-01T00:00:00Z', '2026-11-01T00:00:00.000Z'],
    ['2026-11-01T00:00Z', '2026-11-01T00:00:00.000Z'],
    ['2026-11-01', '2026-11-01T00:00:00.000Z'],
    ['2026-11-01T02:00:00+02:00', '2026-11-01T00:00:00.000Z'],
    ['2026-11-01T02:00:00 02:00', '2026-11-01T00:00:00.000Z'],
    ['2026-10-31T19:00:00.250-05:00', '2026-11-01T00:00:00.250Z'],
  ])('reads %s', (text, expected) => {
    expect(readInstant(text)?.toISOString()).toBe(expected);
  });

  it.each([
    'yesterday',
    '2026-11-01T00:00:00',
    '2026-13-01T00:00:00Z',
    '2026-11-01T25:00:00Z',
    '1700000000',
    '0001-01-01T00:00:00Z',
    '',
    12,
    null,
    ['2026-11-01'],
  ])('does not read %j', (text) => {
    expect(readInstant(text)).toBeNull();
  });
});
