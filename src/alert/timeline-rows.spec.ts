import { timelineRows } from './timeline-rows.js';
import type { TimelineEntry } from './timeline.service.js';

const AT = new Date('2026-11-26T10:00:00Z');

function entry(given: Partial<TimelineEntry>): TimelineEntry {
  return {
    id: 1,
    at: AT,
    actor: 'system',
    version: 1,
    kind: 'detection_added',
    data: { engine: 'Sophos', category: 'malicious', result: null },
    ...given,
  };
}

const said = (engine: string, more: object = {}) =>
  entry({ data: { engine, category: 'malicious', result: 'phishing site', ...more } });

describe('the lines of a timeline', () => {
  it('that say the same of several engines at one moment are one', () => {
    const rows = timelineRows([entry({ kind: 'opened', data: {} }), said('A'), said('B')]);
    expect(rows.map(({ text, engines, who }) => [text, engines, who])).toEqual([
      ['Opened.', '', 'Oju'],
      ['2 engines say malicious (phishing site)', 'A, B', 'Oju'],
    ]);
  });

  it.each([
    ['at another moment', { at: new Date(AT.getTime() + 1) }],
    ['by another', { actor: 'ada@example.org' }],
    ['of another kind', { kind: 'detection_changed' }],
    ['of another flag', said('B', { result: 'spam' })],
    ['what was accepted', said('B', { isAccepted: true })],
  ] as [string, Partial<TimelineEntry>][])('stay apart: %s', (_why, other) => {
    const rows = timelineRows([said('A'), { ...said('B'), ...other }]);
    expect(rows.map(({ engines }) => engines)).toEqual(['', '']);
  });

  it.each([
    [5, false],
    [6, true],
  ])('of %i engines are folded: %s', (count, isFolded) => {
    const rows = timelineRows(Array.from({ length: count }, (_, n) => said(`Engine ${n}`)));
    expect(rows).toMatchObject([{ isFolded }]);
  });

  it('never take together what people write', () => {
    const comment = entry({ kind: 'comment', data: { text: 'Twice' } });
    expect(timelineRows([comment, comment])).toHaveLength(2);
  });
});
