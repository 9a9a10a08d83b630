import { describeWeights } from '../support/browser/describe-weights.js';
import { CONTRARY, PLAIN } from '../support/browser/variant.js';
import { describePages } from '../support/browser/walk-pages.js';

// axe-core is JavaScript itself; the pages without it are what first-run goes through.
describePages([PLAIN, { ...CONTRARY, hasScript: true }], 600_000, describeWeights);
