import { load } from 'cheerio';
import request from 'supertest';
import { TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';

describeOnEachDatabase('the description of the API', (database) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start({ env: database().env });
  });
  afterAll(async () => {
    await app.stop();
  });

  it('tells of what other systems call, and of no page', async () => {
    const { body } = await request(app.http).get('/api/openapi.json').expect(200);

    const paths = Object.keys(body.paths);
    expect(paths.filter((path) => !/^\/(api\/v1|health)(\/|$)/.test(path))).toEqual([]);
    expect(paths).toEqual(
      expect.arrayContaining(['/api/v1/platforms', '/api/v1/alerts', '/api/v1/vendors', '/health']),
    );
    for (const [path, methods] of Object.entries<Record<string, { tags?: string[] }>>(body.paths)) {
      for (const operation of Object.values(methods)) {
        expect([path, operation.tags?.length]).toEqual([path, 1]);
      }
    }
  });

  it('is made once, the same for all who ask together', async () => {
    const answers = await Promise.all(
      Array.from({ length: 4 }, async () => request(app.http).get('/api/openapi.json')),
    );

    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });

  it('describes a part as the fields of the whole, none of which has to be given', async () => {
    const { body } = await request(app.http).get('/api/openapi.json');

    const { CreatePlatformDto: whole, UpdatePlatformDto: part } = body.components.schemas;
    expect(part.properties).toEqual(whole.properties);
    expect(part.required ?? []).toEqual([]);
    expect(body.components.schemas.PatchVendorDto.properties).toMatchObject(
      body.components.schemas.CreateVendorDto.properties,
    );
  });

  it('has a page that runs no script but from files, all of which are there', async () => {
    const { text, headers } = await request(app.http).get('/api/docs').expect(200);

    expect(headers['content-security-policy']).toContain("script-src 'self';");
    const $ = load(text);
    expect($('script:not([src])').length).toBe(0);
    const files = [
      ...$('script')
        .toArray()
        .map((script) => $(script).attr('src')),
      ...$('link')
        .toArray()
        .map((link) => $(link).attr('href')),
    ];
    expect(files.length).toBe(4);
    for (const file of files) {
      expect([file, (await request(app.http).get(file ?? '')).status]).toEqual([file, 200]);
    }
  });
});
