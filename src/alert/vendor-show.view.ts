import { contactParts } from '../vendor/contact-parts.rules.js';
import { spellingPair } from '../vendor/spelling.rules.js';
import type { Vendor } from '../vendor/vendor.entity.js';
import type { VendorView } from '../vendor/vendor.view.js';
import type { FormState } from '../web/form.js';
import { showId } from '../web/ids.js';
import { translator } from '../web/translator.js';
import type { Detection } from './detection.entity.js';
import type { EngineFigures } from './engine-figures.service.js';

const t = translator();

/**
 * What the page of one vendor shows.
 * @param owners the vendors that have the very names of its near misses
 */
export function vendorShowModel(
  vendor: VendorView,
  owners: ReadonlyMap<string, Vendor>,
  figures: EngineFigures,
  form: FormState,
): object {
  const { now, nowCount, uncounted, uncountedCount, before, beforeCount } = figures;
  const { settled, falsePositives } = figures;
  return {
    ...form,
    pageTitle: vendor.name,
    vendor,
    contactParts: contactParts(vendor.contact),
    contactStates: (['verified', 'bounced', 'unverified'] as const).filter(
      (state) => state !== vendor.contactState,
    ),
    nearMisses: vendor.nearMisses.map((engine) => ({
      vendorId: vendor.id,
      engine,
      ownerId: owners.has(engine) ? showId(owners.get(engine)?.id ?? 0) : '',
      ...spellingPair(vendor.name, engine),
    })),
    now: now.map(flagRow),
    nowText: t('vendor.flags', { count: nowCount }),
    uncounted: uncounted.map(flagRow),
    uncountedText: t('vendor.flags', { count: uncountedCount }),
    before: before.map(flagRow),
    beforeText: t('vendor.flags', { count: beforeCount }),
    falsePositiveText:
      settled === 0
        ? t('vendor.noSettled')
        : t('vendor.falsePositiveRate', {
            percent: Math.round((falsePositives / settled) * 100),
            falsePositives,
            count: settled,
          }),
    delistText: delistText(figures),
  };
}

function delistText({ medianDays, cases }: EngineFigures): string {
  if (medianDays === null) return t('vendor.noCleared');
  const days = medianDays < 10 ? Math.round(medianDays * 10) / 10 : Math.round(medianDays);
  return t('vendor.medianDays', { days, count: cases });
}

function flagRow(detection: Detection): object {
  const { platform, platformId, alertId, category, result, state } = detection;
  const { firstSeenAt, lastSeenAt, clearedAt } = detection;
  return {
    platform: { id: showId(platformId), name: platform?.name ?? '' },
    alertId: alertId === null ? '' : showId(alertId),
    category,
    result,
    state,
    firstSeenAt,
    lastSeenAt,
    clearedAt,
  };
}
