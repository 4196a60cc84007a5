// After its last try an event is parked, for an admin to see.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expect_come_back, expect_order, expect_problem } from '../support/expect.mjs';
import { stripe_event } from '../support/stripe.mjs';
import { start_suite } from '../support/suite.mjs';

let suite;
before(async () => {
  suite = await start_suite({ env: { payment: { BACKOFF_INITIAL_MS: 100, BACKOFF_MAX_MS: 300, RETRY_TIMEOUT_MS: 3000 } } });
});
after(() => suite?.stop());

test('what orders never takes is tried with growing pauses, then parked; a replay settles it', async () => {
  const order = await suite.orders.create();
  const event = stripe_event('payment_intent.succeeded', { order });
  await suite.kill('orders', 'SIGKILL');
  expect_come_back(await suite.post(event));
  const parked = await suite.eventually(async () => {
    const kept = await suite.events.get(event.id);
    return kept.status === 'parked' && kept;
  }, 'it is parked', { within_ms: 15_000 });
  assert.equal(parked.reason, 'orders_unavailable');
  assert.ok(parked.attempts > 2, `${parked.attempts} tries`);
  assert.equal(parked.next_attempt_at, null);
  expect_problem(await suite.post(event), 503);

  await suite.restart('orders');
  await suite.eventually(async () => {
    await suite.api('POST', `/api/v1/payment/events/${event.id}/replay`);
    return (await suite.events.get(event.id)).status === 'applied';
  }, 'the replay applies it');
  await expect_order(suite, order.id, { payment_state: 'paid' });
});
