// A provider account may have answers of its own, for providers whose queue blocks behind a refusal.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expect_order, expect_status } from '../support/expect.mjs';
import { stripe_event } from '../support/stripe.mjs';
import { start_suite } from '../support/suite.mjs';

let suite;
before(async () => {
  suite = await start_suite({ env: { payment: { STRIPE_ANSWERS: 'mismatch=200,order_unknown=200', ORDER_GRACE_MS: 0 } } });
});
after(() => suite?.stop());

test('a mismatch can be configured to be answered 200: still parked, still not paid', async () => {
  const order = await suite.orders.create();
  const event = stripe_event('payment_intent.succeeded', { order, amount: 1 });
  expect_status(await suite.post(event), 200);
  assert.equal((await suite.events.get(event.id)).status, 'parked');
  await expect_order(suite, order.id, { payment_state: 'unpaid' });
});

test('an unknown order can be configured to be answered 200: parked', async () => {
  const event = stripe_event('payment_intent.succeeded', { order: `ord_${'a'.repeat(32)}`, amount: 1 });
  expect_status(await suite.post(event), 200);
  assert.equal((await suite.events.get(event.id)).status, 'parked');
});
