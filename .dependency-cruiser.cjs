/**
 * DESIGN.md's module table: a row may use only the rows below it.
 * The files that stand in src/ itself (main, app.module, configure-app, cli, entities) may use every row.
 */
const ROWS = [
  'cli',
  'status',
  'integration',
  'scan',
  'alert',
  'notification',
  'vendor',
  'platform',
  'virustotal',
  'access',
  'outgoing',
  'web',
  'database',
  'config',
];

/** Files that know neither Nest nor TypeORM, beside every *.rules.ts. */
const PURE = ['virustotal/answers', 'virustotal/failed-answer', 'virustotal/held-places'];

/** The only places that may know a package. */
const ONLY_IN = [
  { packages: ['axios', '@nestjs/axios'], places: ['^src/virustotal/', '^src/outgoing/'] },
  { packages: ['@nestjs/schedule'], places: ['^src/scan/[^/]*schedul', '^src/app\\.module\\.ts$'] },
];

const inRow = (...rows) => `^src/(${rows.join('|')})/`;
const inPackage = (...names) => `(^|/)node_modules/(${names.join('|')})(/|$)`;
const spec = '\\.spec\\.ts$';

const oneWay = ROWS.slice(1).map((row, index) => ({
  name: `${row}-looks-only-down`,
  comment: `src/${row}/ may use only: ${ROWS.slice(index + 2).join(', ') || 'nothing'}.`,
  severity: 'error',
  from: { path: inRow(row) },
  to: { path: inRow(...ROWS.slice(0, index + 1)) },
}));

const onlyIn = ONLY_IN.map(({ packages, places }) => ({
  name: `${packages[0].replace('@nestjs/', 'nest-')}-only-where-allowed`,
  comment: `${packages.join(' and ')} only in ${places.join(' and ')}.`,
  severity: 'error',
  from: { path: '^src/', pathNot: [...places, spec] },
  to: { path: inPackage(...packages) },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circle',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...oneWay,
    {
      name: 'no-row-outside-the-table',
      comment: 'A new folder in src/ needs its row in ROWS.',
      severity: 'error',
      from: {},
      to: { path: '^src/[^/]+/', pathNot: inRow(...ROWS) },
    },
    {
      name: 'no-row-uses-the-top',
      comment: 'What assembles the application is used by nothing in it.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: [spec, '^src/cli/'] },
      to: { path: '^src/[^/]+\\.ts$' },
    },
    {
      name: 'pure-files-know-no-framework',
      severity: 'error',
      from: { path: ['\\.rules\\.ts$', `^src/(${PURE.join('|')})\\.ts$`] },
      to: { path: inPackage('@nestjs', 'typeorm') },
    },
    ...onlyIn,
    {
      name: 'no-test-code-in-src',
      severity: 'error',
      from: { path: '^src/', pathNot: spec },
      to: { path: ['^test/', spec] },
    },
    {
      name: 'everything-resolves',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-development-package-at-run-time',
      severity: 'error',
      from: { path: '^src/', pathNot: spec },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
