import { Controller, Get, Query, Render, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ApiExcludeController } from '../web/api-doc.js';
import { pager } from '../web/pager.js';
import { translator } from '../web/translator.js';
import { AuditLog } from './audit-log.service.js';
import { auditFilter, AuditQuery } from './audit.dto.js';
import { AUDIT_CSV_HEAD, auditCsvRow, auditRow } from './audit.view.js';

const t = translator();

/** What is before the dot of actions, as the page suggests it. */
const AREAS = [
  ...['sign_in', 'user', 'session', 'token', 'access', 'secret', 'database'],
  ...['platform', 'vendor', 'engine', 'integration', 'scan', 'alert', 'channel'],
];

/** The audit trail: a page, and the same as a file. */
@ApiExcludeController()
@Controller('audit')
export class AuditPages {
  constructor(private readonly log: AuditLog) {}

  @Get()
  @Render('audit/index')
  async index(@Query() query: AuditQuery): Promise<object> {
    const page = await this.log.list(auditFilter(query), query);
    const { actor, action, subject, from, to, limit, cursor } = query;
    const filter = { actor, action, subject, from, to };
    const asked = new URLSearchParams(Object.entries(filter).filter(isGiven)).toString();
    return {
      pageTitle: t('audit.title'),
      entries: page.items.map(auditRow),
      areas: AREAS,
      filter: { ...filter, from: from?.slice(0, 10), to: to?.slice(0, 10) },
      isFiltered: asked !== '',
      exportHref: `/audit/export${asked && `?${asked}`}`,
      ...pager('/audit', page, { ...filter, limit, cursor }),
    };
  }

  /** The limit of a page is none of the file's: it holds all that is meant. */
  @Get('export')
  async export(@Query() query: AuditQuery, @Res() response: Response): Promise<void> {
    response.type('text/csv').attachment('oju-audit.csv');
    try {
      await pipeline(Readable.from(this.lines(query)), response);
    } catch (error) {
      // Who asked went away: nobody is left to be told.
      if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
    }
  }

  private async *lines(query: AuditQuery): AsyncGenerator<string> {
    yield AUDIT_CSV_HEAD;
    for await (const batch of this.log.batches(auditFilter(query))) {
      yield batch.map(auditCsvRow).join('');
    }
  }
}

function isGiven(entry: [string, string | undefined]): entry is [string, string] {
  return entry[1] !== undefined;
}
