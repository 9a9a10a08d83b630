import {
  describeFirstRun,
  describeFirstRunByKeyboard,
} from '../support/browser/describe-first-run.js';
import { CONTRARY, PLAIN } from '../support/browser/variant.js';

describeFirstRun([PLAIN, CONTRARY]);
describeFirstRunByKeyboard(PLAIN);
