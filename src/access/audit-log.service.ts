import { Injectable } from '@nestjs/common';
import { Brackets, type SelectQueryBuilder } from 'typeorm';
import { UnitOfWork } from '../database/unit-of-work.js';
import { keysetBatches, keysetPage, type Page, type PageQuery } from '../web/paging.js';
import { AuditEntry } from './audit-entry.entity.js';

/** Which lines of the audit trail are meant. */
export interface AuditFilter {
  /** Part of the name of who did it, in upper or lower case. */
  actor?: string;
  /** An action (`platform.created`), or all of an area (`platform`). */
  action?: string;
  /** `kind:id`, a kind, or part of the label, in upper or lower case. */
  subject?: string;
  /** Not before. */
  from?: Date;
  /** Before. */
  until?: Date;
}

const ORDER = { columns: ['entry.id'], direction: 'DESC' } as const;

/** Reads the audit trail, newest first. */
@Injectable()
export class AuditLog {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** @throws ValidationFailed on a cursor that is none */
  async list(
    filter: AuditFilter,
    page: Pick<PageQuery, 'limit' | 'cursor'>,
  ): Promise<Page<AuditEntry>> {
    return keysetPage(this.query(filter), ORDER, page);
  }

  /** All lines that are meant, a bounded batch at a time: memory does not grow with the trail. */
  batches(filter: AuditFilter): AsyncGenerator<AuditEntry[]> {
    return keysetBatches(() => this.query(filter), ORDER);
  }

  private query({
    actor,
    action,
    subject,
    from,
    until,
  }: AuditFilter): SelectQueryBuilder<AuditEntry> {
    const query = this.unitOfWork.repository(AuditEntry).createQueryBuilder('entry');
    if (actor !== undefined) query.andWhere(contains('actorName', 'actor', actor));
    if (action !== undefined) {
      query.andWhere("(entry.action = :action OR entry.action LIKE :area ESCAPE '!')", {
        action,
        area: `${escaped(action)}.%`,
      });
    }
    if (subject !== undefined) query.andWhere(aboutSubject(subject));
    if (from) query.andWhere('entry.at >= :from', { from });
    if (until) query.andWhere('entry.at < :until', { until });
    return query;
  }
}

function aboutSubject(subject: string): Brackets {
  const [, kind, id] = /^([a-z_]+):(.+)$/.exec(subject) ?? [];
  return new Brackets((where) => {
    if (kind !== undefined) {
      where.where('(entry.subjectKind = :kind AND entry.subjectId = :id)', { kind, id });
    } else if (/^[a-z_]+$/.test(subject)) {
      // Nothing else is a kind, and MySQL compares no other letters with a column of ASCII.
      where.where('entry.subjectKind = :kind', { kind: subject });
    }
    where.orWhere(contains('subjectLabel', 'label', subject));
  });
}

/** As typed and in lower case: SQLite's LOWER knows ASCII alone, MySQL's LIKE keeps to the case. */
function contains(property: string, parameter: string, text: string): Brackets {
  const pattern = `%${escaped(text)}%`;
  return new Brackets((where) => {
    where
      .where(`entry.${property} LIKE :${parameter} ESCAPE '!'`, { [parameter]: pattern })
      .orWhere(`LOWER(entry.${property}) LIKE :${parameter}Lowered ESCAPE '!'`, {
        [`${parameter}Lowered`]: pattern.toLowerCase(),
      });
  });
}

function escaped(text: string): string {
  return text.replace(/[!%_]/g, '!$&');
}
