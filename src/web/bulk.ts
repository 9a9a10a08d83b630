import type { Request } from 'express';
import type { Logger } from '@nestjs/common';
import { DomainError } from './domain-error.js';
import { addFlash } from './flash.js';
import { translator } from './translator.js';

const t = translator();

/** So many refusals are told one by one. */
const MOST_TOLD = 20;

/** What became of a change of several things. */
export interface BulkOutcome {
  changed: number;
  /** They were like that already. */
  unchanged: number;
  refused: { id: number; why: string }[];
}

/** How an outcome is told. */
export interface BulkWords {
  changed: (count: number) => string;
  unchanged: (count: number) => string;
  refused: (id: number, why: string) => string;
}

/**
 * Changes each of several things by itself: one that is refused, because somebody changed it
 * meanwhile or it does not admit the change, holds up no other. Nor does one that fails: it is told
 * like those, and why is in the log.
 * @param change in a unit of work of its own; returns whether it changed anything
 */
export async function changeEach<T extends { id: number }>(
  chosen: readonly T[],
  change: (one: T) => Promise<boolean>,
  logger: Logger,
): Promise<BulkOutcome> {
  const outcome: BulkOutcome = { changed: 0, unchanged: 0, refused: [] };
  for (const one of chosen) {
    try {
      if (await change(one)) outcome.changed += 1;
      else outcome.unchanged += 1;
    } catch (error) {
      if (!(error instanceof DomainError)) {
        logger.error(`The change of ${one.id} failed: ${String(error)}`);
      }
      outcome.refused.push({ id: one.id, why: refusal(error) });
    }
  }
  return outcome;
}

/** Leaves messages that tell an outcome. */
export function tellBulk(
  request: Request,
  { changed, unchanged, refused }: BulkOutcome,
  words: BulkWords,
): void {
  if (changed > 0) addFlash(request, 'success', words.changed(changed));
  if (unchanged > 0) addFlash(request, 'warning', words.unchanged(unchanged));
  for (const { id, why } of refused.slice(0, MOST_TOLD)) {
    addFlash(request, 'error', words.refused(id, why));
  }
  const more = refused.length - MOST_TOLD;
  if (more > 0) addFlash(request, 'error', t('app.list.bulkRefusedMore', { count: more }));
}

/** The list's query that a form of several rows brought along, to lead back to. */
export function backOf(back: unknown): Record<string, string> {
  return typeof back === 'string' && back.length <= 4000
    ? Object.fromEntries(new URLSearchParams(back))
    : {};
}

function refusal(error: unknown): string {
  if (!(error instanceof DomainError)) return t('app.list.bulkFailed');
  const { details, messageKey } = error;
  const fields = (details.fields ?? []).map(({ field, message, params }) =>
    t('app.list.bulkFieldRefused', { field, why: t(message, params) }),
  );
  return fields.length > 0 ? fields.join('; ') : t(messageKey, details.params);
}
