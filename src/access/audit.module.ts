import { Module } from '@nestjs/common';
import { AuditLog } from './audit-log.service.js';
import { AuditTrail } from './audit-trail.service.js';

/** The audit trail, written and read; for every module that changes something. */
@Module({
  providers: [AuditTrail, AuditLog],
  exports: [AuditTrail, AuditLog],
})
export class AuditModule {}
