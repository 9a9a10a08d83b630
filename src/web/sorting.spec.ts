import { orderOf, sortHeads, type Sorts } from './sorting.js';

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
    ['name', '-name', 'ascending', '-at', ''],
    ['-name', 'name', 'descending', '-at', ''],
    ['at', 'name', '', '-at', 'ascending'],
    ['-at', 'name', '', 'at', 'descending'],
    ['', 'name', '', '-at', ''],
  ])('by %j heads lead on', (present, nameNext, nameSorted, atNext, atSorted) => {
    const asked = { search: 'a b', state: undefined, limit: 25, cursor: 'c', sort: present };
    const { name, at } = sortHeads('/x', SORTS, present, asked);
    const href = (sort: string) => `/x?search=a+b&limit=25&sort=${sort}`;
    expect(name).toEqual({ href: href(nameNext), sorted: nameSorted });
    expect(at).toEqual({ href: href(atNext), sorted: atSorted });
  });
});
