import { translator } from '../web/translator.js';
import { guidance } from './guidance.rules.js';
import type { AlertView } from './alert.view.js';

const t = translator();

/** What the flags that count point to, in words; null on an alert that none is left of. */
export function guidanceView({ detections }: Pick<AlertView, 'detections'>): object | null {
  const counting = detections.filter(({ state }) => state === 'detected');
  const { verdict, reason, voices, family, repeated } = guidance(counting);
  if (verdict === 'none' || reason === 'no_flag') return null;
  return {
    verdict,
    title: t(`alert.guidance.verdict.${verdict}`),
    why: t(`alert.guidance.why.${reason}`, {
      count: voices,
      family: t(`alert.guidance.family.${family ?? 'other'}`),
    }),
    next: t(`alert.guidance.next.${verdict}`),
    repeated: repeated.map((names) => t('alert.guidance.repeated', { engines: names.join(', ') })),
  };
}
