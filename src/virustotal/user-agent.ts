import { VERSION } from '../config/version.js';

/** Names the product and, since VirusTotal's edge compresses only for agents that say so, gzip. */
export const USER_AGENT = `oju/${VERSION} (gzip)`;
