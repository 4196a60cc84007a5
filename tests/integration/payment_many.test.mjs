// The same event many times at once, many events at once, two instances of each service: one effect each.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expect_order, expect_status } from '../support/expect.mjs';
import { stripe_event, stripe_id } from '../support/stripe.mjs';
import { start_suite } from '../support/suite.mjs';

let suite;
before(async () => { suite = await start_suite({ payment: 2, orders: 2 }); });
after(() => suite?.stop());

const times = (n, make) => Promise.all(Array.from({ length: n }, (_, i) => make(i)));
const facts_of = (order) => suite.sql('orders', 'select key from payment_facts where order_id = $1', [order.id]);

test('the same event a hundred times at once has one effect, and every answer is 200', async () => {
  for (let round = 0; round < 5; ++round) {
    const order = await suite.orders.create();
    const event = stripe_event('payment_intent.succeeded', { order });
    const answers = await times(100, () => suite.post(event));
    for (const answer of answers) expect_status(answer, 200);
    assert.equal(answers.filter((answer) => answer.json.status === 'applied').length >= 1, true);
    await expect_order(suite, order.id, { payment_state: 'paid', paid: 4200 });
    assert.equal((await facts_of(order)).length, 1);
    assert.equal((await suite.sql('payment', 'select 1 from events where provider_event_id = $1', [event.id])).length, 1);
  }
});

test('a hundred different events of one truth at once count once', async () => {
  const order = await suite.orders.create();
  const payment = stripe_id('pi');
  const answers = await times(100, () => suite.post(stripe_event('payment_intent.succeeded', { order, payment })));
  for (const answer of answers) expect_status(answer, 200);
  await expect_order(suite, order.id, { payment_state: 'paid', paid: 4200 });
  assert.equal((await facts_of(order)).length, 1);
});

test('fifty payments of one order at once all count', async () => {
  const order = await suite.orders.create();
  await times(50, async () => expect_status(await suite.post(stripe_event('payment_intent.succeeded', { order })), 200));
  await expect_order(suite, order.id, { payment_state: 'overpaid', paid: 50 * 4200 });
});

test('one refused event among many does not hold the others up', async () => {
  const orders = await times(60, () => suite.orders.create());
  const answers = await times(60, (i) =>
    suite.post(stripe_event('payment_intent.succeeded', { order: orders[i], ...(i % 10 === 3 && { amount: 1 }) })));
  answers.forEach((answer, i) => expect_status(answer, i % 10 === 3 ? 422 : 200));
  for (const [i, order] of orders.entries()) {
    await expect_order(suite, order.id, { payment_state: i % 10 === 3 ? 'unpaid' : 'paid' });
  }
});

test('events of a few orders told all at once in any order end right', async () => {
  const orders = await times(4, () => suite.orders.create());
  const events = orders.flatMap((order) => {
    const told = { order, payment: stripe_id('pi'), charge: stripe_id('ch') };
    const refund = { ...told, refund: stripe_id('re'), amount: 1000, object: { metadata: { order_id: order.id } } };
    return ['payment_intent.processing', 'charge.succeeded', 'payment_intent.succeeded', 'charge.updated']
      .map((type) => stripe_event(type, told)).concat(stripe_event('refund.created', refund), stripe_event('refund.updated', refund));
  });
  const shuffled = [...events, ...events, ...events].sort(() => Math.random() - 0.5);
  for (const answer of await Promise.all(shuffled.map((event) => suite.post(event)))) expect_status(answer, 200);
  for (const order of orders) {
    await expect_order(suite, order.id, { payment_state: 'partially_refunded', paid: 4200, refunded: 1000 });
  }
});
