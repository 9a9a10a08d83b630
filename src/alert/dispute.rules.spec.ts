import fc from 'fast-check';
import {
  daysBetween,
  DISPUTE_STATES,
  DISPUTE_STATES_BY_HAND,
  disputeAfter,
  type DisputeChange,
  type DisputeFacts,
  type DisputeState,
  type DisputeStateByHand,
  isDay,
  isSameDispute,
  mergedDisputes,
  nextDisputeStates,
  NO_DISPUTE,
} from './dispute.rules.js';

const TODAY = '2026-11-26';
const STANDING = { today: TODAY, isStanding: true, vendorContact: 'fp@vendor.example' };
const GONE = { ...STANDING, isStanding: false };

const held = (state: DisputeState): DisputeFacts =>
  state === 'none'
    ? NO_DISPUTE
    : { state, contact: 'fp@vendor.example', reference: 'T-1', followUpOn: '2026-11-30' };

const allowed = (from: DisputeState, state: DisputeStateByHand, how = STANDING) =>
  'after' in disputeAfter(held(from), { state }, how);

describe('A dispute', () => {
  // Every pair: from, to, while the engine flags, once it does not.
  it.each<[DisputeState, DisputeStateByHand, boolean, boolean]>([
    ['none', 'none', true, true],
    ['none', 'reported', true, false],
    ['none', 'accepted', false, false],
    ['none', 'rejected', false, false],
    ['reported', 'none', true, true],
    ['reported', 'reported', true, true],
    ['reported', 'accepted', true, true],
    ['reported', 'rejected', true, true],
    ['accepted', 'none', false, false],
    ['accepted', 'reported', true, false],
    ['accepted', 'accepted', true, true],
    ['accepted', 'rejected', true, true],
    ['rejected', 'none', false, false],
    ['rejected', 'reported', true, false],
    ['rejected', 'accepted', true, true],
    ['rejected', 'rejected', true, true],
    ['closed', 'none', false, false],
    ['closed', 'reported', true, false],
    ['closed', 'accepted', false, false],
    ['closed', 'rejected', false, false],
  ])('goes from %s to %s by hand: %p while it stands, %p once not', (from, to, standing, gone) => {
    expect(allowed(from, to)).toBe(standing);
    expect(allowed(from, to, GONE)).toBe(gone);
    if (from !== to) {
      expect(nextDisputeStates(from, true).includes(to)).toBe(standing);
      expect(nextDisputeStates(from, false).includes(to)).toBe(gone);
    }
  });

  it('takes the contact that is given, else its own, else the vendor’s, and none is refused', () => {
    const contact = (before: DisputeFacts, given?: string, vendorContact = 'fp@vendor.example') => {
      const change = given === undefined ? {} : { contact: given };
      const how = { ...STANDING, vendorContact };
      const result = disputeAfter(before, { state: 'reported', ...change }, how);
      return 'after' in result ? result.after.contact : result.complaint.field;
    };
    expect(contact(NO_DISPUTE)).toBe('fp@vendor.example');
    expect(contact(NO_DISPUTE, ' by phone ')).toBe('by phone');
    expect(contact({ ...held('reported'), contact: 'a@b.example' })).toBe('a@b.example');
    expect(contact({ ...held('closed'), contact: 'a@b.example' })).toBe('fp@vendor.example');
    expect(contact(NO_DISPUTE, undefined, '')).toBe('contact');
    expect(contact(held('reported'), '  ')).toBe('contact');
  });

  it.each([
    ['2026-11-25', false],
    ['2026-11-26', true],
    ['2027-01-01', true],
    ['2031-11-30', true],
    ['2031-12-31', false],
    ['1000-01-01', false],
  ])('is followed up on %s: %p', (followUpOn, isAllowed) => {
    const result = disputeAfter(NO_DISPUTE, { state: 'reported', followUpOn }, STANDING);
    expect('after' in result).toBe(isAllowed);
    if ('complaint' in result) expect(result.complaint.field).toBe('followUpOn');
  });

  it('keeps a date that has passed since, and forgets it when the vendor says no', () => {
    const before = { ...held('reported'), followUpOn: '2026-11-01' };
    const to = (change: DisputeChange) => disputeAfter(before, change, STANDING);
    expect(to({ state: 'reported', reference: 'T-2', followUpOn: '2026-11-01' })).toEqual({
      after: { ...before, reference: 'T-2' },
    });
    expect(to({ state: 'accepted' })).toEqual({ after: { ...before, state: 'accepted' } });
    expect(to({ state: 'rejected' })).toEqual({
      after: { ...before, state: 'rejected', followUpOn: null },
    });
    // As the form sends it, which shows the date.
    expect(to({ state: 'rejected', followUpOn: '2026-11-01' })).toEqual({
      after: { ...before, state: 'rejected', followUpOn: null },
    });
    expect(to({ state: 'rejected', followUpOn: '2026-12-01' })).toEqual({
      after: { ...before, state: 'rejected', followUpOn: '2026-12-01' },
    });
    expect(to({ state: 'none', contact: 'x', followUpOn: '1999-01-01' })).toEqual({
      after: NO_DISPUTE,
    });
  });

  it('after any changes by hand and scans is what a plain model of it says', () => {
    // A model that knows who may follow whom in words of its own.
    const follows: Record<string, string> = {
      none: 'reported',
      reported: 'none accepted rejected',
      accepted: 'reported rejected',
      rejected: 'reported accepted',
      closed: 'reported',
    };
    const step = fc.oneof(
      fc.record({
        by: fc.constant('hand' as const),
        to: fc.constantFrom(...DISPUTE_STATES_BY_HAND),
      }),
      fc.record({ by: fc.constant('scan' as const), isFlagged: fc.boolean() }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        let model = { state: 'none', isStanding: true };
        let real: { facts: DisputeFacts; isStanding: boolean } = {
          facts: NO_DISPUTE,
          isStanding: true,
        };
        for (const one of steps) {
          if (one.by === 'scan') {
            if (!one.isFlagged && model.state !== 'none') model.state = 'closed';
            model = { ...model, isStanding: one.isFlagged };
            const isClosed = !one.isFlagged && real.facts.state !== 'none';
            const facts = isClosed ? { ...real.facts, state: 'closed' as const } : real.facts;
            real = { facts, isStanding: one.isFlagged };
          } else {
            const may =
              one.to === model.state ||
              (follows[model.state]?.split(' ').includes(one.to) === true &&
                (one.to !== 'reported' || model.isStanding));
            if (may) model.state = one.to;
            const how = { ...STANDING, isStanding: real.isStanding };
            const result = disputeAfter(real.facts, { state: one.to }, how);
            expect('after' in result).toBe(may);
            if ('after' in result) real.facts = result.after;
          }
          expect(real.facts.state).toBe(model.state);
          expect(DISPUTE_STATES).toContain(real.facts.state);
          // Never by hand, and always with somebody who was asked.
          if (real.facts.state !== 'none') expect(real.facts.contact).not.toBe('');
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('Two disputes that turn out to be one', () => {
  const day = (text: string) => new Date(`${text}T00:00:00Z`);
  it('are the one that went on later, as asked first', () => {
    const old = {
      id: 1,
      reportedAt: day('2026-11-01'),
      answeredAt: day('2026-11-20') as Date | null,
    };
    const recent = { id: 2, reportedAt: day('2026-11-10'), answeredAt: null as Date | null };
    for (const merged of [mergedDisputes(old, recent), mergedDisputes(recent, old)]) {
      expect(merged).toEqual({ kept: old, dropped: recent, reportedAt: old.reportedAt });
    }
    const unanswered = { ...old, answeredAt: null as Date | null };
    expect(mergedDisputes(unanswered, recent)).toMatchObject({
      kept: recent,
      reportedAt: old.reportedAt,
    });
  });
});

describe('Days', () => {
  it.each([
    ['2026-11-26', true],
    ['2028-02-29', true],
    ['2026-02-29', false],
    ['2026-13-01', false],
    ['2026-1-1', false],
    ['0000-00-00', false],
    ['2026-11-26T00:00:00Z', false],
    ['+02026-11-26', false],
    ['', false],
  ])('%j is one: %p', (text, is) => {
    expect(isDay(text)).toBe(is);
  });
  it('lie whole days apart, over a change of clocks too', () => {
    expect(daysBetween('2026-10-24', '2026-10-26')).toBe(2);
    expect(daysBetween('2026-11-26', '2026-11-25')).toBe(-1);
  });
  it('are all that may differ', () => {
    expect(isSameDispute(held('reported'), held('reported'))).toBe(true);
    expect(isSameDispute(held('reported'), { ...held('reported'), followUpOn: null })).toBe(false);
  });
});
