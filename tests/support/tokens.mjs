// Tokens as `auth` issues them, of a key pair a test makes itself; and their key as services fetch it.
//
//   token({ role: 'admin' })                                        of a person
//   token({ role: 'admin', subject: 'prg_1', scopes: ['orders:read'] })   of a program
//   token({ role: 'admin', claims: { exp: 1 } })                    members replaced, undefined ones left out
import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';

const encode = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

export class SigningKey {
  constructor(kid) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.private = privateKey;
    this.public = publicKey;
    const { kty, crv, x, y } = publicKey.export({ format: 'jwk' });
    this.kid = kid ?? createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
    this.jwk = { kty, crv, x, y, kid: this.kid, alg: 'ES256', use: 'sig' };
  }

  // Whatever the texts are, the signature is this key's.
  sign(header, payload) {
    const text = `${encode(header)}.${encode(payload)}`;
    return `${text}.${sign('sha256', Buffer.from(text), { key: this.private, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
  }

  header(members = {}) {
    return { alg: 'ES256', kid: this.kid, typ: 'JWT', ...members };
  }

  token(who, { header = {} } = {}) {
    return this.sign(this.header(header), claims_of(who));
  }
}

export function claims_of({ role = 'admin', subject = `usr_of_a_test_${role}`, scopes, claims = {} } = {}) {
  const now = Math.floor(Date.now() / 1000);
  return { iss: 'quittance', aud: 'quittance', sub: subject, role, ...(scopes && { scope: scopes.join(' ') }), iat: now,
    exp: now + 300, jti: `tok_${randomUUID()}`, ...claims };
}

export const test_key = new SigningKey();

// A new token each minute and caller, as a client would keep its own.
const kept = new Map();
export function token(who = {}, key = test_key) {
  const name = JSON.stringify([who, key.kid]);
  const known = kept.get(name);
  if (known && known.until > Date.now()) return known.token;
  const made = key.token(who);
  kept.set(name, { token: made, until: Date.now() + 60_000 });
  return made;
}

export const bearer = (who, key) => ({ authorization: `Bearer ${token(who, key)}` });

export const jwks = (...keys) => JSON.stringify({ keys: keys.map((key) => key.jwk) });

// Replaced in one step, so that nobody reads half of it.
export function write_jwks(file, ...keys) {
  writeFileSync(`${file}.new`, jwks(...keys));
  renameSync(`${file}.new`, file);
}
