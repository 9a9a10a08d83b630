import type { FieldLabels } from '../../web/field-message.rules.js';
import type { FormState } from '../../web/form.js';
import { showId } from '../../web/ids.js';
import { pager } from '../../web/pager.js';
import { translator } from '../../web/translator.js';
import { type ImportPageQuery, SHOWN } from './import.dto.js';
import type { Import } from './import.entity.js';
import type { ImportRow } from './import-row.entity.js';
import type { ImportProgress, ImportService } from './import.service.js';
import type { ImportTarget } from './import-target.js';
import { importRowView } from './import.view.js';

const t = translator();

/** What the forms that take a file or a list call their fields. */
export const UPLOAD_LABELS: FieldLabels = {
  file: 'import.file',
  text: 'import.text',
  urls: 'import.urls.urls',
};

/** In characters: of a longer value the page shows the start. */
const LONGEST_SHOWN = 200;

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
    hasHints: hinted > 0,
    hasBad: counts.bad > 0 && !target.isLenient,
    canBeApplied: (counts.bad === 0 || target.isLenient) && toWrite > 0,
    applyLabel: target.isLenient
      ? t('import.urls.apply', { count: counts.new })
      : t('import.apply', { new: counts.new, changed: counts.changed }),
    isNothing: toWrite === 0,
    tabs: SHOWN.filter((name) => countOf[name] > 0).map((name) => ({
      label: t(name === 'hinted' ? `import.${target.kind}.hinted` : `import.outcome.${name}`),
      count: countOf[name],
      href: `${here}?show=${name}`,
      isShown: name === show,
    })),
    show,
    rows: page.items.map((row, index) =>
      Object.assign(importRowView(row), target.hint(row), {
        id: showId(row.id),
        changes: (changes[index] ?? []).map(({ field, before, after }) => ({
          field,
          before: cut(before),
          after: cut(after),
        })),
      }),
    ),
    ...pager(here, page, { show, limit: query.limit, cursor: query.cursor }),
  };
}

/** What the page of a file shows that is written, or was. */
function progressPage<R extends ImportRow>(
  { kind }: ImportTarget<R>,
  { path, list }: ImportPlace,
  { id, fileName, appliedAt }: Import,
  { total, written }: ImportProgress,
): object {
  const isWriting = written < total;
  return {
    pageTitle: t(`import.${kind}.title`),
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

function cut(text: string): string {
  const characters = Array.from(text.slice(0, 2 * LONGEST_SHOWN + 2));
  return characters.length > LONGEST_SHOWN
    ? `${characters.slice(0, LONGEST_SHOWN).join('')}…`
    : text;
}
