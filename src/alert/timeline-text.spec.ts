import { actorText, timelineText } from './timeline-text.js';

describe('timelineText', () => {
  it.each([
    ['opened', {}, 'Opened.'],
    ['reopened', {}, 'Opened again: a scan still flags it the same way.'],
    ['cleared', {}, 'Resolved: the last detection was cleared.'],
    ['platform_removed', {}, 'Resolved: the platform was removed.'],
    [
      'state_changed',
      { from: 'new', to: 'in_progress', reason: null },
      'Set from New to In progress.',
    ],
    [
      'state_changed',
      { from: 'new', to: 'resolved', reason: 'accepted_risk' },
      'Set from New to Resolved: Risk accepted.',
    ],
    ['severity_changed', { from: 'low', to: 'high' }, 'Severity changed from Low to High.'],
    ['assigned', { assignee: 'ada@example.org' }, 'Assigned to ada@example.org.'],
    ['assigned', { assignee: null }, 'Assigned to nobody.'],
    ['comment', { text: 'Wrote to them' }, 'Wrote to them'],
    [
      'detection_added',
      { engine: 'Sophos', category: 'malicious', result: 'phishing site' },
      'Sophos says malicious (phishing site).',
    ],
    [
      'detection_added',
      { engine: 'Sophos', category: 'malicious', result: null, isAccepted: true },
      'Sophos says malicious, which was accepted before.',
    ],
    [
      'detection_changed',
      { engine: 'Sophos', category: 'malicious', result: 'malicious' },
      'Sophos now says malicious.',
    ],
    [
      'detection_changed',
      { engine: 'Sophos', category: 'suspicious', result: 'spam', isAccepted: true },
      'Sophos now says suspicious (spam), which was accepted before.',
    ],
    ['detection_cleared', { engine: 'Sophos' }, 'Sophos flags it no more.'],
    [
      'detection_silent',
      { engine: 'Sophos' },
      'Sophos is silent: it has answered on no platform for 30 days.',
    ],
    ['detection_heard', { engine: 'Sophos' }, 'Sophos answers again.'],
  ] as const)('%s %j', (kind, data, expected) => {
    expect(timelineText({ kind, data })).toBe(expected);
  });

  it.each(['{{flag}}', '$t(app.name)', '$&', '{{- engine}}', '<b>'])(
    'leaves "%s" from outside as it is',
    (hostile) => {
      const data = { engine: hostile, category: 'malicious', result: hostile };
      expect(timelineText({ kind: 'detection_added', data })).toBe(
        `${hostile} says malicious (${hostile}).`,
      );
    },
  );
});

describe('actorText', () => {
  it('names the system Oju and everybody else as they are', () => {
    expect([actorText('system'), actorText('token CI')]).toEqual(['Oju', 'token CI']);
  });
});
