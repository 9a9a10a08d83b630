import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { ValidationFailed } from '../web/domain-error.js';
import { translator } from '../web/translator.js';
import { AppConfig } from '../config/app-config.js';
import { EnvironmentError } from '../config/environment.js';
import { AlreadySetUpError } from './access.errors.js';
import { SetupLink } from './setup-link.js';
import { UserService } from './user.service.js';

/** While there is no user: makes the first admin from the environment, or says how to. */
@Injectable()
export class FirstAdmin implements OnApplicationBootstrap {
  private readonly logger = new Logger('Setup');

  constructor(
    private readonly config: AppConfig,
    private readonly users: UserService,
    private readonly link: SetupLink,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (await this.users.hasUsers()) return;
    const { firstAdmin, baseUrl } = this.config;
    if (firstAdmin) {
      await this.create(firstAdmin);
    } else {
      // A warning, since LOG_LEVEL=warn must not hide the only way in.
      this.logger.warn(`There is no user yet. Make the first: ${this.link.address(baseUrl)}`);
    }
  }

  private async create(firstAdmin: { email: string; password: string }): Promise<void> {
    try {
      const user = await this.users.createFirstAdmin(firstAdmin);
      this.logger.log(`Made the first admin, ${user.email}, from the environment`);
    } catch (error) {
      // Another instance that starts at the same moment was faster.
      if (error instanceof AlreadySetUpError) return;
      if (!(error instanceof ValidationFailed)) throw error;
      const complaints = (error.details.fields ?? []).map(({ message }) => translator()(message));
      throw new EnvironmentError(
        `Cannot start: OJU_ADMIN_EMAIL and OJU_ADMIN_PASSWORD: ${complaints.join(' ')}`,
      );
    }
  }
}
