import { Controller, Get, Query, Render, Res } from '@nestjs/common';
import type { Response } from 'express';
import { ApiExcludeController } from '../web/api-doc.js';
import { sendDownload } from '../web/download.js';
import { listCsv } from '../web/list-csv.js';
import { pager } from '../web/pager.js';
import { translator } from '../web/translator.js';
import { AUDIT_COLUMNS } from './audit-csv.view.js';
import { AuditLog } from './audit-log.service.js';
import { auditFilter, AuditQuery } from './audit.dto.js';
import { auditRow } from './audit.view.js';

const t = translator();

/** What is before the dot of actions, as the page suggests it. */
const AREAS = [
  ...['sign_in', 'user', 'session', 'token', 'access', 'secret', 'database'],
  ...['platform', 'vendor', 'engine', 'integration', 'scan', 'alert', 'channel', 'first_steps'],
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
    const batches = this.log.batches(auditFilter(query));
    await sendDownload(response, listCsv('oju-audit', AUDIT_COLUMNS, batches));
  }
}

function isGiven(entry: [string, string | undefined]): entry is [string, string] {
  return entry[1] !== undefined;
}
