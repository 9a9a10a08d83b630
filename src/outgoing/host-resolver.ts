import { Injectable } from '@nestjs/common';
import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';

/** Turns a name into addresses, as the machine does. A class of its own, so that tests can lie. */
@Injectable()
export class HostResolver {
  /** @throws an error with Node's code (ENOTFOUND, EAI_AGAIN) when there is none */
  resolve(host: string): Promise<LookupAddress[]> {
    return lookup(host, { all: true });
  }
}
