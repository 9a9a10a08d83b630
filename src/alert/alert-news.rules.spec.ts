import { newsOf } from './alert-news.rules.js';

const severity = (from: string, to: string) => ({
  kind: 'severity_changed' as const,
  data: { from, to },
});
const state = (from: string, to: string) => ({
  kind: 'state_changed' as const,
  data: { from, to },
});

describe('what is told of an alert', () => {
  it.each([
    ['opened', 'new', [{ kind: 'opened' }, { kind: 'detection_added' }], 'alert.opened'],
    ['a new engine', 'new', [{ kind: 'detection_added' }], 'alert.updated'],
    ['worse', 'in_progress', [severity('medium', 'high')], 'alert.updated'],
    ['better', 'in_progress', [severity('critical', 'low')], null],
    ['another result', 'new', [{ kind: 'detection_changed' }], null],
    ['a comment', 'new', [{ kind: 'comment' }], null],
    ['taken on', 'in_progress', [state('new', 'in_progress')], null],
    ['cleared', 'resolved', [{ kind: 'detection_cleared' }, { kind: 'cleared' }], 'alert.resolved'],
    ['settled by hand', 'resolved', [state('new', 'resolved')], 'alert.resolved'],
    ['a false positive', 'false_positive', [state('new', 'false_positive')], 'alert.resolved'],
    ['its platform gone', 'resolved', [{ kind: 'platform_removed' }], 'alert.resolved'],
    ['reopened by hand', 'in_progress', [state('resolved', 'in_progress')], 'alert.reopened'],
    [
      'reopened by a scan',
      'in_progress',
      [{ kind: 'reopened' }, severity('low', 'high')],
      'alert.reopened',
    ],
    ['a settled one whose engine clears it', 'resolved', [{ kind: 'detection_cleared' }], null],
    ['a settled one that an engine joins', 'resolved', [{ kind: 'detection_added' }], null],
  ] as const)('%s', (_what, after, lines, told) => {
    expect(newsOf(after, lines)).toBe(told);
  });
});
