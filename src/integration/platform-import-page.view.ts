import type { ImportPageQuery } from '../platform/import/import.dto.js';
import { importPage } from '../platform/import/import-page.view.js';
import type { ImportService } from '../platform/import/import.service.js';
import type { PlatformImport } from '../platform/platform-import.service.js';
import type { CapacityService } from './capacity.service.js';
import { capacityView } from './integration.view.js';

/** What the pages of imported platforms are made from. */
interface Sources {
  target: PlatformImport;
  imports: ImportService;
  limits: CapacityService;
}

/**
 * An import of platforms as its page shows it: its rows, and what the limits can carry with them.
 * @throws NotFoundError
 */
export async function platformImportModel(
  { target, imports, limits }: Sources,
  place: { path: string; list: string },
  id: number,
  query: ImportPageQuery,
): Promise<object> {
  const staged = await imports.get(target, id);
  const { activeChange } = await target.figures(id);
  const { capacity, frequencyDays } = await limits.capacityWith(activeChange);
  return {
    ...(await importPage(imports, target, place, staged, query)),
    capacity: capacityView(capacity, frequencyDays),
  };
}
