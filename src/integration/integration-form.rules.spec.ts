import { settingsFromForm } from './integration-form.rules.js';

const NUMBERS = [
  'scanFrequencyDays',
  'requestsPerMinute',
  'requestsPerDay',
  'requestsPerMonth',
  'reservePercent',
  'alertThreshold',
];

describe('settingsFromForm', () => {
  it('is the JSON body that the form stands for', () => {
    const form = {
      _csrf: 'token',
      apiKey: '',
      active: 'on',
      scanFrequencyDays: '7',
      requestsPerMinute: ' 4 ',
    };
    expect(settingsFromForm(form)).toEqual({
      active: true,
      scanFrequencyDays: 7,
      requestsPerMinute: 4,
    });
  });

  it('takes a box that is not ticked for no', () => {
    expect(settingsFromForm({})).toEqual({ active: false });
  });

  it.each(NUMBERS)(
    'reads %s as a whole number, and leaves what is none for the message',
    (name) => {
      const read = (text: unknown) => settingsFromForm({ [name]: text })[name];
      expect(['0', '8', '-1', ' 12 '].map(read)).toEqual([0, 8, -1, 12]);
      for (const odd of ['', ' ', '1.5', 'daily', '1e3', '0x10', '1 2', '٣', ['1', '2']]) {
        expect(read(odd)).toEqual(odd);
      }
    },
  );

  it.each<[string, Record<string, unknown>, unknown]>([
    ['a key', { apiKey: 'abc' }, 'abc'],
    ['a key with white space around it', { apiKey: ' abc\n' }, 'abc'],
    ['an empty field, which keeps the key', { apiKey: '' }, undefined],
    ['white space, which keeps the key', { apiKey: ' ' }, undefined],
    ['the box that removes the key', { apiKey: '', removeApiKey: 'on' }, null],
    ['the box beside a key', { apiKey: 'abc', removeApiKey: 'on' }, null],
    ['two fields', { apiKey: ['a', 'b'] }, ['a', 'b']],
  ])('with %s', (_, form, apiKey) => {
    const body = settingsFromForm(form);
    expect(body.apiKey).toEqual(apiKey);
    expect('apiKey' in body).toBe(apiKey !== undefined);
    expect(body).not.toHaveProperty('removeApiKey');
  });

  it('reads an age of details as a whole number, and an empty one as none', () => {
    const read = (keepDetailsDays: unknown) => settingsFromForm({ keepDetailsDays });
    for (const empty of ['', ' ', '\n']) expect(read(empty).keepDetailsDays).toBeNull();
    expect(read(' 90 ').keepDetailsDays).toBe(90);
    for (const odd of ['1.5', 'x', '1e3', ['30', '31']]) {
      expect(read(odd).keepDetailsDays).toEqual(odd);
    }
    expect(settingsFromForm({})).not.toHaveProperty('keepDetailsDays');
  });

  it('leaves fields that it does not know for the validation to name', () => {
    expect(settingsFromForm({ surprise: 'x' })).toMatchObject({ surprise: 'x' });
  });

  it('does not change the form', () => {
    const form = Object.freeze({ _csrf: 'token', requestsPerDay: '5' });
    settingsFromForm(form);
    expect(form).toEqual({ _csrf: 'token', requestsPerDay: '5' });
  });
});
