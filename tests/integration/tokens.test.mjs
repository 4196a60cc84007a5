// What a token must be to pass: the same list at the gateway and at a service that is reached directly.
import assert from 'node:assert/strict';
import { createHmac, createPublicKey } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { expect_problem, expect_status } from '../support/expect.mjs';
import { raw_exchange, request, status_of } from '../support/http.mjs';
import { kServiceToken } from '../support/services.mjs';
import { start_suite } from '../support/suite.mjs';
import { SigningKey, bearer, claims_of, test_key, token } from '../support/tokens.mjs';

const kOrders = '/api/v1/orders';
let suite;
let doors;
before(async () => {
  suite = await start_suite({ gateway: true, catalog: 1 });
  doors = { gateway: suite.gateway.url, service: suite.instance('orders').url };
});
after(() => suite?.stop());

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

// What is wrong → a token.
const attacks = {
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
  'a key of its own by jku': () => evil_as({ jku: `${doors.service}/jwks.json` }),
  'a key of its own by x5u': () => evil_as({ x5u: `${doors.service}/cert.pem` }),
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

for (const door of ['gateway', 'service']) {
  describe(`at the ${door}`, () => {
    const ask = (authorization) => request(doors[door], 'GET', kOrders, undefined, authorization === undefined ? {} : { authorization });

    test('a good token passes', async () => {
      expect_status(await ask(`Bearer ${token()}`), 200);
    });

    for (const [what, make] of Object.entries(attacks)) {
      test(`refused: ${what}`, async () => {
        const answer = await ask(`Bearer ${make()}`);
        // A service knows the services' token, and lets it do nothing here. The gateway reads the first of two roles.
        const role_missing = door === 'service' ? make() === kServiceToken : what.startsWith('role twice') && answer.status === 403;
        expect_problem(answer, role_missing ? 403 : 401);
        if (!role_missing) assert.match(answer.headers['www-authenticate'] ?? '', /^Bearer/);
      });
    }

    test('a header of another form is refused, whatever token is in it', async () => {
      const good = token();
      for (const value of [undefined, '', good, `bearer ${good}`, `BEARER ${good}`, `Bearer  ${good}`, `Bearer\t${good}`, `Bearer ${good} x`,
        `Bearer ${good},`, `Basic ${good}`, `Basic ${Buffer.from(`admin:${good}`).toString('base64')}`, `Token ${good}`, `Bearer="${good}"`, 'Bearer']) {
        expect_problem(await ask(value), 401);
      }
    });

    test('of two Authorization headers none counts', async () => {
      const good = `Authorization: Bearer ${token()}\r\n`;
      for (const lines of [good + good, `${good}Authorization: Bearer x\r\n`, `Authorization: Bearer x\r\n${good}`, `authorization: x\r\n${good}`]) {
        const raw = await raw_exchange(doors[door], [`GET ${kOrders} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${lines}\r\n`]);
        assert.equal(status_of(raw), 401, lines);
      }
    });

    test('a token counts in its header only', async () => {
      const good = token();
      expect_problem(await request(doors[door], 'GET', `${kOrders}?access_token=${good}`), 401);
      expect_problem(await request(doors[door], 'GET', kOrders, undefined, { cookie: `token=${good}`, 'x-authorization': `Bearer ${good}`,
        'proxy-authorization': `Bearer ${good}` }), 401);
    });

    test('a wrong role is 403, whatever identity the request claims besides', async () => {
      for (const role of ['machine', 'service']) {
        const forged = { 'x-auth-role': 'admin', 'x-auth-subject': 'usr_1', 'x_auth_role': 'admin', 'x-role': 'admin', 'x-denied-role': 'admin' };
        expect_problem(await request(doors[door], 'GET', '/api/v1/payment/events', undefined, { ...bearer({ role }), ...forged }),
          door === 'gateway' ? 403 : 404);
        expect_problem(await request(doors[door], 'GET', kOrders, undefined, { ...bearer({ role }), ...forged }), 403);
      }
    });
  });
}

test('a program may do what its scopes hold, at its role\'s most', async () => {
  const ask = (method, path, role, scopes) => suite.api(method, path, method === 'POST' ? {} : undefined, {}, { as: { role, subject: 'prg_1', scopes } });
  for (const scopes of [['*'], ['orders:read'], ['catalog:write', 'orders:read']]) expect_status(await ask('GET', kOrders, 'admin', scopes), 200);
  for (const scopes of [[], ['orders:write'], ['catalog:read'], ['orders'], ['orders:*'], ['ORDERS:READ'], ['orders:readx']]) {
    expect_problem(await ask('GET', kOrders, 'admin', scopes), 403);
  }
  expect_problem(await ask('POST', kOrders, 'admin', ['orders:read']), 403);
  expect_problem(await ask('POST', kOrders, 'admin', ['orders:write']), 422);
  expect_problem(await ask('GET', kOrders, 'machine', ['*']), 403);
  expect_status(await suite.api('HEAD', kOrders, undefined, {}, { as: { role: 'admin', subject: 'prg_1', scopes: ['orders:read'] } }), 200);
});

test('what is public stays public with a bad token, and shows no more with one that does not reach', async () => {
  const path = '/api/v1/catalog/products?active=false';
  for (const door of [suite.gateway.url, suite.instance('catalog').url]) {
    for (const authorization of ['Bearer x', `Bearer ${with_claims({ exp: now() - 1 })}`, `bearer ${token()}`, `Bearer ${kServiceToken}`]) {
      expect_status(await request(door, 'GET', '/api/v1/catalog/products', undefined, { authorization }), 200);
      expect_problem(await request(door, 'GET', path, undefined, { authorization }), 401);
    }
    expect_status(await request(door, 'GET', path, undefined, bearer()), 200);
    expect_problem(await request(door, 'GET', path, undefined, bearer({ role: 'client' })), 401);
    expect_problem(await request(door, 'GET', path, undefined, bearer({ subject: 'prg_1', scopes: ['orders:read'] })), 401);
  }
});

test('below /internal/ the services\' own token counts and no other', async () => {
  const path = '/internal/v1/payment-facts';
  const post = (authorization) => request(doors.service, 'POST', path, { facts: [] }, { authorization });
  expect_status(await post(`Bearer ${kServiceToken}`), 200);
  for (const role of ['admin', 'service']) expect_problem(await post(`Bearer ${token({ role })}`), 401);
  for (const wrong of ['', `Bearer ${kServiceToken}x`, `Bearer ${kServiceToken.slice(0, -1)}`, `bearer ${kServiceToken}`]) expect_problem(await post(wrong), 401);
  for (const value of [token(), token({ role: 'service' }), kServiceToken]) {
    expect_problem(await request(doors.gateway, 'POST', path, { facts: [] }, { authorization: `Bearer ${value}` }), 404);
  }
});

test('no token gets into a log', async () => {
  const logs = [suite.gateway.program, suite.gateway.follower, ...['orders', 'catalog', 'payment'].map((name) => suite.instance(name).program)];
  for (const program of logs) {
    const log = program.log().replace(/access_token=[^"]*/g, '');  // a query is logged as it is
    assert.ok(!/eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\./.test(log), program.name);
  }
});
