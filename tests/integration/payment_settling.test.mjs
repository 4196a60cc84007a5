// Nothing that was stored is ever forgotten: what could not settle settles by itself, or an admin replays it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expect_come_back, expect_order, expect_problem, expect_status } from '../support/expect.mjs';
import { stripe_event } from '../support/stripe.mjs';
import { start_suite } from '../support/suite.mjs';

let suite;
before(async () => { suite = await start_suite(); });
after(() => suite?.stop());

const kDeadlineMs = 4000;  // ANSWER_DEADLINE_MS of the suite

test('an amount that did not match is applied after the order is corrected and the event replayed', async () => {
  const order = await suite.orders.create({ amount: 4000 });
  const event = stripe_event('payment_intent.succeeded', { order, amount: 4200 });
  expect_problem(await suite.post(event), 422);

  const line = { sku: 'SKU-1', description: 'A thing', quantity: 1, unit_price: { amount: 4200, currency: 'EUR' } };
  const seen = await suite.api('GET', `/api/v1/orders/${order.id}`);
  expect_status(await suite.api('PATCH', `/api/v1/orders/${order.id}`, { lines: [line] }, { 'if-match': seen.headers.etag }), 200);
  const replayed = expect_status(await suite.api('POST', `/api/v1/payment/events/${event.id}/replay`), 200).json;
  assert.equal(replayed.status, 'applied');
  await expect_order(suite, order.id, { payment_state: 'paid', paid: 4200 });

  const again = expect_status(await suite.api('POST', `/api/v1/payment/events/${event.id}/replay`), 200).json;
  assert.equal(again.status, 'applied');
  await expect_order(suite, order.id, { payment_state: 'paid', paid: 4200 });
});

test('an event stays parked when it is replayed and nothing has changed', async () => {
  const order = await suite.orders.create();
  const event = stripe_event('payment_intent.succeeded', { order, amount: 1 });
  expect_problem(await suite.post(event), 422);
  const replayed = expect_status(await suite.api('POST', `/api/v1/payment/events/${event.id}/replay`), 200).json;
  assert.deepEqual([replayed.status, replayed.reason], ['parked', 'amount_mismatch']);
  const { attempts_log } = await suite.events.get(event.id);
  assert.deepEqual(attempts_log.map((a) => [a.n, a.trigger, a.outcome]),
    [[1, 'delivery', 'amount_mismatch'], [2, 'replay', 'amount_mismatch']]);
});

// While `orders` is away: honest 503s in time, everything else served; afterwards all settles without help.
async function survives(away, back) {
  const orders = await Promise.all(Array.from({ length: 12 }, () => suite.orders.create()));
  const events = orders.map((order) => stripe_event('payment_intent.succeeded', { order }));
  await away();
  const posts = events.map(async (event) => {
    const answer = await suite.post(event);
    expect_come_back(answer);
    assert.ok(answer.took_ms < kDeadlineMs + 1000, `answered after ${answer.took_ms} ms`);
  });
  for (let i = 0; i < 5; ++i) {
    const answer = expect_status(await suite.api('GET', '/api/v1/payment/events?limit=5'), 200);
    assert.ok(answer.took_ms < 1000, `a list took ${answer.took_ms} ms`);
    expect_status(await suite.api('GET', '/readyz', undefined, {}, { which: 0 }), 200);
    expect_status(await suite.post(stripe_event('customer.created')), 200);
  }
  await Promise.all(posts);
  for (const event of events) assert.equal((await suite.events.get(event.id)).status, 'open');
  await back();
  await suite.settled(20_000);
  for (const order of orders) await expect_order(suite, order.id, { payment_state: 'paid', paid: 4200 });
}

test('orders stopped: 503 in time, other requests served, everything settles after its return', () =>
  survives(() => suite.kill('orders', 'SIGKILL'), () => suite.restart('orders')));

test('orders hanging: 503 in time, other requests served, everything settles after it goes on', () =>
  survives(() => suite.kill('orders', 'SIGSTOP'), () => suite.kill('orders', 'SIGCONT')));

test('a provider that comes back while orders is away is told 503 again, and 200 once it is back', async () => {
  const order = await suite.orders.create();
  const event = stripe_event('payment_intent.succeeded', { order });
  await suite.kill('orders', 'SIGKILL');
  expect_come_back(await suite.post(event));
  expect_come_back(await suite.post(event));
  await suite.restart('orders');
  await suite.settled();
  assert.equal(expect_status(await suite.post(event), 200).json.status, 'already_applied');
});

test('the database stopped: 503, and it recovers by itself', async () => {
  const order = await suite.orders.create();
  await suite.kill('postgres', 'SIGKILL');
  const event = stripe_event('payment_intent.succeeded', { order });
  const answer = await suite.post(event);
  expect_come_back(answer);
  assert.ok(answer.took_ms < kDeadlineMs + 1000, `answered after ${answer.took_ms} ms`);
  const not_ready = async (path) => (await suite.api('GET', path)).status === 503;
  await suite.eventually(() => not_ready('/readyz'), 'payment says that it is not ready');
  expect_status(await suite.api('GET', '/livez'), 200);
  await suite.restart('postgres');
  await suite.instance('payment').ready();
  await suite.instance('orders').ready();
  await suite.eventually(async () => (await suite.post(event)).status === 200, 'the event is taken');
  await expect_order(suite, order.id, { payment_state: 'paid', paid: 4200 });
});

test('payment killed between storing and applying goes on where it was', async () => {
  const order = await suite.orders.create();
  const event = stripe_event('payment_intent.succeeded', { order });
  await suite.kill('orders', 'SIGSTOP');
  const post = suite.post(event).catch((error) => error);
  await suite.eventually(async () => (await suite.sql('payment', 'select 1 from events where provider_event_id = $1', [event.id])).length,
    'the event is stored');
  await suite.kill('payment', 'SIGKILL');
  await post;
  await suite.kill('orders', 'SIGCONT');
  await suite.restart('payment');
  await suite.settled();
  await expect_order(suite, order.id, { payment_state: 'paid', paid: 4200 });
});

test('an event open when the service is stopped politely is open when it returns', async () => {
  const order = await suite.orders.create();
  const event = stripe_event('payment_intent.succeeded', { order });
  await suite.kill('orders', 'SIGKILL');
  expect_come_back(await suite.post(event));
  await suite.restart('payment');
  await suite.restart('orders');
  await suite.settled();
  await expect_order(suite, order.id, { payment_state: 'paid' });
});
