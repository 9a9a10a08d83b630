import { Body, Controller, Get, HttpCode, Post, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '../web/api-doc.js';
import type { Envelope, ListEnvelope } from '../web/envelope.js';
import { DEFAULT_LIMIT } from '../web/paging.js';
import { IntegrationChanges } from './integration-changes.service.js';
import { SettingsBody, VerifyBody } from './integration.dto.js';
import { IntegrationService } from './integration.service.js';
import {
  IntegrationAnswer,
  IntegrationView,
  integrationView,
  VerificationView,
  verificationView,
} from './integration.view.js';

/** The integrations over JSON; today there is one. */
@ApiTags('integrations')
@Controller('api/v1/integrations')
export class IntegrationApi {
  constructor(
    private readonly integration: IntegrationService,
    private readonly changes: IntegrationChanges,
  ) {}

  @Get()
  @ApiOperation({ summary: 'All integrations' })
  async list(): Promise<ListEnvelope<IntegrationView>> {
    const data = [integrationView(await this.integration.state())];
    return { data, meta: { total: 1, limit: DEFAULT_LIMIT, nextCursor: null } };
  }

  @Get('virustotal')
  @ApiOperation({ summary: 'The VirusTotal integration' })
  @ApiOkResponse({ type: IntegrationAnswer })
  async get(): Promise<Envelope<IntegrationView>> {
    return { data: integrationView(await this.integration.state()) };
  }

  @Put('virustotal')
  @ApiOperation({ summary: 'Changes what is given; a new key is tried behind the answer' })
  @ApiOkResponse({ type: IntegrationAnswer })
  async put(@Body() body: SettingsBody): Promise<Envelope<IntegrationView>> {
    await this.changes.save(body);
    return this.get();
  }

  @Post('virustotal/verify')
  @HttpCode(200)
  @ApiOperation({ summary: 'Tries a key with VirusTotal: the one given, or the stored one' })
  @ApiOkResponse({ type: VerificationView })
  async verify(@Body() body: VerifyBody): Promise<Envelope<VerificationView>> {
    return { data: verificationView(await this.changes.test(body.apiKey)) };
  }
}
