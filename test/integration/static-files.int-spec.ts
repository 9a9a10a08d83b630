import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import request from 'supertest';
import { APP_ROOT } from '../../src/config/app-root.js';
import { assetFolder } from '../../src/web/assets.js';
import { TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';

describeOnEachDatabase('static files', (database) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start({ env: database().env });
  });
  afterAll(async () => {
    await app.stop();
  });

  const manifest = JSON.parse(
    readFileSync(join(assetFolder(APP_ROOT), 'manifest.json'), 'utf8'),
  ) as Record<string, string>;
  const get = (name: string, encoding: string) =>
    request(app.http).get(`/static/${manifest[name]}`).set('Accept-Encoding', encoding);

  it.each(Object.keys(manifest))('%s is kept by browsers for ever', async (name) => {
    const { status, headers } = await get(name, 'identity');
    expect([status, headers['cache-control']]).toEqual([
      200,
      'public, max-age=31536000, immutable',
    ]);
    expect(headers['content-type']).toMatch(/^(text\/css|text\/javascript|image\/svg\+xml)/);
  });

  it.each([
    ['gzip, deflate, br', 'br'],
    ['gzip', 'gzip'],
  ])('the stylesheet goes to whoever takes %s as %s', async (accepts, encoding) => {
    const { headers } = await get('css/oju.css', accepts);
    expect(headers['content-encoding']).toBe(encoding);
    expect(Number(headers['content-length'])).toBeLessThan(25_000);
  });

  it('are only those that the build made', async () => {
    for (const path of [
      '/static/manifest.json',
      '/static/',
      '/static/css/',
      '/static/css/oju.css',
    ]) {
      const { status, text } = await request(app.http).get(path);
      expect([path, status === 404 || path.endsWith('manifest.json')]).toEqual([path, true]);
      expect(text).not.toContain('node_modules');
    }
  });

  it('and pages leave compressed, but nothing small', async () => {
    await app.browser('viewer');
    const page = await request(app.http).get('/login').set('Accept-Encoding', 'gzip');
    expect(page.headers['content-encoding']).toBe('gzip');
    const small = await request(app.http).get('/health/live').set('Accept-Encoding', 'gzip');
    expect(small.headers['content-encoding']).toBeUndefined();
  });
});
