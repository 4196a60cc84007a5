// What the gateway does to requests on their way, seen from behind it: stand-ins for the services show what arrives.
import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { expect_come_back, expect_problem, expect_status } from '../support/expect.mjs';
import { start_gateway } from '../support/gateway.mjs';
import { forged_tokens, kOnlyServicesSee } from '../support/forged_tokens.mjs';
import { raw_exchange, request, status_of } from '../support/http.mjs';
import { eventually } from '../support/processes.mjs';
import { SigningKey, bearer as bearer_of, test_key, token } from '../support/tokens.mjs';

const bearer = bearer_of();
const webhook = '/api/v1/payment/webhooks/stripe';
const suite = { folder: mkdtempSync(join(tmpdir(), 'quittance-gateway-')), options: {}, instances: {} };

// Answers with what it was asked; tests replace `answer`.
class StandIn {
  constructor() {
    this.requests = 0;
    this.answer = this.echo;
    this.server = http.createServer((asked, answer) => {
      if (asked.url === '/readyz') return answer.end();
      this.requests += 1;
      this.answer(asked, answer);
    });
  }

  echo(asked, answer) {
    asked.resume().on('end', () => answer.end(JSON.stringify({ headers: asked.headers, url: asked.url })));
  }

  start(port = 0) {
    return new Promise((resolve) => this.server.listen(port, '127.0.0.1', () => {
      this.port = this.server.address().port;
      resolve(this);
    }));
  }

  stop() {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    return closed;
  }
}

let payment;
let orders;
let catalog;
let gateway;
before(async () => {
  [payment, orders, catalog] = [await new StandIn().start(), await new StandIn().start(), await new StandIn().start()];
  suite.instances = { payment: [payment], orders: [orders], catalog: [catalog] };
  await start_gateway(suite);
  gateway = suite.gateway;
});
after(async () => {
  await suite.gateway?.follower.stop();
  await suite.gateway?.program.stop();
  await Promise.all([payment.stop(), orders.stop(), catalog.stop()]);
  rmSync(suite.folder, { recursive: true, force: true });
});

const ask = (method, path, headers = bearer, body) => request(gateway.url, method, path, body, headers);

test('nobody speaks for the gateway: identity and forwarding headers do not pass', async () => {
  const forged = { 'x-auth-role': 'admin', 'X-AUTH-Subject': 'me', 'X_Auth_Role': 'admin', 'x-forwarded-for': '10.0.0.1',
    'x-forwarded-host': 'evil.example', forwarded: 'for=10.0.0.1', 'x-real-ip': '10.0.0.1', 'X-Forwarded-Proto': 'https' };
  const { headers } = expect_status(await ask('GET', '/api/v1/orders', { ...bearer, ...forged }), 200).json;
  const arrived = Object.entries(headers).filter(([name]) => /auth[-_]|forward|real/.test(name));
  assert.deepEqual(arrived.sort(), [['x-forwarded-for', '127.0.0.1'], ['x-forwarded-proto', 'http']]);
});

test('each service gets its own path and no other', async () => {
  for (const path of ['/api/v1/orders', '/api/v1/orders/', '/api/v1/orders/x?limit=1&q=%2e%2e']) {
    assert.equal(expect_status(await ask('GET', path), 200).json.url, path);
  }
  for (const path of ['/', '/api', '/api/v1', '/api/v1/', '/api/v1/order', '/api/v1/ordersx', '/API/v1/orders', '/readyz/x']) {
    expect_problem(await ask('GET', path), 404);
  }
});

test('only POST is let through to webhooks without a token', async () => {
  expect_status(await ask('POST', webhook, {}, '{}'), 200);
  for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS']) expect_problem(await ask(method, webhook, {}), 401);
  const refused = await ask('POST', '/api/v1/payment/webhooks', {}, '{}');
  expect_problem(refused, 401);
  assert.equal(refused.headers['www-authenticate'], 'Bearer realm="quittance"');
});

test('products and parts are read without a token, and nothing else of the catalog', async () => {
  const shown = ['products', 'products?q=mug', 'products/prd_1', 'parts', 'parts/PN-88'];
  for (const path of shown.map((name) => `/api/v1/catalog/${name}`)) {
    assert.equal(expect_status(await ask('GET', path, {}), 200).json.url, path);
    expect_status(await ask('HEAD', path, {}), 200);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) expect_problem(await ask(method, path, {}), 401);
  }
  for (const name of ['', 'parts.csv', 'products.csv', 'partsx', 'productsx', 'materials', 'stock', 'stock-movements', 'machines', 'dead-letters',
    'products/prd_1/prices', 'Products', 'materials/parts/PN-88']) {
    expect_problem(await ask('GET', `/api/v1/catalog/${name}`, {}), 401);
    expect_status(await ask('GET', `/api/v1/catalog/${name}`), 200);
  }
  for (const path of ['/api/v1/orders/products', '/api/v1/payment/parts/PN-88']) expect_problem(await ask('GET', path, {}), 401);
  expect_problem(await ask('GET', '/api/v1/catalog/parts/../machines', {}), 400);
});

test('a token that is almost right is wrong', async () => {
  const right = token();
  for (const value of [right, `Bearer ${right}x`, `Bearer ${right.slice(0, -1)}`, 'Bearer ', 'Bearer', `Basic ${right}`,
    `Bearer ${right.toUpperCase()}`]) {
    expect_problem(await ask('GET', '/api/v1/orders', { authorization: value }), 401);
  }
});

// The services behind would refuse them too; here they would say yes to anything.
test('the gateway by itself lets no forged token pass', async (t) => {
  for (const [what, make] of Object.entries(forged_tokens)) {
    if (kOnlyServicesSee.has(what)) continue;
    await t.test(what, async () => expect_problem(await ask('GET', '/api/v1/orders', { authorization: `Bearer ${make()}` }), 401));
  }
});

test('the gateway by itself knows a token\'s form, and takes one header only', async () => {
  const right = token();
  for (const authorization of ['', `bearer ${right}`, `Bearer  ${right}`, `Bearer\t${right}`, `Bearer ${right} x`, `Bearer ${right},`, `Token ${right}`]) {
    expect_problem(await ask('GET', '/api/v1/orders', { authorization }), 401);
  }
  for (const other of ['Bearer x', bearer.authorization]) {
    for (const two of [[bearer.authorization, other], [other, bearer.authorization]]) {
      const lines = two.map((value) => `Authorization: ${value}\r\n`).join('');
      const raw = await raw_exchange(gateway.url, [`GET /api/v1/orders HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${lines}\r\n`]);
      assert.equal(status_of(raw), 401, lines);
    }
  }
});

test('a key whose file is gone lets nobody pass, though HAProxy finds nothing wrong with that', async () => {
  const file = join(gateway.folder, 'keys', `${test_key.kid}.pem`);
  renameSync(file, `${file}.gone`);
  await gateway.reload();
  const forged = new SigningKey(test_key.kid).token();
  await eventually(async () => (await ask('GET', '/api/v1/orders')).status === 401, 'the new process serves');
  expect_problem(await ask('GET', '/api/v1/orders', { authorization: `Bearer ${forged}` }), 401);
  renameSync(`${file}.gone`, file);
  await gateway.reload();
  await eventually(async () => (await ask('GET', '/api/v1/orders')).status === 200, 'the key is there again');
});

test('the gateway by itself knows the table: the role must be named, and only what is open is open', async () => {
  for (const role of ['seller', 'client', 'machine', 'service']) {
    for (const [method, path] of [['GET', '/api/v1/payment/events'], ['POST', '/api/v1/payment/events/replay'], ['GET', '/api/v1/payment/events/evt_1/body']]) {
      expect_problem(await ask(method, path, bearer_of({ role })), 403);
      expect_status(await ask(method, path), 200);
    }
  }
  const { requests } = payment;
  for (const path of ['/api/v1/payment/events/', '/api/v1/payment/events/evt_1/body/', '/api/v1/payment/webhooks/a/b', '/api/v1/payment/docs/a/b']) {
    expect_problem(await ask('POST', path, {}, '{}'), 401);
    expect_problem(await ask('GET', path, {}), 401);
  }
  assert.equal(payment.requests, requests, 'none of them reached the service');
});

test('its own health is that of all services', async () => {
  expect_status(await ask('GET', '/livez', {}), 200);
  expect_status(await ask('GET', '/readyz', {}), 200);
});

test('a POST that reached a service which then died is not sent again', async () => {
  payment.answer = (asked) => asked.socket.destroy();
  const seen = payment.requests;
  // On a new connection: on a kept one HAProxy would close without a word.
  const answer = await request(gateway.url, 'POST', webhook, '{}', {}, { agent: new http.Agent() });
  payment.answer = payment.echo;
  expect_problem(answer, 502);
  assert.equal(payment.requests, seen + 1);
});

test('a service that is away is 503 with Retry-After, and comes back by itself', async () => {
  const { port } = orders;
  await orders.stop();
  expect_come_back(await ask('GET', '/api/v1/orders'));
  await eventually(async () => (await ask('GET', '/readyz', {})).status === 503, 'the gateway knows');
  expect_status(await ask('POST', webhook, {}, '{}'), 200);

  orders = await new StandIn().start(port);
  suite.instances.orders = [orders];
  await gateway.ready();
  expect_status(await ask('GET', '/api/v1/orders'), 200);
});

test('a service that never answers is 504 with the request id, before the client gives up', async () => {
  orders.answer = () => {};
  const answer = await ask('GET', '/api/v1/orders', { ...bearer, 'x-request-id': 'a-request-of-a-test' });
  orders.answer = orders.echo;
  assert.equal(expect_problem(answer, 504).request_id, 'a-request-of-a-test');
  assert.ok(answer.took_ms > 8000 && answer.took_ms < 10_000, `${answer.took_ms} ms`);
});

test('every answer tells browsers to keep their hands off', async () => {
  for (const path of ['/api/v1/orders', '/nowhere']) {
    const { headers } = await ask('GET', path);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['x-frame-options'], 'DENY');
    assert.equal(headers['cache-control'], 'no-store');
    assert.match(headers['content-security-policy'], /default-src 'none'/);
  }
});

test('a request has a trace: the client\'s when its traceparent is valid, else one that begins here; the log has it', async () => {
  const ids = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];
  const arrived = async (traceparent) => expect_status(await ask('POST', webhook, { traceparent, tracestate: 'a=1' }, '{}'), 200).json.headers;
  for (const given of [`00-${ids[0]}-${ids[1]}-01`, `00-${ids[0]}-${ids[1]}-00`, `cc-${ids[0]}-${ids[1]}-01-more`]) {
    const headers = await arrived(given);
    assert.equal(headers.traceparent, given);
    assert.equal(headers.tracestate, 'a=1');
  }
  const made = new Set();
  for (const given of [undefined, '', 'x', `ff-${ids[0]}-${ids[1]}-01`, `00-${ids[0]}-${ids[1]}-01-more`, `00-${ids[0]}-${ids[1]}-0`,
    `00-${'0'.repeat(32)}-${ids[1]}-01`, `00-${ids[0]}-${'0'.repeat(16)}-01`, `00-${ids[0].toUpperCase()}-${ids[1]}-01`,
    [`00-${ids[0]}-${ids[1]}-01`, `00-${ids[0]}-${ids[1]}-01`]]) {
    const { traceparent, tracestate } = await arrived(given ?? []);
    assert.match(traceparent, /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/, given);
    assert.doesNotMatch(traceparent, new RegExp(ids[0]));
    assert.equal(tracestate, undefined);
    made.add(traceparent);
  }
  assert.equal(made.size, 10);
  const id = `trace-${Date.now()}`;
  const answer = await ask('GET', '/api/v1/nothing', { 'x-request-id': id });
  expect_problem(answer, 404);
  const line = await eventually(() => gateway.access_log().find((one) => one.request_id === id), 'it is logged');
  assert.match(line.trace_id, /^[0-9a-f]{32}$/);
  assert.match(line.ts, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.ok(Math.abs(Date.parse(line.ts) - Date.now()) < 2000, line.ts);
  assert.deepEqual([line.level, line.service, line.message], ['info', 'gateway', 'request']);
});
