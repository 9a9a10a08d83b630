import { isTicked, platformFromForm } from './platform-form.rules';

describe('a posted platform form', () => {
  it('means the JSON body of the same fields', () => {
    expect(
      platformFromForm({
        _csrf: 'x',
        name: ' Shop ',
        url: 'https://a.example',
        active: ['false', 'true'],
        ownerName: '',
        tags: ' eu , shop,,',
        notes: 'a\r\nb',
      }),
    ).toEqual({
      name: ' Shop ',
      url: 'https://a.example',
      active: true,
      ownerName: '',
      tags: ['eu', 'shop'],
      notes: 'a\nb',
    });
  });

  it.each([
    ['false', false],
    [['false', 'true'], true],
    [['false', 'on'], true],
    ['on', true],
    ['1', true],
    ['0', false],
    ['maybe', 'maybe'],
  ])('reads the box %j as %j', (sent, read) => {
    expect(platformFromForm({ active: sent })).toEqual({ active: read });
    expect(isTicked(sent)).toBe(read === true);
  });

  it('leaves out what was not sent, and passes on what no browser sends', () => {
    expect(platformFromForm({})).toEqual({});
    const odd = { name: ['a', 'b'], tags: ['a', 'b'], notes: ['a', 'b'] };
    expect(platformFromForm(odd)).toEqual(odd);
  });
});
