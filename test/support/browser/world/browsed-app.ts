import '../../cheap-passwords.js';
import { ApiTokenService } from '../../../../src/access/api-token.service.js';
import { SetupLink } from '../../../../src/access/setup-link.js';
import { CatalogueService } from '../../../../src/vendor/catalogue.service.js';
import { VirusTotalSettingsService } from '../../../../src/virustotal/virustotal-settings.service.js';
import { TestApp } from '../../app.js';
import { aVendor } from '../../factories.js';
import { FakeClock } from '../../fake-clock.js';
import { temporarySqlite } from '../../open-database.js';
import { activate, occupyEngine } from '../../scan-drive.js';
import { type ToldAlerts, workAlerts } from './alerts.js';
import { Receivers } from './channels.js';
import { type SentFiles, sendFiles } from './files.js';
import { buildPeople, type People } from './people.js';
import { DAYS, PastScans } from './past-scans.js';

const DAY_MS = 86_400_000;

/** All that there is to see in an application that has been used for some days. */
export interface Filled {
  people: People;
  scans: PastScans;
  runningScanId: string;
  alerts: ToldAlerts;
  channels: Receivers['ids'];
  files: SentFiles;
  vendorId: number;
  /** Of the platform that many engines flag: its first detection, its first and its last scan. */
  detectionId: string;
  taskIds: { first: string; last: string };
}

/**
 * The whole application in this process, listening, which goes from empty to filled when it is told
 * to. Its clock ends at the machine's time, since browsers throw away cookies by theirs; its engine
 * does nothing by itself.
 */
export class BrowsedApp {
  private receivers?: Receivers;

  private constructor(
    readonly app: TestApp,
    readonly origin: string,
    private readonly clock: FakeClock,
    private readonly dropDatabase: () => Promise<void>,
  ) {}

  /** One without a user, as it is when it was just installed. */
  static async start(): Promise<BrowsedApp> {
    const database = temporarySqlite();
    await occupyEngine(database);
    const clock = new FakeClock(new Date(Date.now() - DAYS * DAY_MS).toISOString());
    const env = { ...database.env, OJU_OUTGOING_ALLOW: '127.0.0.1/32' };
    const app = await TestApp.start({ env, clock });
    // As in production; Express else compiles each view anew for each page.
    app.nest.enable('view cache');
    await app.nest.listen(0, '127.0.0.1');
    const origin = await app.nest.getUrl();
    return new BrowsedApp(app, origin, clock, database.drop);
  }

  /** Where the first user is made. */
  get setupPath(): string {
    const { pathname, search } = new URL(this.app.nest.get(SetupLink).address(this.origin));
    return pathname + search;
  }

  /** The first admin and nothing else; signed in, as a cookie. */
  async firstAdmin(): Promise<string> {
    return (await this.app.browser('admin')).cookie;
  }

  /** Twelve days of use. */
  async fill(): Promise<Filled> {
    const { app, clock } = this;
    const api = await app.api('admin');
    // Less often than the scans that are told here, or the schedule would begin one of its own.
    await app.nest.get(VirusTotalSettingsService).update({ scanFrequencyDays: 7 });
    await activate(app);
    await app.nest.get(CatalogueService).take({ which: 'current' });
    await aVendor(app, { name: 'GData', contact: 'a near miss of G-Data' });
    const vendor = await aVendor(app, {
      name: '<i>A vendor</i> of '.repeat(12).trim(),
      contact: 'https://vendor.example/forms/false-positive?lang=en\nor fp@vendor.example',
      comments: 'Answers within a day. '.repeat(40),
    });
    this.receivers = await Receivers.start(api);
    const scans = new PastScans(app, api, clock);
    await scans.build();
    const runningScanId = await scans.beginLast();
    const alerts = await workAlerts(api, scans);
    await this.makeTokens();
    const people = await buildPeople(app, clock);
    const files = await sendFiles(await app.browser('admin'));
    await this.receivers.told();
    return {
      people,
      scans,
      runningScanId,
      alerts,
      channels: this.receivers.ids,
      files,
      vendorId: vendor.id,
      detectionId: await this.firstDetection(alerts.ids.manyFlags ?? ''),
      taskIds: await this.tasksOf(scans.platforms.manyFlags.id),
    };
  }

  async stop(): Promise<void> {
    await this.app.stop();
    await this.receivers?.stop();
    await this.dropDatabase();
  }

  private async makeTokens(): Promise<void> {
    const tokens = this.app.nest.get(ApiTokenService);
    const expiresAt = new Date(this.clock.now().getTime() + DAY_MS);
    await tokens.create({ name: 'SIEM', scope: 'read', expiresAt });
    const { apiToken } = await tokens.create({ name: 'Of a person who left', scope: 'admin' });
    await tokens.revoke(apiToken.id);
  }

  private async firstDetection(alertId: string): Promise<string> {
    const { body } = await (await this.app.api('read')).get(`/alerts/${alertId}`).expect(200);
    const { detections } = (body as { data: { detections: { id: string }[] } }).data;
    return detections[0]?.id ?? '';
  }

  private async tasksOf(platformId: number): Promise<Filled['taskIds']> {
    const api = await this.app.api('read');
    const { body } = await api.get(`/platforms/${platformId}/history?limit=200`).expect(200);
    const ids = (body as { data: { taskId: string }[] }).data.map(({ taskId }) => taskId);
    return { first: ids.at(-1) ?? '', last: ids[0] ?? '' };
  }
}
