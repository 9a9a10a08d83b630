const { statSync } = require('node:fs');

/** Files that wait for a minute and more, the longest first: one that begins last is waited for. */
const LONG = [
  'shutdown.e2e',
  'chaos.e2e',
  'chaos-planted.e2e',
  'outage-time.e2e',
  'politeness.e2e',
  'pages.browser',
  'first-run.browser',
];

/** The order in which Jest begins the files; the rest by size. */
module.exports = class LongestFirst {
  sort(tests) {
    const rank = ({ path }) => {
      const place = LONG.findIndex((name) => path.includes(`/${name}`));
      return place < 0 ? LONG.length : place;
    };
    const size = ({ path }) => statSync(path).size;
    return [...tests].sort((a, b) => rank(a) - rank(b) || size(b) - size(a));
  }

  /** Jest would keep how long each took. */
  cacheResults() {}
};
