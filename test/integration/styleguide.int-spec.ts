import { TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';

describeOnEachDatabase('the styleguide', (database) => {
  it.each([
    ['test', 200],
    ['development', 200],
    ['production', 404],
    ['', 404],
  ])('in an environment that is “%s” answers %i', async (NODE_ENV, expected) => {
    const app = await TestApp.start({ env: { ...database().env, NODE_ENV } });
    try {
      const { response, page } = await (await app.browser('viewer')).open('/styleguide');
      expect(response.status).toBe(expected);
      expect(page('#marks').length).toBe(expected === 200 ? 1 : 0);
    } finally {
      await app.stop();
    }
  });
});
