process.env.OJU_TEST_TIMES_AS_MANY = '8';
// Read before it, what follows would be what it is in `npm test`.
jest.requireActual('../support/cheap-passwords.js');
for (const name of [
  'access-oidc-provider',
  'access-tries',
  'alert-model',
  'budget-minute',
  'budget-proof',
  'scan-surface-history',
  'scan-thinning',
  'security-credentials',
  'security-injection',
  'security-requests',
]) {
  describe(name, () => {
    jest.requireActual(`../integration/${name}.int-spec.js`);
    afterAll(() => {
      jest.restoreAllMocks();
    });
  });
}
