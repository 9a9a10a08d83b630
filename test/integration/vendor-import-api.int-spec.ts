import { Logger } from '@nestjs/common';
import { AuditEntry } from '../../src/access/audit-entry.entity.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { Import } from '../../src/platform/import/import.entity.js';
import type { ImportRowView } from '../../src/platform/import/import.view.js';
import { EngineService } from '../../src/vendor/engine.service.js';
import { VendorImportRow } from '../../src/vendor/vendor-import-row.entity.js';
import { VendorService } from '../../src/vendor/vendor.service.js';
import { Vendor } from '../../src/vendor/vendor.entity.js';
import { type ApiClient, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aVendor } from '../support/factories.js';
import { largeFile, sendFile } from '../support/import-file.js';
import { refuseWrite } from '../support/refusing-database.js';

describeOnEachDatabase('a file of vendors through the API', (database) => {
  let app: TestApp;
  let api: ApiClient;

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env });
    api = await app.api('write');
    await app.nest.get(EngineService).ensure(['G-Data', 'ESET'], new Date());
  });
  beforeEach(async () => {
    await app.nest.get(UnitOfWork).run(() => rows(Vendor).deleteAll());
  });
  afterAll(async () => {
    await app.stop();
  });

  const rows = <T extends object>(entity: new () => T) =>
    app.nest.get(UnitOfWork).repository(entity);
  const vendors = async () =>
    (await rows(Vendor).find({ order: { id: 'ASC' } })).map(({ name, contact, comments }) => [
      name,
      contact,
      comments,
    ]);

  it('is looked at first: what is new, changed, the same, nearly right and bad', async () => {
    await aVendor(app, { name: 'ESET', contact: 'a@eset.example' });
    await aVendor(app, { name: 'Sophos', contact: 'old', comments: 'kept' });
    const before = await vendors();
    const file = [
      'name,contact',
      'ESET,a@eset.example',
      'Sophos,new',
      'GData,x',
      ' Ikarus,x',
      '"Two\r\nlines",x',
      'Avira',
      'GData,y',
      `Fortinet,${'x'.repeat(1001)}`,
      'Fresh,',
      '',
    ].join('\r\n');

    const { status, body } = await sendFile(app, api, '/vendors/import', file, { dryRun: true });

    expect(status).toBe(200);
    expect(body.data.counts).toEqual({
      total: 9,
      new: 2,
      changed: 1,
      same: 1,
      bad: 5,
      nearMisses: 1,
    });
    const told = (body.data.rows as ImportRowView[]).map((row) => [
      row.line,
      row.outcome,
      row.label.slice(0, 10),
      row.errors.map(({ field }) => field).join(),
      row.nearMisses,
    ]);
    expect(told).toEqual([
      [5, 'bad', ' Ikarus', 'name', undefined],
      [6, 'bad', 'Two  lines', 'name', undefined],
      [8, 'bad', '', '', undefined],
      [9, 'bad', 'GData', 'name', undefined],
      [10, 'bad', 'Fortinet', 'contact', undefined],
      [3, 'changed', 'Sophos', '', undefined],
      [4, 'new', 'GData', '', ['G-Data']],
      [11, 'new', 'Fresh', '', undefined],
    ]);
    expect(await vendors()).toEqual(before);
    expect(await rows(VendorImportRow).count()).toBe(0);
  });

  it('is imported whole, and what it does not say stays', async () => {
    await aVendor(app, { name: 'Sophos', contact: 'old', comments: 'kept' });
    await aVendor(app, { name: 'sophos', contact: 'another' });
    const file = '\ufeffname;contact\nSophos;new\n"A;""b""";\n';

    const { status, body } = await sendFile(app, api, '/vendors/import', file);

    expect([status, body.data.applied]).toEqual([200, true]);
    expect(await vendors()).toEqual([
      ['Sophos', 'new', 'kept'],
      ['sophos', 'another', ''],
      ['A;"b"', '', ''],
    ]);
    expect(await rows(VendorImportRow).count()).toBe(0);
    expect(await rows(Import).count()).toBe(0);
  });

  it('is in the audit trail, as a file and vendor by vendor', async () => {
    await aVendor(app, { name: 'Sophos', contact: 'old' });
    await sendFile(app, api, '/vendors/import', 'name,contact\nSophos,new\nESET,x\n');

    const lines = await rows(AuditEntry).find({ order: { id: 'DESC' }, take: 3 });
    const told = lines.map(({ action, subjectLabel, valuesBefore, valuesAfter }) => [
      action,
      subjectLabel,
      JSON.parse(valuesBefore ?? 'null'),
      JSON.parse(valuesAfter ?? 'null'),
    ]);
    const sha256 = expect.stringMatching(/^[0-9a-f]{64}$/);
    expect(told).toEqual([
      ['vendor.imported', '', null, { new: 1, changed: 1, same: 0, sha256 }],
      ['vendor.created', 'ESET', null, { name: 'ESET', contact: 'x', comments: '' }],
      ['vendor.changed', 'Sophos', { contact: 'old' }, { contact: 'new' }],
    ]);
    expect(lines.map(({ actorKind }) => actorKind)).toEqual(['token', 'token', 'token']);
  });

  it('says of a contact whether it was tried, and is believed where it is the contact here', async () => {
    const at = '2026-01-02T03:04:05.678Z';
    for (const name of ['Same', 'Other', 'Back'])
      await aVendor(app, { name, contact: 'a@b.example' });
    const service = app.nest.get(VendorService);
    const { id } = (await service.findByNames(['Back'])).get('Back')!;
    await service.markContact(id, { state: 'verified', by: 'ada@example.org' }, 'a@b.example');
    const file = [
      'name,contact,contactState,contactStateAt,contactStateBy',
      `Same,a@b.example,verified,${at},bob@example.org`,
      `Other,c@d.example,verified,${at},bob@example.org`,
      `New,e@f.example,bounced,2026-01-02T04:04:05.678+01:00,token x`,
      'Back,a@b.example,unverified,,',
    ].join('\n');

    const { body } = await sendFile(app, api, '/vendors/import', file);

    expect(body.data.counts).toMatchObject({ new: 1, changed: 3 });
    const bob = { contactStateAt: new Date(at), contactStateBy: 'bob@example.org' };
    const nobody = { contactState: 'unverified', contactStateAt: null, contactStateBy: null };
    expect(await rows(Vendor).find({ order: { id: 'ASC' } })).toMatchObject([
      { name: 'Same', contactState: 'verified', ...bob },
      { name: 'Other', contact: 'c@d.example', ...nobody },
      { name: 'Back', ...nobody },
      { name: 'New', contactState: 'bounced', ...bob, contactStateBy: 'token x' },
    ]);
    const audited = await rows(AuditEntry).find({ order: { id: 'DESC' }, take: 5 });
    const states = audited
      .slice(1)
      .map(({ subjectLabel, valuesAfter }) => [
        subjectLabel,
        (JSON.parse(valuesAfter ?? '{}') as { contactState?: string }).contactState,
      ]);
    expect(states.sort()).toEqual([
      ['Back', 'unverified'],
      ['New', 'bounced'],
      ['Other', undefined],
      ['Same', 'verified'],
    ]);
    const again = await sendFile(app, api, '/vendors/import', 'name,comments\nSame,x\n');
    expect(again.body.data.counts).toMatchObject({ changed: 1 });
    expect(await rows(Vendor).findOneBy({ name: 'Same' })).toMatchObject(bob);
  });

  it('is not believed of a contact without when and by whom', async () => {
    const at = '2026-01-02T03:04:05Z';
    const file = JSON.stringify([
      { name: 'A', contactState: 'verified' },
      { name: 'B', contactState: 'verified', contactStateAt: 'today', contactStateBy: 'x' },
      { name: 'C', contactState: 'tried', contactStateAt: at, contactStateBy: 'x' },
      { name: 'D', contactStateAt: at, contactStateBy: null },
      { name: 'E', contactState: 'bounced', contactStateAt: at, contactStateBy: 'x\ny' },
      { name: 'F', contactState: 'unverified', contactStateAt: null, contactStateBy: null },
    ]);

    const { body } = await sendFile(app, api, '/vendors/import', file, {
      type: 'application/json',
      dryRun: true,
    });

    expect(body.data.counts).toMatchObject({ bad: 5, new: 1 });
    const told = (body.data.rows as ImportRowView[]).map(({ label, errors }) => [
      label,
      errors.map(({ field }) => field).join(),
    ]);
    expect(told).toEqual([
      ['A', 'contactStateAt,contactStateBy'],
      ['B', 'contactStateAt'],
      ['C', 'contactState'],
      ['D', 'contactStateAt'],
      ['E', 'contactStateBy'],
      ['F', ''],
    ]);
  });

  it('has every bad row named, those that are too many by their lines', async () => {
    const bad = Array.from({ length: 10_003 }, (_, index) => `V,${index}`);
    const file = ['name,contact', ...bad, ' x,1', 'W,1', ' y,2'].join('\n');

    const { status, body } = await sendFile(app, api, '/vendors/import', file);

    expect(status).toBe(422);
    expect(body.errors).toHaveLength(10_000);
    expect(body.errors.at(-1)).toMatchObject({ line: 10_002, field: 'name' });
    expect(body.moreErrors).toEqual([
      { field: 'name', message: expect.stringContaining('before'), lines: '10003-10004' },
      { field: 'name', message: expect.any(String), lines: '10005, 10007' },
    ]);
  });

  it('is not imported at all with a bad row, each of which is named', async () => {
    const file = '[{"name": "ESET"},\n {"name": "x", "colour": "red"},\n 7]';

    const { status, body } = await sendFile(app, api, '/vendors/import', file, {
      type: 'application/json',
    });

    expect([status, body.code]).toEqual([422, 'IMPORT.BAD_ROWS']);
    expect(body.errors).toEqual([
      { line: 2, field: 'colour', message: expect.stringContaining('unknown field') },
      { line: 3, field: null, message: expect.stringContaining('object') },
    ]);
    expect(await vendors()).toEqual([]);
  });

  it('happens once with an Idempotency-Key, and not for another file', async () => {
    const send = (file: string) =>
      sendFile(app, api, '/vendors/import', file).set('Idempotency-Key', 'file-1');
    const first = await send('name\nESET\n');
    const again = await send('name\nESET\n');
    const other = await send('name\nSophos\n');

    expect(first.body.data.counts).toMatchObject({ new: 1 });
    expect(again.body).toEqual(first.body);
    expect(other.status).toBe(422);
    expect(await vendors()).toEqual([['ESET', '', '']]);
  });

  it.each([
    ['{"data": [{"name": "A"}]}', 'application/json', 200],
    ['[]', 'application/json', 200],
    ['{}', 'application/json', 422],
    ['[{"name": "A"},]', 'application/json', 422],
    ['nmae\nA\n', 'text/csv', 422],
    ['name\n"A\n', 'text/csv', 422],
    [Buffer.from('name\nJ\xfcrgen\n', 'latin1'), 'text/csv', 422],
    ['name\nA\n', 'application/xml', 415],
  ])('%j as %s is answered %i', async (file, type, status) => {
    const answer = await sendFile(app, api, '/vendors/import', file, { type });

    expect(answer.status).toBe(status);
    if (status === 422) expect(answer.body.errors).toMatchObject([{ field: 'file' }]);
    expect((await vendors()).length).toBe(status === 200 && file !== '[]' ? 1 : 0);
    expect(await rows(Import).count()).toBe(0);
  });

  it('is finished by the next start when it was cut short', async () => {
    await aVendor(app, { name: 'V999', contact: 'old' });
    const takeBack = await refuseWrite(app.nest, {
      write: 'INSERT ON vendors',
      when: "NEW.name = 'V700'",
    });
    const log = jest.spyOn(Logger.prototype, 'error').mockImplementation();
    const cut = await sendFile(app, api, '/vendors/import', largeFile(1200));
    const before = await rows(Vendor).count();
    log.mockRestore();
    await takeBack();
    await app.stop();
    app = await TestApp.start({ env: database().env });
    api = await app.api('write');

    expect([cut.status, cut.body.code]).toEqual([503, 'IMPORT.UNFINISHED']);
    expect(before).toBeGreaterThan(1);
    expect(before).toBeLessThan(1200);
    expect(await rows(Vendor).count()).toBe(1200);
    expect(await rows(Vendor).countBy({ contact: 'x' })).toBe(1200);
    expect(await rows(VendorImportRow).count()).toBe(0);
  });
});
