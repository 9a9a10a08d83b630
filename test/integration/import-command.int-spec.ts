import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCli } from '../../src/cli/run-cli.js';
import { Platform } from '../../src/platform/platform.entity.js';
import { Vendor } from '../../src/vendor/vendor.entity.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { openDatabase } from '../support/open-database.js';

describeOnEachDatabase('oju vendor import and oju platform import', (database) => {
  const oju = async (argv: string[], stdin = '') => {
    const out: string[] = [];
    const err: string[] = [];
    const exitCode = await runCli(argv, {
      out: (line) => out.push(line),
      err: (line) => err.push(line),
      stdin: () => Promise.resolve(stdin),
      config: { env: { LOG_LEVEL: 'error', ...database().env } },
    });
    return { exitCode, out, err };
  };
  const file = (name: string, content: string) => {
    const path = join(database().folder, name);
    writeFileSync(path, content);
    return path;
  };
  const names = async (entity: typeof Vendor | typeof Platform) => {
    const { dataSource } = await openDatabase(database());
    try {
      const rows = await dataSource.getRepository<Vendor | Platform>(entity).find();
      return rows.map(({ name }) => name);
    } finally {
      await dataSource.destroy();
    }
  };

  it('imports a file, and says what it did', async () => {
    const path = file('vendors.csv', 'name,contact\nESET,a@b.example\nG-Data,\n');

    const dry = await oju(['vendor', 'import', path, '--dry-run']);
    expect(await names(Vendor)).toEqual([]);
    const done = await oju(['vendor', 'import', path]);

    const figures = '2 rows: 2 new, 0 changed, 0 the same, 0 bad';
    const dryRun = `Nothing was imported, this was a dry run. ${figures}.`;
    expect(dry).toEqual({ exitCode: 0, out: [dryRun], err: [] });
    expect(done).toEqual({ exitCode: 0, out: [`Imported. ${figures}.`], err: [] });
    expect(await names(Vendor)).toEqual(['ESET', 'G-Data']);
  });

  it('imports nothing of a file with a bad row, and names it', async () => {
    const sites =
      '[{"name": "A", "url": "https://a.example/"},\n{"name": "B", "url": "http://10.0.0.1/"}]';

    const { exitCode, out, err } = await oju(['platform', 'import', '-'], sites);

    expect([exitCode, out]).toEqual([1, []]);
    expect(err).toEqual([
      expect.stringMatching(/^Line 2, “http:\/\/10.0.0.1\/”: url: .*private/),
      'Nothing was imported. 2 rows: 1 new, 0 changed, 0 the same, 1 bad.',
    ]);
    expect(await names(Platform)).toEqual([]);
  });

  it('says what the key can carry before platforms are saved', async () => {
    const path = file(
      'sites.csv',
      'name,url,active\nA,https://a.example/,\nB,https://b.example/,no\n',
    );

    const dry = await oju(['platform', 'import', path, '--dry-run']);
    const done = await oju(['platform', 'import', path]);

    const sentence = expect.stringMatching(/^1 active platform needs about 3 requests a scan/);
    expect(dry).toEqual({ exitCode: 0, out: [sentence, expect.stringMatching(/dry/)], err: [] });
    expect(done).toEqual({ exitCode: 0, out: [sentence, expect.stringMatching(/^Imp/)], err: [] });
    expect(await names(Platform)).toEqual(['A', 'B']);
  });

  it('tells of a file that cannot be read in one line', async () => {
    const gone = await oju(['vendor', 'import', '/nowhere/vendors.csv']);
    const broken = await oju(['vendor', 'import', file('x.csv', 'nmae\n')]);

    expect(gone).toMatchObject({
      exitCode: 1,
      out: [],
      err: [expect.stringContaining('/nowhere')],
    });
    expect(broken).toMatchObject({ exitCode: 1, out: [], err: [expect.stringMatching(/^oju: /)] });
  });
});
