import { Access1764000000001 } from './migrations/1764000000001-access.js';
import { VirusTotal1764000000002 } from './migrations/1764000000002-virustotal.js';
import { Vendor1764000000003 } from './migrations/1764000000003-vendor.js';
import { Platform1764000000004 } from './migrations/1764000000004-platform.js';
import { Scan1764000000005 } from './migrations/1764000000005-scan.js';
import { Alert1764000000006 } from './migrations/1764000000006-alert.js';
import { AnsweredAndKeyUsage1764000000007 } from './migrations/1764000000007-answered-and-key-usage.js';
import { Thinning1764000000008 } from './migrations/1764000000008-thinning.js';
import { Audit1764000000009 } from './migrations/1764000000009-audit.js';
import { UserIdentities1764000000010 } from './migrations/1764000000010-user-identities.js';
import { AccessLinks1764000000011 } from './migrations/1764000000011-access-links.js';
import { TokensTriesAnswers1764000000012 } from './migrations/1764000000012-tokens-tries-answers.js';
import { ScanLocks1764000000014 } from './migrations/1764000000014-scan-locks.js';
import { EngineCounts1764000000015 } from './migrations/1764000000015-engine-counts.js';
import { VendorContact1764000000016 } from './migrations/1764000000016-vendor-contact.js';
import { Import1764000000017 } from './migrations/1764000000017-import.js';
import { Notification1764000000018 } from './migrations/1764000000018-notification.js';
import { Disputes1764000000019 } from './migrations/1764000000019-disputes.js';
import { AlertOrder1764000000020 } from './migrations/1764000000020-alert-order.js';
import { WholeFiles1764000000021 } from './migrations/1764000000021-whole-files.js';
import { PlatformList1764000000024 } from './migrations/1764000000024-platform-list.js';
import { Watch1764000000025 } from './migrations/1764000000025-watch.js';
import { UserLanguage1764000000026 } from './migrations/1764000000026-user-language.js';
import { ConfirmAt1764000000027 } from './migrations/1764000000027-confirm-at.js';
import { ChannelPause1764000000028 } from './migrations/1764000000028-channel-pause.js';
import { ListSorts1764000000029 } from './migrations/1764000000029-list-sorts.js';
import { Dashboard1764000000030 } from './migrations/1764000000030-dashboard.js';
import { ImportProgress1764000000031 } from './migrations/1764000000031-import-progress.js';

/** Every migration, oldest first. A released one is never changed. */
export const MIGRATIONS = [
  Access1764000000001,
  VirusTotal1764000000002,
  Vendor1764000000003,
  Platform1764000000004,
  Scan1764000000005,
  Alert1764000000006,
  AnsweredAndKeyUsage1764000000007,
  Thinning1764000000008,
  Audit1764000000009,
  UserIdentities1764000000010,
  AccessLinks1764000000011,
  TokensTriesAnswers1764000000012,
  ScanLocks1764000000014,
  EngineCounts1764000000015,
  VendorContact1764000000016,
  Import1764000000017,
  Notification1764000000018,
  Disputes1764000000019,
  AlertOrder1764000000020,
  WholeFiles1764000000021,
  PlatformList1764000000024,
  Watch1764000000025,
  UserLanguage1764000000026,
  ConfirmAt1764000000027,
  ChannelPause1764000000028,
  ListSorts1764000000029,
  Dashboard1764000000030,
  ImportProgress1764000000031,
] as const;
