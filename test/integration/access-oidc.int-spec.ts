import { AuditEntry } from '../../src/access/audit-entry.entity.js';
import { OidcAccounts } from '../../src/access/oidc/oidc-account.service.js';
import { UserIdentity } from '../../src/access/oidc/user-identity.entity.js';
import { SecondFactor } from '../../src/access/second-factor.service.js';
import { Session } from '../../src/access/session.entity.js';
import { UserAdmin } from '../../src/access/user-admin.service.js';
import { User } from '../../src/access/user.entity.js';
import { UserService } from '../../src/access/user.service.js';
import { SIGN_IN_AGE_MS } from '../../src/access/oidc/oidc-client.service.js';
import { Clock } from '../../src/config/clock.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { Browser, TEST_PASSWORD, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { OidcProvider } from '../support/oidc-provider.js';
import { overlap } from '../support/overlap.js';

const ADA = {
  sub: 'ada-1',
  email: 'Ada@Example.org',
  email_verified: true,
  groups: ['oju-admins'],
};
const cookieOf = (response: { headers: Record<string, unknown> }) =>
  (response.headers['set-cookie'] as string[] | undefined)?.[0]?.split(';')[0] ?? '';

describeOnEachDatabase('signing in through OpenID Connect', (database) => {
  let provider: OidcProvider;
  let app: TestApp;
  let unitOfWork: UnitOfWork;

  beforeAll(async () => {
    provider = await OidcProvider.start();
  });
  afterAll(async () => {
    await provider.stop();
  });
  beforeAll(async () => {
    app = await TestApp.start({ env: { ...database().env, ...provider.env } });
    unitOfWork = app.nest.get(UnitOfWork);
  });
  afterAll(async () => {
    await app.stop();
  });
  beforeEach(async () => {
    await app.forgetTries();
    await unitOfWork.run(async () => {
      for (const entity of [UserIdentity, Session, User]) {
        await unitOfWork.repository(entity).createQueryBuilder().delete().execute();
      }
    });
    await app.nest
      .get(UserService)
      .create({ email: 'local@example.org', password: TEST_PASSWORD, role: 'admin' });
  });

  /** As far as the provider: where it sends the browser back to. */
  async function visited(browser: Browser, change: (address: URL) => void = () => undefined) {
    const { headers } = await browser.agent.get('/login/oidc').expect(303);
    const address = new URL(headers.location!);
    change(address);
    return provider.signIn(address.href);
  }

  async function signIn(browser = new Browser(app.http)) {
    return browser.open(await visited(browser));
  }

  const usersOf = (email: string) => unitOfWork.repository(User).findBy({ email });
  const actions = async () => {
    const entries = await unitOfWork
      .repository(AuditEntry)
      .find({ order: { id: 'DESC' }, take: 4 });
    return entries.map(({ action, actorName, subjectLabel }) => [action, actorName, subjectLabel]);
  };

  it('makes a user of a new subject, with the role of its claim, and signs in', async () => {
    await provider.account(ADA);
    const browser = new Browser(app.http);
    await browser.agent.get('/alerts?state=new').expect(303);
    const login = await browser.open('/login');
    const { response } = await signIn(browser);
    const [user] = await usersOf('ada@example.org');

    expect(login.page('a[href="/login/oidc"]').text()).toBe('Sign in with Example ID');
    expect(response.status).toBe(303);
    expect(response.headers.location).toBe('/alerts?state=new');
    const { page } = await browser.open('/vendor');
    expect(page('.side-menu .who').text().trim()).toBe('ada@example.org');
    expect(page('[role=status]').text()).toBe('Signed in as ada@example.org.');
    expect(user).toMatchObject({ role: 'admin', isActive: true, passwordHash: '' });
    expect(user?.lastSignedInAt).toBeInstanceOf(Date);
    expect(await unitOfWork.repository(UserIdentity).find()).toMatchObject([
      { issuer: provider.issuer, subject: 'ada-1', userId: user?.id },
    ]);
    expect(await actions()).toEqual([
      ['sign_in.succeeded', 'ada@example.org', 'ada@example.org'],
      ['user.identity_linked', 'ada@example.org', 'ada@example.org'],
      ['user.created', 'ada@example.org', 'ada@example.org'],
      ['user.created', 'system', 'local@example.org'],
    ]);
  });

  it('knows the subject again by nothing else, and the role follows the claim', async () => {
    await provider.account(ADA);
    const first = new Browser(app.http);
    await signIn(first);
    await provider.account({ ...ADA, email: 'renamed@example.org', groups: ['x', 'oju-viewers'] });
    const second = new Browser(app.http);
    await signIn(second);

    expect(await usersOf('ada@example.org')).toMatchObject([{ role: 'viewer' }]);
    expect(await usersOf('renamed@example.org')).toEqual([]);
    expect((await second.open('/config/integrations')).response.status).toBe(403);
    // The session from before has the role of now as well.
    expect((await first.open('/config/integrations')).response.status).toBe(403);
    expect((await actions())[1]?.[0]).toBe('user.role_changed');
  });

  it('leaves the last admin the role, whatever the claim says, and audits it', async () => {
    await provider.account(ADA);
    await signIn();
    const [ada] = await usersOf('ada@example.org');
    const [local] = await usersOf('local@example.org');
    await app.nest.get(UserAdmin).deactivate(local!.id);
    await provider.account({ ...ADA, groups: ['oju-viewers'] });
    const browser = new Browser(app.http);
    expect((await signIn(browser)).response.status).toBe(303);

    expect(await usersOf('ada@example.org')).toMatchObject([{ role: 'admin' }]);
    expect((await browser.open('/config/integrations')).response.status).toBe(200);
    const kept = await unitOfWork
      .repository(AuditEntry)
      .findOneByOrFail({ action: 'user.role_kept', subjectId: String(ada!.id) });
    expect(JSON.parse(kept.valuesAfter!)).toEqual({ asked: 'viewer', via: 'OpenID Connect' });
    await app.nest.get(UserAdmin).reactivate(local!.id);
    await signIn(new Browser(app.http));
    expect(await usersOf('ada@example.org')).toMatchObject([{ role: 'viewer' }]);
  });

  it('leaves one admin when both lose the role at once', async () => {
    await provider.account(ADA);
    await signIn();
    const [local] = await usersOf('local@example.org');
    await provider.account({ ...ADA, groups: ['oju-viewers'] });
    const browser = new Browser(app.http);
    const back = await visited(browser);
    await overlap(
      app.nest,
      () => app.nest.get(UserAdmin).changeRole(local!.id, 'viewer'),
      () => browser.open(back),
    );
    expect(await unitOfWork.repository(User).findBy({ role: 'admin' })).toMatchObject([
      { email: 'ada@example.org' },
    ]);
  });

  it('says of nobody that they signed in before the second factor was right', async () => {
    await provider.account(ADA);
    await signIn();
    const signedIn = { action: 'sign_in.succeeded' };
    const [ada] = await usersOf('ada@example.org');
    const factor = app.nest.get(SecondFactor);
    await factor.begin(ada!);
    const { generateSync } = await import('otplib');
    const secret = (await factor.setUp((await usersOf('ada@example.org'))[0]!))!.secret;
    const codeAt = (ms: number) =>
      generateSync({
        secret: secret.replaceAll(' ', ''),
        epoch: Math.floor((app.nest.get(Clock).now().getTime() + ms) / 1000),
      });
    await factor.confirm((await usersOf('ada@example.org'))[0]!, codeAt(0));
    const long = new Date('2026-01-01T00:00:00Z');
    await unitOfWork.run(() =>
      unitOfWork.repository(User).update({ id: ada!.id }, { lastSignedInAt: long }),
    );
    const before = await unitOfWork.repository(AuditEntry).countBy(signedIn);
    const browser = new Browser(app.http);
    expect((await signIn(browser)).response.headers.location).toBe('/login/code');

    expect(await unitOfWork.repository(AuditEntry).countBy(signedIn)).toBe(before);
    expect((await usersOf('ada@example.org'))[0]!.lastSignedInAt).toEqual(long);
    const done = await browser.submit('/login/code', { code: codeAt(30_000) });
    expect(done.response.status).toBe(303);
    expect(await unitOfWork.repository(AuditEntry).countBy(signedIn)).toBe(before + 1);
    expect((await usersOf('ada@example.org'))[0]!.lastSignedInAt).not.toEqual(long);
  });

  it('lets a user without a password have a second factor, by its codes alone', async () => {
    await provider.account(ADA);
    const browser = new Browser(app.http);
    await signIn(browser);
    const ada = async () => (await usersOf('ada@example.org'))[0]!;
    const path = '/profile/second-factor';
    const profile = await browser.open('/profile');
    expect(profile.page('form[action="/profile/password"]')).toHaveLength(0);
    const change = { presentPassword: '', password: 'an entirely new one' };
    const changed = await browser.submit('/profile', change, '/profile/password');
    expect(changed.response.status).toBe(422);
    const local = await app.browser('admin');
    const own = `/config/users/${(await ada()).id}`;
    expect((await local.open(own)).page(`form[action="${own}/reset"]`)).toHaveLength(0);
    const reset = await local.submit(own, {}, `${own}/reset`);
    expect(reset.response.status).toBe(422);
    expect(reset.page('[role=alert]').text()).toContain('no password and signs in through');

    expect((await browser.open(path)).page('#field-presentPassword')).toHaveLength(0);
    expect((await browser.submit(path, {})).response.status).toBe(303);
    const { generateSync } = await import('otplib');
    const secret = (await browser.open(path)).page('main code').text().replaceAll(' ', '');
    const codeAt = (ms: number) => {
      const epoch = Math.floor((app.nest.get(Clock).now().getTime() + ms) / 1000);
      return generateSync({ secret, epoch });
    };
    const on = await browser.submit(path, { code: codeAt(-30_000) }, `${path}/confirm`);
    expect(on.response.status).toBe(200);
    const wrong = await browser.submit(path, { presentPassword: '' }, `${path}/remove`);
    expect(wrong.response.status).toBe(422);
    expect(wrong.page('#field-code').attr('aria-invalid')).toBe('true');
    const codes = await browser.submit(path, { code: codeAt(0) }, `${path}/codes`);
    expect(codes.page('.shown-once code')).toHaveLength(10);
    const recovery = codes.page('.shown-once code').first().text();
    const off = await browser.submit(path, { code: recovery }, `${path}/remove`);
    expect(off.response.headers.location).toBe('/profile');
    expect((await ada()).totpCiphertext).toBeNull();
  });

  it('sends PKCE, state and nonce, new ones each time, and no secret', async () => {
    const browser = new Browser(app.http);
    const addresses = [];
    for (let i = 0; i < 2; i += 1) {
      const { headers } = await browser.agent.get('/login/oidc');
      addresses.push(new URL(headers.location!).searchParams);
    }
    const [one, two] = addresses as [URLSearchParams, URLSearchParams];

    expect(Object.fromEntries(one)).toEqual({
      response_type: 'code',
      client_id: 'oju',
      redirect_uri: 'http://127.0.0.1:3000/login/oidc/callback',
      scope: 'openid email profile',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
    });
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(one.get(name)).not.toBe(two.get(name));
    }
  });

  it('gives the session another id, so that a planted one is worth nothing', async () => {
    await provider.account(ADA);
    const browser = new Browser(app.http);
    const planted = cookieOf(await browser.agent.get('/login'));
    const back = await visited(browser);
    const { response } = await browser.open(back);

    expect(planted).toMatch(/^oju=/);
    expect(cookieOf(response)).toMatch(/^oju=/);
    expect(cookieOf(response)).not.toBe(planted);
    const attacker = new Browser(app.http);
    const asked = await attacker.agent.get('/vendor').set('Cookie', planted);
    expect(asked.headers.location).toBe('/login');
  });

  describe('refuses', () => {
    /** Opens what the provider sent back to, and says what the page says. */
    async function refusal(browser: Browser, back: string, status = 403) {
      const { response, page } = await browser.open(back);
      expect(response.status).toBe(status);
      expect(page('main h1').text()).toBe('Sign in');
      expect((await browser.open('/vendor')).response.headers.location).toBe('/login');
      return page('[role=alert]').text();
    }
    const NOT_STARTED = /^This sign-in did not begin in this browser/;
    const NOT_TRUSTED = /^The answer of Example ID was not one to trust/;

    it('an answer of which this browser has begun nothing', async () => {
      await provider.account(ADA);
      const back = await visited(new Browser(app.http));

      expect(await refusal(new Browser(app.http), back)).toMatch(NOT_STARTED);
      expect((await actions())[0]).toEqual(['sign_in.failed', '', null]);
      expect(await usersOf('ada@example.org')).toEqual([]);
    });

    it('the same answer again, in the browser that it signed in and in another', async () => {
      await provider.account(ADA);
      const browser = new Browser(app.http);
      const back = await visited(browser);
      expect((await browser.open(back)).response.status).toBe(303);
      const again = await browser.open(back);
      const other = new Browser(app.http);
      await other.agent.get('/login/oidc');

      expect(again.response.status).toBe(403);
      expect(again.page('[role=alert]').text()).toMatch(NOT_STARTED);
      expect(await refusal(other, back)).toMatch(NOT_TRUSTED);
    });

    it('the code of somebody else under the state of this browser', async () => {
      await provider.account({ ...ADA, sub: 'mallory', email: 'mallory@example.org' });
      const stolen = new URL(await visited(new Browser(app.http)), 'http://x');
      await provider.account(ADA);
      const browser = new Browser(app.http);
      const own = new URL(await visited(browser), 'http://x');
      own.searchParams.set('code', stolen.searchParams.get('code') ?? '');

      // Its code was made for another verifier.
      expect(await refusal(browser, own.pathname + own.search)).toBe(
        'Nobody was signed in: Example ID says “invalid_grant”. Please begin again, or ask whoever runs Oju.',
      );
      expect(await usersOf('mallory@example.org')).toEqual([]);
    });

    it.each<[string, (back: URL) => void]>([
      [
        'a forged state',
        (back) => {
          back.searchParams.set('state', 'forged');
        },
      ],
      [
        'no state',
        (back) => {
          back.searchParams.delete('state');
        },
      ],
      [
        'a state twice',
        (back) => {
          back.searchParams.append('state', 'forged');
        },
      ],
      [
        'another issuer',
        (back) => {
          back.searchParams.set('iss', 'https://evil.example');
        },
      ],
      [
        'no code',
        (back) => {
          back.searchParams.delete('code');
        },
      ],
      [
        'an ID token in the address',
        (back) => {
          back.searchParams.set('id_token', 'e30.e30.');
        },
      ],
    ])('%s', async (_what, forge) => {
      await provider.account(ADA);
      const browser = new Browser(app.http);
      const back = new URL(await visited(browser), 'http://x');
      forge(back);

      expect(await refusal(browser, back.pathname + back.search)).toMatch(NOT_TRUSTED);
      expect(await usersOf('ada@example.org')).toEqual([]);
      // And the sign-in that was begun is over.
      back.search = '';
      expect(await refusal(browser, back.pathname)).toMatch(NOT_STARTED);
    });

    it('an ID token with the nonce of another sign-in', async () => {
      await provider.account(ADA);
      const browser = new Browser(app.http);
      const back = await visited(browser, (address) => {
        address.searchParams.set('nonce', 'of-another-sign-in');
      });

      expect(await refusal(browser, back)).toMatch(NOT_TRUSTED);
    });

    it('a code that was made for another PKCE challenge', async () => {
      await provider.account(ADA);
      const browser = new Browser(app.http);
      const back = await visited(browser, (address) => {
        address.searchParams.set('code_challenge', 'A'.repeat(43));
      });

      expect(await refusal(browser, back)).toMatch(/says “invalid_grant”/);
    });

    it('what the provider refused, with its word for it and nothing that somebody made up', async () => {
      const browser = new Browser(app.http);
      const refused = await visited(browser, (address) => {
        address.searchParams.set('prompt', 'none');
      });
      expect(await refusal(browser, refused)).toMatch(/says “login_required”/);

      const { headers } = await browser.agent.get('/login/oidc');
      const state = new URL(headers.location!).searchParams.get('state') ?? '';
      const query = new URLSearchParams({ state, error: '<b>Call 555</b>', iss: provider.issuer });
      expect(await refusal(browser, `/login/oidc/callback?${query.toString()}`)).toMatch(
        NOT_TRUSTED,
      );
    });

    it('an answer that comes too late', async () => {
      await provider.account(ADA);
      const browser = new Browser(app.http);
      const back = await visited(browser);
      const clock = app.nest.get(Clock);
      const late = new Date(clock.now().getTime() + SIGN_IN_AGE_MS + 1000);
      jest.spyOn(clock, 'now').mockReturnValue(late);
      try {
        expect(await refusal(browser, back)).toMatch(NOT_STARTED);
      } finally {
        jest.restoreAllMocks();
      }
    });

    it.each([
      [['printers']],
      [[]],
      ['oju-admins,oju-viewers'],
      [{ 'oju-admins': true }],
      [undefined],
    ])('a claim that gives no role: %j', async (groups) => {
      await provider.account({ ...ADA, groups });
      const browser = new Browser(app.http);

      expect(await refusal(browser, await visited(browser))).toBe(
        'Example ID gives you no role in Oju. Ask whoever grants access there.',
      );
      expect(await usersOf('ada@example.org')).toEqual([]);
      expect((await actions())[0]).toEqual(['sign_in.failed', '', 'ada@example.org']);
    });

    it('whom the claim gives no role any more, and ends the sessions from before', async () => {
      await provider.account(ADA);
      const before = new Browser(app.http);
      await signIn(before);
      expect((await before.open('/vendor')).response.status).toBe(200);
      await provider.account({ ...ADA, groups: [] });
      const browser = new Browser(app.http);

      expect(await refusal(browser, await visited(browser))).toMatch(/no role in Oju/);
      expect((await before.open('/vendor')).response.headers.location).toBe('/login');
    });

    it('a user who was deactivated, whatever the claim says', async () => {
      await provider.account(ADA);
      await signIn();
      const user = { email: 'ada@example.org' };
      await unitOfWork.run(() => unitOfWork.repository(User).update(user, { isActive: false }));
      const browser = new Browser(app.http);

      expect(await refusal(browser, await visited(browser))).toBe(
        'Your user was deactivated. Ask an admin.',
      );
    });

    it.each([
      ['no mail address', { email: undefined }, /^Example ID gives Oju no email address of yours/],
      ['one that is none', { email: 'ada\r\nBcc: x' }, /^Example ID gives Oju no email address/],
      [
        'one that is not verified',
        { email_verified: false },
        /has not verified your email address/,
      ],
      ['one that is not verified, in text', { email_verified: 'false' }, /has not verified/],
    ])('%s', async (_what, claims, says) => {
      await provider.account({ ...ADA, ...claims });
      const browser = new Browser(app.http);

      expect(await refusal(browser, await visited(browser))).toMatch(says);
      expect(await unitOfWork.repository(User).count()).toBe(1);
    });

    it('to become a user who has a password, whatever the mail address', async () => {
      await provider.account({ ...ADA, email: 'LOCAL@example.org' });
      const browser = new Browser(app.http);

      expect(await refusal(browser, await visited(browser))).toMatch(
        /^There is a user with your email address who does not sign in with Example ID/,
      );
      expect(await unitOfWork.repository(UserIdentity).count()).toBe(0);
    });

    it('to become a user of another subject with the same mail address', async () => {
      await provider.account(ADA);
      await signIn();
      await provider.account({ ...ADA, sub: 'ada-2' });
      const browser = new Browser(app.http);

      expect(await refusal(browser, await visited(browser))).toMatch(/^There is a user with your/);
    });

    it('a password for a user who has none', async () => {
      await provider.account(ADA);
      await signIn();
      for (const password of ['', TEST_PASSWORD]) {
        const browser = new Browser(app.http);
        const { response } = await browser.submit('/login', { email: 'ada@example.org', password });
        expect(response.status).toBe(422);
      }
    });
  });

  it.each([
    [true, 303],
    [undefined, 403],
  ])(
    'takes over a user who was made for it, if the mail address is verified (%p: %i)',
    async (verified, status) => {
      const prepared = { email: 'ada@example.org' };
      const users = unitOfWork.repository(User);
      await app.nest
        .get(UserService)
        .create({ ...prepared, password: TEST_PASSWORD, role: 'viewer' });
      await app.nest.get(UserService).removePassword(prepared.email);
      await provider.account({ ...ADA, email_verified: verified });
      const { response } = await signIn();

      expect(response.status).toBe(status);
      expect(await users.countBy(prepared)).toBe(1);
      expect(await unitOfWork.repository(UserIdentity).count()).toBe(status === 303 ? 1 : 0);
    },
  );

  it('makes one user of a subject that comes in two browsers at once', async () => {
    await provider.account(ADA);
    const browsers = [new Browser(app.http), new Browser(app.http)];
    const backs: string[] = [];
    for (const browser of browsers) backs.push(await visited(browser));
    const answers = await Promise.all(
      browsers.map((browser, index) => browser.open(backs[index] ?? '')),
    );

    expect(answers.map(({ response }) => response.status)).toEqual([303, 303]);
    expect(await unitOfWork.repository(UserIdentity).count()).toBe(1);
  });

  it('knows a subject whose user another browser made after it had looked', async () => {
    await provider.account(ADA);
    expect((await signIn()).response.status).toBe(303);
    const accounts = app.nest.get<OidcAccounts, { knownUser: () => Promise<null> }>(OidcAccounts);
    const look = jest.spyOn(accounts, 'knownUser').mockResolvedValueOnce(null);

    const { response } = await signIn();
    const looks = look.mock.calls.length;
    look.mockRestore();
    expect([response.status, looks]).toEqual([303, 2]);
    expect(await unitOfWork.repository(UserIdentity).count()).toBe(1);
  });
});
