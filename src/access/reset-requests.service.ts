import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { AccessMail } from './access-mail.service.js';
import { PasswordResets } from './password-reset.service.js';
import type { User } from './user.entity.js';
import { UserService } from './user.service.js';

/** Nobody's mailbox is filled by who asks again and again: one mail in so many ms. */
const PAUSE_MS = 5 * 60_000;
/** More at once are not begun: somebody asks for the sake of asking. */
const MOST_UNDER_WAY = 50;

/** Mails a link to who forgot the password. */
@Injectable()
export class ResetRequests implements OnModuleDestroy {
  private readonly logger = new Logger('Access');
  /** They go on behind their answers. */
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly users: UserService,
    private readonly resets: PasswordResets,
    private readonly mail: AccessMail,
  ) {}

  /** True when people can have a link mailed to them. */
  get areTaken(): boolean {
    return this.mail.isConfigured;
  }

  /**
   * Mails a link if there is an active user with this mail address. It comes back at once, whatever
   * there is: how long an answer takes tells nothing.
   */
  begin(email: string): void {
    if (this.underWay.size >= MOST_UNDER_WAY) {
      this.logger.warn(
        'Too many links to reset a password are asked for at once: one was left out',
      );
      return;
    }
    const work = this.send(email).catch((error: unknown) => {
      this.logger.error(`A link to reset a password could not be mailed: ${String(error)}`);
    });
    this.underWay.add(work);
    void work.finally(() => this.underWay.delete(work));
  }

  /** Resolves when every mail that was asked for is sent, or was not. */
  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.underWay);
  }

  private async send(email: string): Promise<void> {
    const made = await this.unitOfWork.run(async () => {
      const user = await this.users.findByEmail(email);
      if (!user?.isActive || (await this.isTooSoon(user))) return null;
      return { user, link: await this.resets.make(user, 'user.reset_requested') };
    });
    if (made) await this.mail.sendReset(made.user.email, made.link);
  }

  private async isTooSoon(user: User): Promise<boolean> {
    const lastMs = (await this.resets.lastMadeAt(user))?.getTime();
    return lastMs !== undefined && this.clock.now().getTime() - lastMs < PAUSE_MS;
  }
}
