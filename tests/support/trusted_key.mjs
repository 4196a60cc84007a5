// Makes the test's own key the one `auth` signs with, so that every service takes tokens of a test, `auth` itself among
// them, and tokens `auth` issues are taken where the keys are a test's file.
import { createRequire } from 'node:module';
import { kKeySecret } from './auth.mjs';
import { request } from './http.mjs';
import { eventually } from './processes.mjs';
import { bearer, test_key } from './tokens.mjs';

const sodium = createRequire(import.meta.url)('libsodium-wrappers');  // its ES module does not find its other half

async function locked(text) {
  await sodium.ready;
  const nonce = sodium.randombytes_buf(sodium.crypto_secretbox_NONCEBYTES);
  const box = sodium.crypto_secretbox_easy(text, nonce, Buffer.from(kKeySecret, 'base64'));
  return Buffer.concat([nonce, box]).toString('base64');
}

export async function trust_test_key(suite) {
  const [auth] = suite.instances.auth;
  const pem = test_key.private.export({ type: 'pkcs8', format: 'pem' });
  await suite.postgres.query('credentials', 'insert into signing_keys (kid, public_jwk, locked_private, created_at, signs_from) values ($1, $2, $3, now(), now())',
    [test_key.kid, JSON.stringify(test_key.jwk), await locked(pem)]);
  await eventually(async () => (await request(auth.url, 'GET', '/api/v1/auth/keys', undefined, bearer())).status === 200, 'auth takes the test\'s key');
}
