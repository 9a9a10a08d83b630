import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../database/unit-of-work.js';
import { AuditTrail } from './audit-trail.service.js';
import { Session } from './session.entity.js';
import { hashSessionId } from './session-id.js';

/** The sessions of those who are signed in, and their end. */
@Injectable()
export class SessionService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly audit: AuditTrail,
  ) {}

  /** Ends the session with this id, which its own browser asked for. */
  async signOut(id: string): Promise<void> {
    await this.unitOfWork.run(async () => {
      const idHash = hashSessionId(id);
      const session = await this.sessions().findOneBy({ idHash });
      await this.sessions().delete({ idHash });
      if (session?.userId != null) await this.audit.record({ action: 'session.signed_out' });
    });
  }

  private sessions() {
    return this.unitOfWork.repository(Session);
  }
}
