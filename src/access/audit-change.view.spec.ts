import { writeFor } from '../web/reader.js';
import { auditChanges } from './audit-change.view.js';

const english = { language: 'en', timeZone: null } as const;
const french = { language: 'fr', timeZone: 'Europe/Paris' } as const;

/** What a line shows, field by field. */
function shown(before: object, after: object, reader: typeof english | typeof french = english) {
  const changes = writeFor(reader, () => auditChanges({ ...before }, { ...after }));
  return changes.map(({ label, text }) => `${label}: ${text}`);
}

describe('what a line of the audit trail tells of', () => {
  it('leaves out what is empty where something came to be', () => {
    const made = { name: 'Shop', active: true, ownerName: null, tags: [], notes: '' };
    expect(shown({}, made)).toEqual(['Name: Shop', 'Active: yes']);
  });

  it('says what was none, and what became none', () => {
    expect(shown({ assignee: null }, { assignee: 'ada' })).toEqual(['Assigned to: none → ada']);
    expect(shown({ tags: ['eu', 'shop'] }, { tags: [] })).toEqual(['Tags: eu, shop → none']);
  });

  it('has words for codes, in the reader’s language, and times in the reader’s zone', () => {
    const changed = [{ state: 'new' }, { state: 'false_positive' }] as const;
    expect(shown(...changed)).toEqual(['State: New → False positive']);
    expect(shown(...changed, french)).toEqual(['État: Nouvelle → Faux positif']);
    expect(shown({}, { revokedAt: '2026-11-26T11:10:49.761Z' }, french)).toEqual([
      'Révoqué le: 26/11/2026 12:10 UTC+1',
    ]);
  });

  it('takes no text for a time that somebody typed, nor for a day', () => {
    for (const name of ['2026-13-01T00:00:00Z', '2026-11-26T11:10:49Z', '2026-11-26']) {
      expect(shown({}, { name }, french)).toEqual([`Nom: ${name}`]);
    }
    expect(shown({}, { expiresAt: '2026-13-01T00:00:00Z' })).toEqual([
      'Good until: 2026-13-01T00:00:00Z',
    ]);
  });

  it('says from whom an alert was taken: that nobody has it', () => {
    expect(shown({}, { assignee: null })).toEqual(['Assigned to: none']);
  });

  it('tells a part by its fields, each once where it stayed', () => {
    const before = { dispute: { engine: 'Fortinet', state: 'none' } };
    const after = { dispute: { engine: 'Fortinet', state: 'reported', contact: 'a@b.example' } };
    expect(shown(before, after)).toEqual([
      'Engine: Fortinet',
      'State of the dispute: Not reported → Reported',
      'Who was asked: a@b.example',
    ]);
  });

  it('shows what there are no words for as it is kept', () => {
    const told = { colour: 'red', rotated: [{ what: 'API key', count: 1 }], state: 'lost' };
    expect(shown({}, told)).toEqual(['colour: red', 'Encrypted anew: API key 1', 'State: lost']);
  });

  it('has the start of a long text beside all of it', () => {
    const [change] = auditChanges({}, { notes: 'x'.repeat(121) });
    expect(change?.start).toBe(`${'x'.repeat(120)}…`);
    expect(auditChanges({}, { notes: 'x'.repeat(120) })[0]?.start).toBe('');
  });
});
