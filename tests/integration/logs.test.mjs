// One request's way through the logs of all services, as `quittance logs` shows it.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { kEventsSecret, kServiceToken, kWebhookSecret, kWebhookSecretsKey, program_path } from '../support/services.mjs';
import { start_suite } from '../support/suite.mjs';
import { token } from '../support/tokens.mjs';

let suite;
before(async () => { suite = await start_suite({ catalog: 1, gateway: true }); });
after(() => suite?.stop());

const run = promisify(execFile);
const logs = (args, { where = suite.folder, ...env } = {}) =>
  run(program_path('quittance'), ['logs', ...args], { cwd: '/', env: { PATH: process.env.PATH, QUITTANCE_LOGS: where, ...env } })
    .then(({ stdout }) => ({ code: 0, out: stdout }), (error) => ({ code: error.code, out: error.stdout, err: error.stderr }));
const lines = async (...args) => (await logs([...args, '--json'])).out.split('\n').filter(Boolean).map((line) => JSON.parse(line));
const has = (found, service, message, fields = {}) => found.some((line) => line.service === service && line.message === message
  && Object.entries(fields).every(([name, value]) => line[name] === value));

async function pay(order, request_id = `pay-${randomUUID()}`, options = {}) {
  const event = suite.event('payment_intent.succeeded', { order, ...options });
  const answer = await suite.post(event, { headers: { 'x-request-id': request_id } });
  return { event, answer, request_id };
}

// Lines are written within a second, and events travel meanwhile.
const story = (args, done) => suite.eventually(async () => {
  const found = await lines(...args);
  return done(found) && found;
}, `the story of ${args.join(' ')}`);

test('a webhook is followed by its request id from the gateway to the last consumer, in the order of time', async () => {
  const order = await suite.orders.create();
  const { request_id, event } = await pay(order);
  const told = { type: 'order.paid', subject: order.id };
  const found = await story(['--request', request_id], (all) => has(all, 'catalog', 'event taken', told) && has(all, 'orders', 'event delivery', told));
  assert.ok(has(found, 'gateway', 'request', { status: 200, path: '/api/v1/payment/webhooks/stripe', request_id }));
  assert.ok(has(found, 'payment', 'request', { status: 200, request_id }));
  assert.ok(has(found, 'payment', 'event settled', { status: 'applied', provider_event_id: event.id, order_id: order.id, request_id }));
  assert.ok(has(found, 'orders', 'payment fact taken', { outcome: 'applied', order_id: order.id, kind: 'captured', request_id }));
  assert.ok(has(found, 'orders', 'request', { path: '/internal/v1/payment-facts', request_id }));
  assert.ok(has(found, 'orders', 'event delivery', { outcome: 'delivered', destination: 'catalog' }));
  assert.ok(has(found, 'catalog', 'event taken', { outcome: 'applied' }));
  assert.equal(new Set(found.map((line) => line.trace_id)).size, 1);
  const times = found.map((line) => Date.parse(line.ts));
  assert.deepEqual(times, [...times].sort((a, b) => a - b));

  const { trace_id } = found[0];
  const same = (all) => all.length >= found.length;
  for (const args of [['--trace', trace_id], ['--event', event.id]]) await story(args, same);
  await story(['--order', order.id], (all) => all.some((line) => line.trace_id !== trace_id));  // that it was placed, too
  const { out } = await logs(['--request', request_id]);
  assert.match(out, /^\d\d:\d\d:\d\d\.\d{3}  \+0 +gateway|payment/m);
  assert.match(out, /gateway +request +POST \/api\/v1\/payment\/webhooks\/stripe 200 .*total_ms=\d+/);
  assert.match(out, /catalog +event taken .*type=order\.paid/);
  assert.match(out, /\d+ lines of 4 services, \d{4}-\d\d-\d\d, \d+ ms from first to last\n$/);
});

test('of many that share their lists, each is followed alone', async () => {
  const orders = await Promise.all(Array.from({ length: 40 }, () => suite.orders.create()));
  const paid = await Promise.all(orders.map((order) => pay(order)));
  for (const [i, { request_id, event }] of paid.slice(0, 8).entries()) {
    const found = await story(['--request', request_id], (all) => has(all, 'catalog', 'event taken', { type: 'order.paid' }));
    assert.ok(has(found, 'payment', 'event settled', { provider_event_id: event.id, request_id }));
    assert.ok(has(found, 'orders', 'payment fact taken', { order_id: orders[i].id }));
    for (const line of found.filter((one) => one.order_id || one.subject?.startsWith('ord_')))
      assert.equal(line.order_id ?? line.subject, orders[i].id, JSON.stringify(line));
  }
});

test('what waits is settled later in the trace of the request that brought it', async () => {
  await suite.kill('orders', 'SIGSTOP');
  const order = { id: `ord_${randomUUID().replaceAll('-', '')}`, total: { amount: 4200, currency: 'EUR' } };
  const { request_id, answer, event } = await pay(order);
  await suite.kill('orders', 'SIGCONT');
  assert.equal(answer.status, 503);
  const found = await story(['--request', request_id], (all) => has(all, 'payment', 'event settled', { cause: 'retry', provider_event_id: event.id }));
  assert.ok(has(found, 'payment', 'event settled', { cause: 'delivery', outcome: 'orders_unavailable', status: 'open' }));
});

test('a client\'s own trace is the one that is followed', async () => {
  const order = await suite.orders.create();
  const trace_id = randomUUID().replaceAll('-', '');
  await suite.post(suite.event('payment_intent.succeeded', { order }), { headers: { traceparent: `00-${trace_id}-00f067aa0ba902b7-01` } });
  const found = await story(['--trace', trace_id], (all) => has(all, 'catalog', 'event taken'));
  assert.ok(has(found, 'gateway', 'request'));
});

test('nothing found is said, and is exit status 1; wrong use is 2', async () => {
  const nothing = await logs(['--request', 'nobody-has-this-id']);
  assert.equal(nothing.code, 1);
  assert.match(nothing.err, new RegExp(`no line about nobody-has-this-id in ${suite.folder}`));
  assert.equal((await logs([])).code, 2);
  assert.equal((await logs(['--request', 'a-request', '--order', 'ord_1'])).code, 2);
  assert.equal((await logs(['--request', 'a-request', '--since', 'yesterday'])).code, 2);
  assert.equal((await logs(['--request', 'a-request'], { where: '/nowhere' })).code, 2);
});

test('rotated files are read, lines that are no JSON are passed over, and --since leaves out what is older', async () => {
  const folder = join(suite.folder, 'rotated', 'payment');
  mkdirSync(folder, { recursive: true });
  const line = (minutes_ago, message) => JSON.stringify({ ts: new Date(Date.now() - minutes_ago * 60_000).toISOString(), level: 'info',
    service: 'payment', message, request_id: 'rotated-1', note: '\u001b[31mred\r\nnext' }) + '\n';
  writeFileSync(join(folder, '@400000006567.s'), line(90, 'old') + 'Segmentation fault rotated-1\n{"broken rotated-1\n');
  writeFileSync(join(folder, 'current'), line(1, 'new') + line(0, 'newest').slice(0, 40));
  const messages = async (...args) => (await logs(['--request', 'rotated-1', '--json', ...args], { where: join(suite.folder, 'rotated') })).out
    .split('\n').filter(Boolean).map((one) => JSON.parse(one).message);
  assert.deepEqual(await messages(), ['old', 'new']);
  assert.deepEqual(await messages('--since', '1h'), ['new']);
  const { out } = await logs(['--request', 'rotated-1'], { where: join(suite.folder, 'rotated') });
  assert.doesNotMatch(out, /\u001b|\r/);
});

test('no log has a secret, a token, a password, or anybody\'s address in it', async () => {
  await suite.post(suite.event('payment_intent.succeeded', { order: await suite.orders.create() }), { signature: 't=1,v1=00' });
  await suite.api('GET', '/api/v1/orders', undefined, { authorization: 'Bearer not.a.token' }, { as: null });
  await new Promise((done) => setTimeout(done, 1500));
  const secrets = { kWebhookSecret, kServiceToken, kEventsSecret, kWebhookSecretsKey, token: token().split('.')[0], password: '-of-a-test',
    email: '@example.com', address: 'Main Street', header: 'Bearer' };
  for (const file of readdirSync(suite.folder).filter((name) => name.endsWith('.log') && !name.startsWith('postgres'))) {
    const text = readFileSync(join(suite.folder, file), 'utf8');
    for (const [what, secret] of Object.entries(secrets)) assert.ok(!text.includes(secret), `${file} has a ${what}`);
  }
});
