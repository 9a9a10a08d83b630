import { TEST_SECRET } from '../databases.js';
import { temporarySqlite } from '../open-database.js';
import { type ServerProcess, spawnServer } from '../server-spawn.js';
import { type SpawnedStandIn, spawnVirusTotalStandIn } from '../virustotal-stand-in/spawn.js';

/** The platform that the newcomer adds, and who flags it. */
export const SITE = { name: 'Town hall', url: 'https://townhall.example.org/' };
/** The catalogue has this contact of it. */
export const FLAGGING = { engine: 'Sophos', contact: 'samples@sophos.com' };
const FLAGS = [
  { engine: FLAGGING.engine, category: 'malicious', result: 'malware' },
  { engine: 'ESET', category: 'malicious', result: 'phishing' },
];

/** A server that was just installed, as a process of its own, and VirusTotal's stand-in for it. */
export class FirstRunGround {
  private constructor(
    readonly server: ServerProcess,
    private readonly standIn: SpawnedStandIn,
    private readonly dropDatabase: () => Promise<void>,
  ) {}

  /**
   * @param factor how many times as fast as the machine's clock both live; what a person does takes
   * its own time
   */
  static async start(factor: number): Promise<FirstRunGround> {
    const database = temporarySqlite();
    const realStartMs = Date.now();
    const standIn = await spawnVirusTotalStandIn({
      clock: { factor, epoch: realStartMs, realStart: realStartMs },
      verdicts: { [SITE.url]: [FLAGS] },
    });
    const server = await spawnServer(
      { ...database.env, OJU_SECRET: TEST_SECRET, VIRUSTOTAL_BASE_URL: standIn.url },
      { factor, epochMs: realStartMs, realStartMs },
    );
    return new FirstRunGround(server, standIn, database.drop);
  }

  /** The path of the link that the log shows. */
  get setupPath(): string {
    const [, path] = /(\/setup\?token=[\w-]+)/.exec(this.server.output()) ?? [];
    if (path === undefined) throw new Error(`No link to set it up: ${this.server.output()}`);
    return path;
  }

  async stop(): Promise<void> {
    await this.server.end('SIGTERM');
    await this.standIn.stop();
    await this.dropDatabase();
  }
}
