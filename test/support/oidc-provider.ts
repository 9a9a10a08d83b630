import { join } from 'node:path';
import { APP_ROOT } from '../../src/config/app-root.js';
import { HelperProcess } from './helper-process.js';

/** Where the provider sends people back to: the test application's address without a setting. */
const BASE_URL = 'http://127.0.0.1:3000';
const CALLBACK = `${BASE_URL}/login/oidc/callback`;
const CLIENT_SECRET = 'a client secret of the tests, with %20 and + in it';

/** A real OpenID provider in a process of its own. */
export class OidcProvider {
  private constructor(
    private readonly helper: HelperProcess,
    readonly issuer: string,
  ) {}

  static async start(): Promise<OidcProvider> {
    const script = join(APP_ROOT, 'test', 'support', 'oidc-provider-process.mjs');
    const helper = new HelperProcess([script, CALLBACK, CLIENT_SECRET]);
    const line = await helper.sawLike(/^port \d+$/);
    return new OidcProvider(helper, `http://127.0.0.1:${line.split(' ')[1] ?? ''}`);
  }

  /** What makes Oju use it. */
  get env(): Record<string, string> {
    return {
      OJU_OIDC_ISSUER: this.issuer,
      OJU_OIDC_CLIENT_ID: 'oju',
      OJU_OIDC_CLIENT_SECRET: CLIENT_SECRET,
      OJU_OIDC_ROLES: 'oju-admins=admin, oju-analysts=analyst, oju-viewers=viewer',
      OJU_OIDC_NAME: 'Example ID',
      OJU_OUTGOING_ALLOW: '127.0.0.1/32',
    };
  }

  /** Who signs in from now on. */
  async account(claims: { sub: string; [claim: string]: unknown }): Promise<void> {
    const body = JSON.stringify(claims);
    const { status } = await fetch(`${this.issuer}/test/account`, { method: 'POST', body });
    if (status !== 204) throw new Error(`The provider answered ${status}`);
  }

  /**
   * Does what a browser does at the provider, without a session there from before.
   * @returns the path and query that it is sent back to Oju with
   */
  async signIn(authorizationUrl: string): Promise<string> {
    const cookies = new Map<string, string>();
    let at = authorizationUrl;
    while (!at.startsWith(CALLBACK)) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const answer = await fetch(at, { redirect: 'manual', headers: { cookie } });
      for (const line of answer.headers.getSetCookie()) {
        const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s);
        cookies.set(name, value);
      }
      const to = answer.headers.get('location');
      if (to === null) throw new Error(`${at}: ${answer.status} ${await answer.text()}`);
      at = new URL(to, at).href;
    }
    return at.slice(BASE_URL.length);
  }

  async stop(): Promise<void> {
    await this.helper.kill();
  }
}
