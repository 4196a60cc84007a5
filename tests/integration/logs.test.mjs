// One request's way through the logs of all services, as `quittance logs` shows it.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { expect_status } from '../support/expect.mjs';
import { neighbours } from '../support/neighbours.mjs';
import { kEventsSecret, kServiceToken, kWebhookSecret, kWebhookSecretsKey, program_path } from '../support/services.mjs';
import { start_suite } from '../support/suite.mjs';
import { bearer, token } from '../support/tokens.mjs';

let suite;
before(async () => {
  const { auth, clients } = neighbours();
  suite = await start_suite({ auth: 1, catalog: 1, clients: 1, gateway: true, env: { auth, clients } });
});
after(() => suite?.stop());

const run = promisify(execFile);
const logs = (args, { where = suite.folder, ...env } = {}) =>
  run(program_path('quittance'), ['logs', ...args], { cwd: '/', maxBuffer: 64 << 20, env: { PATH: process.env.PATH, QUITTANCE_LOGS: where, ...env } })
    .then(({ stdout, stderr }) => ({ code: 0, out: stdout, err: stderr }), (error) => ({ code: error.code, out: error.stdout, err: error.stderr }));
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

test('of a great many lines the newest are shown, from all files, and it is said that there may be more', async () => {
  const folder = join(suite.folder, 'many');
  const line = (i) => JSON.stringify({ ts: new Date(1_700_000_000_000 + i * 1000).toISOString(), message: `line ${i}`, request_id: 'the-same-id' });
  for (const [name, from] of [['a', 0], ['b', 1]]) {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, 'current'), Array.from({ length: 10_100 }, (_, i) => line(2 * i + from)).join('\n') + '\n');
  }
  const { out, err } = await logs(['--request', 'the-same-id', '--json'], { where: folder });
  const messages = out.split('\n').filter(Boolean).map((one) => JSON.parse(one).message);
  assert.deepEqual([messages.length, messages[0], messages.at(-1)], [20_000, 'line 200', 'line 20199']);
  assert.match(err, /there may be more lines, older than the newest 20000/);
});

test('that not every trace is followed is said', async () => {
  const folder = join(suite.folder, 'traces');
  mkdirSync(join(folder, 'a'), { recursive: true });
  const line = (i) => JSON.stringify({ ts: new Date(1_700_000_000_000 + i * 1000).toISOString(), message: 'x', request_id: 'traced-often',
    trace_id: String(i).padStart(32, '0') });
  const write = (count) => writeFileSync(join(folder, 'a/current'), Array.from({ length: count }, (_, i) => line(i)).join('\n') + '\n');
  write(200);
  assert.equal((await logs(['--request', 'traced-often'], { where: folder })).err, '');
  write(201);
  assert.match((await logs(['--request', 'traced-often'], { where: folder })).err, /only the newest 200 traces were followed/);
});

test('what a line says does not steer the terminal', async () => {
  const folder = join(suite.folder, 'steering');
  mkdirSync(join(folder, 'a'), { recursive: true });
  const evil = '\u001b]0;x\u0007 \u009b31m \u0085';
  const line = (trace_id) => JSON.stringify({ ts: new Date().toISOString(), level: evil, service: evil, message: evil, [evil]: evil, trace_id, request_id: 'steering' });
  writeFileSync(join(folder, 'a/current'), `${line(evil)}\n${line('00112233')}\n`);
  const { out } = await logs(['--request', 'steering'], { where: folder });
  assert.match(out, /31m/);
  assert.doesNotMatch(out, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
});

test('no log has a secret, a token, a password, or anybody\'s address in it', async () => {
  const sent = [];
  const ask = (method, path, body, headers = {}) => {
    sent.push(JSON.stringify([path, body, headers]));
    return suite.api(method, path, body, headers, { as: null });
  };
  const passwords = { old: 'a password nobody else has', wrong: 'a password nobody has', new: 'a better one, found by mail' };
  const email = `nobody-else-${randomUUID()}@example.com`;
  const log_in = (password) => ask('POST', '/api/v1/auth/login', { email, password });

  expect_status(await ask('POST', '/api/v1/clients', { email, password: passwords.old, name: 'Augusta Byron' }), 202);
  await suite.eventually(async () => (await log_in(passwords.old)).status === 200, 'the client logs in');
  expect_status(await log_in(passwords.wrong), 401);
  const { access_token, refresh_token } = expect_status(await log_in(passwords.old), 200).json;
  expect_status(await ask('POST', '/api/v1/auth/refresh', { refresh_token }), 200);
  expect_status(await ask('POST', '/api/v1/auth/password-reset', { email }), 202);
  const mails = () => readdirSync(join(suite.folder, 'mail')).filter((name) => name.endsWith('.eml')).map((name) => readFileSync(join(suite.folder, 'mail', name), 'utf8'));
  const mail = await suite.eventually(() => mails().find((text) => text.includes('reset-password?token=')), 'the mail is there');
  const reset_token = decodeURIComponent(mail.match(/reset-password\?token=([^\s"]+)/)[1]);
  expect_status(await ask('POST', '/api/v1/auth/password-reset/confirm', { token: reset_token, password: passwords.new }), 204);
  expect_status(await log_in(passwords.new), 200);

  for (const address of [email, encodeURIComponent(email)]) {
    expect_status(await ask('GET', `/api/v1/clients?email=${address}`, undefined, bearer()), 200);
    expect_status(await ask('GET', `/api/v1/auth/users?email=${address}`, undefined, bearer()), 401);  // auth has keys of its own
  }
  expect_status(await ask('GET', '/api/v1/orders', undefined, { authorization: 'Bearer not.a.token' }), 401);
  expect_status(await ask('GET', '/api/v1/orders', undefined, { authorization: `Bearer ${access_token}` }), 401);  // of a key this suite does not know
  await suite.post(suite.event('payment_intent.succeeded', { order: await suite.orders.create() }), { signature: 't=1,v1=00' });
  await new Promise((done) => setTimeout(done, 1500));

  const said = { ...passwords, email, escaped: encodeURIComponent(email), name: 'Augusta Byron', refresh_token, reset_token, access_token, token: token().split('.')[0], header: 'Bearer' };
  for (const [what, secret] of Object.entries(said)) assert.ok(sent.some((one) => one.includes(secret)), `${what} was not sent`);
  const secrets = { ...said, kWebhookSecret, kServiceToken, kEventsSecret, kWebhookSecretsKey, ada: 'ada@example.com', address: 'Main Street' };
  for (const file of readdirSync(suite.folder).filter((name) => name.endsWith('.log') && !name.startsWith('postgres'))) {
    const text = readFileSync(join(suite.folder, file), 'utf8');
    for (const [what, secret] of Object.entries(secrets)) assert.ok(!text.includes(secret), `${file} has ${what}`);
  }
});
