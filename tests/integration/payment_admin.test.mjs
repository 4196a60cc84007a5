// What an admin sees of payment over REST, and how events are replayed.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { expect_problem, expect_status } from '../support/expect.mjs';
import { payload_of, stripe_event, stripe_id } from '../support/stripe.mjs';
import { start_suite } from '../support/suite.mjs';

const kEvents = '/api/v1/payment/events';
const kPayments = '/api/v1/payment/payments';
let suite;
before(async () => { suite = await start_suite(); });
after(() => suite?.stop());

const list = async (query) => (await suite.events.list(query)).data;

test('without the token, or with a wrong one, nothing is shown and nothing replayed', async () => {
  const paths = [['GET', kEvents], ['GET', `${kEvents}/evt_1`], ['GET', `${kEvents}/evt_1/body`],
    ['POST', `${kEvents}/evt_1/replay`], ['POST', `${kEvents}/replay`], ['POST', `${kEvents}/resend`], ['GET', kPayments], ['GET', `${kPayments}/pi_1`]];
  for (const [method, path] of paths) {
    for (const authorization of [undefined, 'Bearer wrong', 'Bearer ', 'Basic YWRtaW46eA==']) {
      const body = method === 'POST' ? {} : undefined;
      const answer = await suite.api(method, path, body, { authorization: authorization ?? '' });
      expect_problem(answer, 401);
      assert.match(answer.headers['www-authenticate'] ?? '', /^Bearer/);
    }
  }
});

test('an event is listed with what became of it', async () => {
  const order = await suite.orders.create();
  const event = stripe_event('payment_intent.succeeded', { order });
  expect_status(await suite.post(event), 200);
  const [kept] = await list({ order_id: order.id });
  assert.match(kept.id, /^evt_[0-9a-f]{32}$/);
  assert.deepEqual({ ...kept, id: 0, received_at: 0 }, {
    id: 0, created_at: new Date(event.created * 1000).toISOString().replace('.000Z', '.000000Z'), provider_event_id: event.id, account: 'stripe', type: 'payment_intent.succeeded', status: 'applied', reason: null,
    detail: null, order_id: order.id, payment: event.data.object.id,
    fact: { kind: 'captured', amount: { amount: 4200, currency: 'EUR' }, subject: null },
    livemode: false, received_at: 0, attempts: 1, next_attempt_at: null,
  });
  assert.ok(Math.abs(Date.parse(kept.received_at) - Date.now()) < 60_000);
});

test('an event is found by our id and by the provider\'s, with every attempt and its answer', async () => {
  const order = await suite.orders.create();
  const event = stripe_event('payment_intent.succeeded', { order });
  for (let i = 0; i < 2; ++i) expect_status(await suite.post(event), 200);
  const by_theirs = await suite.events.get(event.id);
  assert.deepEqual(await suite.events.get(by_theirs.id), by_theirs);
  const [first] = by_theirs.attempts_log;
  assert.deepEqual([first.n, first.trigger, first.outcome, first.answer], [1, 'delivery', 'applied', 200]);
  assert.ok(Date.parse(first.at));
  expect_problem(await suite.api('GET', `${kEvents}/evt_unknown`), 404);
});

test('the body is what was sent, byte for byte', async () => {
  const payload = payload_of(stripe_event('payment_intent.succeeded', {
    metadata: { note: 'é 漢 \u0000 \u2028 "\\/' }, amount: 1, object: { description: 'x'.repeat(100_000) } }));
  await suite.post(payload);
  const body = expect_status(await suite.api('GET', `${kEvents}/${JSON.parse(payload).id}/body`), 200);
  const digest = (bytes) => createHash('sha256').update(bytes).digest('hex');
  assert.equal(digest(body.bytes), digest(payload));
  assert.match(body.headers['content-type'], /application\/json/);
});

test('events are filtered', async (t) => {
  const order = await suite.orders.create();
  const start = new Date().toISOString();
  const wrong = stripe_event('payment_intent.succeeded', { order, amount: 1 });
  const right = stripe_event('charge.succeeded', { order });
  const other = stripe_event('customer.updated');
  for (const event of [wrong, right, other]) await suite.post(event);
  const end = new Date(Date.now() + 1).toISOString();
  await new Promise((resolve) => setTimeout(resolve, 5)); // until `end` is over
  const late = stripe_event('customer.deleted');
  await suite.post(late);

  const cases = [
    [{ received_after: start, received_before: end }, [other, right, wrong]],
    [{ received_after: start, status: 'parked' }, [wrong]],
    [{ received_after: start, status: 'applied' }, [right]],
    [{ received_after: start, status: 'ignored' }, [late, other]],
    [{ received_after: start, type: 'charge.succeeded' }, [right]],
    [{ order_id: order.id }, [right, wrong]],
    [{ order_id: order.id, status: 'open' }, []],
    [{ received_before: '2020-01-01T00:00:00Z' }, []],
  ];
  for (const [query, expected] of cases) {
    await t.test(JSON.stringify(query), async () => {
      const found = await list({ ...query, limit: 100 });
      assert.deepEqual(found.map((event) => event.provider_event_id), expected.map((event) => event.id));
    });
  }
});

test('a filter that is not one is refused with all its faults at once', async () => {
  const answer = await suite.api('GET', `${kEvents}?status=gone&limit=1000&received_after=yesterday&colour=blue`);
  const problem = expect_problem(answer, 422);
  const fields = problem.errors.map(({ field }) => field).sort();
  assert.deepEqual(fields, ['colour', 'limit', 'received_after', 'status']);
});

test('pages, newest first, meet every event once', async () => {
  const start = new Date().toISOString();
  const sent = [];
  for (let i = 0; i < 7; ++i) {
    const event = stripe_event('price.created');
    await suite.post(event);
    sent.unshift(event.id);
  }
  const seen = [];
  for (let starting_after, more = true; more;) {
    const page = await suite.events.list({ limit: 3, received_after: start, ...(starting_after && { starting_after }) });
    seen.push(...page.data.map((event) => event.provider_event_id));
    starting_after = page.data.at(-1)?.id;
    more = page.has_more;
  }
  assert.deepEqual(seen, sent);
});

async function three_parked(reason_amount = 4200) {
  const orders = [];
  for (let i = 0; i < 3; ++i) orders.push(await suite.orders.create({ amount: 1000 }));
  const events = orders.map((order) => stripe_event('payment_intent.succeeded', { order, amount: reason_amount }));
  for (const event of events) expect_problem(await suite.post(event), 422);
  return { orders, events };
}

async function correct(order) {
  const { headers } = await suite.api('GET', `/api/v1/orders/${order.id}`);
  const lines = [{ sku: 'SKU-1', description: 'A thing', quantity: 1, unit_price: { amount: 4200, currency: 'EUR' } }];
  expect_status(await suite.api('PATCH', `/api/v1/orders/${order.id}`, { lines }, { 'if-match': headers.etag }), 200);
}

test('a bulk replay tries what the filter names, and a dry run only counts', async () => {
  const received_after = new Date().toISOString();
  const { orders, events } = await three_parked();
  await correct(orders[0]);
  await correct(orders[1]);
  const replay = async (body) =>
    expect_status(await suite.api('POST', `${kEvents}/replay`, { status: 'parked', received_after, ...body }), 200).json;

  assert.deepEqual(await replay({ dry_run: true }), { matched: 3, replayed: 0, applied: 0, dry_run: true });
  assert.equal((await list({ received_after, status: 'parked' })).length, 3);
  assert.deepEqual(await replay({ order_id: orders[2].id }), { matched: 1, replayed: 1, applied: 0, dry_run: false });
  assert.deepEqual(await replay({ type: 'charge.succeeded' }), { matched: 0, replayed: 0, applied: 0, dry_run: false });
  assert.deepEqual(await replay({ reason: 'amount_mismatch' }), { matched: 3, replayed: 3, applied: 2, dry_run: false });
  const left = await list({ received_after, status: 'parked' });
  assert.deepEqual(left.map((event) => event.provider_event_id), [events[2].id]);
});

test('a bulk replay whose body is not right is refused', async () => {
  for (const body of ['not json', '[]', { status: 'ignored?' }, { colour: 'blue' }, { dry_run: 'yes' }]) {
    const answer = await suite.api('POST', `${kEvents}/replay`, body);
    assert.ok([400, 422].includes(answer.status), `${JSON.stringify(body)}: ${answer.status} ${answer.text}`);
  }
});

test('an event that was only ignored stays so when it is replayed', async () => {
  const event = stripe_event('customer.created');
  await suite.post(event);
  const answer = await suite.api('POST', `${kEvents}/${event.id}/replay`);
  assert.ok([200, 409].includes(answer.status), answer.text);
  assert.equal((await suite.events.get(event.id)).status, 'ignored');
});

test('a payment shows what its facts add up to', async () => {
  const order = await suite.orders.create();
  const told = { order, payment: stripe_id('pi'), charge: stripe_id('ch') };
  await suite.tell('payment_intent.succeeded', told);
  await suite.tell('refund.created', { ...told, amount: 1200 });
  await suite.tell('charge.dispute.created', { ...told, amount: 500 });

  const { data } = expect_status(await suite.api('GET', `${kPayments}?order_id=${order.id}`), 200).json;
  assert.equal(data.length, 1);
  const eur = (amount) => ({ amount, currency: 'EUR' });
  const [payment] = data;
  assert.match(payment.id, /^pay_[0-9a-f]{32}$/);
  assert.deepEqual(
    [payment.account, payment.provider_payment_id, payment.order_id, payment.status, payment.captured, payment.refunded, payment.disputed],
    ['stripe', told.payment, order.id, 'captured', eur(4200), eur(1200), eur(500)]);
  for (const id of [payment.id, told.payment]) {
    const detail = expect_status(await suite.api('GET', `${kPayments}/${id}`), 200).json;
    assert.deepEqual(detail.captured, eur(4200));
  }
  expect_problem(await suite.api('GET', `${kPayments}/pay_unknown`), 404);
});

test('payments are listed in pages', async () => {
  const order = await suite.orders.create();
  for (let i = 0; i < 3; ++i) await suite.tell('payment_intent.succeeded', { order });
  const path = `${kPayments}?order_id=${order.id}&limit=2`;
  const first = (await suite.api('GET', path)).json;
  const second = (await suite.api('GET', `${path}&starting_after=${first.data.at(-1).id}`)).json;
  assert.deepEqual([first.data.length, first.has_more, second.data.length, second.has_more], [2, true, 1, false]);
});

test('metrics tell how many events are open and parked', async () => {
  const text = expect_status(await suite.api('GET', '/metrics'), 200).text;
  assert.match(text, /open/);
  assert.match(text, /parked/);
});

test('no secret is ever logged', async () => {
  const log = suite.instance('payment').program.log() + suite.instance('orders').program.log();
  for (const secret of ['whsec_', 'eyJ', 'service-token-of-a-test', 'payment-of-a-test', 'tok_', 'Jenny Rosen']) {
    assert.ok(!log.includes(secret), `${secret} is in the log`);
  }
});

test('what was applied since a time is told to orders again, which may have been restored', async () => {
  const resend = (body) => suite.api('POST', `${kEvents}/resend`, body);
  await suite.tell('payment_intent.succeeded', { order: await suite.orders.create() });
  await new Promise((resolve) => setTimeout(resolve, 20));
  const since = new Date().toISOString();
  const [kept, lost, gone] = [await suite.orders.create(), await suite.orders.create(), await suite.orders.create()];
  for (const order of [kept, lost, gone]) await suite.tell('payment_intent.succeeded', { order });
  // As an older copy of orders would have it: one fact is not there yet, one order neither.
  await suite.sql('orders', `delete from payment_facts where order_id in ('${lost.id}', '${gone.id}')`);
  await suite.sql('orders', `update orders set payment_state = 'unpaid', paid_minor = 0, version = 1 where id = '${lost.id}'`);
  for (const table of ['order_lines', 'order_changes']) await suite.sql('orders', `delete from ${table} where order_id = '${gone.id}'`);
  await suite.sql('orders', `delete from orders where id = '${gone.id}'`);

  assert.deepEqual({ ...(await resend({ since, dry_run: true })).json, last: 0 },
    { matched: 3, applied: 0, already_applied: 0, reopened: 0, unanswered: 0, last: 0, dry_run: true });
  const until = new Date(Date.now() + 1).toISOString();
  assert.equal((await resend({ since, until: since, dry_run: true })).json.matched, 0);
  const first = expect_status(await resend({ since, limit: 1 }), 200).json;
  assert.deepEqual([first.matched, first.already_applied], [1, 1]);
  const rest = expect_status(await resend({ since, starting_after: first.last }), 200).json;
  assert.deepEqual({ ...rest, last: 0 }, { matched: 2, applied: 1, already_applied: 0, reopened: 1, unanswered: 0, last: 0, dry_run: false });
  assert.equal((await suite.orders.get(lost.id)).payment_state, 'paid');
  const [told] = await list({ order_id: lost.id });
  assert.deepEqual([told.status, told.attempts], ['applied', 2]);
  const [open] = await list({ order_id: gone.id });
  assert.deepEqual([open.status, open.reason], ['open', 'order_unknown']);
  assert.deepEqual((await resend({ since, starting_after: rest.last })).json.last, null);
  // A payment that comes in meanwhile is none of those to be told of.
  await new Promise((resolve) => setTimeout(resolve, 20));
  await suite.tell('payment_intent.succeeded', { order: await suite.orders.create() });
  assert.equal((await resend({ since, starting_after: rest.last, dry_run: true })).json.matched, 1);
  assert.deepEqual((await resend({ since, until, starting_after: rest.last })).json.last, null);

  await suite.kill('orders', 'SIGSTOP');
  const away = await resend({ since });
  await suite.kill('orders', 'SIGCONT');
  assert.deepEqual([away.json.unanswered, away.json.reopened], [3, 0]);
  assert.equal((await list({ order_id: kept.id }))[0].status, 'applied');
  for (const bad of [{}, { since: 'yesterday' }, { since, until: 'tomorrow' }, { since, starting_after: 'evt_1' }, { since, limit: 1001 }, { since, colour: 'red' }])
    expect_problem(await resend(bad), 422);
});
