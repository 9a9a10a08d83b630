import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { pathId } from '../web/ids.js';
import { ScanService } from './scan.service.js';

/**
 * Refuses what is asked of a scan that is not there, before a stream of events begins: Nest sends
 * 200 when the handler of one takes a moment, and could not say 404 any more.
 */
@Injectable()
export class ScanExistsGuard implements CanActivate {
  constructor(private readonly scans: ScanService) {}

  /** @throws NotFoundError */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { id } = context.switchToHttp().getRequest<Request<{ id: string }>>().params;
    await this.scans.get(pathId(id));
    return true;
  }
}
