import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { setMaxListeners } from 'node:events';
import { Clock } from '../config/clock.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { DomainError } from '../web/domain-error.js';
import { translator } from '../web/translator.js';
import { AccessMail } from './access-mail.service.js';
import { NO_PASSWORD } from './password.js';
import { PasswordResets } from './password-reset.service.js';
import type { User } from './user.entity.js';
import { UserService } from './user.service.js';

/** Of the log. */
const t = translator('en');

/** Nobody's mailbox is filled by who asks again and again: one mail in so many ms. */
const PAUSE_MS = 5 * 60_000;
/** Up to so many ms after its answer a link is made: what is busy then tells who asked nothing. */
const LONGEST_WAIT_MS = 1000;
/** More at once are not begun: somebody asks for the sake of asking. */
const MOST_UNDER_WAY = 50;

/** Mails a link to who forgot the password. */
@Injectable()
export class ResetRequests implements OnModuleDestroy {
  private readonly logger = new Logger('Access');
  /** They go on behind their answers. */
  private readonly underWay = new Set<Promise<void>>();
  private readonly isEnding = new AbortController();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly users: UserService,
    private readonly resets: PasswordResets,
    private readonly mail: AccessMail,
  ) {
    // Each that waits listens; Node would warn of a leak.
    setMaxListeners(MOST_UNDER_WAY, this.isEnding.signal);
  }

  /** True when people can have a link mailed to them. */
  get areTaken(): boolean {
    return this.mail.isConfigured;
  }

  /**
   * Mails a link if there is an active user with this mail address. Nobody looks before the answer
   * has gone, and a while more: neither how long it takes nor the next one's time tells anything.
   * @param answered resolves when the answer has gone
   * @param chance from 0 to 1: how much of the longest wait there is
   */
  begin(email: string, answered: Promise<void>, chance: number): void {
    if (this.underWay.size >= MOST_UNDER_WAY) {
      this.logger.warn(
        'Too many links to reset a password are asked for at once: one was left out',
      );
      return;
    }
    const work = answered
      .then(() => this.clock.sleep(chance * LONGEST_WAIT_MS, this.isEnding.signal))
      .then(() => this.send(email))
      .catch((error: unknown) => {
        const why =
          error instanceof DomainError ? t(error.messageKey, error.details.params) : String(error);
        this.logger.error(`A link to reset a password could not be mailed: ${why}`);
      });
    this.underWay.add(work);
    void work.finally(() => this.underWay.delete(work));
  }

  /** Resolves when every mail that was asked for is sent, or was not. */
  async onModuleDestroy(): Promise<void> {
    this.isEnding.abort();
    await Promise.all(this.underWay);
  }

  private async send(email: string): Promise<void> {
    const made = await this.unitOfWork.run(async () => {
      const user = await this.users.findByEmail(email);
      if (!user?.isActive || (await this.isTooSoon(user))) return null;
      // Who signs in through a provider gets no way around it.
      if (user.passwordHash === NO_PASSWORD) return null;
      return { user, link: await this.resets.make(user, 'user.reset_requested') };
    });
    if (made) await this.mail.sendReset(made.user.email, made.link, made.user.language);
  }

  private async isTooSoon(user: User): Promise<boolean> {
    const lastMs = (await this.resets.lastMadeAt(user))?.getTime();
    return lastMs !== undefined && this.clock.now().getTime() - lastMs < PAUSE_MS;
  }
}
