import { orderOf, sorting, type Sorts } from './sorting.js';

const SORTS: Sorts = {
  name: { columns: ['x.name', 'x.id'] },
  at: { columns: ['x.at', 'x.id'], startsWith: 'descending' },
};

describe('sorting', () => {
  it.each([
    ['name', { columns: ['x.name', 'x.id'], direction: 'ASC' }],
    ['-name', { columns: ['x.name', 'x.id'], direction: 'DESC' }],
    ['at', { columns: ['x.at', 'x.id'], direction: 'ASC' }],
  ])('by %s is an order', (sort, order) => {
    expect(orderOf(SORTS, sort)).toEqual(order);
  });

  it('by what there is not is an error', () => {
    expect(() => orderOf(SORTS, 'colour')).toThrow('colour');
  });

  it.each([
    [undefined, '-name', 'ascending', '-at', ''],
    ['name', '-name', 'ascending', '-at', ''],
    ['-name', 'name', 'descending', '-at', ''],
    ['at', 'name', '', '-at', 'ascending'],
    ['-at', 'name', '', 'at', 'descending'],
  ])('by %j heads lead on', (sort, nameNext, nameSorted, atNext, atSorted) => {
    const asked = { search: 'a b', state: undefined, limit: 25, cursor: 'c', sort };
    const labels = { name: 'Name', at: 'At' };
    const list = { path: '/x', sorts: SORTS, labels, usual: 'name', asked };
    const { heads, sortChoices } = sorting(list);
    const href = (next: string) => expect.stringMatching(`[&]sort=${next}(&|$)`);
    expect(heads).toEqual({
      name: { label: 'Name', href: href(nameNext), sorted: nameSorted },
      at: { label: 'At', href: href(atNext), sorted: atSorted },
    });
    for (const head of Object.values(heads)) {
      expect(head.href).toMatch(/^\/x\?search=a\+b&limit=25/);
      expect(head.href).not.toContain('cursor');
    }
    expect(sortChoices.map(({ value }) => value)).toEqual(['', '-name', 'at', '-at']);
    const chosen = sortChoices.filter(({ isChosen }) => isChosen).map(({ value }) => value);
    expect(chosen).toEqual([sort === undefined || sort === 'name' ? '' : sort]);
  });

  it('by a usual order that no column has marks none', () => {
    const list = { path: '/x', sorts: SORTS, labels: {}, usual: '', asked: {} };
    const { heads } = sorting(list);
    expect(Object.values(heads).map(({ sorted }) => sorted)).toEqual(['', '']);
  });
});
