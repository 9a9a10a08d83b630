import { Injectable } from '@nestjs/common';
import { readId } from '../web/ids.js';
import { EngineWakeup } from './engine-wakeup.js';
import { ScanEnd } from './scan-end.service.js';
import type { Scan } from './scan.entity.js';
import { PlatformNotScannableError } from './scan.errors.js';
import { type ScanRequest, ScanService } from './scan.service.js';

/** Begins scans that somebody asks for, and wakes the engine so that they begin at once; cancels them. */
@Injectable()
export class ScanStarter {
  constructor(
    private readonly scans: ScanService,
    private readonly engine: EngineWakeup,
    private readonly ends: ScanEnd,
  ) {}

  /** @throws IntegrationNotActiveError, ScanRunningError */
  async overAll(request: ScanRequest): Promise<Scan> {
    const scan = await this.scans.startOverAll(request);
    this.engine.wake();
    return scan;
  }

  /**
   * @param platformIds as JSON and addresses show them
   * @throws IntegrationNotActiveError, PlatformNotScannableError
   */
  async named(platformIds: readonly string[], request: ScanRequest): Promise<Scan> {
    const ids = platformIds.map((text) => {
      const id = readId(text);
      if (id === null) throw new PlatformNotScannableError(text);
      return id;
    });
    const scan = await this.scans.startNamed(ids, request);
    this.engine.wake();
    return scan;
  }

  /** @throws NotFoundError, ScanEndedError */
  async cancel(scanId: number): Promise<Scan> {
    return this.ends.cancel(scanId);
  }
}
