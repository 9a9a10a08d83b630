import { isFlagging } from '../alert/verdict.rules.js';
import type { Platform } from '../platform/platform.entity.js';
import { platformView, type PlatformViewContext } from '../platform/platform.view.js';
import { showId } from '../web/ids.js';
import { momentText } from '../web/moment-text.js';
import { translator } from '../web/translator.js';
import { hasAcceptedFlags } from './platform-list.view.js';
import type { PresentVerdict } from './platform-verdicts.service.js';
import type { ScanTask } from './scan-task.entity.js';
import { taskErrorView } from './scan.view.js';

const t = translator();

/** Longer notes, in characters, are folded: they would push down what the engines say. */
const LONG_NOTES = 400;
const SHOWN_NOTES = 80;

/** What a platform's page says of it beside its fields. */
export function platformFacts(
  platform: Platform,
  context: PlatformViewContext,
  present: readonly PresentVerdict[],
): object {
  const flags = present.filter(({ category }) => isFlagging(category)).length;
  // What is left of a platform that was removed and came back was accepted by nobody.
  const isKnown = platform.lastConclusiveAt !== null;
  return {
    isAccepted: isKnown && hasAcceptedFlags(platformView(platform, context).state, flags),
    notPlanned: whyNotPlanned(platform, context),
    longNotes: longNotes(platform.notes),
  };
}

/** Why the last scan of a platform said nothing of it. */
export function failureView(task: ScanTask): object {
  const { scanId, completedAt } = task;
  const at = completedAt ? momentText(completedAt) : '';
  return {
    scanId: showId(scanId),
    words: t('scan.lastFailed', { at, why: taskErrorView(task)?.message ?? '' }),
  };
}

/** Why no scan will take a platform in; null for one that the next scan does. */
function whyNotPlanned(
  { archivedAt, isActive }: Platform,
  { isIntegrationActive }: PlatformViewContext,
): 'archived' | 'inactive' | 'integration' | null {
  if (archivedAt !== null) return 'archived';
  if (!isActive) return 'inactive';
  return isIntegrationActive ? null : 'integration';
}

/** How long the notes are and how they begin; null for short ones. */
function longNotes(notes: string): string | null {
  const characters = Array.from(notes);
  if (characters.length <= LONG_NOTES) return null;
  const begin = `${characters.slice(0, SHOWN_NOTES).join('').trimEnd()}…`;
  return t('platform.longNotes', { length: characters.length, begin });
}
