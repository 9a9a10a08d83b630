import type { FlaggedPlatform, OpenAlertCounts } from '../../alert/alert-figures.service.js';
import { ageParameters, ALERT_AGES } from '../../alert/alert-age.rules.js';
import { SEVERITIES } from '../../alert/alert.rules.js';
import type { FlaggingEngine } from '../../alert/detection-figures.service.js';
import { showId } from '../../web/ids.js';
import { translator } from '../../web/translator.js';
import { heatOf } from './heat.rules.js';

const t = translator();

/** A flagged platform as a row. */
export function flaggedRow({ platform, flags, alert, since }: FlaggedPlatform): object {
  const { lastConclusiveEngines: engines } = platform;
  return {
    name: platform.name,
    href: `/platforms/${showId(platform.id)}`,
    flags:
      engines === null
        ? t('status.board.flags', { count: flags })
        : t('status.board.flagsOf', { count: flags, engines }),
    severity: alert?.severity ?? '',
    alertHref: alert ? `/alerts/${showId(alert.id)}` : '',
    since,
  };
}

/** Open alerts by severity and age, each count with the list that it counts. */
export function alertMatrix(counts: OpenAlertCounts): object {
  const most = Math.max(...SEVERITIES.flatMap((one) => Object.values(counts[one])));
  const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
  return {
    ages: ALERT_AGES,
    rows: SEVERITIES.map((severity) => ({
      severity,
      cells: ALERT_AGES.map((age) => ({
        count: counts[severity][age],
        heat: heatOf(counts[severity][age], most),
        href: listHref({ severity, ...ageParameters(age) }),
        label: t('status.board.cell', {
          severity: t(`alert.severity.${severity}`),
          age: t(`status.board.age.${age}`),
          count: counts[severity][age],
        }),
      })),
      total: sum(Object.values(counts[severity])),
      href: listHref({ severity }),
    })),
    totals: ALERT_AGES.map((age) => ({
      count: sum(SEVERITIES.map((severity) => counts[severity][age])),
      href: listHref(ageParameters(age)),
    })),
    total: sum(SEVERITIES.flatMap((severity) => Object.values(counts[severity]))),
  };
}

/** Engines with what they flag now. @param lengths of their bars, of 100 */
export function engineRows(
  engines: readonly FlaggingEngine[],
  lengths: readonly number[],
): object[] {
  return engines.map(({ engine, vendorId, detections }, index) => ({
    engine,
    vendorHref: vendorId === null ? '' : `/vendor/${showId(vendorId)}`,
    addHref: `/vendor/new?${new URLSearchParams({ name: engine }).toString()}`,
    alertsHref: listHref({ engine }),
    label: t('status.board.alertsOf', { engine, count: detections }),
    detections,
    length: lengths[index] ?? 0,
  }));
}

function listHref(parameters: Record<string, string>): string {
  return `/alerts?${new URLSearchParams(parameters).toString()}`;
}
