import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { startWebServer, type WebServer } from './web-server.js';

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const otherKeys = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** What a provider that means no good may put in place of the right thing. */
interface Forgery {
  /** Of its metadata: endpoints, the issuer. */
  metadata?: Record<string, unknown>;
  /** Of the ID token. */
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
  /** Signs with a key that it does not publish. */
  otherKey?: boolean;
  userInfo?: Record<string, unknown>;
  /** Instead of all that: how it answers anything. */
  answer?: (request: IncomingMessage, response: ServerResponse) => unknown;
}

/** An OpenID provider whose every answer can be another than the right one. */
export interface ForgingProvider extends WebServer {
  forgery: Forgery;
  /** Of the sign-in under way, as the authorization address has it. */
  nonce: string;
}

export async function startForgingProvider(): Promise<ForgingProvider> {
  const server = await startWebServer((request, response) => {
    if (provider.forgery.answer) provider.forgery.answer(request, response);
    else {
      const path = (request.url ?? '').split('?')[0] ?? '';
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answerTo(path, provider)));
    }
  });
  const provider: ForgingProvider = Object.assign(server, { forgery: {}, nonce: '' });
  return provider;
}

function answerTo(path: string, { origin, forgery, nonce }: ForgingProvider): unknown {
  switch (path) {
    case '/.well-known/openid-configuration':
      return {
        issuer: origin,
        authorization_endpoint: `${origin}/authorize`,
        token_endpoint: `${origin}/token`,
        jwks_uri: `${origin}/jwks`,
        userinfo_endpoint: `${origin}/userinfo`,
        response_types_supported: ['code'],
        ...forgery.metadata,
      };
    case '/token': {
      const claims = { iss: origin, sub: 'ada-1', aud: 'oju', nonce, ...lifetime() };
      const idToken = jwt(
        { alg: 'RS256', ...forgery.header },
        { ...claims, ...forgery.claims },
        forgery.otherKey ? otherKeys.privateKey : keys.privateKey,
      );
      return { access_token: 'an-access-token', token_type: 'Bearer', id_token: idToken };
    }
    case '/jwks':
      return { keys: [{ ...keys.publicKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig' }] };
    case '/userinfo':
      return { sub: 'ada-1', email: 'ada@example.org', groups: ['staff'], ...forgery.userInfo };
    default:
      return {};
  }
}

function lifetime(): { iat: number; exp: number } {
  const now = Math.floor(Date.now() / 1000);
  return { iat: now, exp: now + 60 };
}

function jwt(header: { alg: string }, claims: object, key: KeyObject): string {
  const text = `${base64url(header)}.${base64url(claims)}`;
  const signature =
    header.alg === 'none' ? '' : sign('sha256', Buffer.from(text), key).toString('base64url');
  return `${text}.${signature}`;
}
