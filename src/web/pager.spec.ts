import { pager } from './pager.js';

const page = (
  count: number,
  total: number,
  cursors: [prev: string | null, next: string | null],
) => ({
  items: Array.from({ length: count }, (_, nth) => nth),
  total,
  limit: 50,
  prevCursor: cursors[0],
  nextCursor: cursors[1],
});

describe('a pager', () => {
  it.each<[string, ReturnType<typeof page>, string | undefined, object | null]>([
    ['nothing', page(0, 0, [null, null]), undefined, null],
    ['all there is', page(50, 50, [null, null]), undefined, null],
    ['the first page', page(50, 1234, [null, 'n']), undefined, { from: 1, to: 50 }],
    ['the first page, paged back to', page(50, 1234, [null, 'n']), 'c', { from: 1, to: 50 }],
    ['a page between', page(50, 1234, ['p', 'n']), 'c', null],
    ['the last page', page(34, 1234, ['p', null]), 'c', { from: 1201, to: 1234 }],
    ['a page behind the last', page(0, 1234, [null, null]), 'c', null],
    ['more rows than were counted', page(50, 49, [null, 'n']), undefined, null],
  ])('of %s tells which rows these are if that is known', (_what, shown, cursor, range) => {
    expect(pager('/x', shown, { cursor }).range).toEqual(range);
  });

  it('keeps what the list was asked for', () => {
    const asked = {
      search: 'a&b',
      state: '',
      active: false,
      sort: '-name',
      limit: 50,
      cursor: 'c',
    };
    const { nextHref, prevHref, firstHref, sizes, kept } = pager(
      '/x',
      page(50, 1234, ['p', 'n']),
      asked,
    );
    const base = '/x?search=a%26b&active=false&sort=-name';
    expect(nextHref).toBe(`${base}&limit=50&cursor=n`);
    expect(prevHref).toBe(`${base}&limit=50&cursor=p`);
    expect(firstHref).toBe(`${base}&limit=50`);
    expect(sizes).toEqual(
      [25, 50, 100, 200].map((size) => ({
        size,
        href: `${base}&limit=${size}`,
        isPresent: size === 50,
      })),
    );
    expect(kept).toEqual([{ name: 'limit', value: '50' }]);
  });

  it('leads back to the first page from one that is empty by now', () => {
    const shown = pager('/x', page(0, 12, [null, null]), { cursor: 'c' });
    expect(shown).toMatchObject({ firstHref: '/x', prevHref: '', nextHref: '' });
  });

  it('offers no sizes where each shows the same', () => {
    expect(pager('/x', page(25, 25, [null, null]), {}).sizes).toEqual([]);
  });
});
