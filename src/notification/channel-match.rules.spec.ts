import {
  type ChannelRules,
  isSequel,
  isTold,
  type MatchedEvent,
  recipientsOf,
} from './channel-match.rules.js';

const ALL: ChannelRules = {
  minSeverity: 'low',
  tags: [],
  owners: [],
  eventTypes: [],
};
const OPENED: MatchedEvent = {
  type: 'alert.opened',
  severity: 'high',
  platform: { tags: ['shop', 'eu'], ownerEmail: 'Ada@example.org' },
};
const OVERDUE: MatchedEvent = { type: 'scan.overdue', severity: null };

describe('a channel', () => {
  it.each<[boolean, Partial<ChannelRules>, MatchedEvent]>([
    [true, {}, OPENED],
    [true, {}, OVERDUE],
    [true, { minSeverity: 'high' }, OPENED],
    [false, { minSeverity: 'critical' }, OPENED],
    [true, { minSeverity: 'critical' }, OVERDUE],
    [true, { minSeverity: 'critical' }, { ...OPENED, severity: null }],
    [true, { tags: ['eu', 'us'] }, OPENED],
    [false, { tags: ['us'] }, OPENED],
    [false, { tags: ['EU'] }, OPENED],
    [true, { tags: ['us'], owners: ['bob@example.org'] }, OVERDUE],
    [true, { owners: ['ada@EXAMPLE.org'] }, OPENED],
    [false, { owners: ['bob@example.org'] }, OPENED],
    [
      false,
      { owners: ['bob@example.org'] },
      { ...OPENED, platform: { tags: [], ownerEmail: null } },
    ],
    [false, { tags: ['eu'], owners: ['bob@example.org'] }, OPENED],
    [true, { eventTypes: ['alert.opened'] }, OPENED],
    [false, { eventTypes: ['alert.resolved'] }, OPENED],
    [true, { eventTypes: ['alert.opened'] }, OVERDUE],
    [false, { eventTypes: ['alert.opened'] }, { ...OVERDUE, type: 'budget.short' }],
  ])('is told: %s, with %j, of %j', (told, rules, event) => {
    expect(isTold({ ...ALL, ...rules }, event)).toBe(told);
  });

  it.each<[boolean, MatchedEvent['type'], MatchedEvent['type'][] | null]>([
    [true, 'alert.resolved', null],
    [true, 'alert.reopened', []],
    [true, 'alert.updated', ['alert.updated']],
    [false, 'alert.resolved', ['alert.opened']],
    [false, 'alert.opened', null],
    [false, 'dispute.due', null],
  ])('hears on: %s, of %s, where it asks for %j', (hears, type, eventTypes) => {
    expect(isSequel({ eventTypes }, { type })).toBe(hears);
  });

  it.each<[string[], boolean, string[] | null, MatchedEvent]>([
    [[''], false, null, OPENED],
    [['', 'Ada@example.org'], true, null, OPENED],
    [[''], true, null, OVERDUE],
    [['a@x.org', 'b@x.org'], false, ['a@x.org', 'b@x.org'], OPENED],
    [['a@x.org', 'Ada@example.org'], true, ['a@x.org'], OPENED],
    [['ada@example.org'], true, ['ada@example.org'], OPENED],
    [['Ada@example.org'], true, [], OPENED],
    [['a@x.org'], true, ['a@x.org'], OVERDUE],
    [[], true, [], OVERDUE],
  ])('sends to %j, where it tells owners: %s, and mails to %j', (to, tellsOwner, mails, event) => {
    expect(recipientsOf({ tellsOwner }, mails, event.platform)).toEqual(to);
  });
});
