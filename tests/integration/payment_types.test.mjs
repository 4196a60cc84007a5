// What each of Stripe's event types does to an order, told alone and together.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expect_order, expect_problem, expect_status } from '../support/expect.mjs';
import { stripe_event, stripe_id } from '../support/stripe.mjs';
import { start_suite } from '../support/suite.mjs';

let suite;
before(async () => { suite = await start_suite(); });
after(() => suite?.stop());

const tell = (type, options) => suite.tell(type, options);
const ids = () => ({ payment: stripe_id('pi'), charge: stripe_id('ch') });

// A paid order and the ids of its payment.
async function paid_order(amount = 4200, currency = 'EUR') {
  const order = await suite.orders.create({ amount, currency });
  const told = { order, ...ids() };
  await tell('payment_intent.succeeded', told);
  return told;
}

test('each type moves an order that knows nothing yet', async (t) => {
  const cases = [
    ['payment_intent.created', {}, 'unpaid'],
    ['payment_intent.processing', {}, 'processing'],
    ['payment_intent.requires_action', {}, 'unpaid'],
    ['payment_intent.amount_capturable_updated', {}, 'authorized'],
    ['payment_intent.partially_funded', {}, 'unpaid'],
    ['payment_intent.payment_failed', {}, 'failed'],
    ['payment_intent.canceled', {}, 'canceled'],
    ['payment_intent.succeeded', {}, 'paid'],
    ['charge.pending', {}, 'processing'],
    ['charge.succeeded', {}, 'paid'],
    ['charge.succeeded', { captured: 0 }, 'authorized'],
    ['charge.failed', {}, 'failed'],
    ['charge.captured', {}, 'paid'],
    ['charge.captured', { captured: 1200 }, 'partially_paid'],
    ['charge.updated', {}, 'paid'],
    ['charge.expired', { captured: 0 }, 'canceled'],
    ['checkout.session.completed', {}, 'paid'],
    ['checkout.session.completed', { object: { payment_status: 'unpaid' } }, 'processing'],
    ['checkout.session.async_payment_succeeded', {}, 'paid'],
    ['checkout.session.async_payment_failed', {}, 'failed'],
    ['checkout.session.expired', { object: { payment_intent: null } }, 'canceled'],
    ['review.opened', {}, 'unpaid'],
    ['review.closed', {}, 'unpaid'],
    ['radar.early_fraud_warning.created', {}, 'unpaid'],
    ['payout.paid', {}, 'unpaid'],
  ];
  for (const [type, options, state] of cases) {
    await t.test(`${type} ${JSON.stringify(options)} → ${state}`, async () => {
      const order = await suite.orders.create();
      await tell(type, { order, ...options });
      await expect_order(suite, order.id, { payment_state: state });
    });
  }
});

test('each type moves a paid order', async (t) => {
  const cases = [
    ['refund.created', { amount: 1000 }, 'partially_refunded', 1000, 0],
    ['refund.created', { amount: 4200 }, 'refunded', 4200, 0],
    ['refund.created', { amount: 1000, object: { status: 'pending' } }, 'paid', 0, 0],
    ['refund.updated', { amount: 4200 }, 'refunded', 4200, 0],
    ['refund.failed', { amount: 4200 }, 'paid', 0, 0],
    ['charge.refund.updated', { amount: 1000 }, 'partially_refunded', 1000, 0],
    ['charge.refund.updated', { amount: 1000, object: { status: 'canceled' } }, 'paid', 0, 0],
    ['charge.refunded', { refunded: 1500 }, 'partially_refunded', 1500, 0],
    ['charge.refunded', {}, 'refunded', 4200, 0],
    ['charge.dispute.created', { amount: 4200 }, 'disputed', 0, 4200],
    ['charge.dispute.created', { amount: 4200, object: { status: 'warning_needs_response' } }, 'disputed', 0, 4200],
    ['charge.dispute.funds_withdrawn', { amount: 4200 }, 'disputed', 0, 4200],
    ['charge.dispute.closed', { amount: 4200, object: { status: 'won' } }, 'paid', 0, 0],
    ['charge.dispute.closed', { amount: 4200, object: { status: 'lost' } }, 'charged_back', 0, 4200],
    ['charge.dispute.closed', { amount: 4200, object: { status: 'warning_closed' } }, 'paid', 0, 0],
    ['charge.dispute.funds_reinstated', { amount: 4200 }, 'paid', 0, 0],
    ['payment_intent.processing', {}, 'paid', 0, 0],
    ['payment_intent.payment_failed', {}, 'paid', 0, 0],
    ['charge.failed', { charge: 'ch_another_attempt' }, 'paid', 0, 0],
  ];
  for (const [type, options, state, refunded, disputed] of cases) {
    await t.test(`${type} ${JSON.stringify(options)} → ${state}`, async () => {
      const { order, ...told } = await paid_order();
      const named = type.startsWith('payment_intent') || type === 'charge.failed';
      await tell(type, { ...told, currency: 'eur', amount: 4200, ...(named && { order }), ...options });
      await expect_order(suite, order.id, { payment_state: state, paid: 4200, refunded, disputed });
    });
  }
});

test('the same truth told by two events counts once', async (t) => {
  for (const types of [
    ['checkout.session.completed', 'payment_intent.succeeded'],
    ['payment_intent.succeeded', 'checkout.session.completed'],
    ['charge.succeeded', 'payment_intent.succeeded'],
    ['payment_intent.succeeded', 'charge.succeeded'],
    ['checkout.session.completed', 'charge.succeeded', 'payment_intent.succeeded', 'charge.updated', 'charge.captured'],
    ['payment_intent.succeeded', 'payment_intent.succeeded'],
  ]) {
    await t.test(types.join(' + '), async () => {
      const order = await suite.orders.create();
      const told = { order, ...ids() };
      for (const type of types) await tell(type, told);
      const after_all = await expect_order(suite, order.id, { payment_state: 'paid', paid: 4200 });
      const captured = after_all.timeline.filter((entry) => JSON.stringify(entry).includes('"captured"'));
      assert.equal(captured.length, 1, JSON.stringify(after_all.timeline));
    });
  }
});

test('refunds and the total of refunds count once, in either order', async (t) => {
  const one = { type: 'refund.created', amount: 1000, refund: stripe_id('re') };
  const two = { type: 'refund.created', amount: 700, refund: stripe_id('re') };
  const sum_one = { type: 'charge.refunded', refunded: 1000 };
  const sum_two = { type: 'charge.refunded', refunded: 1700 };
  for (const sequence of [[one, sum_one, two, sum_two], [sum_one, one, sum_two, two], [sum_two, two, one, sum_one], [one, two], [sum_two]]) {
    await t.test(sequence.map(({ type, refunded }) => type + (refunded ?? '')).join(' → '), async () => {
      const { order, ...told } = await paid_order();
      for (const { type, ...rest } of sequence) {
        const fresh = rest.refund ? { refund: `${rest.refund}${order.id.slice(-6)}` } : {};
        await tell(type, { ...told, currency: 'eur', amount: 4200, ...rest, ...fresh });
      }
      await expect_order(suite, order.id, { payment_state: 'partially_refunded', paid: 4200, refunded: 1700 });
    });
  }
});

test('a refund that fails after it had succeeded gives the money back to the order', async () => {
  const { order, ...told } = await paid_order();
  const refund = { ...told, refund: stripe_id('re'), amount: 4200, currency: 'eur' };
  await tell('refund.created', refund);
  await expect_order(suite, order.id, { payment_state: 'refunded' });
  await tell('refund.failed', refund);
  await expect_order(suite, order.id, { payment_state: 'paid', refunded: 0 });
  await tell('refund.updated', refund);
  await expect_order(suite, order.id, { payment_state: 'paid', refunded: 0 });
});

test('a dispute from opening to its end', async (t) => {
  const cases = {
    won: [['created'], ['funds_withdrawn'], ['updated'], ['closed', 'won'], ['funds_reinstated']],
    lost: [['created'], ['funds_withdrawn'], ['closed', 'lost']],
    'won, told backwards': [['funds_reinstated'], ['closed', 'won'], ['updated'], ['funds_withdrawn'], ['created']],
  };
  for (const [how, steps] of Object.entries(cases)) {
    await t.test(how, async () => {
      const { order, ...told } = await paid_order();
      const dispute = { ...told, dispute: stripe_id('dp'), amount: 4200, currency: 'eur' };
      for (const [what, status] of steps) {
        await tell(`charge.dispute.${what}`, { ...dispute, ...(status && { object: { status } }) });
      }
      await expect_order(suite, order.id, how === 'lost' ? { payment_state: 'charged_back', disputed: 4200 }
        : { payment_state: 'paid', disputed: 0 });
    });
  }
});

test('an authorized payment is captured in parts', async () => {
  const order = await suite.orders.create({ amount: 9000 });
  const told = { order, ...ids() };
  await tell('payment_intent.amount_capturable_updated', told);
  await expect_order(suite, order.id, { payment_state: 'authorized', paid: 0 });
  await tell('charge.captured', { ...told, captured: 3000 });
  await expect_order(suite, order.id, { payment_state: 'partially_paid', paid: 3000 });
  await tell('charge.updated', { ...told, captured: 3000 });
  await expect_order(suite, order.id, { payment_state: 'partially_paid', paid: 3000 });
  await tell('charge.captured', { ...told, captured: 7500 });
  await expect_order(suite, order.id, { payment_state: 'partially_paid', paid: 7500 });
  await tell('charge.captured', { ...told, captured: 3000 });
  await expect_order(suite, order.id, { payment_state: 'partially_paid', paid: 7500 });
  await tell('payment_intent.succeeded', { ...told, captured: 9000 });
  await expect_order(suite, order.id, { payment_state: 'paid', paid: 9000 });
});

test('a payment that is captured less than it is for stays partial', async () => {
  const order = await suite.orders.create({ amount: 9000 });
  await tell('payment_intent.succeeded', { order, captured: 8999 });
  await expect_order(suite, order.id, { payment_state: 'partially_paid', paid: 8999 });
});

test('a late failure of an old attempt does not undo a later success', async () => {
  const order = await suite.orders.create();
  const payment = stripe_id('pi');
  await tell('payment_intent.succeeded', { order, payment, charge: 'ch_second' });
  await tell('charge.failed', { order, payment, charge: 'ch_first' });
  await tell('payment_intent.payment_failed', { order, payment, charge: 'ch_first' });
  await expect_order(suite, order.id, { payment_state: 'paid', paid: 4200 });
});

test('two payments of one order that are both captured make it overpaid', async () => {
  const order = await suite.orders.create();
  await tell('payment_intent.succeeded', { order });
  await tell('payment_intent.succeeded', { order });
  await expect_order(suite, order.id, { payment_state: 'overpaid', paid: 8400 });
});

test('the order is found by client_reference_id', async () => {
  const order = await suite.orders.create();
  await tell('checkout.session.completed', { order, metadata: {}, object: { client_reference_id: order.id } });
  await expect_order(suite, order.id, { payment_state: 'paid' });
});

test('the order is found by a payment known before', async (t) => {
  const cases = {
    'a refund that names the charge only': ['refund.created', { amount: 1000, object: { payment_intent: null } }, 'partially_refunded'],
    'a refund that names the payment only': ['refund.created', { amount: 1000, object: { charge: null } }, 'partially_refunded'],
    'a dispute that names the charge only': ['charge.dispute.created', { amount: 4200, object: { payment_intent: null } }, 'disputed'],
    'a charge without metadata': ['charge.refunded', {}, 'refunded'],
  };
  for (const [what, [type, options, state]] of Object.entries(cases)) {
    await t.test(what, async () => {
      const { order, ...told } = await paid_order();
      await tell(type, { ...told, currency: 'eur', ...options });
      await expect_order(suite, order.id, { payment_state: state });
    });
  }
});

test('a refund that arrives before its payment settles by itself once the payment is known', async (t) => {
  for (const [what, missing] of [['by its payment', {}], ['by its charge', { payment_intent: null }]]) {
    await t.test(what, async () => {
      const order = await suite.orders.create();
      const told = ids();
      const early = stripe_event('refund.created', { ...told, amount: 1000, currency: 'eur', object: missing });
      const answer = await suite.post(early);
      assert.equal(answer.status, 503, answer.text);
      await tell('payment_intent.succeeded', { order, ...told });
      await suite.eventually(async () => (await suite.orders.get(order.id)).refunded.amount === 1000, 'the refund is in');
      await expect_order(suite, order.id, { payment_state: 'partially_refunded' });
      await suite.eventually(async () => (await suite.events.get(early.id)).status === 'applied', 'the event says so');
    });
  }
});

test('currencies are converted by what Stripe sends', async (t) => {
  const cases = [
    ['JPY', 5000, 5000], ['KRW', 1, 1], ['KWD', 12_340, 12_340], ['EUR', 1, 1],
    ['ISK', 5000, 500_000], ['UGX', 5000, 500_000], ['HUF', 123_400, 123_400], ['TWD', 10_000, 10_000],
  ];
  for (const [currency, minor, stripe_amount] of cases) {
    await t.test(`${minor} ${currency} is ${stripe_amount} to Stripe`, async () => {
      const order = await suite.orders.create({ currency, amount: minor });
      const told = { order, ...ids(), amount: stripe_amount };
      await tell('payment_intent.succeeded', told);
      await expect_order(suite, order.id, { payment_state: 'paid', paid: minor });
      await tell('refund.created', { ...told, order: undefined, currency: currency.toLowerCase() });
      await expect_order(suite, order.id, { payment_state: 'refunded', refunded: minor });
    });
  }
});

test('an ISK amount with a fraction can not be what it says it is', async () => {
  const order = await suite.orders.create({ currency: 'ISK', amount: 5000 });
  const answer = await suite.post(stripe_event('payment_intent.succeeded', { order, amount: 500_050 }));
  assert.ok([400, 422].includes(answer.status), `${answer.status} ${answer.text}`);
  await expect_order(suite, order.id, { payment_state: 'unpaid' });
});

test('an unknown currency settles nothing', async () => {
  const order = await suite.orders.create();
  const answer = await suite.post(stripe_event('payment_intent.succeeded', { order, currency: 'xxq' }));
  assert.ok([400, 422].includes(answer.status), `${answer.status} ${answer.text}`);
  await expect_order(suite, order.id, { payment_state: 'unpaid' });
});

test('a truth told of two orders is refused for the second', async () => {
  const [first, second] = [await suite.orders.create(), await suite.orders.create()];
  const told = ids();
  await tell('payment_intent.succeeded', { ...told, order: first });
  const answer = await suite.post(stripe_event('payment_intent.succeeded', { ...told, order: second }));
  expect_problem(answer, 422);
  await expect_order(suite, first.id, { payment_state: 'paid' });
  await expect_order(suite, second.id, { payment_state: 'unpaid' });
});

const shuffle = (list) => list.map((item) => [Math.random(), item]).sort(([a], [b]) => a - b).map(([, item]) => item);

test('every truth about an order, in any order, ends in the same state', async (t) => {
  // Refunds and disputes may name the payment, or the charge alone.
  for (const named of [{}, { payment_intent: null }]) {
    await t.test(JSON.stringify(named), async () => {
      for (let round = 0; round < 12; ++round) {
        const order = await suite.orders.create();
        const told = { order, ...ids(), refund: stripe_id('re'), dispute: stripe_id('dp') };
        const tell_of_charge = (type, amount, status) => stripe_event(type,
          { ...told, order: undefined, amount, object: { ...named, status, metadata: { order_id: order.id } } });
        const events = [
          stripe_event('payment_intent.processing', told),
          stripe_event('payment_intent.succeeded', told),
          stripe_event('charge.failed', { ...told, charge: stripe_id('ch') }),
          tell_of_charge('refund.created', 1000, 'succeeded'),
          stripe_event('charge.refunded', { ...told, refunded: 1000 }),
          tell_of_charge('charge.dispute.created', 4200, 'needs_response'),
          tell_of_charge('charge.dispute.closed', 4200, 'won'),
        ];
        const sequence = shuffle([...events, ...events]);
        for (const event of sequence) expect_status(await suite.post(event), 200);
        const { payment_state, paid, refunded, disputed } = await suite.orders.get(order.id);
        assert.deepEqual([payment_state, paid.amount, refunded.amount, disputed.amount],
          ['partially_refunded', 4200, 1000, 0], sequence.map(({ type }) => type).join(' '));
      }
    });
  }
});
