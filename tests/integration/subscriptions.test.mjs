// Outgoing webhooks: subscriptions over REST, and what subscribers get, against real subscribers that answer well and badly.
import assert from 'node:assert/strict';
import { createServer } from 'node:https';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { expect_problem, expect_status } from '../support/expect.mjs';
import { pay } from '../support/facts.mjs';
import { start_receiver } from '../support/receiver.mjs';
import { start_subscriber } from '../support/subscriber.mjs';
import { start_suite } from '../support/suite.mjs';

const kPath = '/api/v1/orders/subscriptions';
const kOpen = { WEBHOOK_ALLOW_ADDRESSES: '127.0.0.0/8', WEBHOOK_SCHEDULE_MS: '200,200,200', WEBHOOK_DEADLINE_MS: 1000, WEBHOOK_DISABLE_AFTER_MS: 600_000 };

let suite;
let subscriber;
let house;
before(async () => {
  house = await start_receiver();
  suite = await start_suite({ payment: 0, orders: 1, env: { orders: { ...kOpen, EVENT_SINKS: `house order.created,audit.recorded ${house.url}` } } });
});
after(async () => {
  await suite?.stop();
  await house?.away();
});
beforeEach(async (t) => {
  subscriber = await start_subscriber();
  t.after(() => subscriber.stop());
});

// Removed with its test, so that no other hears of its events.
async function subscribe(t, { types = ['order.*'], path = '/hooks', url = `${subscriber.url}${path}`, ...rest } = {}) {
  const { json } = expect_status(await suite.api('POST', kPath, { url, types, ...rest }), 201);
  subscriber.secrets.push(json.secret);
  t.after(() => suite.api('DELETE', `${kPath}/${json.id}`));
  return json;
}

const show = async ({ id }) => expect_status(await suite.api('GET', `${kPath}/${id}`), 200).json;
const attempts = async ({ id }, query = '') => expect_status(await suite.api('GET', `${kPath}/${id}/attempts${query}`), 200).json.data;
const hears = (order, count) => suite.eventually(() => subscriber.of(order.id).length >= count, `${count} events of the order are heard`);
const types_of = (order) => subscriber.of(order.id).map(({ event }) => event.type);

test('a subscriber is told of an order, in order, by signed CloudEvents that the standardwebhooks library verifies', async (t) => {
  const { secret } = await subscribe(t);
  const order = await suite.orders.create();
  await pay(suite, order);
  expect_status(await suite.api('POST', `/api/v1/orders/${order.id}/shipments`, { carrier: 'DHL' }), 201);
  await hears(order, 4);
  assert.deepEqual(types_of(order), ['order.created', 'order.payment_state_changed', 'order.paid', 'order.shipped']);
  const versions = subscriber.of(order.id).map(({ event }) => event.aggregateversion);
  assert.deepEqual(versions, versions.toSorted((a, b) => a - b));
  for (const { event, headers, verified } of subscriber.of(order.id)) {
    assert.deepEqual(verified, [secret]);
    assert.equal(headers['webhook-id'], event.id);
    assert.equal(headers['content-type'], 'application/cloudevents+json');
    assert.deepEqual([event.specversion, event.source], ['1.0', '/orders']);
  }
  const { timeline, production, ...shown } = await suite.orders.get(order.id);
  assert.deepEqual(subscriber.of(order.id).at(-1).event.data, shown, 'the order as its GET shows it');
});

test('an order paid and shipped while its subscriber fails is told in order, and others are not held up', async (t) => {
  await subscribe(t);
  const slow = await suite.orders.create();
  await hears(slow, 1);
  let failures = 0;
  subscriber.respond = (event) => (event.subject === slow.id && event.type !== 'order.created' && failures++ < 2 ? { status: 500 } : undefined);
  await pay(suite, slow);
  const other = await suite.orders.create();
  await hears(other, 1);
  await hears(slow, 5);
  assert.deepEqual(types_of(slow), ['order.created', ...Array(3).fill('order.payment_state_changed'), 'order.paid']);
});

test('it hears only what it asked for, and nothing that stays inside', async (t) => {
  await subscribe(t, { types: ['order.paid'] });
  const order = await suite.orders.create();
  await pay(suite, order);
  await hears(order, 1);
  assert.deepEqual(types_of(order), ['order.paid']);
  for (const types of [['client.*'], ['mail.requested'], ['audit.recorded'], ['order.nothing'], [], ['order.*', 'x']]) {
    expect_problem(await suite.api('POST', kPath, { url: subscriber.url, types }), 422);
  }
});

test('one slow subscriber holds up no other', async (t) => {
  await subscribe(t, { path: '/slow' });
  await subscribe(t, { path: '/quick' });
  subscriber.respond = (_, path) => (path === '/slow' ? { hang: true } : undefined);
  const order = await suite.orders.create();
  const started = Date.now();
  await suite.eventually(() => subscriber.of(order.id).some(({ path }) => path === '/quick'), 'the quick one hears');
  assert.ok(Date.now() - started < 900);
  await suite.eventually(async () => subscriber.of(order.id).filter(({ path }) => path === '/slow').length >= 2, 'the slow one is tried again');
});

test('however many subscribers hang, what stays in the house goes on', async (t) => {
  for (let i = 0; i < 40; ++i) await subscribe(t, { path: `/hang/${i}`, types: ['order.created'] });
  subscriber.respond = () => ({ hang: true });
  const taken = async () => {
    const order = await suite.orders.create();
    const started = Date.now();
    await suite.eventually(() => house.versions(order.id).length, 'the house hears');
    return Date.now() - started;
  };
  await taken();
  await suite.eventually(() => subscriber.heard.length >= 16, 'many hang');
  const took = await taken();
  assert.ok(took < 700, `${took} ms`);
});

test('what an admin does with a subscription is told to the audit log, with who did it', async (t) => {
  const { id, secret } = await subscribe(t);
  const at = `${kPath}/${id}`;
  const { headers } = expect_status(await suite.api('POST', `${at}/rotate-secret`, undefined, {}, { as: { subject: 'usr_rotates' } }), 200);
  expect_status(await suite.api('PATCH', at, { enabled: false }), 200);
  expect_status(await suite.api('PATCH', at, { enabled: false }), 200);
  expect_status(await suite.api('POST', `${at}/replay`), 200);
  expect_status(await suite.api('DELETE', at), 204);
  const told = () => house.taken.filter(({ type, data }) => type === 'audit.recorded' && data.object === id).map(({ data }) => data);
  await suite.eventually(() => told().length >= 5, 'all is told');
  assert.deepEqual(told().map(({ action }) => action.replace('orders.subscription_', '')), ['created', 'secret_rotated', 'changed', 'replayed', 'removed']);
  const { request_id, ...rotated } = told()[1];
  assert.equal(request_id, headers['x-request-id']);
  assert.deepEqual(rotated, { action: 'orders.subscription_secret_rotated', actor: { subject: 'usr_rotates', role: 'admin' }, object: id, outcome: 'done',
    address: '', details: { keep_old_s: 86400 } });
  assert.ok(!JSON.stringify(told()).includes(secret));
});

test('tries end in the log with what was answered, and then the event is parked and can be replayed', async (t) => {
  const subscription = await subscribe(t, { types: ['order.created'] });
  subscriber.respond = () => ({ status: 404, body: 'no\u0007t here \u{1F600}' });
  const order = await suite.orders.create();
  await hears(order, 4);
  const is = (state) => suite.eventually(async () => (await suite.sql('orders',
    `select from event_deliveries where destination = '${subscription.id}' and state = '${state}'`)).length === 1, `it is ${state}`);
  await is('parked');
  const log = await attempts(subscription);
  assert.equal(log.length, 4);
  assert.deepEqual([log[0].status, log[0].ok, log[0].failure, log[0].event_type], [404, false, null, 'order.created']);
  assert.match(log[0].answer, /^no\?t here \?+$/);
  assert.equal((await show(subscription)).failing_since !== null, true);
  subscriber.respond = () => undefined;
  assert.deepEqual(expect_status(await suite.api('POST', `${kPath}/${subscription.id}/replay`), 200).json, { replayed: 1 });
  await hears(order, 5);
  await is('delivered');
  assert.equal((await attempts(subscription, '?ok=true')).length, 1);
  assert.equal((await show(subscription)).failing_since, null);
  const since = new Date(Date.now() - 60_000).toISOString();
  assert.deepEqual((await suite.api('POST', `${kPath}/${subscription.id}/replay`, { since, delivered_too: true })).json, { replayed: 1 });
  await hears(order, 6);
  assert.equal(new Set(subscriber.of(order.id).map(({ headers }) => headers['webhook-id'])).size, 1, 'the id tells repetitions');
  expect_problem(await suite.api('POST', `${kPath}/${subscription.id}/replay`, { delivered_too: true }), 422);
});

test('Retry-After is waited for', async (t) => {
  await subscribe(t, { types: ['order.created'] });
  let first = true;
  subscriber.respond = () => {
    if (!first) return undefined;
    first = false;
    return { status: 429, headers: { 'retry-after': '2' } };
  };
  const order = await suite.orders.create();
  await hears(order, 2);
  const [one, two] = subscriber.of(order.id);
  assert.ok(two.at - one.at >= 1950, `${two.at - one.at} ms`);
});

test('410 disables at once, which is told; enabled again, it hears what waited', async (t) => {
  const watcher = await subscribe(t, { types: ['subscription.disabled'], path: '/watcher' });
  const subscription = await subscribe(t, { types: ['order.created'] });
  subscriber.respond = (_, path) => (path === '/hooks' ? { status: 410 } : undefined);
  const order = await suite.orders.create();
  await suite.eventually(async () => !(await show(subscription)).enabled, 'it is disabled');
  assert.equal((await show(subscription)).disabled_because, 'gone');
  await suite.eventually(() => subscriber.of(subscription.id).length === 1, 'it is told');
  assert.deepEqual([subscriber.of(subscription.id)[0].event.data.because, subscriber.of(subscription.id)[0].path], ['gone', '/watcher']);
  await new Promise((done) => setTimeout(done, 500));
  assert.equal(subscriber.of(order.id).length, 1);
  subscriber.respond = () => undefined;
  const { json } = expect_status(await suite.api('PATCH', `${kPath}/${subscription.id}`, { enabled: true }), 200);
  assert.deepEqual([json.enabled, json.disabled_because], [true, null]);
  await hears(order, 2);
  assert.ok((await show(watcher)).enabled);
});

test('nothing but failures for too long disables it', async (t) => {
  const subscription = await subscribe(t, { types: ['order.created'] });
  subscriber.respond = () => ({ status: 500 });
  await suite.orders.create();
  await suite.eventually(async () => (await show(subscription)).failing_since, 'it fails');
  await suite.sql('orders', `update subscriptions set failing_since = now() - interval '1 day' where id = '${subscription.id}'`);
  await suite.eventually(async () => !(await show(subscription)).enabled, 'it is disabled');
  assert.equal((await show(subscription)).disabled_because, 'failing');
});

test('while a secret is exchanged both sign, and then only the new one', async (t) => {
  const subscription = await subscribe(t, { types: ['order.created'] });
  const rotate = async (body) => expect_status(await suite.api('POST', `${kPath}/${subscription.id}/rotate-secret`, body), 200).json;
  const rotated = await rotate({ keep_old_s: 3600 });
  assert.notEqual(rotated.secret, subscription.secret);
  assert.ok(rotated.old_secret_until);
  subscriber.secrets.push(rotated.secret);
  const one = await suite.orders.create();
  await hears(one, 1);
  assert.deepEqual(subscriber.of(one.id)[0].verified, [subscription.secret, rotated.secret]);
  assert.equal(subscriber.of(one.id)[0].headers['webhook-signature'].split(' ').length, 2);
  const last = await rotate({ keep_old_s: 0 });
  subscriber.secrets.push(last.secret);
  const order = await suite.orders.create();
  await hears(order, 1);
  assert.deepEqual(subscriber.of(order.id)[0].verified, [last.secret]);
});

test('a secret is shown once, lies locked in the database, and is in no kept answer', async (t) => {
  const body = { url: subscriber.url, types: ['*'] };
  const headers = { 'idempotency-key': 'subscribe-once' };
  const first = expect_status(await suite.api('POST', kPath, body, headers), 201);
  t.after(() => suite.api('DELETE', `${kPath}/${first.json.id}`));
  assert.match(first.json.secret, /^whsec_/);
  const again = expect_status(await suite.api('POST', kPath, body, headers), 201);
  assert.deepEqual([again.json.id, again.json.secret, again.headers['idempotent-replayed']], [first.json.id, first.json.secret, 'true']);
  assert.equal((await show(first.json)).secret, undefined);
  const list = expect_status(await suite.api('GET', `${kPath}?limit=1`), 200);
  assert.deepEqual([list.json.data[0].id, list.text.includes('whsec_')], [first.json.id, false]);
  const rows = await suite.sql('orders', "select secret as text from subscriptions union all select body from idempotency_keys union all select data::text from outbox where data is not null");
  for (const { text } of rows) assert.ok(!text.includes(first.json.secret) && !text.includes(first.json.secret.slice(6)));
  assert.ok(!suite.instance('orders').program.log().includes(first.json.secret.slice(6)));
});

test('a test delivery shows what was answered', async (t) => {
  const subscription = await subscribe(t, { enabled: false });
  const tried = async () => expect_status(await suite.api('POST', `${kPath}/${subscription.id}/test`), 200).json;
  subscriber.respond = () => ({ status: 202, body: 'thanks' });
  const good = await tried();
  assert.deepEqual([good.ok, good.status, good.answer, good.event_type], [true, 202, 'thanks', 'subscription.test']);
  assert.deepEqual(subscriber.heard.at(-1).verified, [subscription.secret]);
  subscriber.respond = () => ({ hang: true });
  const silent = await tried();
  assert.deepEqual([silent.ok, silent.status, silent.failure], [false, null, 'no answer in time']);
  assert.deepEqual((await attempts(subscription)).map(({ id }) => id), [silent.id, good.id]);
});

test('changes are for the version that was seen, and a removed one hears nothing more', async (t) => {
  const subscription = await subscribe(t);
  const path = `${kPath}/${subscription.id}`;
  const { headers: { etag } } = await suite.api('GET', path);
  const changed = expect_status(await suite.api('PATCH', path, { description: 'The shop' }, { 'if-match': etag }), 200);
  assert.notEqual(changed.headers.etag, etag);
  expect_problem(await suite.api('PATCH', path, { description: 'Another' }, { 'if-match': etag }), 412);
  expect_problem(await suite.api('PATCH', path, { secret: 'whsec_mine' }), 422);
  expect_problem(await suite.api('PATCH', path, { url: 'http://10.0.0.1/' }), 422);
  expect_problem(await suite.api('DELETE', path, undefined, { 'if-match': etag }), 412);
  expect_status(await suite.api('DELETE', path), 204);
  for (const [method, at] of [['GET', path], ['DELETE', path], ['POST', `${path}/test`], ['POST', `${path}/rotate-secret`], ['GET', `${path}/attempts`]]) {
    expect_problem(await suite.api(method, at), 404);
  }
  const order = await suite.orders.create();
  await new Promise((done) => setTimeout(done, 600));
  assert.equal(subscriber.of(order.id).length, 0);
});

test('nobody but an admin subscribes', async () => {
  expect_problem(await suite.api('POST', kPath, { url: subscriber.url, types: ['*'] }, { authorization: '' }), 401);
  expect_problem(await suite.api('GET', kPath, undefined, { authorization: '' }), 401);
});

test('what redirects is not followed, and a certificate nobody knows is not trusted', async (t) => {
  const inside = await start_subscriber();
  t.after(() => inside.stop());
  const subscription = await subscribe(t, { types: ['order.created'] });
  subscriber.respond = () => ({ status: 307, headers: { location: `${inside.url}/in` } });
  const moved = (await suite.api('POST', `${kPath}/${subscription.id}/test`)).json;
  assert.deepEqual([moved.status, inside.heard.length], [307, 0]);
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(suite.folder, name));
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', '/CN=localhost',
    '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', cert], { stdio: 'ignore' });
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) => response.end());
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => server.close());
  const secure = await subscribe(t, { url: `https://localhost:${server.address().port}/` });
  const refused = (await suite.api('POST', `${kPath}/${secure.id}/test`)).json;
  assert.deepEqual([refused.ok, refused.failure], [false, 'the certificate is not valid for this host']);
});

test('without leave, nothing inside is reached, by address or by name', async (t) => {
  const closed = await start_suite({ payment: 0, orders: 1 });
  t.after(() => closed.stop());
  const { port } = new URL(subscriber.url);
  for (const host of ['127.0.0.1', '[::1]', '10.0.0.1', '2130706433', '169.254.169.254', '[::ffff:127.0.0.1]']) {
    expect_problem(await closed.api('POST', kPath, { url: `http://${host}:${port}/`, types: ['*'] }), 422);
  }
  const { json: { id } } = expect_status(await closed.api('POST', kPath, { url: `http://localhost:${port}/`, types: ['*'] }), 201);
  const { json } = expect_status(await closed.api('POST', `${kPath}/${id}/test`), 200);
  assert.deepEqual([json.ok, json.failure], [false, "the host's address is loopback: not sent"]);
  assert.equal(subscriber.heard.length, 0);
});
