import type { Platform } from './platform.entity.js';

/** A platform as the audit trail names it. */
export function subjectOf({ id, name }: Platform) {
  return { kind: 'platform', id, label: name };
}

/** What the audit trail keeps of a platform, as JSON names it. */
export function auditedFields(platform: Platform) {
  const { name, url, isActive: active, ownerName, ownerEmail, tags, notes } = platform;
  return { name, url, active, ownerName, ownerEmail, tags, notes };
}
