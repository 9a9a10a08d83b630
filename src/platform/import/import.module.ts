import { Module } from '@nestjs/common';
import { AuditModule } from '../../access/audit.module.js';
import { ImportMover } from './import-mover.service.js';
import { ImportRun } from './import-run.service.js';
import { ImportService } from './import.service.js';

/** Files read, compared and imported, of whatever kind. */
@Module({
  imports: [AuditModule],
  providers: [ImportMover, ImportService, ImportRun],
  exports: [ImportService, ImportRun],
})
export class ImportModule {}
