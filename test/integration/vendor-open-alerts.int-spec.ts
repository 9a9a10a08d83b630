import { VendorService } from '../../src/vendor/vendor.service.js';
import { AlertScenario } from '../support/alert-scenario.js';
import { type ApiClient, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform } from '../support/factories.js';

const ENGINES = Array.from({ length: 8 }, (_, number) => `Engine ${number}`);

describeOnEachDatabase('vendors on open alerts', (database) => {
  let app: TestApp;
  /** A second instance on the same database. */
  let other: TestApp;
  let clients: ApiClient[];
  let alertId: number;

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env });
    other = await TestApp.start({ env: database().env });
    clients = [await app.api('write'), await other.api('write')];
    const platform = await aPlatform(app);
    const at = new AlertScenario(app);
    await at.scan(platform.id, Object.fromEntries(ENGINES.map((engine) => [engine, 'malicious'])));
    alertId = (await at.latest(platform.id)).id;
  });
  afterAll(async () => {
    await other.stop();
    await app.stop();
  });

  const contactOn = async (client: ApiClient, engine: string): Promise<string | null> => {
    const { body } = await client.get(`/alerts/${alertId}`).expect(200);
    const found = body.data.detections.find((one: { engine: string }) => one.engine === engine);
    return found.vendor?.contact ?? null;
  };

  it('show at the next read what was added, changed, renamed and deleted, while others edit', async () => {
    await Promise.all(
      ENGINES.map(async (engine, index) => {
        const [writer, reader] = index % 2 === 0 ? clients : [...clients].reverse();
        const shown = () => contactOn(reader!, engine);
        const added = await writer!.post('/vendors', { name: engine, contact: `a ${engine}` });
        const path = `/vendors/${added.body.data.id}`;
        expect(await shown()).toBe(`a ${engine}`);
        await writer!.patch(path, { contact: `b ${engine}` }).expect(200);
        expect(await shown()).toBe(`b ${engine}`);
        await writer!.patch(path, { name: `${engine} else` }).expect(200);
        expect(await shown()).toBeNull();
        await writer!.patch(path, { name: engine }).expect(200);
        expect(await shown()).toBe(`b ${engine}`);
        await writer!.delete(path).expect(204);
        expect(await shown()).toBeNull();
      }),
    );
  });

  it('keep what each of many edits of one vendor changed', async () => {
    const vendors = app.nest.get(VendorService);
    const { id } = await vendors.create({ name: 'Engine 0' });
    await Promise.all([
      ...Array.from({ length: 5 }, () => vendors.update(id, { contact: 'c@example.org' })),
      ...Array.from({ length: 5 }, () =>
        other.nest.get(VendorService).update(id, { comments: 'Answers in a day' }),
      ),
    ]);
    const { body } = await clients[0]!.get(`/alerts/${alertId}`).expect(200);
    const { vendor } = body.data.detections[0];
    expect(vendor).toMatchObject({ contact: 'c@example.org', comments: 'Answers in a day' });
  });

  it('show nothing of a vendor whose adding lost the race for its name', async () => {
    const results = await Promise.all(
      clients.map((client, index) =>
        client.post('/vendors', { name: 'Engine 1', contact: `writer ${index}` }),
      ),
    );
    expect(results.map(({ status }) => status).sort()).toEqual([201, 409]);
    const winner = results.find(({ status }) => status === 201)!.body.data.contact as string;
    for (const client of clients) expect(await contactOn(client, 'Engine 1')).toBe(winner);
  });
});
