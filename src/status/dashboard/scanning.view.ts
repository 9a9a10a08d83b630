import { scanPath } from '../../scan/scan-page.view.js';
import { numberText } from '../../web/number-text.js';
import { translator } from '../../web/translator.js';
import type { FirstStep, StepName } from '../first-steps/first-steps.rules.js';
import { statusModel } from '../status.view.js';
import type { DashboardScanning } from './dashboard-scans.service.js';

const t = translator();

/** Where a step is done; the scan is begun on the dashboard itself. */
const STEP_HREFS: Readonly<Record<StepName, string>> = {
  key: '/config/integrations/virustotal',
  platforms: '/platforms/new',
  vendors: '/vendor',
  channels: '/config/notifications/new',
  scan: '/scans',
};

/** How scanning stands, in plain values. */
export function scanningModel({ status, progress }: DashboardScanning): object {
  const { running, lastScan, quotas, ...model } = statusModel(status);
  return {
    ...model,
    running,
    /** The one before the running one is not known here, and the scans' own page has it. */
    lastScan: running ? null : lastScan,
    progress,
    quotas: quotas.map((quota) => {
      const left = Math.max(0, quota.limit - quota.all);
      return {
        ...quota,
        left,
        name: t(`status.periods.${quota.period as 'today' | 'thisMonth'}`),
        words: t('status.board.leftOf', {
          left: numberText(left),
          limit: numberText(quota.limit),
        }),
      };
    }),
  };
}

/** The first steps with where each is done, and the one that is next. */
export function stepsModel(steps: readonly FirstStep[], { status }: DashboardScanning): object {
  const running = status.open.find(({ scan }) => scan.isOverAll)?.scan;
  const isReady = (['key', 'platforms'] as const).every((name) =>
    steps.some((step) => step.name === name && step.isDone),
  );
  const rows = steps.map(({ name, isDone, isNext }) => ({
    name,
    isDone,
    isNext,
    href: STEP_HREFS[name],
    title: t(`status.steps.${name}.title`),
    why: t(`status.steps.${name}.why`),
    action: t(`status.steps.${name}.action`),
    canDo: !isDone && (name !== 'scan' || isReady),
    runningHref: name === 'scan' && running ? scanPath(running) : '',
  }));
  return {
    steps: rows,
    stepsDone: rows.filter(({ isDone }) => isDone).length,
  };
}
