// What `payment` tells `orders`: lists of facts, each with its own answer.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expect_order, expect_problem, expect_status } from '../support/expect.mjs';
import { fact, kFacts, money, payment_id, post_facts, tell } from '../support/facts.mjs';
import { request } from '../support/http.mjs';
import { start_suite } from '../support/suite.mjs';
import { bearer } from '../support/tokens.mjs';

let suite;
before(async () => { suite = await start_suite({ payment: 0, orders: 2 }); });
after(() => suite.stop());

const place = (order) => suite.orders.create(order);
const kNobody = { id: `ord_${'0'.repeat(32)}`, total: money(4200) };

test('a captured payment pays the order, and its timeline says so', async () => {
  const order = await place();
  const told = fact(order, 'captured');
  assert.deepEqual(await tell(suite, told), ['applied']);
  const paid = await expect_order(suite, order.id, { payment_state: 'paid', paid: 4200, refunded: 0, disputed: 0 });
  const [created, happened, transition] = paid.timeline;
  assert.equal(created.kind, 'created');
  const { order_id, ...shown } = told;
  assert.deepEqual({ ...happened, at: 0 }, { at: 0, kind: 'payment_fact', fact: shown });
  assert.deepEqual({ ...transition, at: 0 }, { at: 0, kind: 'payment_state', from: 'unpaid', to: 'paid' });
  assert.equal(paid.timeline.length, 3);
  assert.equal(paid.updated_at, happened.at);
});

test('a list is answered fact by fact, in its order', async () => {
  const [one, two, usd] = [await place(), await place(), await place({ currency: 'USD', amount: 100 })];
  const captured = fact(one, 'captured');
  const elsewhere = { ...captured, order_id: two.id };
  const facts = [
    fact(kNobody, 'captured'),
    captured,
    fact(two, 'authorized', { currency: 'USD' }),
    { ...captured, event_id: 'evt_other' },
    elsewhere,
    fact(two, 'authorized', { payment_amount: 4199 }),
    fact(usd, 'captured', { payment_amount: 100 }),
    fact({ id: 'nonsense', total: money(1) }, 'captured'),
  ];
  const expected = ['order_unknown', 'applied', 'currency_mismatch', 'already_applied', 'other_order', 'amount_mismatch',
    'applied', 'order_unknown'];
  const answers = (await post_facts(suite, facts)).json.answers;
  assert.deepEqual(answers.map((answer) => answer.outcome), expected);
  assert.equal(answers[1].key, `stripe/${captured.payment}/captured/4200EUR`);
  for (const [i, answer] of answers.entries()) assert.equal(answer.detail === '', /appl/.test(expected[i]), answer.detail);
  await expect_order(suite, one.id, { payment_state: 'paid' });
  await expect_order(suite, two.id, { payment_state: 'unpaid', paid: 0 });
  await expect_order(suite, usd.id, { payment_state: 'paid', paid: 100 });

  const again = await tell(suite, ...facts);
  assert.deepEqual(again, expected.map((outcome) => (outcome === 'applied' ? 'already_applied' : outcome)));
});

test('facts of one order in one list build on each other', async () => {
  const order = await place();
  const payment = payment_id();
  await tell(suite, fact(order, 'processing', { payment, subject: 'ch_1' }), fact(order, 'captured', { payment, amount: 1000 }),
    fact(order, 'captured', { payment, amount: 4200 }), fact(order, 'refunded', { payment, subject: 're_1', amount: 200 }));
  const shown = await expect_order(suite, order.id, { payment_state: 'partially_refunded', paid: 4200, refunded: 200 });
  assert.deepEqual(shown.timeline.filter((entry) => entry.kind === 'payment_state').map((entry) => entry.to),
    ['processing', 'partially_paid', 'paid', 'partially_refunded']);
});

test('a fact that makes a sum overflow is refused and changes nothing; the rest of its list is applied', async () => {
  const [order, other] = [await place(), await place()];
  const huge = { amount: '9223372036854775807' };
  const body = (facts) => JSON.stringify({ facts }).replaceAll('"9223372036854775807"', '9223372036854775807');
  const facts = [fact(order, 'captured', huge), fact(order, 'captured'), fact(other, 'captured')];
  const answer = await suite.api('POST', kFacts, body(facts));
  expect_status(answer, 200);
  assert.deepEqual(answer.json.answers.map((one) => one.outcome), ['applied', 'transition_refused', 'applied']);
  assert.match((await suite.api('GET', `/api/v1/orders/${order.id}`)).text, /"paid":\{"amount":9223372036854775807,/);
  await expect_order(suite, order.id, { payment_state: 'overpaid' });
  await expect_order(suite, other.id, { payment_state: 'paid' });
});

test('a fact the database refuses fails alone', async () => {
  const orders = await Promise.all([1, 2, 3].map(() => place()));
  const facts = orders.map((order) => fact(order, 'captured'));
  await suite.sql('orders', `alter table payment_facts add constraint poison check (payment <> '${facts[1].payment}')`);
  assert.deepEqual(await tell(suite, ...facts), ['applied', 'transition_refused', 'applied']);
  await suite.sql('orders', 'alter table payment_facts drop constraint poison');
  await expect_order(suite, orders[1].id, { payment_state: 'unpaid', paid: 0 });
  assert.deepEqual(await tell(suite, ...facts), ['already_applied', 'applied', 'already_applied']);
});

test('a database that does not work as it should is no verdict on the facts', async () => {
  const order = await place();
  await suite.sql('orders', 'alter table payment_facts rename to payment_facts_gone');
  const answer = await post_facts(suite, [fact(order, 'captured')]);
  await suite.sql('orders', 'alter table payment_facts_gone rename to payment_facts');
  expect_problem(answer, 500);
  assert.deepEqual(await tell(suite, fact(order, 'captured')), ['applied']);
});

test('the same list fifty times at once, at two instances, has one effect', async () => {
  const orders = await Promise.all(Array.from({ length: 5 }, () => place()));
  const facts = orders.map((order) => fact(order, 'captured'));
  const lists = Array.from({ length: 50 }, (_, n) => (n % 2 ? facts : facts.toReversed()));
  const outcomes = (await Promise.all(lists.map((list) => tell(suite, ...list)))).flat();
  assert.equal(outcomes.filter((outcome) => outcome === 'applied').length, 5);
  assert.equal(outcomes.filter((outcome) => outcome === 'already_applied').length, 245);
  for (const order of orders) {
    const paid = await expect_order(suite, order.id, { payment_state: 'paid', paid: 4200 });
    assert.equal(paid.timeline.length, 3);
  }
});

test('a fact told of two orders at once belongs to one of them', async () => {
  const orders = await Promise.all([place(), place()]);
  for (let round = 0; round < 20; ++round) {
    const payment = payment_id();
    const outcomes = (await Promise.all(orders.map((order) => tell(suite, fact(order, 'failed', { payment, subject: 'ch_1' }))))).flat();
    assert.deepEqual(outcomes.toSorted(), ['applied', 'other_order']);
  }
});

test('a change of the order and its payment, at once, end in a state that fits both', async () => {
  for (let round = 0; round < 10; ++round) {
    const order = await place();
    const [changed, told] = await Promise.all([
      suite.api('PATCH', `/api/v1/orders/${order.id}`, { lines: [{ ...order.lines[0], quantity: 2 }] }),
      tell(suite, fact(order, 'captured', { payment_amount: 4200 }))]);
    const first_paid = told[0] === 'applied';
    assert.equal(changed.status, first_paid ? 409 : 200);
    await expect_order(suite, order.id, first_paid ? { payment_state: 'paid', total: 4200 } : { payment_state: 'unpaid', total: 8400 });
  }
});

test('a list that is not one is refused as a whole', async () => {
  const order = await place();
  const wrong = [
    '', '[]', '{}', '{"facts":{}}', '{"facts":[7]}',
    ...[{ kind: 'stolen' }, { amount: money(-1) }, { amount: money(1.5) }, { amount: money(1, 'XXX') }, { order_id: 7 },
      { subject: 'x'.repeat(256) }, { payment: 'a\u0000b' }].map((change) =>
      ({ facts: [fact(order, 'captured'), { ...fact(order, 'captured'), ...change }] })),
  ];
  for (const body of wrong) expect_problem(await suite.api('POST', kFacts, body), 400);
  expect_problem(await post_facts(suite, Array(501).fill(fact(order, 'failed'))), 422);
  await expect_order(suite, order.id, { payment_state: 'unpaid' });
  assert.deepEqual(await tell(suite), []);
});

test('only another service may tell facts', async () => {
  const order = await place();
  const told = [fact(order, 'captured')];
  for (const authorization of ['', 'Bearer wrong']) expect_problem(await post_facts(suite, told, { authorization }), 401);
  expect_problem(await post_facts(suite, told, bearer({ role: 'service' })), 401);
  await expect_order(suite, order.id, { payment_state: 'unpaid' });
});

test('what became of facts is counted', async () => {
  const order = await place();
  const told = fact(order, 'captured');
  const { url } = suite.instance('orders');
  const count = async (outcome) => {
    const { text } = await request(url, 'GET', '/metrics');
    return Number(new RegExp(`payment_facts_total\\{[^}]*outcome="${outcome}"[^}]*\\} (\\d+)`).exec(text)?.[1] ?? 0);
  };
  const before_telling = await count('applied');
  await suite.api('POST', kFacts, { facts: [told] }, {}, { which: 0 });
  assert.equal(await count('applied'), before_telling + 1);
});
