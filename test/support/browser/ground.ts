import type { Browser } from 'playwright-core';
import { launchChromium } from './chromium.js';
import { BrowsedApp, type Filled } from './world/browsed-app.js';

/** A browser, and an application to look at, which goes from empty to filled once. */
export class Ground {
  private made?: Filled;

  private constructor(
    readonly browser: Browser,
    readonly browsed: BrowsedApp,
  ) {}

  static async start(): Promise<Ground> {
    const [browser, browsed] = await Promise.all([launchChromium(), BrowsedApp.start()]);
    return new Ground(browser, browsed);
  }

  async fill(): Promise<Filled> {
    this.made = await this.browsed.fill();
    return this.made;
  }

  /** @throws Error before it is filled */
  get filled(): Filled {
    if (!this.made) throw new Error('The application is empty still');
    return this.made;
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.browsed.stop();
  }
}
