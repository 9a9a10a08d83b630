import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../access/audit-trail.service.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { readId, showId } from '../web/ids.js';
import { EngineWakeup } from './engine-wakeup.js';
import type { Scan } from './scan.entity.js';
import { PlatformNotScannableError } from './scan.errors.js';
import { type ScanRequest, ScanService } from './scan.service.js';

/** What somebody asks for. */
type Asked = Pick<ScanRequest, 'trigger' | 'requestedBy'>;

/**
 * Begins and cancels scans that somebody asks for: it is in the audit trail, and the engine is woken
 * so that they begin at once.
 */
@Injectable()
export class ScanStarter {
  constructor(
    private readonly scans: ScanService,
    private readonly engine: EngineWakeup,
    private readonly unitOfWork: UnitOfWork,
    private readonly audit: AuditTrail,
  ) {}

  /** @throws IntegrationNotActiveError, ScanRunningError */
  async overAll(asked: Asked): Promise<Scan> {
    return this.start((alsoWrite) => this.scans.startOverAll({ ...asked, alsoWrite }), {
      trigger: asked.trigger,
      platforms: 'all',
    });
  }

  /**
   * @param platformIds as JSON and addresses show them
   * @throws IntegrationNotActiveError, PlatformNotScannableError
   */
  async named(platformIds: readonly string[], asked: Asked): Promise<Scan> {
    const ids = platformIds.map((text) => {
      const id = readId(text);
      if (id === null) throw new PlatformNotScannableError(text);
      return id;
    });
    return this.start((alsoWrite) => this.scans.startNamed(ids, { ...asked, alsoWrite }), {
      trigger: asked.trigger,
      platforms: ids.map(showId),
    });
  }

  /** @throws NotFoundError, ScanEndedError */
  async cancel(id: number): Promise<Scan> {
    return this.unitOfWork.run(async () => {
      const scan = await this.scans.cancel(id);
      await this.audit.record({ action: 'scan.cancelled', subject: subjectOf(scan) });
      return scan;
    });
  }

  private async start(
    begin: (alsoWrite: (scan: Scan) => Promise<void>) => Promise<Scan>,
    after: Record<string, unknown>,
  ): Promise<Scan> {
    const scan = await begin((begun) =>
      this.audit.record({ action: 'scan.started', subject: subjectOf(begun), after }),
    );
    this.engine.wake();
    return scan;
  }
}

function subjectOf({ id }: Scan) {
  return { kind: 'scan', id, label: showId(id) };
}
