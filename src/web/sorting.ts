import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsIn, IsOptional } from 'class-validator';
import { ApiPropertyOptional } from './api-doc.js';
import { type ListAsked, listAddress } from './list-address.js';
import type { KeysetOrder } from './paging.js';
import { translator } from './translator.js';
import { says } from './validation.js';

const t = translator();

/** One way to sort a list. */
interface Sort extends Omit<KeysetOrder, 'direction'> {
  /** The direction that a click on the column's head begins with: what people look for first. */
  startsWith?: 'ascending' | 'descending';
}

/** The ways to sort a list, by what `?sort=` calls them: JSON's name of the field. */
export type Sorts = Readonly<Record<string, Sort>>;

/** The same, of whatever is sorted by no statement. */
export type SortNames = Sorts | Readonly<Record<string, Pick<Sort, 'startsWith'>>>;

/** The head of a column by which a table can be sorted, for the partial `sort_head`. */
interface SortHead {
  label: string;
  href: string;
  /** For `aria-sort`; empty where the table is sorted by something else. */
  sorted: 'ascending' | 'descending' | '';
}

/** What a page says of how its list is sorted, and may be. */
export interface Sorting {
  /** By what they sort by. */
  heads: Record<string, SortHead>;
  /** The same as a choice, for the partial `sort_field`: a table that is folded has no heads. */
  sortChoices: { value: string; label: string; isChosen: boolean }[];
}

/** How a list is sorted, and what its links keep. */
export interface SortedList {
  /** The list's own address. */
  path: string;
  sorts: SortNames;
  /** What each column is called. */
  labels: Readonly<Record<string, string>>;
  /** How it is sorted when nothing is asked for, as `?sort=` would say it. */
  usual: string;
  /** What the list was asked for, `sort` too; the links begin at the first page. */
  asked: ListAsked;
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

/** The heads of a table's columns, each a link that sorts by it, and the same as a choice. */
export function sorting({ path, sorts, labels, usual, asked }: SortedList): Sorting {
  const now = parsedSort(String(asked.sort ?? usual));
  const heads = Object.entries(sorts).map(([name, { startsWith = 'ascending' }]) => {
    const isSorted = name === now.name;
    const isNextDescending = isSorted ? !now.isDescending : startsWith === 'descending';
    const sort = isNextDescending ? `-${name}` : name;
    const head: SortHead = {
      label: labels[name] ?? name,
      href: listAddress(path, { ...asked, cursor: null, sort }),
      sorted: isSorted ? (now.isDescending ? 'descending' : 'ascending') : '',
    };
    return [name, head] as const;
  });
  return {
    heads: Object.fromEntries(heads),
    sortChoices: heads.flatMap(([name, { label }]) =>
      [name, `-${name}`].map((sort) => ({
        // What is usual is asked for by asking for nothing: it may differ with what is shown.
        value: sort === usual ? '' : sort,
        label: t(sort === name ? 'app.list.ascending' : 'app.list.descending', { what: label }),
        isChosen: sort === (asked.sort ?? usual),
      })),
    ),
  };
}

/** What `?sort=` says. */
export function parsedSort(sort: string): { name: string; isDescending: boolean } {
  const isDescending = sort.startsWith('-');
  return { name: isDescending ? sort.slice(1) : sort, isDescending };
}
