import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '../web/api-doc.js';
import type { Envelope } from '../web/envelope.js';
import { pathId } from '../web/ids.js';
import { AlertEvidence } from './alert-evidence.service.js';
import { EvidenceAnswer, evidenceView, type EvidenceView } from './alert-evidence.view.js';

/** The evidence pack of an alert as JSON. */
@ApiTags('alerts')
@Controller('api/v1/alerts')
export class AlertEvidenceApi {
  constructor(private readonly evidence: AlertEvidence) {}

  @Get(':id/evidence')
  @ApiOperation({ summary: 'All that is known of an alert, for a dispute or a report' })
  @ApiOkResponse({ type: EvidenceAnswer })
  async get(@Param('id') id: string): Promise<Envelope<EvidenceView>> {
    return { data: evidenceView(await this.evidence.of(pathId(id))) };
  }
}
