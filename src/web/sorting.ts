import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsIn, IsOptional } from 'class-validator';
import { ApiPropertyOptional } from './api-doc.js';
import { type ListAsked, listAddress } from './list-address.js';
import type { KeysetOrder } from './paging.js';
import { says } from './validation.js';

/** One way to sort a list. */
export interface Sort extends Omit<KeysetOrder, 'direction'> {
  /** The direction that a click on the column's head begins with: what people look for first. */
  startsWith?: 'ascending' | 'descending';
}

/** The ways to sort a list, by what `?sort=` calls them: JSON's name of the field. */
export type Sorts = Readonly<Record<string, Sort>>;

/** The same, of whatever is sorted by no statement. */
export type SortNames = Sorts | Readonly<Record<string, Pick<Sort, 'startsWith'>>>;

/** The head of a column by which a table can be sorted, for the partial `sort_head`. */
export interface SortHead {
  href: string;
  /** For `aria-sort`; empty where the table is sorted by something else. */
  sorted: 'ascending' | 'descending' | '';
}

/** `?sort=name` and `?sort=-name` of a list's query. */
export function SortedBy(sorts: SortNames): PropertyDecorator {
  const choices = Object.keys(sorts).flatMap((name) => [name, `-${name}`]);
  return applyDecorators(
    ApiPropertyOptional({ enum: choices, description: 'with a minus: the other way round' }),
    // A form sends what was left empty.
    Transform(({ value }: { value: unknown }) => (value === '' ? undefined : value)),
    IsOptional(),
    IsIn(choices, says('error.sort', { choices: choices.join(', ') })),
  );
}

/** What a list is ordered by. @param sort as {@link SortedBy} checked it */
export function orderOf(sorts: Sorts, sort: string): KeysetOrder {
  const { name, isDescending } = parsedSort(sort);
  const known = sorts[name];
  if (!known) throw new Error(`A list is not sorted by ${sort}`);
  const { columns, isAscii } = known;
  return { columns, isAscii, direction: isDescending ? 'DESC' : 'ASC' };
}

/**
 * The heads of a table's columns by what they sort by: each a link that keeps what else the list was
 * asked for and begins at its first page.
 * @param present how the table is sorted, as `?sort=` says it
 */
export function sortHeads(
  path: string,
  sorts: SortNames,
  present: string,
  asked: ListAsked,
): Record<string, SortHead> {
  const now = parsedSort(present);
  return Object.fromEntries(
    Object.entries(sorts).map(([name, { startsWith = 'ascending' }]) => {
      const isSorted = name === now.name;
      const isNextDescending = isSorted ? !now.isDescending : startsWith === 'descending';
      const sort = isNextDescending ? `-${name}` : name;
      const sorted = isSorted ? (now.isDescending ? 'descending' : 'ascending') : '';
      return [name, { href: listAddress(path, { ...asked, cursor: undefined, sort }), sorted }];
    }),
  );
}

/** What `?sort=` says. */
export function parsedSort(sort: string): { name: string; isDescending: boolean } {
  const isDescending = sort.startsWith('-');
  return { name: isDescending ? sort.slice(1) : sort, isDescending };
}
