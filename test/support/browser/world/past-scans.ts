import { In } from 'typeorm';
import { UnitOfWork } from '../../../../src/database/unit-of-work.js';
import type { Platform } from '../../../../src/platform/platform.entity.js';
import { ScanTask } from '../../../../src/scan/scan-task.entity.js';
import { ScanStateService } from '../../../../src/scan/scan-state.service.js';
import { TaskProgress } from '../../../../src/scan/task-progress.service.js';
import type { EngineVerdict } from '../../../../src/virustotal/answers.js';
import type { ApiClient, TestApp } from '../../app.js';
import { aPlatform } from '../../factories.js';
import type { FakeClock } from '../../fake-clock.js';
import { completeTask } from '../../scan-drive.js';
import { ENGINE_NAMES } from '../../virustotal-stand-in/engine-names.js';

const DAY_MS = 86_400_000;
export const DAYS = 12;

/** Engines that no vendor is named after. */
const NEWCOMER = 'Newcomer Threat Lab';
const NAMES = [...ENGINE_NAMES, NEWCOMER, 'another newcomer of a rather long name (formerly none)'];

/** What some engines say of a platform from one day on, and until another. */
interface Flagged {
  engines: readonly string[];
  category?: 'malicious' | 'suspicious';
  result?: string;
  from: number;
  until?: number;
}

/** A platform as the pages are to show it: its name, and its past. */
interface Told {
  name: string;
  flagged?: Flagged;
  /** VirusTotal answers nothing that can be read. */
  fails?: boolean;
  notes?: string;
}

const LONG_NAME = `${'Verwaltungsdienstleistungsportal'.repeat(7)} ${'W'.repeat(30)}`;

/** The platforms of the world that is looked at, those with a past first. */
const TOLD = {
  manyFlags: {
    name: 'Shop of the east',
    flagged: { engines: ENGINE_NAMES.slice(0, 40), from: 4, result: 'phishing site' },
  },
  oneFlag: { name: 'Library', flagged: { engines: ['Sophos'], from: 7 } },
  cleared: { name: 'Museum', flagged: { engines: ENGINE_NAMES.slice(20, 23), from: 2, until: 6 } },
  worked: {
    name: 'Harbour master’s office',
    flagged: { engines: ['ESET', 'G-Data', NEWCOMER], category: 'suspicious', from: 5 },
  },
  wrong: { name: 'Theatre', flagged: { engines: ['CRDF', 'Fortinet'], from: 3 } },
  disputed: {
    name: 'Tax office',
    flagged: { engines: ['BitDefender', 'G-Data', 'Kaspersky'], from: 1, result: 'malware site' },
  },
  failing: { name: 'Old intranet gate', fails: true },
  long: { name: LONG_NAME, notes: 'A note of many words. '.repeat(220) },
  markup: { name: `<b data-x="1">'"&amp; {{name}} $t(app.name)</b>` },
  rightToLeft: { name: 'بوابة الخدمات الإلكترونية 🏛️ שלום' },
} satisfies Record<string, Told>;

export type ToldPlatform = keyof typeof TOLD;
const UNTOLD = 10;

/** Platforms, and a scan a day over all of them; the last scan is still at it. */
export class PastScans {
  readonly platforms = {} as Record<ToldPlatform, Platform>;
  /** Oldest first. */
  readonly scanIds: string[] = [];

  constructor(
    private readonly app: TestApp,
    private readonly api: ApiClient,
    private readonly clock: FakeClock,
  ) {}

  async build(): Promise<void> {
    for (const [key, told] of Object.entries<Told>(TOLD)) {
      const { name, notes } = told;
      const url = `https://${key.toLowerCase()}.example.org/${key === 'long' ? 'a'.repeat(400) : ''}`;
      const given = { name, url, notes, tags: ['public', 'web'], ownerName: 'Ada Lovelace' };
      this.platforms[key as ToldPlatform] = await aPlatform(this.app, given);
    }
    for (let number = 1; number <= UNTOLD; number += 1) {
      const name = `Ordinary site ${number}`;
      await aPlatform(this.app, { name, url: `https://site-${number}.example.org/` });
    }
    for (let day = 0; day < DAYS; day += 1) {
      const id = await this.begin();
      await this.answer(day, await this.openTasks());
      this.scanIds.push(id);
      await this.clock.skip(DAY_MS);
    }
  }

  /** One more, of which a part is done. */
  async beginLast(): Promise<string> {
    const id = await this.begin();
    const tasks = await this.openTasks();
    await this.answer(DAYS, tasks.slice(0, Math.floor(tasks.length / 2)));
    return id;
  }

  private async begin(): Promise<string> {
    const { body } = await this.api.post('/scans').expect(202);
    return (body as { data: { id: string } }).data.id;
  }

  /** A task that joined another follows it. */
  private async openTasks(): Promise<ScanTask[]> {
    const tasks = await this.app.nest
      .get(UnitOfWork)
      .repository(ScanTask)
      .find({
        where: { state: In(['pending', 'submitted']) },
        relations: { scan: true },
        order: { id: 'ASC' },
      });
    return tasks.filter(({ joinedTaskId }) => joinedTaskId === null);
  }

  private async answer(day: number, tasks: readonly ScanTask[]): Promise<void> {
    const [first] = tasks;
    if (first) await this.app.nest.get(ScanStateService).running(first);
    for (const task of tasks) {
      const told = this.toldOf(task.platformId);
      if (told?.fails) {
        await this.app.nest.get(TaskProgress).failed(task, {
          errorCode: 'unexpected_answer',
          errorDetail: 'The answer has no field “data”',
          diagnosis: `{"odd":"${'x'.repeat(600)}"}`,
        });
      } else {
        await completeTask(this.app, task, verdictsOn(day, told?.flagged));
      }
    }
  }

  private toldOf(platformId: number): Told | undefined {
    const known = Object.entries(this.platforms).find(([, { id }]) => id === platformId);
    return known && TOLD[known[0] as ToldPlatform];
  }
}

function verdictsOn(day: number, flagged?: Flagged): EngineVerdict[] {
  const { engines = [], from = 0, until = DAYS + 1 } = flagged ?? {};
  const { category = 'malicious', result = category } = flagged ?? {};
  const isFlagged = (engine: string) => engines.includes(engine) && day >= from && day < until;
  return NAMES.map((engine) => ({
    engine,
    category: isFlagged(engine) ? category : 'harmless',
    result: isFlagged(engine) ? result : 'clean',
    method: 'blacklist',
  }));
}
