import type { CDPSession } from 'playwright-core';

/** A line between browser and server. Bits and seconds as its maker counts them. */
export interface Line {
  downKbitPerSec: number;
  upKbitPerSec: number;
  roundTripMs: number;
}

/** Watches what comes over the wire to one page, and may make the wire slow. */
export class Wire {
  private bytes = 0;

  private constructor(private readonly session: CDPSession) {}

  /** @param session of the page */
  static async tap(session: CDPSession): Promise<Wire> {
    const wire = new Wire(session);
    // As it was sent, compressed and with its headers; nothing for what the cache has.
    session.on('Network.loadingFinished', ({ encodedDataLength }) => {
      wire.bytes += encodedDataLength;
    });
    await session.send('Network.enable');
    return wire;
  }

  /** The bytes since it was asked the last time. */
  take(): number {
    const { bytes } = this;
    this.bytes = 0;
    return bytes;
  }

  /** From now on everything comes by way of this line, each request on its own round trip. */
  async slow({ downKbitPerSec, upKbitPerSec, roundTripMs }: Line): Promise<void> {
    await this.session.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: roundTripMs,
      downloadThroughput: (downKbitPerSec * 1000) / 8,
      uploadThroughput: (upKbitPerSec * 1000) / 8,
    });
  }
}
