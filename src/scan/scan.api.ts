import {
  Body,
  Controller,
  Get,
  HttpCode,
  type MessageEvent,
  Param,
  Post,
  Query,
  Req,
  Res,
  Sse,
  UseGuards,
} from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiConflictResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiTags,
} from '../web/api-doc.js';
import type { Request, Response } from 'express';
import type { Observable } from 'rxjs';
import { NotFoundError } from '../web/domain-error.js';
import { type Envelope, type ListEnvelope, listEnvelope } from '../web/envelope.js';
import { pathId } from '../web/ids.js';
import { PageQuery } from '../web/paging.js';
import { currentReader } from '../web/reader.js';
import { actorName } from '../web/request.js';
import { ScanExistsGuard } from './scan-exists.guard.js';
import { ScanProgress } from './scan-progress.js';
import { ScanStarter } from './scan-starter.service.js';
import { ScanListQuery, StartScanDto } from './scan.dto.js';
import { ScanService } from './scan.service.js';
import {
  ScanAnswer,
  ScanListAnswer,
  scanView,
  type ScanView,
  TaskListAnswer,
  taskView,
  type TaskView,
} from './scan.view.js';
import { TaskService } from './task.service.js';

/** Scans as JSON. */
@ApiTags('scans')
@Controller('api/v1/scans')
export class ScanApi {
  constructor(
    private readonly scans: ScanService,
    private readonly tasks: TaskService,
    private readonly starter: ScanStarter,
    private readonly progress: ScanProgress,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The scans, newest first unless `sort` says otherwise' })
  @ApiOkResponse({ type: ScanListAnswer })
  async list(@Query() query: ScanListQuery): Promise<ListEnvelope<ScanView>> {
    const page = await this.scans.list(query);
    const counts = await this.tasks.counts(page.items.map(({ id }) => id));
    return listEnvelope(page, (scan) => scanView(scan, counts.get(scan.id)));
  }

  @Post()
  @HttpCode(202)
  @ApiOperation({ summary: 'Begins a scan over all active platforms, or over those named' })
  @ApiAcceptedResponse({ type: ScanAnswer, description: 'its address is in the header Location' })
  @ApiConflictResponse({
    description: 'one over all runs already (scanId names it), or the integration is not active',
  })
  async start(
    @Body() { platformIds }: StartScanDto,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Envelope<ScanView>> {
    const asked = { trigger: 'api', requestedBy: actorName(request) } as const;
    const scan = platformIds
      ? await this.starter.named(platformIds, asked)
      : await this.starter.overAll(asked);
    const answer = await this.answer(scan.id);
    response.location(`/api/v1/scans/${answer.data.id}`);
    return answer;
  }

  @Get('latest')
  @ApiOperation({ summary: 'The newest scan over all platforms; 404 before the first' })
  @ApiOkResponse({ type: ScanAnswer })
  async latest(): Promise<Envelope<ScanView>> {
    const scan = await this.scans.latest();
    if (!scan) throw new NotFoundError();
    return this.answer(scan.id);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One scan' })
  @ApiOkResponse({ type: ScanAnswer })
  async get(@Param('id') id: string): Promise<Envelope<ScanView>> {
    return this.answer(pathId(id));
  }

  @Get(':id/tasks')
  @ApiOperation({ summary: 'The tasks of a scan, in the order they were made' })
  @ApiOkResponse({ type: TaskListAnswer })
  async listTasks(
    @Param('id') id: string,
    @Query() query: PageQuery,
  ): Promise<ListEnvelope<TaskView>> {
    const scan = await this.scans.get(pathId(id));
    return listEnvelope(await this.tasks.list(scan.id, query), taskView);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @ApiOperation({ summary: 'Skips what is pending; what is submitted is still collected' })
  @ApiOkResponse({ type: ScanAnswer })
  @ApiConflictResponse({ description: 'it has ended already' })
  async cancel(@Param('id') id: string): Promise<Envelope<ScanView>> {
    const scan = await this.starter.cancel(pathId(id));
    return this.answer(scan.id);
  }

  @Sse(':id/events')
  @UseGuards(ScanExistsGuard)
  @ApiOperation({
    summary:
      'Server-sent events: progress (the scan, at once and when it changed), then end; to a signed-in person also words',
  })
  @ApiProduces('text/event-stream')
  async events(
    @Param('id') id: string,
    @Req() request: Request,
  ): Promise<Observable<MessageEvent>> {
    const reader = request.actor?.kind === 'user' ? currentReader() : null;
    return this.progress.watch(pathId(id), reader);
  }

  private async answer(scanId: number): Promise<Envelope<ScanView>> {
    return { data: await this.progress.now(scanId) };
  }
}
