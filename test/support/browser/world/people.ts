import { Invites } from '../../../../src/access/invite.service.js';
import { PasswordResets } from '../../../../src/access/password-reset.service.js';
import type { Role } from '../../../../src/access/rights.js';
import { SecondFactor } from '../../../../src/access/second-factor.service.js';
import { User } from '../../../../src/access/user.entity.js';
import { UserService } from '../../../../src/access/user.service.js';
import { UnitOfWork } from '../../../../src/database/unit-of-work.js';
import { Browser, TEST_PASSWORD, type TestApp } from '../../app.js';
import type { FakeClock } from '../../fake-clock.js';

const HALF_MINUTE_MS = 30_000;

/** Users of every kind and state; who is signed in is a cookie. */
export interface People {
  admin: string;
  viewer: string;
  /** Whose password was right and whose code is asked for. */
  halfWay: string;
  /** Who is at setting up a second factor. */
  beginner: string;
  /** Who has one. */
  guarded: string;
  userId: number;
  inactiveId: number;
  invitePath: string;
  resetPath: string;
}

/** Makes them in an application that has none yet. */
export async function buildPeople(app: TestApp, clock: FakeClock): Promise<People> {
  const factors = app.nest.get(SecondFactor);
  const admin = await signIn(app, await make(app, 'ada', 'admin'));
  const viewer = await signIn(app, await make(app, 'victor', 'viewer'));
  const active = await make(app, 'grace.brewster.murray.hopper.of.the.navy');
  const inactive = await make(app, 'gone');
  await rowOf(app, inactive, { isActive: false });
  const { link } = await app.nest
    .get(Invites)
    .invite({ email: 'somebody.new@example.org', role: 'viewer' });
  const reset = await app.nest
    .get(PasswordResets)
    .make(await make(app, 'forgetful'), 'user.reset_link_made');

  const beginning = await make(app, 'beginner');
  await factors.begin(beginning);
  const guarded = await make(app, 'guarded');
  const guardedCookie = await signIn(app, guarded);
  await confirmFactor(app, guarded, clock);
  return {
    admin,
    viewer,
    halfWay: await signIn(app, guarded),
    beginner: await signIn(app, beginning),
    guarded: guardedCookie,
    userId: active.id,
    inactiveId: inactive.id,
    invitePath: new URL(link).pathname,
    resetPath: new URL(reset).pathname,
  };
}

function make(app: TestApp, name: string, role: Role = 'analyst'): Promise<User> {
  const email = `${name}@example.org`;
  return app.nest.get(UserService).create({ email, password: TEST_PASSWORD, role });
}

async function signIn(app: TestApp, { email }: User): Promise<string> {
  const browser = new Browser(app.http);
  await browser.submit('/login', { email, password: TEST_PASSWORD });
  return browser.cookie;
}

async function rowOf(app: TestApp, { id }: User, change: Partial<User>): Promise<void> {
  const unitOfWork = app.nest.get(UnitOfWork);
  await unitOfWork.run(() => unitOfWork.repository(User).update({ id }, change));
}

/** Until the code that confirmed it is past, none is taken again. */
async function confirmFactor(app: TestApp, { id }: User, clock: FakeClock): Promise<void> {
  const { generateSync } = await import('otplib');
  const factors = app.nest.get(SecondFactor);
  const row = () => app.nest.get(UnitOfWork).repository(User).findOneByOrFail({ id });
  await factors.begin(await row());
  const secret = ((await factors.setUp(await row()))?.secret ?? '').replaceAll(' ', '');
  const epoch = Math.floor(clock.now().getTime() / 1000);
  await factors.confirm(await row(), generateSync({ secret, epoch }));
  await clock.skip(2 * HALF_MINUTE_MS);
}
