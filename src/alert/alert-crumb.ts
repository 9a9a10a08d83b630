import { translator } from '../web/translator.js';

const t = translator();

/** The breadcrumb of pages that lie below an alert's own. */
export function alertCrumb(id: string, platform: string): { href: string; label: string } {
  return { href: `/alerts/${id}`, label: t('alert.showTitle', { id, platform }) };
}
