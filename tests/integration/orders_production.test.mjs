// Goods made to order: what `orders` asks the catalog for, and what the factory's word makes of an order. The catalog is
// a stand-in, so that it can be away, slow or wrong at will.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { start_catalog_stub } from '../support/catalog_stub.mjs';
import { expect_order, expect_problem, expect_status } from '../support/expect.mjs';
import { fact, money, pay, payment_id, tell } from '../support/facts.mjs';
import { start_suite } from '../support/suite.mjs';
import { new_event, post_events, tell_events } from '../support/telling.mjs';

const kFree = { lines: [{ sku: 'GIFT', quantity: 2, unit_price: money(0) }] };

let suite;
let catalog;
before(async () => {
  catalog = await start_catalog_stub();
  // Nobody takes the mails, so that they stay to be counted.
  const sinks = `${catalog.sink};mails mail.requested http://127.0.0.1:9/`;
  suite = await start_suite({ payment: 0, orders: 2, env: { orders: { EVENT_SINKS: sinks, EVENTS_DEADLINE_MS: 1000 } } });
  catalog.orders_url = suite.instance('orders').url;
});
after(async () => {
  await suite?.stop();
  await catalog?.away();
});
beforeEach(() => {
  catalog.respond = () => undefined;
  catalog.makes = () => true;
  catalog.silent = false;
});

const place = (order) => suite.orders.create(order);
const two_lines = { lines: [{ sku: 'MUG', quantity: 2 }, { sku: 'CHAIR', quantity: 1 }] };

async function place_paid(order) {
  const placed = await place(order);
  await pay(suite, placed);
  return placed;
}

const answered = (order) => suite.eventually(async () =>
  (await suite.sql('orders', 'select answered_at from production_requests where order_id = $1', [order.id]))[0]?.answered_at,
`the catalog has answered ${order.id}`);

async function place_in_making(order) {
  const placed = await place_paid(order);
  await answered(placed);
  return placed;
}

const made = (order, position, good) => ({ order_id: order.id, work_order: catalog.work_order(order.id, position), position,
  quantity: order.lines[position - 1].quantity, good });

// As the catalog tells it; answers the outcomes.
const tell_made = (...facts) => tell_events(suite.instance('orders', suite.turn++ % 2).url, ...facts.map((one) =>
  new_event('/catalog', one.good >= one.quantity ? 'production.completed' : 'production.progressed', one.order_id, one)));

const kinds = (order) => order.timeline.map((entry) => (entry.kind === 'fulfilment_state' ? entry.to : entry.kind));
const states = (order) => order.timeline.filter((entry) => entry.kind === 'fulfilment_state').map((entry) => entry.to);

test('the catalog is asked for the lines of an order once it is paid, and not before', async () => {
  const order = await place(two_lines);
  await tell(suite, fact(order, 'authorized'));
  const paid_before = await place_in_making();
  assert.equal(catalog.times_asked(order), 0);
  await pay(suite, order);
  await answered(order);
  assert.equal(catalog.times_asked(order), 1);
  assert.deepEqual(catalog.asked.find((one) => one.order_id === order.id).lines,
    [{ position: 1, sku: 'MUG', quantity: 2 }, { position: 2, sku: 'CHAIR', quantity: 1 }]);
  const shown = await expect_order(suite, order.id, { fulfilment_state: 'unfulfilled' });
  assert.deepEqual(shown.production, [
    { work_order: catalog.work_order(order.id, 1), position: 1, quantity: 2, good: 0 },
    { work_order: catalog.work_order(order.id, 2), position: 2, quantity: 1, good: 0 }]);
  assert.equal(catalog.times_asked(paid_before), 1);
});

test('an order is in production with its first piece and ready with its last, whatever the order of the totals', async () => {
  const order = await place_in_making(two_lines);
  await tell_made(made(order, 1, 0));
  await expect_order(suite, order.id, { fulfilment_state: 'unfulfilled' });
  await tell_made(made(order, 1, 2), made(order, 1, 1), made(order, 1, 2));
  await expect_order(suite, order.id, { fulfilment_state: 'in_production' });
  assert.deepEqual(await tell_made(made(order, 2, 1)), ['applied']);
  const ready = await expect_order(suite, order.id, { fulfilment_state: 'ready' });
  assert.deepEqual(kinds(ready).slice(-4), ['in_production', 'in_production', 'ready', 'ready']);
  assert.deepEqual(ready.production.map((one) => one.good), [2, 1]);
  await tell_made(made(order, 1, 1), made(order, 2, 1));
  assert.equal((await suite.orders.get(order.id)).timeline.length, ready.timeline.length);
});

test('what is told at once passes through production on its way to ready', async () => {
  const order = await place_in_making();
  await tell_made(made(order, 1, 1));
  assert.deepEqual(states(await suite.orders.get(order.id)), ['in_production', 'ready']);
});

test('nothing to make leaves the order as it is, and it is not asked again', async () => {
  catalog.makes = () => false;
  const order = await place_in_making();
  const shown = await expect_order(suite, order.id, { fulfilment_state: 'unfulfilled' });
  assert.deepEqual(shown.production, []);
  await place_in_making();
  assert.equal(catalog.times_asked(order), 1);
});

test('word of the production may come before the answer that names the work orders', async () => {
  catalog.silent = true;
  const order = await place_paid(two_lines);
  await suite.eventually(() => catalog.times_asked(order), 'it is asked for');
  await tell_made(made(order, 1, 2));
  await expect_order(suite, order.id, { fulfilment_state: 'in_production' });
  await catalog.plan(order.id);
  await answered(order);
  await expect_order(suite, order.id, { fulfilment_state: 'in_production' });
  await tell_made(made(order, 2, 1));
  await expect_order(suite, order.id, { fulfilment_state: 'ready' });
});

test('an order all of which is made before the answer is ready with it', async () => {
  catalog.silent = true;
  const order = await place_paid();
  await suite.eventually(() => catalog.times_asked(order), 'it is asked for');
  await tell_made(made(order, 1, 1));
  await expect_order(suite, order.id, { fulfilment_state: 'in_production' });
  await catalog.plan(order.id);
  await answered(order);
  await expect_order(suite, order.id, { fulfilment_state: 'ready' });
});

test('a catalog that is away hears of every paid order once it is back', async () => {
  await catalog.away();
  const orders = await Promise.all(Array.from({ length: 30 }, () => place_paid()));
  await new Promise((done) => setTimeout(done, 1500));
  await catalog.back();
  await Promise.all(orders.map(answered));
  for (const order of orders) assert.ok(catalog.times_asked(order) >= 1);
});

test('an order the catalog does not take fails alone, and is told again', async () => {
  const poison = 'POISON';
  catalog.respond = () => ({ outcome: (event) => (event.data.lines[0].sku === poison ? 'failed' : 'applied') });
  const [bad, ...good] = await Promise.all([place_paid({ lines: [{ sku: poison }] }), ...Array.from({ length: 10 }, () => place_paid())]);
  await Promise.all(good.map(answered));
  await suite.eventually(() => catalog.times_asked(bad) >= 2, 'the refused one is told again');
  catalog.respond = () => undefined;
  await answered(bad);
});

test('kill -9 while the catalog is asked forgets no order', async () => {
  let heard;
  const hangs = new Promise((resolve) => { heard = resolve; });
  catalog.respond = async () => {
    heard();
    await new Promise((done) => setTimeout(done, 700));
    return { status: 503 };
  };
  const orders = await Promise.all(Array.from({ length: 5 }, () => place_paid()));
  await hangs;
  await suite.kill('orders', 'SIGKILL');
  catalog.respond = () => undefined;
  await suite.restart('orders');
  await Promise.all(orders.map(answered));
  for (const order of orders) assert.equal((await suite.orders.get(order.id)).production.length, 1);
});

const mails_of = async (order) => (await suite.sql('orders', "select data from outbox where subject = $1 and type = 'mail.requested'", [order.id])).length;

test('what was paid before order.paid was told is told when the service starts, and its buyer gets no second mail', async () => {
  catalog.silent = true;
  const [lost, canceled, shipped] = [await place_paid(), await place(), await place_paid()];
  expect_status(await suite.api('POST', `/api/v1/orders/${canceled.id}/cancel`), 200);
  expect_status(await suite.api('POST', `/api/v1/orders/${shipped.id}/shipments`, { carrier: 'DHL' }), 201);
  await suite.eventually(() => catalog.times_asked(lost) && catalog.times_asked(shipped), 'both are told');
  await suite.kill('orders', 'SIGTERM');
  await suite.sql('orders', `insert into production_requests (order_id) values ('${lost.id}'), ('${canceled.id}'), ('${shipped.id}')`);
  catalog.silent = false;
  await suite.restart('orders');
  await answered(lost);
  assert.deepEqual([lost, canceled, shipped].map((order) => catalog.times_asked(order)), [2, 0, 1]);
  assert.equal(await mails_of(lost), 1);
});

test('a canceled order is not made, also when it is paid after all, and the catalog is told', async () => {
  const order = await place();
  expect_status(await suite.api('POST', `/api/v1/orders/${order.id}/cancel`), 200);
  await pay(suite, order);
  await place_in_making();
  assert.equal(catalog.times_asked(order), 0);
  assert.ok(catalog.canceled.includes(order.id));
});

test('what is made of a canceled order is noted and moves nothing', async () => {
  const order = await place_paid();
  await answered(order);
  await tell(suite, fact(order, 'refunded_total'));
  expect_status(await suite.api('POST', `/api/v1/orders/${order.id}/cancel`), 200);
  await tell_made(made(order, 1, 1));
  const shown = await expect_order(suite, order.id, { fulfilment_state: 'unfulfilled', payment_state: 'refunded' });
  assert.equal(shown.production[0].good, 1);
});

test('captured and partly refunded in either order, an order is made', async () => {
  for (const turn of [(list) => list, (list) => list.toReversed()]) {
    const order = await place();
    const payment = payment_id();
    await tell(suite, ...turn([fact(order, 'captured', { payment }), fact(order, 'refunded', { payment, subject: 're_1', amount: 100 })]));
    await expect_order(suite, order.id, { payment_state: 'partially_refunded' });
    await answered(order);
  }
});

test('an order in production or ready ships and is delivered as any other', async () => {
  for (const good of [1, 2]) {
    const order = await place_in_making({ lines: [{ sku: 'MUG', quantity: 2 }] });
    await tell_made(made(order, 1, good));
    await expect_order(suite, order.id, { fulfilment_state: good === 2 ? 'ready' : 'in_production' });
    const shipments = `/api/v1/orders/${order.id}/shipments`;
    expect_status(await suite.api('POST', shipments, { carrier: 'DHL', lines: [{ sku: 'MUG', quantity: 1 }] }), 201);
    await expect_order(suite, order.id, { fulfilment_state: good === 2 ? 'ready' : 'in_production' });
    const last = expect_status(await suite.api('POST', shipments, { carrier: 'DHL' }), 201).json;
    await expect_order(suite, order.id, { fulfilment_state: 'shipped' });
    await tell_made(made(order, 1, 3));
    await expect_order(suite, order.id, { fulfilment_state: 'shipped' });
    assert.equal(last.state, 'shipped');
  }
});

test('an order for nothing is made too, and its lines are settled then', async () => {
  const order = await place(kFree);
  await answered(order);
  expect_problem(await suite.api('PATCH', `/api/v1/orders/${order.id}`, { lines: [{ ...order.lines[0], quantity: 9 }] }), 409);
  expect_status(await suite.api('PATCH', `/api/v1/orders/${order.id}`, { email: 'other@example.com' }), 200);
  assert.equal(catalog.times_asked(order), 1);
});

test('an order for nothing of which nothing is made is asked about anew when its lines change', async () => {
  catalog.makes = (line) => line.quantity === 9;
  const order = await place(kFree);
  await answered(order);
  expect_status(await suite.api('PATCH', `/api/v1/orders/${order.id}`, { lines: [{ ...order.lines[0], quantity: 9 }] }), 200);
  await suite.eventually(async () => (await suite.orders.get(order.id)).production[0]?.quantity === 9, 'it is made');
  assert.equal(await mails_of(order), 1);
});

test('a work order belongs to one line of one order', async () => {
  const [order, other] = [await place_in_making(two_lines), await place_in_making()];
  const right = made(order, 1, 1);
  assert.deepEqual(await tell_made({ ...right, order_id: other.id }, { ...right, position: 2 },
    { ...right, work_order: 'wo_another' }, { ...right, order_id: `ord_${'0'.repeat(32)}` }, right),
  ['refused', 'refused', 'refused', 'refused', 'applied']);
  await expect_order(suite, other.id, { fulfilment_state: 'unfulfilled' });
});

test('the same totals fifty times at once, at two instances, make one version each', async () => {
  const orders = await Promise.all(Array.from({ length: 5 }, () => place_in_making()));
  const facts = orders.map((order) => made(order, 1, 1));
  await Promise.all(Array.from({ length: 50 }, (_, n) => tell_made(...(n % 2 ? facts : facts.toReversed()))));
  for (const order of orders) assert.deepEqual(states(await suite.orders.get(order.id)), ['in_production', 'ready']);
});

test('news that can not be read is refused, and takes nothing with it', async () => {
  const order = await place_in_making();
  const right = made(order, 1, 1);
  const url = suite.instance('orders').url;
  const news = (data, type = 'production.progressed') => new_event('/catalog', type, order.id, data);
  const wrong = [news({}), news({ ...right, good: -1 }), news({ ...right, good: 0.5 }), news({ order_id: order.id }, 'production.planned')];
  assert.deepEqual(await tell_events(url, ...wrong), wrong.map(() => 'refused'));
  await expect_order(suite, order.id, { fulfilment_state: 'unfulfilled' });
  assert.deepEqual(await tell_events(url, news(right)), ['applied']);
  expect_problem(await post_events(url, [{ ...news(right), subject: 7 }]), 422);
});
