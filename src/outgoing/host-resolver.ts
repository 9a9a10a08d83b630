import { Injectable } from '@nestjs/common';
import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';

/** How long a name is looked up for whoever asks, ms. */
const LOOKUP_BOUND_MS = 8_000;

/** Turns a name into addresses, as the machine does. A class of its own, so that tests can lie. */
@Injectable()
export class HostResolver {
  private readonly underWay = new Map<string, Promise<LookupAddress[]>>();

  /**
   * The machine looks up but few names at once, and one whose server hangs keeps its place for as
   * long as that takes: so each name has one place, however often it is asked for meanwhile.
   * @throws an error with Node's code (ENOTFOUND, EAI_AGAIN, ETIMEDOUT) when there is none
   */
  async resolve(host: string): Promise<LookupAddress[]> {
    const asked = this.underWay.get(host) ?? this.begin(host);
    let timer: NodeJS.Timeout | undefined;
    const bound = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(Object.assign(new Error('Not looked up in time'), { code: 'ETIMEDOUT' }));
      }, LOOKUP_BOUND_MS);
    });
    try {
      return await Promise.race([asked, bound]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** As the machine does it, however long that takes. */
  protected lookUp(host: string): Promise<LookupAddress[]> {
    return lookup(host, { all: true });
  }

  private begin(host: string): Promise<LookupAddress[]> {
    const asked = this.lookUp(host).finally(() => this.underWay.delete(host));
    // Whoever asked may be gone by then.
    asked.catch(() => undefined);
    this.underWay.set(host, asked);
    return asked;
  }
}
