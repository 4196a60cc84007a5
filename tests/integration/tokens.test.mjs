// What a token must be to pass: the same list at the gateway and at a service that is reached directly.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { expect_problem, expect_status } from '../support/expect.mjs';
import { forged_tokens } from '../support/forged_tokens.mjs';
import { raw_exchange, request, status_of } from '../support/http.mjs';
import { kServiceToken } from '../support/services.mjs';
import { start_suite } from '../support/suite.mjs';
import { bearer, test_key, token } from '../support/tokens.mjs';

const kOrders = '/api/v1/orders';
let suite;
let doors;
before(async () => {
  suite = await start_suite({ gateway: true, catalog: 1 });
  doors = { gateway: suite.gateway.url, service: suite.instance('orders').url };
});
after(() => suite?.stop());

for (const door of ['gateway', 'service']) {
  describe(`at the ${door}`, () => {
    const ask = (authorization) => request(doors[door], 'GET', kOrders, undefined, authorization === undefined ? {} : { authorization });

    test('a good token passes', async () => {
      expect_status(await ask(`Bearer ${token()}`), 200);
    });

    for (const [what, make] of Object.entries(forged_tokens)) {
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
    for (const authorization of ['Bearer x', `Bearer ${test_key.token({ claims: { exp: 1 } })}`, `bearer ${token()}`, `Bearer ${kServiceToken}`]) {
      expect_status(await request(door, 'GET', '/api/v1/catalog/products', undefined, { authorization }), 200);
      const known = authorization === `Bearer ${kServiceToken}`;
      expect_problem(await request(door, 'GET', path, undefined, { authorization }), known ? 403 : 401);
    }
    expect_status(await request(door, 'GET', path, undefined, bearer()), 200);
    expect_problem(await request(door, 'GET', path, undefined, bearer({ role: 'client' })), 403);
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
