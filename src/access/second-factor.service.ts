import { Injectable, Logger } from '@nestjs/common';
import { IsNull, LessThan } from 'typeorm';
import { Clock } from '../config/clock.js';
import { SecretBox, SecretUnreadableError } from '../config/secret-box.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { WrongCodeError } from './access.errors.js';
import { AuditTrail } from './audit-trail.service.js';
import { RecoveryCode } from './recovery-code.entity.js';
import { hashRecoveryCode, newRecoveryCode, RECOVERY_CODES } from './recovery-code.rules.js';
import { Totp } from './totp.js';
import { totpPurpose, User } from './user.entity.js';

/** What an authenticator app is given. */
export interface SecondFactorSetUp {
  /** In base32, in groups of four. */
  secret: string;
  /** The source of an `img`. */
  picture: string;
}

/** The second factor: codes of an authenticator app, and recovery codes for who lost it. */
@Injectable()
export class SecondFactor {
  private readonly logger = new Logger('Access');

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly secretBox: SecretBox,
    private readonly totp: Totp,
    private readonly audit: AuditTrail,
  ) {}

  /** Makes a secret that waits to be confirmed; a user who has the second factor keeps it. */
  async begin({ id }: User): Promise<void> {
    const totpCiphertext = this.secretBox.encrypt(await this.totp.newSecret(), totpPurpose(id));
    await this.unitOfWork.run(() =>
      this.users().update({ id, totpEnabledAt: IsNull() }, { totpCiphertext, totpLastStep: null }),
    );
  }

  /**
   * What is to be shown while it is set up; null before {@link begin}, once it is set up, and when no
   * key opens it any more: it is begun anew then.
   */
  async setUp(user: User): Promise<SecondFactorSetUp | null> {
    if (user.totpEnabledAt) return null;
    const secret = this.secretOf(user);
    if (secret === null) return null;
    return {
      secret: (secret.match(/.{1,4}/g) ?? []).join(' '),
      picture: await this.totp.picture(secret, user.email),
    };
  }

  /**
   * Puts the second factor in force, once a code shows that the app has it.
   * @returns the recovery codes, which nobody can read back later
   * @throws WrongCodeError
   */
  async confirm(user: User, code: string): Promise<string[]> {
    const step = await this.stepOf(user, code);
    if (step === null) throw new WrongCodeError();
    return this.unitOfWork.run(async () => {
      const { id, totpCiphertext } = user;
      const { affected } = await this.users().update(
        // The secret that the code was of, should another have been made meanwhile.
        { id, totpCiphertext: totpCiphertext ?? IsNull(), totpEnabledAt: IsNull() },
        { totpEnabledAt: this.clock.now(), totpLastStep: step },
      );
      if (affected !== 1) throw new WrongCodeError();
      await this.audit.record({ action: 'user.second_factor_on', subject: subjectOf(user) });
      return this.replaceCodes(user);
    });
  }

  /**
   * Whether this is a code of the user's app, or a recovery code. Each counts once, of two tries at
   * one moment, too.
   * @returns by what, or null
   */
  async verify(user: User, typed: string): Promise<'app' | 'recovery code' | null> {
    const code = typed.replaceAll(/\s/g, '');
    if (user.totpEnabledAt === null) return null;
    const step = await this.stepOf(user, code);
    if (step !== null) return (await this.takeStep(user, step)) ? 'app' : null;
    const codeHash = hashRecoveryCode(code);
    return codeHash !== null && (await this.takeCode(user, codeHash)) ? 'recovery code' : null;
  }

  /** Makes new recovery codes; the old ones are void. */
  async renewCodes(user: User): Promise<string[]> {
    return this.unitOfWork.run(async () => {
      await this.audit.record({ action: 'user.recovery_renewed', subject: subjectOf(user) });
      return this.replaceCodes(user);
    });
  }

  /** How many recovery codes a user has left. */
  async codesLeft({ id }: User): Promise<number> {
    return this.codes().countBy({ userId: id });
  }

  /** Takes the second factor away: sign-in asks for the password alone. */
  async remove(user: User): Promise<void> {
    const { id } = user;
    await this.unitOfWork.run(async () => {
      const off = { totpCiphertext: null, totpEnabledAt: null, totpLastStep: null };
      await this.users().update({ id }, off);
      await this.codes().delete({ userId: id });
      await this.audit.record({ action: 'user.second_factor_off', subject: subjectOf(user) });
    });
  }

  private async stepOf(user: User, code: string): Promise<number | null> {
    const secret = this.secretOf(user);
    return secret === null ? null : this.totp.stepOf(secret, code, this.clock.now());
  }

  /** Under a lost key it is as good as none, and recovery codes still are. */
  private secretOf({ id, totpCiphertext }: User): string | null {
    if (totpCiphertext === null) return null;
    try {
      return this.secretBox.decrypt(totpCiphertext, totpPurpose(id));
    } catch (error) {
      if (!(error instanceof SecretUnreadableError)) throw error;
      this.logger.warn(`The second factor of user ${id} cannot be read: ${error.message}`);
      return null;
    }
  }

  private async takeStep({ id }: User, step: number): Promise<boolean> {
    const { affected } = await this.unitOfWork.run(() =>
      this.users().update(
        [
          { id, totpLastStep: IsNull() },
          { id, totpLastStep: LessThan(step) },
        ],
        { totpLastStep: step },
      ),
    );
    return affected === 1;
  }

  private async takeCode(user: User, codeHash: string): Promise<boolean> {
    return this.unitOfWork.run(async () => {
      const { affected } = await this.codes().delete({ userId: user.id, codeHash });
      if (affected !== 1) return false;
      const after = { left: await this.codesLeft(user) };
      const subject = subjectOf(user);
      await this.audit.record({ action: 'user.recovery_used', subject, after }, user);
      return true;
    });
  }

  private async replaceCodes({ id }: User): Promise<string[]> {
    const codes = Array.from({ length: RECOVERY_CODES }, newRecoveryCode);
    await this.codes().delete({ userId: id });
    await this.codes().insert(
      codes.map((code) => ({ userId: id, codeHash: hashRecoveryCode(code) ?? '' })),
    );
    return codes;
  }

  private users() {
    return this.unitOfWork.repository(User);
  }

  private codes() {
    return this.unitOfWork.repository(RecoveryCode);
  }
}

/** A ciphertext of one user's is none of another's. */
function subjectOf({ id, email }: User) {
  return { kind: 'user', id, label: email };
}
