// Tokens that must not pass, by what is wrong with them; each is made when it is asked for.
import { createHmac, createPublicKey } from 'node:crypto';
import { kServiceToken } from './services.mjs';
import { SigningKey, claims_of, test_key } from './tokens.mjs';

const now = () => Math.floor(Date.now() / 1000);
const encode = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const with_header = (members) => test_key.token({}, { header: members });
const with_claims = (claims) => test_key.token({ claims });
const with_text = (claims) => test_key.sign(test_key.header(), claims);
const signature_of = (jwt) => Buffer.from(jwt.split('.')[2], 'base64url');
const resigned = (jwt, signature) => `${jwt.split('.').slice(0, 2).join('.')}.${signature.toString('base64url')}`;

function hs256(secret) {
  const text = `${encode({ alg: 'HS256', kid: test_key.kid, typ: 'JWT' })}.${encode(claims_of())}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}
function der(jwt) {
  const raw = signature_of(jwt);
  const number = (half) => Buffer.concat([Buffer.from([2, half[0] & 128 ? 33 : 32]), half[0] & 128 ? Buffer.from([0]) : Buffer.alloc(0), half]);
  const pair = Buffer.concat([number(raw.subarray(0, 32)), number(raw.subarray(32))]);
  return resigned(jwt, Buffer.concat([Buffer.from([0x30, pair.length]), pair]));
}
function tampered(jwt) {
  const [header, , signature] = jwt.split('.');
  return `${header}.${encode(claims_of({ role: 'admin', subject: 'usr_else' }))}.${signature}`;
}
const pem = () => test_key.public.export({ type: 'spki', format: 'pem' });
const evil = new SigningKey();
const evil_as = (header) => evil.sign({ alg: 'ES256', kid: test_key.kid, typ: 'JWT', ...header }, claims_of());
const said_twice = (extra) => with_text(`${JSON.stringify(claims_of({ role: 'client' })).slice(0, -1)},${extra}}`);

export const forged_tokens = {
  'no algorithm and no signature': () => `${encode({ alg: 'none', typ: 'JWT' })}.${encode(claims_of())}.`,
  'alg none with our kid': () => `${encode({ alg: 'none', kid: test_key.kid, typ: 'JWT' })}.${encode(claims_of())}.`,
  'alg None, a good signature': () => with_header({ alg: 'None' }),
  'HS256 with the public key as PEM': () => hs256(pem()),
  'HS256 with the public key as PEM, no line break': () => hs256(pem().trim()),
  'HS256 with the public key as DER': () => hs256(createPublicKey(pem()).export({ type: 'spki', format: 'der' })),
  'HS256 with the key id': () => hs256(test_key.kid),
  'HS256 with nothing': () => hs256(''),
  'an ES256 signature that calls itself RS256': () => with_header({ alg: 'RS256' }),
  'ES384': () => with_header({ alg: 'ES384' }),
  'a key of its own in jwk': () => evil_as({ jwk: evil.jwk }),
  'a key of its own by jku': () => evil_as({ jku: `https://evil.example/jwks.json` }),
  'a key of its own by x5u': () => evil_as({ x5u: `https://evil.example/cert.pem` }),
  'jwk beside a good signature': () => with_header({ jwk: test_key.jwk }),
  'crit beside a good signature': () => with_header({ crit: ['exp'] }),
  'somebody else\'s key by our name': () => evil_as({}),
  'somebody else\'s key by its own name': () => evil.token(),
  'kid a path': () => with_header({ kid: '../../keys/x' }),
  'kid a path to our key': () => with_header({ kid: `../keys/${test_key.kid}` }),
  'kid /dev/null': () => evil_as({ kid: '../../../../dev/null' }),
  'kid empty': () => with_header({ kid: '' }),
  'kid missing': () => with_header({ kid: undefined }),
  'kid SQL': () => with_header({ kid: '\' union select 1 --' }),
  'kid a number': () => with_header({ kid: 0 }),
  'kid with a NUL': () => with_header({ kid: `${test_key.kid}\u0000` }),
  'typ missing': () => with_header({ typ: undefined }),
  'alg twice': () => test_key.sign(`{"alg":"none","alg":"ES256","kid":"${test_key.kid}","typ":"JWT"}`, claims_of()),
  'expired': () => with_claims({ exp: now() - 1 }),
  'expired long ago': () => with_claims({ iat: 1, exp: 2 }),
  'exp missing': () => with_claims({ exp: undefined }),
  'exp null': () => with_claims({ exp: null }),
  'exp beyond all numbers': () => with_text(JSON.stringify(claims_of()).replace(/"exp":\d+/, '"exp":99999999999999999999')),
  'exp in a year': () => with_claims({ exp: now() + 31_536_000 }),
  'issued tomorrow': () => with_claims({ iat: now() + 3600 }),
  'not yet': () => with_claims({ nbf: now() + 120 }),
  'another audience': () => with_claims({ aud: 'other' }),
  'a list of audiences': () => with_claims({ aud: ['quittance'] }),
  'no audience': () => with_claims({ aud: undefined }),
  'another issuer': () => with_claims({ iss: 'https://evil.example' }),
  'no issuer': () => with_claims({ iss: undefined }),
  'role twice, the worse last': () => said_twice('"role":"admin"'),
  'role twice, the better first': () => with_text(`{"role":"admin",${JSON.stringify(claims_of({ role: 'client' })).slice(1)}`),
  'role twice, once in other letters': () => said_twice('"\\u0072ole":"admin"'),
  'exp twice': () => with_text(`{"exp":${now() + 300},${JSON.stringify(claims_of({ claims: { exp: 1 } })).slice(1)}`),
  'a list of roles': () => with_claims({ role: ['admin'] }),
  'an unknown role': () => with_claims({ role: 'root' }),
  'role anyone': () => with_claims({ role: 'anyone' }),
  'no role': () => with_claims({ role: undefined }),
  'two roles in one': () => with_claims({ role: 'admin seller' }),
  'no subject': () => with_claims({ sub: undefined }),
  'a subject with a line break': () => with_claims({ sub: 'usr_1\r\nX-Auth-Role: admin' }),
  'more than 8 KiB': () => with_claims({ more: 'x'.repeat(7000) }),
  'a signature in DER': () => der(test_key.token()),
  'a signature of zeros': () => resigned(test_key.token(), Buffer.alloc(64)),
  'half a signature': () => resigned(test_key.token(), signature_of(test_key.token()).subarray(0, 32)),
  'a longer signature': () => resigned(test_key.token(), Buffer.concat([signature_of(test_key.token()), Buffer.alloc(1)])),
  'other claims under a good signature': () => tampered(test_key.token()),
  'a dot more': () => `${test_key.token()}.`,
  'a part more': () => `${test_key.token()}.x`,
  'two parts': () => test_key.token().split('.').slice(0, 2).join('.'),
  'padding': () => `${test_key.token()}=`,
  'the other alphabet': () => `${test_key.token().slice(0, -2)}+/`,
  'a percent sign': () => test_key.token().replace('.', '%2e'),
  'a comma and another': () => `${test_key.token()},${test_key.token()}`,
  'the claims no JSON': () => with_text('role=admin'),
  'the services\' own': () => kServiceToken,
  'nothing but dots': () => '..',
};

// What the gateway's HAProxy does not see: it reads the first of two members, and takes a text for a number. A service
// behind it refuses them.
export const kOnlyServicesSee = new Set(['role twice, the worse last', 'role twice, the better first', 'role twice, once in other letters', 'exp twice',
  'issued tomorrow', 'a subject with a line break']);
