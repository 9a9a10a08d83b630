import type { Platform, PlatformState } from '../platform/platform.entity.js';
import { platformView, type PlatformViewContext } from '../platform/platform.view.js';
import { translator } from '../web/translator.js';
import type { PlatformGlance } from './platform-glance.service.js';
import { runsOf, type ScanMark, STRIP_BOX, stripPaths } from './scan-strip.rules.js';

const t = translator();

/** A platform as a row of the list. @param chosen the boxes that were ticked */
export function platformRow(
  platform: Platform,
  context: PlatformViewContext,
  { marks, engines }: PlatformGlance,
  chosen: ReadonlySet<string>,
): object {
  const view = platformView(platform, context);
  const isNew = view.active && view.lastScannedAt === null;
  const { lastConclusiveAt } = platform;
  const isNewest = lastConclusiveAt?.getTime() === platform.lastScannedAt?.getTime();
  return Object.assign(view, {
    isAwaited: isNew && context.isIntegrationActive,
    isChosen: chosen.has(view.id),
    // Nearly always the last scan is conclusive, and its time stands beside.
    lastConclusiveAt: isNewest ? null : lastConclusiveAt,
    engines: engines && t('scan.enginesOf', engines),
    hasFlags: view.state === 'flagged' && engines !== null && engines.flags > 0,
    isAccepted: hasAcceptedFlags(view.state, engines?.flags ?? 0),
    strip: marks.length > 0 ? strip(marks) : null,
  });
}

/** Engines flag a platform that is not flagged only where all that they say was accepted. @param flags in the last conclusive scan */
export function hasAcceptedFlags(state: PlatformState, flags: number): boolean {
  return state !== 'flagged' && flags > 0;
}

/** The last scans as the partial `scan_strip` draws them. */
export function strip(marks: readonly ScanMark[]): object {
  const runs = runsOf(marks).map(({ mark, count }) =>
    t('scan.glance.run', { count, what: t(`scan.glance.mark.${mark}`) }),
  );
  return {
    box: STRIP_BOX,
    paths: stripPaths(marks),
    label: t('scan.glance.strip', { count: marks.length, runs: runs.join(t('scan.glance.then')) }),
  };
}
