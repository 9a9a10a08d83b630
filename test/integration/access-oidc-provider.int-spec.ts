import { UserIdentity } from '../../src/access/oidc/user-identity.entity.js';
import { UserService } from '../../src/access/user.service.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { Browser, TEST_PASSWORD, TestApp } from '../support/app.js';
import { describeOnOneDatabase } from '../support/databases.js';
import { type ForgingProvider, startForgingProvider } from '../support/forging-provider.js';
import { freePort } from '../support/free-port.js';
import { OidcProvider } from '../support/oidc-provider.js';
import { startWebServer, type WebServer } from '../support/web-server.js';

const NOT_TRUSTED =
  'The answer of Example ID was not one to trust, so nobody was signed in. Please begin again; the log says more.';
const CLIENT = {
  OJU_OIDC_CLIENT_ID: 'oju',
  OJU_OIDC_CLIENT_SECRET: 'a client secret',
  OJU_OIDC_ROLES: 'staff=viewer',
  OJU_OIDC_NAME: 'Example ID',
};

describeOnOneDatabase('an OpenID provider', (database) => {
  let app: TestApp | null = null;
  let forging: ForgingProvider;
  /** On an address of this machine that is not allowed. */
  let inside: WebServer;

  beforeAll(async () => {
    inside = await startWebServer((_, response) => response.end('{}'), '127.0.0.2');
  });
  afterAll(async () => {
    await inside.close();
  });
  beforeEach(async () => {
    forging = await startForgingProvider();
  });
  afterEach(async () => {
    await app?.stop();
    app = null;
    await forging.close();
    expect(inside.asked).toEqual([]);
  });

  /** A browser at an Oju with this provider. */
  async function browserFor(env: Record<string, string>): Promise<Browser> {
    app = await TestApp.start({ env: { ...database().env, ...CLIENT, ...env } });
    const users = app.nest.get(UserService);
    if (!(await users.hasUsers())) {
      await users.create({ email: 'local@example.org', password: TEST_PASSWORD, role: 'admin' });
    }
    return new Browser(app.http);
  }

  const browserForForging = () =>
    browserFor({ OJU_OIDC_ISSUER: forging.origin, OJU_OUTGOING_ALLOW: '127.0.0.1/32' });

  /** Begins a sign-in, and says what the page says when that fails. */
  async function begin(browser: Browser): Promise<string> {
    const { response, page } = await browser.open('/login/oidc');
    expect(page('main h1').text()).toBe('Sign in');
    expect([403, 503]).toContain(response.status);
    return page('[role=alert]').text();
  }

  /** Begins and ends one; the provider signs in anybody. */
  async function signIn(browser: Browser) {
    const { headers } = await browser.agent.get('/login/oidc').expect(303);
    const query = new URL(headers.location!).searchParams;
    forging.nonce = query.get('nonce') ?? '';
    const back = new URLSearchParams({ code: 'a-code', state: query.get('state') ?? '' });
    const { response, page } = await browser.open(`/login/oidc/callback?${back.toString()}`);
    return { response, says: page('[role=alert]').text() };
  }

  it('that behaves signs in (else the refusals below would prove nothing)', async () => {
    const browser = await browserForForging();

    expect((await signIn(browser)).response.status).toBe(303);
    expect((await browser.open('/vendor')).page('.side-menu .who').text().trim()).toBe(
      'ada@example.org',
    );
  });

  it.each([
    ['https://169.254.169.254/', '169.254.169.254'],
    ['https://10.0.0.1/', '10.0.0.1'],
    ['https://2130706433/', '127.0.0.1'],
    ['https://[::ffff:7f00:1]/', '::ffff:7f00:1'],
    ['https://localhost/', 'localhost'],
    ['http://localhost:1/', 'localhost'],
  ])('at %s is refused', async (issuer, host) => {
    const browser = await browserFor({ OJU_OIDC_ISSUER: issuer });

    expect(await begin(browser)).toBe(
      `${host} is or leads to an address that is not public. Whoever runs Oju can allow it with OJU_OUTGOING_ALLOW.`,
    );
  });

  it.each(['http://169.254.169.254/latest/meta-data/', 'inside'])(
    'that sends on to %s is refused',
    async (target) => {
      const location = target === 'inside' ? inside.origin : target;
      forging.forgery.answer = (_, response) => response.writeHead(302, { location }).end();

      expect(await begin(await browserForForging())).toBe(
        '127.0.0.1 sends on to another address; Oju does not follow.',
      );
    },
  );

  it.each(['token_endpoint', 'jwks_uri', 'userinfo_endpoint'])(
    'whose %s leads inside is refused there',
    async (endpoint) => {
      forging.forgery.metadata = { [endpoint]: `${inside.origin}/secret` };
      const { response, says } = await signIn(await browserForForging());

      expect(response.status).toBe(503);
      expect(says).toMatch(/^127\.0\.0\.2 is or leads to an address that is not public/);
    },
  );

  it.each(['token_endpoint', 'userinfo_endpoint'])(
    'whose %s sends on is refused there',
    async (endpoint) => {
      const redirecting = await startWebServer((_, response) =>
        response.writeHead(307, { location: `${inside.origin}/secret` }).end(),
      );
      try {
        forging.forgery.metadata = { [endpoint]: `${redirecting.origin}/` };
        const { says } = await signIn(await browserForForging());

        expect(says).toBe('127.0.0.1 sends on to another address; Oju does not follow.');
      } finally {
        await redirecting.close();
      }
    },
  );

  it.each(['javascript:alert(1)', 'data:text/html,x', 'ftp://127.0.0.1/', 'not an address'])(
    'that would send browsers to %s is refused',
    async (address) => {
      forging.forgery.metadata = { authorization_endpoint: address };

      expect(await begin(await browserForForging())).toBe(NOT_TRUSTED);
    },
  );

  it('that says that it is another is refused', async () => {
    forging.forgery.metadata = { issuer: 'https://id.example.org' };

    expect(await begin(await browserForForging())).toBe(NOT_TRUSTED);
  });

  it.each<[string, ForgingProvider['forgery']]>([
    ['is signed with a key that is not published', { otherKey: true }],
    ['is not signed', { header: { alg: 'none' } }],
    ['is signed with the client’s secret', { header: { alg: 'HS256' } }],
    ['is for another client', { claims: { aud: 'another' } }],
    ['is of another issuer', { claims: { iss: 'https://id.example.org' } }],
    ['is expired', { claims: { exp: 1 } }],
    ['has another nonce', { claims: { nonce: 'another' } }],
    ['has no nonce', { claims: { nonce: undefined } }],
    ['has no subject', { claims: { sub: undefined } }],
    ['has an empty subject', { claims: { sub: '' } }],
    ['has a subject that MySQL takes for another', { claims: { sub: 'ada-1 ' } }],
    ['has a subject of over 255 characters', { claims: { sub: 'a'.repeat(256) } }],
    ['is of another subject than the user info', { userInfo: { sub: 'mallory' } }],
  ])('whose ID token %s signs nobody in', async (_what, forgery) => {
    forging.forgery = forgery;
    const browser = await browserForForging();
    const { response, says } = await signIn(browser);
    const identities = app?.nest.get(UnitOfWork).repository(UserIdentity);

    expect(says).toBe(NOT_TRUSTED);
    expect(response.status).toBe(403);
    expect((await browser.open('/vendor')).response.headers.location).toBe('/login');
    // The one of the first test.
    expect(await identities?.count()).toBe(1);
  });

  it('that is not there is said to be so, and is asked again the next time', async () => {
    const port = await freePort();
    const gone = await browserFor({
      OJU_OIDC_ISSUER: `http://127.0.0.1:${port}`,
      OJU_OUTGOING_ALLOW: '127.0.0.1/32',
    });
    expect(await begin(gone)).toBe('127.0.0.1 refuses connections.');
    await app?.stop();

    forging.forgery.answer = (_, response) => response.writeHead(500).end('out of order');
    const browser = await browserForForging();
    expect(await begin(browser)).toBe(NOT_TRUSTED);
    // To Oju it is another provider than that of the first test, so its subject is another person.
    forging.forgery = { userInfo: { email: 'grace@example.org' } };
    expect((await signIn(browser)).response.status).toBe(303);
  });

  it('that is not set has no page and no button', async () => {
    const browser = await browserFor({
      OJU_OIDC_CLIENT_ID: '',
      OJU_OIDC_CLIENT_SECRET: '',
      OJU_OIDC_ROLES: '',
    });

    expect((await browser.open('/login')).page('a[href="/login/oidc"]')).toHaveLength(0);
    expect((await browser.open('/login/oidc')).response.status).toBe(404);
    expect((await browser.open('/login/oidc/callback?code=a&state=b')).response.status).toBe(404);
  });

  it('is asked thirty times a minute from one address', async () => {
    const browser = await browserForForging();
    const statuses: number[] = [];
    for (let i = 0; i < 31; i += 1) {
      statuses.push((await browser.agent.get('/login/oidc/callback')).status);
    }

    expect(statuses).toEqual([...Array<number>(30).fill(403), 429]);
  });

  it('takes a client without a secret, whom PKCE alone protects', async () => {
    const provider = await OidcProvider.start();
    try {
      await provider.account({ sub: 'bob', email: 'bob@example.org', groups: 'oju-viewers' });
      const browser = await browserFor({
        ...provider.env,
        OJU_OIDC_CLIENT_ID: 'public',
        OJU_OIDC_CLIENT_SECRET: '',
      });
      const { headers } = await browser.agent.get('/login/oidc').expect(303);
      const back = await provider.signIn(headers.location!);

      expect((await browser.open(back)).response.status).toBe(303);
    } finally {
      await provider.stop();
    }
  });
});
