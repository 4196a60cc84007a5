// How often somebody may ask, and what becomes of what is denied, seen from behind the gateway.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect_problem, expect_status } from '../support/expect.mjs';
import { start_gateway } from '../support/gateway.mjs';
import { request } from '../support/http.mjs';
import { eventually } from '../support/processes.mjs';
import { kServiceToken } from '../support/services.mjs';
import { bearer } from '../support/tokens.mjs';

const suite = { folder: mkdtempSync(join(tmpdir(), 'quittance-limits-')), instances: {},
  options: { gateway_env: { GATEWAY_RATE_PER_ADDRESS: '60', GATEWAY_RATE_PER_SUBJECT: '20', GATEWAY_RATE_DENIALS: '5', GATEWAY_RATE_WEBHOOKS: '150', GATEWAY_HSTS_SECONDS: '300' } } };
const seen = [];
let answer_of_auth = 403;
function stand_in(name) {
  const server = http.createServer((asked, answer) => {
    if (asked.url === '/readyz') return answer.end();
    const parts = [];
    asked.on('data', (part) => parts.push(part)).on('end', () => {
      seen.push({ service: name, method: asked.method, path: asked.url, headers: asked.headers, body: Buffer.concat(parts).toString() });
      answer.statusCode = name === 'auth' ? answer_of_auth : 200;
      answer.setHeader('content-type', name === 'auth' ? 'application/problem+json' : 'application/json');
      answer.end(JSON.stringify({ status: answer.statusCode }));
    });
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(Object.assign(server, { port: server.address().port }))));
}

let url;
let started;
before(async () => {
  for (const name of ['payment', 'orders', 'auth']) suite.instances[name] = [await stand_in(name)];
  await start_gateway(suite);
  ({ url } = suite.gateway);
  started = Date.now();
});
after(async () => {
  await suite.gateway?.follower.stop();
  await suite.gateway?.program.stop();
  for (const [server] of Object.values(suite.instances)) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(suite.folder, { recursive: true, force: true });
});

const statuses = async (count, ask) => (await Promise.all(Array.from({ length: count }, ask))).map(({ status }) => status);
const counted = (all, status) => all.filter((one) => one === status).length;

test('a denied call goes to auth with who it was and what, and its answer is 403', async () => {
  const forged = { 'x-denied-role': 'admin', 'X-DENIED-Subject': 'usr_else', 'x-denied-method': 'GET' };
  const answer = await request(url, 'POST', '/api/v1/orders/ord_1/cancel?why=x', { reason: 'because' },
    { ...bearer({ role: 'machine', subject: 'prg_7' }), ...forged });
  expect_problem(answer, 403);
  const told = seen.at(-1);
  assert.deepEqual([told.service, told.method, told.path], ['auth', 'POST', '/internal/v1/denials']);
  const { headers } = told;
  assert.deepEqual([headers['x-denied-method'], headers['x-denied-path'], headers['x-denied-subject'], headers['x-denied-role']],
    ['POST', '/api/v1/orders/ord_1/cancel', 'prg_7', 'machine']);
  assert.equal(headers.authorization, `Bearer ${kServiceToken}`);
  assert.equal(headers['x-request-id'], answer.headers['x-request-id']);
});

test('whatever the method, a denied call never reaches its service', async () => {
  for (const method of ['GET', 'HEAD']) {
    const { length } = seen;
    expect_status(await request(url, method, '/api/v1/orders', undefined, bearer({ role: 'machine' })), 403);
    assert.deepEqual(seen.slice(length).map(({ service, method: sent }) => [service, sent]), [['auth', 'POST']]);
  }
});

test('who is denied all the time is denied at the gateway, and auth hears of the first ones only', async () => {
  const { length } = seen;
  const all = await statuses(10, () => request(url, 'GET', '/api/v1/orders', undefined, bearer({ role: 'machine', subject: 'prg_stubborn' })));
  assert.equal(counted(all, 403), 10);
  assert.equal(seen.slice(length).filter(({ service }) => service === 'auth').length, 5);
});

test('nobody gets through to what is called for denials, nor speaks to auth as a service', async () => {
  const { length } = seen;
  expect_problem(await request(url, 'POST', '/internal/v1/denials', {}, bearer()), 404);
  expect_problem(await request(url, 'POST', '/internal/v1/denials', {}, { authorization: `Bearer ${kServiceToken}` }), 404);
  assert.equal(seen.length, length);
  expect_status(await request(url, 'GET', '/api/v1/orders', undefined, { ...bearer(), 'x-denied-role': 'admin' }), 200);
  assert.equal(seen.at(-1).headers['x-denied-role'], undefined);
});

test('over TLS browsers are told to insist on it, and not without', async () => {
  const secure = await request(suite.gateway.tls_url, 'GET', '/livez');
  assert.equal(secure.headers['strict-transport-security'], 'max-age=300');
  assert.equal((await request(url, 'GET', '/livez')).headers['strict-transport-security'], undefined);
});

test('one caller asks too often and is told when to come back; another at the same address goes on', async () => {
  const mine = await statuses(30, () => request(url, 'GET', '/api/v1/orders', undefined, bearer({ subject: 'usr_busy' })));
  assert.equal(counted(mine, 200), 20);
  assert.equal(counted(mine, 429), 10);
  const refused = await request(url, 'GET', '/api/v1/orders', undefined, bearer({ subject: 'usr_busy' }));
  expect_problem(refused, 429);
  assert.equal(refused.headers['retry-after'], '10');
  expect_status(await request(url, 'GET', '/api/v1/orders', undefined, bearer({ subject: 'usr_calm' })), 200);
});

test('an address asks too often, and its webhooks go on; what was counted survives a reload', async () => {
  await sleep(Math.max(0, started + 6500 - Date.now()));  // a process that is younger hands nothing over
  const all = await statuses(80, () => request(url, 'GET', '/api/v1/orders', undefined, bearer({ subject: 'usr_many' })));
  assert.ok(counted(all, 429) > 20);
  const anything = '/api/v1/orders/openapi.json';
  expect_problem(await request(url, 'GET', anything), 429);
  expect_status(await request(url, 'GET', '/livez'), 200);
  const webhook = () => request(url, 'POST', '/api/v1/payment/webhooks/stripe', '{}');
  assert.equal(counted(await statuses(100, webhook), 200), 100);
  await suite.gateway.reload();
  const still = async () => (await request(url, 'GET', anything, undefined, { connection: 'close' })).status === 429;
  await eventually(still, 'the new process knows', { within_ms: 3000, every_ms: 250 });
  const burst = await statuses(100, webhook);
  assert.ok(counted(burst, 429) >= 40 && counted(burst, 200) > 0, String(burst));
});
