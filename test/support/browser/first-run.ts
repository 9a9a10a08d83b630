import type { Locator, Page } from 'playwright-core';
import { type Translate, translator } from '../../../src/web/translator.js';
import type { StringKey } from '../../../src/web/strings/string-key.js';
import { TEST_PASSWORD } from '../app.js';
import { DEFAULT_API_KEY } from '../virustotal-stand-in/options.js';
import { FLAGGING, SITE } from './first-run-ground.js';
import type { Deeds, Hands } from './hands.js';
import { keepPicture } from './pictures.js';
import type { Visitor } from './visitor.js';

const SCAN_MS = 110_000;
const NOTE = 'The owner took the strange file away.';

/** What it took to come to the finished scan. */
export interface FirstScan extends Deeds {
  ms: number;
}

/** How somebody new comes from an empty database to an alert that is settled, page by page. */
export class FirstRun {
  private readonly page: Page;
  private readonly t: Translate;
  private shown = 0;

  constructor(
    private readonly visitor: Visitor,
    private readonly hands: Hands,
  ) {
    this.page = visitor.page;
    this.t = translator(visitor.variant.language);
  }

  /** From the link in the log until the first scan has ended. */
  async scan(setupPath: string): Promise<FirstScan> {
    const startedMs = performance.now();
    await this.setUp(setupPath);
    await this.addPlatform();
    await this.addVendors();
    await this.addKey();
    await this.beginScan();
    await this.waitForScan();
    return { ...this.hands.done, ms: performance.now() - startedMs };
  }

  /** From the finished scan to the alert, to the vendor's contact, and until the alert is settled. */
  async settle(): Promise<void> {
    const { t } = this;
    await this.goTo('menu.alerts');
    await this.heading('alert.title');
    await this.keep('alerts');
    await this.hands.press(this.link(SITE.name));
    await this.page.getByText(FLAGGING.contact).first().waitFor();
    await this.keep('alert');

    await this.hands.tick(this.radio('alert.change.in_progress'));
    await this.hands.press(this.button('alert.changeButton'));
    await this.page.getByText(t('alert.flash.changed')).waitFor();

    await this.hands.tick(this.radio('alert.change.resolved'));
    const reason = this.field('alert.reasonLabel');
    await this.hands.choose(reason, t('alert.reasonHelp.remediated'));
    await this.hands.write(this.field('alert.note'), NOTE);
    await this.hands.press(this.button('alert.changeButton'));
    await this.page.getByText(t('alert.reason.remediated')).first().waitFor();
    await this.page.getByText(NOTE).waitFor();
    await this.keep('settled');
  }

  private async setUp(setupPath: string): Promise<void> {
    await this.visitor.open(setupPath);
    await this.hands.write(this.field('access.email'), 'newcomer@example.org');
    await this.hands.write(this.field('access.password'), TEST_PASSWORD);
    await this.keep('setup');
    await this.hands.press(this.button('access.createAdmin'));
    await this.heading('status.dashboard');
    await this.keep('dashboard');
  }

  private async addPlatform(): Promise<void> {
    await this.hands.press(this.link(this.t('status.steps.platforms.action')));
    await this.heading('platform.newTitle');
    await this.hands.write(this.field('platform.name'), SITE.name);
    await this.hands.write(this.field('platform.url'), SITE.url);
    await this.keep('platform-new');
    await this.hands.press(this.button('platform.add'));
    await this.goTo('menu.dashboard');
  }

  private async addVendors(): Promise<void> {
    await this.hands.press(this.button('status.steps.vendors.action'));
    // What was done is told on the page that comes: the one before has nothing to tell.
    await this.page.getByRole('status').first().waitFor();
    await this.keep('vendors');
    await this.goTo('menu.dashboard');
  }

  private async addKey(): Promise<void> {
    await this.hands.press(this.link(this.t('status.steps.key.action')));
    await this.hands.write(this.field('integration.form.apiKey'), DEFAULT_API_KEY);
    await this.hands.tick(this.field('integration.form.active'));
    await this.keep('key');
    await this.hands.press(this.button('app.save'));
    await this.page.getByText(this.t('integration.saved')).waitFor();
  }

  private async beginScan(): Promise<void> {
    await this.goTo('menu.scans');
    await this.hands.press(this.button('scan.scanAll'));
    await this.page.getByRole('progressbar').first().waitFor();
    await this.keep('scan');
  }

  /** With JavaScript the page follows by itself; without it somebody loads it again. */
  private async waitForScan(): Promise<void> {
    const ended = this.page.getByText(this.t('scan.state.completed'), { exact: true }).first();
    if (!this.visitor.variant.hasScript) {
      const untilMs = performance.now() + SCAN_MS;
      while (!(await ended.isVisible()) && performance.now() < untilMs) await this.page.reload();
    }
    await ended.waitFor({ timeout: SCAN_MS });
    await this.page.getByText(this.t('scan.flagged'), { exact: true }).first().waitFor();
    await this.keep('scan-done');
  }

  /** By the menu, which a narrow screen has closed. */
  private async goTo(entry: StringKey): Promise<void> {
    const opener = this.page.getByRole('banner').locator('summary');
    if (await opener.isVisible()) await this.hands.press(opener);
    const menu = this.page.getByRole('navigation', { name: this.t('app.mainMenu') });
    await this.hands.press(menu.getByRole('link', { name: this.t(entry), exact: true }));
  }

  private field(label: StringKey): Locator {
    // What need not be filled in says so behind its name.
    const optional = ` \\(${this.t('app.optional')}\\)`;
    return this.page.getByLabel(new RegExp(`^${this.t(label)}(${optional})?$`));
  }

  private radio(label: StringKey): Locator {
    return this.page.getByRole('radio', { name: this.t(label) });
  }

  private button(name: StringKey): Locator {
    return this.page.getByRole('button', { name: this.t(name), exact: true });
  }

  private link(name: string): Locator {
    return this.page.getByRole('link', { name, exact: true }).first();
  }

  private async heading(name: StringKey): Promise<void> {
    await this.page.getByRole('heading', { level: 1, name: this.t(name) }).waitFor();
  }

  private async keep(name: string): Promise<void> {
    this.shown += 1;
    const number = String(this.shown).padStart(2, '0');
    await keepPicture(this.visitor, `first-run/${number}-${name}`);
  }
}
