import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '../web/api-doc.js';
import { type ListEnvelope, listEnvelope } from '../web/envelope.js';
import { AuditLog } from './audit-log.service.js';
import { auditFilter, AuditQuery } from './audit.dto.js';
import { type AuditEntryView, auditEntryView, AuditListAnswer } from './audit.view.js';

/** The audit trail as JSON. */
@ApiTags('audit')
@Controller('api/v1/audit')
export class AuditApi {
  constructor(private readonly log: AuditLog) {}

  @Get()
  @ApiOperation({ summary: 'Who did what, when and from where; newest first' })
  @ApiOkResponse({ type: AuditListAnswer })
  async list(@Query() query: AuditQuery): Promise<ListEnvelope<AuditEntryView>> {
    return listEnvelope(await this.log.list(auditFilter(query), query), auditEntryView);
  }
}
