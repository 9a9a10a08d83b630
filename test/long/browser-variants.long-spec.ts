import {
  describeFirstRun,
  describeFirstRunByKeyboard,
} from '../support/browser/describe-first-run.js';
import { ALL_EIGHT, ALL_SIXTEEN, CONTRARY } from '../support/browser/variant.js';
import { describePages } from '../support/browser/walk-pages.js';

describeFirstRun(ALL_SIXTEEN);
describeFirstRunByKeyboard({ ...CONTRARY, hasScript: true });
describePages(ALL_EIGHT, 3_600_000);
