/**
 * A real OpenID provider on loopback, behind a process that a test spawns (its packages are ESM
 * alone). It says its port in a line, takes the client's redirect address as its argument, and signs
 * in without asking whoever `POST /test/account` set last: `{ sub, ...claims }`.
 */
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const [redirectUri, clientSecret] = process.argv.slice(2);
let account = { sub: 'nobody' };

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    response.writeHead(500).end(String(error));
  });
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  provider = makeProvider(`http://127.0.0.1:${port}`);
  console.log(`port ${port}`);
});
process.stdin.resume().on('end', () => process.exit(0));

let provider;
function makeProvider(issuer) {
  return new Provider(issuer, {
    clients: [
      { client_id: 'oju', client_secret: clientSecret, redirect_uris: [redirectUri] },
      {
        client_id: 'public',
        token_endpoint_auth_method: 'none',
        redirect_uris: [redirectUri],
      },
    ],
    cookies: { keys: ['test'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    pkce: { required: () => true },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['groups', 'name'] },
    ttl: {
      AccessToken: 60,
      AuthorizationCode: 60,
      IdToken: 60,
      Grant: 60,
      Interaction: 60,
      Session: 60,
    },
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ ...account, sub: id }) }),
  });
}

async function answer(request, response) {
  if (request.url === '/test/account') {
    account = JSON.parse(await textOf(request));
    response.writeHead(204).end();
  } else if (request.url.startsWith('/interaction/')) {
    const { params, prompt } = await provider.interactionDetails(request, response);
    const result =
      prompt.name === 'login'
        ? { login: { accountId: account.sub } }
        : { consent: { grantId: await grantFor(params) } };
    await provider.interactionFinished(request, response, result);
  } else {
    provider.callback()(request, response);
  }
}

async function grantFor({ client_id: clientId, scope }) {
  const grant = new provider.Grant({ accountId: account.sub, clientId });
  grant.addOIDCScope(scope);
  return grant.save();
}

async function textOf(stream) {
  let text = '';
  for await (const part of stream) text += part;
  return text;
}
