import { Injectable } from '@nestjs/common';
import { GuardedHttp } from './guarded-http.service.js';

/**
 * HTTP to an address of the environment: whoever runs Oju chose it, so it may be private. All else
 * is as for addresses that users give: bounded, without a proxy, and never along a redirect.
 */
@Injectable()
export class OperatorHttp extends GuardedHttp {
  protected override isReachable(): boolean {
    return true;
  }
}
