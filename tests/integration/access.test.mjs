// The whole table of who may call what: every line with every role, at the gateway and at the service itself.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { raw_exchange, request, status_of } from '../support/http.mjs';
import { kRoot, kServiceToken } from '../support/services.mjs';
import { start_suite } from '../support/suite.mjs';
import { bearer } from '../support/tokens.mjs';
import { trust_test_key } from '../support/trusted_key.mjs';

const kRoles = ['admin', 'seller', 'client', 'machine', 'service'];
const table = readFileSync(join(kRoot, 'deploy/gateway/access'), 'utf8').split('\n').filter((line) => line && !line.startsWith('#'))
  .map((line) => line.split(/\s+/)).map(([method, path, ...roles]) => ({ method, path, roles }));
const service_of = (path) => path.match(/^\/api\/v1\/([a-z-]+)/)?.[1];
const named = [...new Set(table.map(({ path }) => service_of(path)).filter(Boolean))];

let suite;
let [services, outside, inside] = [];
before(async () => {
  suite = await start_suite({ gateway: true, ...Object.fromEntries(named.map((name) => [name, 1])) });
  if (suite.instances.auth) await trust_test_key(suite);
  services = named.filter((name) => suite.instances[name]?.length);
  const lines = table.flatMap((line) => line.path.includes('@service@')
    ? services.map((name) => ({ ...line, path: line.path.replace('@service@', name) })) : [line]);
  outside = lines.filter(({ path }) => services.includes(service_of(path)));
  inside = lines.filter(({ path }) => path.startsWith('/internal/'));
});
after(() => suite?.stop());

test('every service of the table is run here', { todo: 'the suite of tests does not start them all' }, () => {
  assert.deepEqual(services, named);
});

const example = (path) => path.replace(':account', 'stripe').replace(/:[a-z_]+/g, 'x1');

// Eight at a time.
async function all(cases, run) {
  const waiting = [...cases];
  await Promise.all(Array.from({ length: 8 }, async () => {
    while (waiting.length) await run(waiting.pop());
  }));
}
const call = (url, { method, path }, headers) =>
  request(url, method, example(path), ['POST', 'PUT', 'PATCH'].includes(method) ? {} : undefined, headers);
// A wrong password is 401 as well, and says so.
const let_in = ({ status, text }) => ![403, 502, 503].includes(status) && !(status === 401 && /token is (needed|not valid)|needs a valid token/.test(text));
const url_of = { gateway: () => suite.gateway.url, service: ({ path }) => suite.instance(service_of(path)).url };

for (const door of ['gateway', 'service']) {
  test(`every line with every role at the ${door}: those named get through, the others are 403`, async () => {
    const cases = outside.flatMap((line) => kRoles.map((role) => ({ line, role })));
    const wrong = [];
    await all(cases, async ({ line, role }) => {
      const answer = await call(url_of[door](line), line, bearer({ role }));
      const may = line.roles.includes('anyone') || line.roles.includes(role);
      if (may ? !let_in(answer) : answer.status !== 403) wrong.push(`${line.method} ${line.path} ${role}: ${answer.status} ${answer.text}`);
    });
    assert.deepEqual(wrong, []);
    assert.ok(cases.length > 250, `${cases.length} cases`);
  });

  test(`every line without a token at the ${door}: 401 unless it is for anyone`, async () => {
    const wrong = [];
    await all(outside, async (line) => {
      const answer = await call(url_of[door](line), line, {});
      const open = line.roles.includes('anyone');
      if (open ? !let_in(answer) : answer.status !== 401) wrong.push(`${line.method} ${line.path}: ${answer.status} ${answer.text}`);
    });
    assert.deepEqual(wrong, []);
  });
}

test('what is between services is not there at the gateway, and takes the services\' token only', async () => {
  const wrong = [];
  await all(inside, async (line) => {
    const tokens = [{}, ...kRoles.map((role) => bearer({ role })), { authorization: `Bearer ${kServiceToken}` }];
    for (const headers of tokens) {
      const { status } = await call(suite.gateway.url, line, headers);
      if (status !== 404) wrong.push(`gateway ${line.path}: ${status}`);
    }
    const asked = line.roles.includes('anyone') ? 200 : 401;
    const answers = await Promise.all(services.map((name) => call(suite.instance(name).url, line, bearer())));
    const nobody = !answers.some(({ status }) => status === asked);
    if (answers.some(({ status }) => ![asked, 404].includes(status)) || (nobody && services.length === named.length)) {
      wrong.push(`${line.path}: ${answers.map(({ status }) => status)}`);
    }
  });
  assert.deepEqual(wrong, []);
});

test('what the gateway denied is in the audit log of auth', async (t) => {
  if (!services.includes('auth')) return t.skip('auth does not run here');
  const answer = await request(suite.gateway.url, 'POST', '/api/v1/payment/events/replay', {}, bearer({ role: 'machine', subject: 'prg_denied' }));
  assert.equal(answer.status, 403);
  const denials = () => suite.postgres.query('credentials', "select object, role, outcome, request_id from audit_log where action = 'gateway.denied' and subject = 'prg_denied'");
  const entries = await suite.eventually(async () => { const found = await denials(); return found.length && found; }, 'it is in the log');
  assert.deepEqual(entries, [{ object: 'POST /api/v1/payment/events/replay', role: 'machine', outcome: 'denied', request_id: answer.headers['x-request-id'] }]);
});

test('a method or path without a line is the service\'s to refuse, and needs a token first', async () => {
  const cases = [['DELETE', '/api/v1/orders', 405], ['OPTIONS', '/api/v1/orders', 405], ['GET', '/api/v1/orders/x/y/z', 404], ['TRACE', '/api/v1/orders', 405]];
  for (const [method, path, status] of cases) {
    assert.equal((await request(suite.gateway.url, method, path, undefined, bearer())).status, status, `${method} ${path}`);
    assert.equal((await request(suite.gateway.url, method, path)).status, 401, `${method} ${path}`);
  }
});

test('no way of writing a path or a method passes by the table', async () => {
  const paths = ['/api/v1/catalog/products/../machines', '/api/v1/catalog/parts/%2e%2e/machines', '/api/v1/catalog/parts%2f..%2fmachines',
    '/api/v1/catalog/products/..%2fmachines', '//api/v1/orders', '/api//v1/orders', '/api/v1//orders', '/API/v1/orders', '/api/v1/Orders',
    '/api/v1/ORDERS', '/api/v1/orders/', '/api/v1/orders//', '/api/v1/orders;x', '/api/v1/orders/;x', '/api/v1/orders;/docs', '/api/v1/orders/docs/..',
    '/api/v1/orders/docs/../', '/api/v1/orders/docs/..;/', '/api/v1/orders/docs/../../orders', '/api/v1/orders/openapi.json/..', '/api/v1/orders/.',
    '/api/v1/orders/./', '/./api/v1/orders', '/api/v1/orders%3f', '/api/v1/orders%00', '/api/v1/orders#/docs', '/api/v1/orders\\docs', '/api/v1/%6frders',
    '/api/v1/orders%20', '/api/v1/payment/webhooks/../events', '/api/v1/payment/webhooks/stripe/../../events', '/api/v1/payment/webhooks/%2e%2e/events',
    '/api/v1/payment/webhooks/stripe/../../../orders', '/api/v1/payment/events/', '/api/v1/payment/Events', '/internal/v1/payment-facts',
    '/api/v1/orders/../../../internal/v1/payment-facts', '/metrics', '/api/v1/orders/metrics/..', 'http://a/api/v1/orders', 'http://a//api/v1/orders', '*'];
  const wrong = [];
  const tries = ['GET', 'POST', 'get', 'HEAD'].flatMap((method) => paths.map((path) => ({ method, path })));
  tries.push(...['get', 'Get', 'GETT', 'GET,POST'].map((method) => ({ method, path: '/api/v1/orders' })));
  const told = ['X-HTTP-Method-Override: GET', 'X-Original-URL: /api/v1/orders', 'X-Rewrite-URL: /api/v1/orders', 'X-Forwarded-Prefix: /api'];
  tries.push(...told.map((header) => ({ method: 'GET', path: '/api/v1/payment/payments', header })));
  const urls = [suite.gateway.url, ...services.map((name) => suite.instance(name).url)];
  await all(tries.flatMap((one) => urls.flatMap((url) => [undefined, 'machine'].map((role) => ({ ...one, url, role })))), async ({ method, path, header, url, role }) => {
    const who = role ? `Authorization: ${bearer({ role }).authorization}\r\n` : '';
    const raw = await raw_exchange(url, [`${method} ${path} HTTP/1.1\r\nHost: a\r\n${who}${header ? `${header}\r\n` : ''}Content-Length: 0\r\nConnection: close\r\n\r\n`]);
    const status = status_of(raw);
    // A service serves its own /metrics, which the gateway does not.
    if (url !== suite.gateway.url && path === '/metrics') return;
    if (!(status >= 400 && status < 500 || status === 505 || status === 501)) wrong.push(`${method} ${path} ${role} at ${url}: ${raw.slice(0, 60)}`);
  });
  assert.deepEqual(wrong, []);
});
