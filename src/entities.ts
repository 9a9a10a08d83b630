import { AccessSettings } from './access/access-settings.entity.js';
import { ApiToken } from './access/api-token.entity.js';
import { AuditEntry } from './access/audit-entry.entity.js';
import { IdempotentAnswer } from './access/idempotent-answer.entity.js';
import { OneTimeLink } from './access/one-time-link.entity.js';
import { RecoveryCode } from './access/recovery-code.entity.js';
import { Session } from './access/session.entity.js';
import { Tries } from './access/tries.entity.js';
import { UserIdentity } from './access/oidc/user-identity.entity.js';
import { User } from './access/user.entity.js';
import { Acceptance } from './alert/acceptance.entity.js';
import { AlertEvent } from './alert/alert-event.entity.js';
import { AlertOrder } from './alert/alert-order.entity.js';
import { Alert } from './alert/alert.entity.js';
import { Detection } from './alert/detection.entity.js';
import { Dispute } from './alert/dispute.entity.js';
import { AdminMail } from './notification/admin-mail/admin-mail.entity.js';
import { Channel } from './notification/channel.entity.js';
import { DeliveryAttempt } from './notification/outbox/delivery-attempt.entity.js';
import { Delivery } from './notification/outbox/delivery.entity.js';
import { StoredEvent } from './notification/outbox/notification-event.entity.js';
import { OutboxEntry } from './notification/outbox/outbox-entry.entity.js';
import { Import } from './platform/import/import.entity.js';
import { PlatformImportRow } from './platform/platform-import-row.entity.js';
import { Platform } from './platform/platform.entity.js';
import { EngineLease } from './scan/engine-lease.entity.js';
import { ScanSchedule } from './scan/scan-schedule.entity.js';
import { ScanTask } from './scan/scan-task.entity.js';
import { Scan } from './scan/scan.entity.js';
import { VerdictInterval } from './scan/verdict-interval.entity.js';
import { FirstSteps } from './status/first-steps/first-steps.entity.js';
import { StandingTrouble } from './status/watch/standing-trouble.entity.js';
import { AnswerGap } from './vendor/answer-gap.entity.js';
import { Engine } from './vendor/engine.entity.js';
import { VendorImportRow } from './vendor/vendor-import-row.entity.js';
import { Vendor } from './vendor/vendor.entity.js';
import { BudgetPlace } from './virustotal/budget-place.entity.js';
import { BudgetUsage } from './virustotal/budget-usage.entity.js';
import { VirusTotalSettings } from './virustotal/virustotal-settings.entity.js';

/** Every entity of every module: the one list that the application, the command and tests share. */
export const ENTITIES = [
  User,
  UserIdentity,
  Session,
  ApiToken,
  Tries,
  IdempotentAnswer,
  AuditEntry,
  OneTimeLink,
  RecoveryCode,
  AccessSettings,
  VirusTotalSettings,
  BudgetPlace,
  BudgetUsage,
  Vendor,
  Engine,
  AnswerGap,
  Platform,
  Import,
  PlatformImportRow,
  VendorImportRow,
  ScanSchedule,
  EngineLease,
  Scan,
  ScanTask,
  VerdictInterval,
  Alert,
  Dispute,
  Detection,
  Acceptance,
  AlertEvent,
  AlertOrder,
  Channel,
  StoredEvent,
  Delivery,
  OutboxEntry,
  DeliveryAttempt,
  AdminMail,
  StandingTrouble,
  FirstSteps,
] as const;
