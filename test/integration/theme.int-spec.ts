import request from 'supertest';
import { type Browser, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';

describeOnEachDatabase('the switch between light and dark', (database) => {
  let app: TestApp;
  let viewer: Browser;

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env });
    viewer = await app.browser('viewer');
  });
  afterAll(async () => {
    await app.stop();
  });

  const themeAt = async (path: string) =>
    (await viewer.open(path)).page('html').attr('data-bs-theme');

  it('is the system’s choice, then what was chosen, and the system’s again', async () => {
    expect(await themeAt('/alerts')).toBeUndefined();

    const { response } = await viewer.submit(
      '/alerts',
      { theme: 'dark', back: '/alerts?state=all' },
      '/theme',
    );
    expect([response.status, response.headers.location]).toEqual([303, '/alerts?state=all']);
    const { page } = await viewer.open('/alerts');
    expect(page('html').attr('data-bs-theme')).toBe('dark');
    expect(page('.side-menu button[aria-pressed=true]').attr('value')).toBe('dark');

    await viewer.submit('/alerts', { theme: 'system' }, '/theme');
    expect(await themeAt('/alerts')).toBeUndefined();
  });

  it('leads to no other site, and takes nothing else', async () => {
    for (const back of [
      '//elsewhere.example',
      'https://elsewhere.example/',
      '/\\elsewhere.example',
    ]) {
      const { response } = await viewer.submit('/alerts', { theme: 'light', back }, '/theme');
      expect([back, response.headers.location]).toEqual([back, '/']);
    }
    const { response } = await viewer.submit('/alerts', { theme: 'pink' }, '/theme');
    expect(response.status).toBe(422);
    expect(response.headers['set-cookie']).toBeUndefined();
  });

  it('is there before one signs in', async () => {
    const { page } = await viewer.open('/alerts');
    const stranger = request.agent(app.http);
    const answer = await stranger.get('/login');
    expect(page('[data-theme-switch]').length).toBeGreaterThan(0);
    expect(answer.text).toContain('data-theme-switch');
  });
});
