const swc = ['@swc/jest', { ...require('./swc.config.cjs'), swcrc: false }];

/** What every project shares. Nest 12 is ESM only and Jest on Node 20 cannot require ESM, so its files go through swc as well, and those of openid-client and d3. */
const common = {
  rootDir: __dirname,
  testEnvironment: 'node',
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  transform: { '^.+\\.(t|j|mj)s$': swc },
  transformIgnorePatterns: [
    '/node_modules/(?!(@nestjs|@otplib|@scure|@noble|openid-client|oauth4webapi|jose|d3-[a-z-]+|internmap)/)',
  ],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/dist'],
  setupFiles: ['reflect-metadata'],
};

module.exports = {
  testSequencer: '<rootDir>/test/support/longest-first.cjs',
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/src/**/*.spec.ts', '<rootDir>/test/support/**/*.spec.ts'],
    },
    {
      ...common,
      displayName: 'integration',
      testMatch: [
        process.env.OJU_TEST_SHARES
          ? '<rootDir>/test/shares/*.int-share.ts'
          : '<rootDir>/test/integration/**/*.int-spec.ts',
      ],
      setupFilesAfterEnv: [
        '<rootDir>/test/support/patience.ts',
        '<rootDir>/test/support/cheap-passwords.ts',
      ],
    },
    { ...common, displayName: 'e2e', testMatch: ['<rootDir>/test/e2e/**/*.e2e-spec.ts'] },
    {
      ...common,
      displayName: 'browser',
      testMatch: ['<rootDir>/test/browser/**/*.browser-spec.ts'],
    },
    { ...common, displayName: 'long', testMatch: ['<rootDir>/test/long/**/*.long-spec.ts'] },
  ],
};
