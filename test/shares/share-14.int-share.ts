import { loadShare } from './load-share.js';

loadShare(14);
