import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { Redactor } from '../config/redactor.js';
import { chunksOf } from '../database/chunks.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { type Actor, currentActor } from './actor-context.js';
import { AuditEntry } from './audit-entry.entity.js';
import { auditText, auditValues } from './audit-fields.rules.js';

/** One may be 30 KB. */
const LINES_AN_INSERT = 100;

/** What the audit trail is told. Who, from where and when come by themselves. */
export interface AuditRecord {
  /** `area.what_happened`, up to 64 ASCII characters: `platform.created`. */
  action: string;
  /** What it happened to; `label` is what people know it by. */
  subject?: { kind: string; id?: number | string; label?: string };
  /** What changed, as it was. Properties named like secrets are left out. */
  before?: Record<string, unknown>;
  /** What changed, as it became. Properties named like secrets are left out. */
  after?: Record<string, unknown>;
}

/** Thrown by {@link AuditTrail.record} outside a unit of work: it could tell of what never came to be. */
export class AuditOutsideUnitOfWorkError extends Error {
  constructor() {
    super('The audit trail is written in the unit of work of what it tells of');
  }
}

/**
 * Writes the audit trail. Nothing changes or removes what is in it: this is the one place that
 * writes, and it only inserts.
 */
@Injectable()
export class AuditTrail {
  private readonly redact: (text: string) => string;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    redactor: Redactor,
  ) {
    this.redact = redactor.redact.bind(redactor);
  }

  /**
   * Adds a line, in the transaction of what it tells of: both come to be, or neither.
   * @param as who did it, where that is known only by what was done: whoever signs in
   * @throws AuditOutsideUnitOfWorkError
   */
  async record(entry: AuditRecord, as?: { id: number; email: string }): Promise<void> {
    await this.insert([entry], as);
  }

  /** The same for many lines of one moment. @throws AuditOutsideUnitOfWorkError */
  async recordAll(entries: readonly AuditRecord[]): Promise<void> {
    for (const part of chunksOf(entries, LINES_AN_INSERT)) await this.insert(part);
  }

  private async insert(
    entries: readonly AuditRecord[],
    as?: { id: number; email: string },
  ): Promise<void> {
    if (!this.unitOfWork.isOpen) throw new AuditOutsideUnitOfWorkError();
    const actor = currentActor();
    const who = this.who(as ? { ...actor, kind: 'user', id: as.id, name: as.email } : actor);
    const at = this.clock.now();
    await this.unitOfWork.repository(AuditEntry).insert(
      entries.map(({ action, subject, before, after }) => ({
        at,
        ...who,
        action: action.slice(0, 64),
        subjectKind: subject?.kind.slice(0, 32) ?? null,
        subjectId: subject?.id === undefined ? null : this.text(String(subject.id), 64),
        subjectLabel: subject?.label === undefined ? null : this.text(subject.label, 255),
        valuesBefore: auditValues(before, this.redact),
        valuesAfter: auditValues(after, this.redact),
      })),
    );
  }

  private who({ kind, id, name, address }: Actor) {
    return {
      actorKind: kind,
      actorId: id,
      actorName: this.text(name, 255),
      // Addresses are ASCII; whatever else a proxy may write is not kept.
      address: address?.replace(/[^\x21-\x7e]/g, '').slice(0, 64) ?? null,
    };
  }

  private text(text: string, longest: number): string {
    return auditText(text, this.redact, longest);
  }
}
