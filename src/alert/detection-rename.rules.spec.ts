import type { DetectionState } from './alert.rules';
import { mergedDetections, type RenamedDetection } from './detection-rename.rules';

const OPEN = 10;
const SETTLED = 9;
const EARLY = new Date('2026-01-01T00:00:00Z');
const LATE = new Date('2026-02-01T00:00:00Z');

function row(
  id: number,
  alertId: number | null,
  state: DetectionState,
  at: Date,
): RenamedDetection {
  const result = `said by ${id}`;
  return {
    id,
    alertId,
    category: 'malicious',
    result,
    method: null,
    state,
    firstSeenAt: at,
    lastSeenAt: at,
  };
}
const OLD = 1;
const NEW = 2;

describe('two detections of one engine', () => {
  it.each([
    // The alert of the old name's row and of the new one's, with the open alert; which row is kept.
    [OPEN, OPEN, OPEN, NEW],
    [OPEN, SETTLED, OPEN, OLD],
    [SETTLED, OPEN, OPEN, NEW],
    [SETTLED, SETTLED, null, NEW],
    [SETTLED, null, null, OLD],
    [null, OPEN, OPEN, NEW],
    [null, null, null, NEW],
    [OPEN, null, OPEN, OLD],
  ])('on alerts %s and %s, %s open: row %i is kept', (oldAlert, newAlert, open, keptId) => {
    const old = row(OLD, oldAlert, 'silent', EARLY);
    const recent = row(NEW, newAlert, 'detected', LATE);

    const merged = mergedDetections(old, recent, open);

    expect(merged.keptId).toBe(keptId);
    expect(merged.other.id).toBe(OLD + NEW - keptId);
    // Whichever it is says what the new name says, since the earlier of the two.
    expect(merged.kept).toMatchObject({
      result: 'said by 2',
      state: 'detected',
      firstSeenAt: EARLY,
      lastSeenAt: LATE,
    });
  });

  it.each([
    ['accepted', 'detected', 'detected'],
    ['detected', 'accepted', 'detected'],
    ['silent', 'accepted', 'silent'],
    ['accepted', 'silent', 'silent'],
    ['accepted', 'accepted', 'accepted'],
    ['silent', 'silent', 'silent'],
  ] as const)('%s and %s are %s: only a scan may clear what counted', (one, other, state) => {
    const merged = mergedDetections(row(OLD, OPEN, one, EARLY), row(NEW, OPEN, other, LATE), OPEN);
    expect(merged.kept.state).toBe(state);
  });
});
