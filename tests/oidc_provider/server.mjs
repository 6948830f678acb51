// A small identity provider for the tests: the real oidc-provider with accounts from a file.
//
//   node server.mjs PORT FILE
//
// FILE is read anew for each login: {"accounts": {"subject": {claims}}, "code_ttl": seconds,
// "claims_in_id_token": true}. Whoever types a subject is logged in. The key that signs is made
// at each start.

import { readFileSync } from 'node:fs';
import { generateKeyPairSync, randomUUID } from 'node:crypto';

import { Provider } from 'oidc-provider';

const [port, file] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const told = () => JSON.parse(readFileSync(file, 'utf8'));

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: 'RS256' };

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'selfcheck',
      client_secret: 'nur zum Testen',
      redirect_uris: ['http://127.0.0.1/'],
      post_logout_redirect_uris: ['http://127.0.0.1/'],
    },
  ],
  jwks: { keys: [key] },
  cookies: { keys: [randomUUID()] },
  claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'], groups: ['groups'] },
  scopes: ['openid', 'profile', 'email', 'groups'],
  conformIdTokenClaims: !told().claims_in_id_token,
  pkce: { required: () => true },
  ttl: { AuthorizationCode: () => told().code_ttl },
  findAccount: (_ctx, id) => {
    const claims = told().accounts[id];
    return claims && { accountId: id, claims: () => ({ sub: id, ...claims }) };
  },
  // Nobody is asked for consent: the city decides what its own application may know.
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId,
      accountId: ctx.oidc.session.accountId,
    });
    grant.addOIDCScope(ctx.oidc.params.scope);
    await grant.save();
    return grant;
  },
});

// The application listens on another port in each test run.
const paths = ['/anmelden/sso/rueckkehr', '/anmelden'];
const isOurs = (uri) => {
  const url = new URL(uri);
  return ['127.0.0.1', 'localhost'].includes(url.hostname) && paths.includes(url.pathname);
};
provider.Client.prototype.redirectUriAllowed = isOurs;
provider.Client.prototype.postLogoutRedirectUriAllowed = isOurs;

provider.listen(Number(port), '127.0.0.1', () => console.log('ready'));
