import type { FieldLabels } from '../../web/field-message.rules.js';
import type { FormState } from '../../web/form.js';
import { showId } from '../../web/ids.js';
import { pager } from '../../web/pager.js';
import { translator } from '../../web/translator.js';
import { type ImportPageQuery, SHOWN } from './import.dto.js';
import type { Import } from './import.entity.js';
import type { ImportRow } from './import-row.entity.js';
import type { ImportCounts, ImportProgress, ImportService } from './import.service.js';
import type { ImportTarget } from './import-target.js';
import { columnLabel, rowErrorInWords, rowsToWrite } from './import-words.js';
import { importRowView, type RowErrorView } from './import.view.js';

const t = translator();

/** What the forms that take a file or a list call their fields. */
export const UPLOAD_LABELS: FieldLabels = {
  file: 'import.file',
  text: 'import.text',
  urls: 'import.urls.urls',
};

/** In characters: of a longer value the page shows the start. */
const LONGEST_SHOWN = 200;

/** What is part of others stands behind them. */
const COUNTED = [...SHOWN].sort((a, b) => Number(a === 'hinted') - Number(b === 'hinted'));

/** A kind of import as its pages are addressed. */
export interface ImportPlace {
  /** Of the page that takes a file. */
  path: string;
  /** Of the list that it goes to. */
  list: string;
}

/** What the page that takes a file shows. */
export function uploadPage<R extends ImportRow>(
  { kind, columns }: ImportTarget<R>,
  { path, list }: ImportPlace,
  form: FormState,
): object {
  return {
    ...form,
    pageTitle: t(`import.${kind}.title`),
    about: t(`import.${kind}.about`),
    path,
    list,
    columns,
  };
}

/**
 * What the page of a dry run shows: the figures, and one page of the rows of one outcome. Once its
 * file is imported it shows how far that got.
 */
export async function importPage<R extends ImportRow>(
  imports: ImportService,
  target: ImportTarget<R>,
  { path, list }: ImportPlace,
  staged: Import,
  query: ImportPageQuery,
): Promise<object> {
  const progress = await imports.progress(target, staged);
  if (progress !== null) return progressPage(target, { path, list }, staged, progress);
  const counts = await imports.counts(target, staged.id);
  const figures = await target.figures(staged.id);
  const hinted = (await imports.list(target, staged.id, 'hinted', { limit: 1 })).total;
  const countOf = { ...counts, hinted };
  const show = query.show ?? SHOWN.find((name) => countOf[name] > 0) ?? 'new';
  const page = await imports.list(target, staged.id, show, query);
  const changes = show === 'changed' ? await target.changes(page.items) : [];
  const here = `${path}/${showId(staged.id)}`;
  const toWrite = counts.new + counts.changed;
  return {
    pageTitle: t(`import.${target.kind}.checkTitle`),
    nameLabel: t(`import.${target.kind}.name`),
    hintedHelp: t(`import.${target.kind}.hintedHelp`),
    path,
    list,
    here,
    fileName: staged.fileName,
    counts,
    figures,
    capacity: null,
    isLenient: target.isLenient,
    words: wordsOf(target),
    hasHints: hinted > 0,
    hasBad: counts.bad > 0 && !target.isLenient,
    canBeApplied: (counts.bad === 0 || target.isLenient) && toWrite > 0,
    applyLabel: applyLabel(target, counts, hinted),
    isNothing: toWrite === 0,
    tabs: COUNTED.filter((name) => countOf[name] > 0).map((name) => {
      const title = t(
        name === 'hinted' ? `import.${target.kind}.hinted` : `import.outcome.${name}`,
      );
      return {
        title,
        label: name === 'hinted' ? t('import.ofThese', { what: title }) : title,
        count: countOf[name],
        href: `${here}?show=${name}`,
        isShown: name === show,
      };
    }),
    show,
    rows: page.items.map((row, index) =>
      Object.assign(importRowView(row), target.hint(row), {
        id: showId(row.id),
        messages: importRowView(row).errors.map(errorInWords),
        changes: (changes[index] ?? []).map(({ field, before, after }) => ({
          field: columnLabel(field),
          before: valueInWords(field, before),
          after: valueInWords(field, after),
        })),
      }),
    ),
    ...pager(here, page, { show, limit: query.limit, cursor: query.cursor }),
  };
}

/** What the page of a file shows that is written, or was. */
function progressPage<R extends ImportRow>(
  target: ImportTarget<R>,
  { path, list }: ImportPlace,
  { id, fileName, appliedAt }: Import,
  { total, written }: ImportProgress,
): object {
  const isWriting = written < total;
  return {
    pageTitle: t(`import.${target.kind}.title`),
    words: wordsOf(target),
    isLenient: target.isLenient,
    path,
    list,
    here: `${path}/${showId(id)}`,
    fileName,
    scripts: isWriting ? ['js/live-part.js'] : [],
    progress: {
      total,
      written,
      isWriting,
      appliedAt,
      words: t('import.written', { written, total }),
    },
  };
}

/** A list that was pasted is no file. */
function wordsOf({ isLenient }: { isLenient: boolean }) {
  return isLenient
    ? {
        checked: t('import.urls.checked'),
        nothing: t('import.urls.nothing'),
        another: t('import.urls.another'),
        writing: t('import.urls.writing'),
        allWritten: t('import.urls.allWritten'),
      }
    : {
        checked: t('import.checked'),
        nothing: t('import.nothing'),
        another: t('import.another'),
        writing: t('import.writing'),
        allWritten: t('import.allWritten'),
      };
}

/** How many a list adds depends on the box, where some look like they carry a token. */
function applyLabel(
  { isLenient }: { isLenient: boolean },
  counts: ImportCounts,
  hinted: number,
): string {
  if (!isLenient) return t('import.apply', { what: rowsToWrite(counts) });
  return hinted > 0 ? t('import.urls.applyAny') : t('import.urls.apply', { count: counts.new });
}

function errorInWords({ field, message }: RowErrorView): string {
  return rowErrorInWords(field, message);
}

function valueInWords(field: string, value: string): string {
  if (value === '') return t('import.empty');
  if (field === 'active') return t(value === 'true' ? 'app.yes' : 'app.no');
  return cut(value);
}

function cut(text: string): string {
  const characters = Array.from(text.slice(0, 2 * LONGEST_SHOWN + 2));
  return characters.length > LONGEST_SHOWN
    ? `${characters.slice(0, LONGEST_SHOWN).join('')}…`
    : text;
}
