// What the services tell: which events, how often, and in the transaction of the change.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expect_status } from '../support/expect.mjs';
import { start_suite } from '../support/suite.mjs';

// Nobody listens there, so that everything told stays to be looked at.
const kNobody = { EVENT_SINKS: 'nobody * http://127.0.0.1:9/' };

let suite;
before(async () => {
  suite = await start_suite({ catalog: 1, env: { orders: kNobody, payment: kNobody, catalog: kNobody } });
});
after(() => suite?.stop());

// Mails, which go with some of them, are left out.
const told = async (service, subject) => (await suite.sql(service,
  "select type, version, data, traceparent from outbox where subject = $1 and type <> 'mail.requested' order by seq", [subject]));
const types = (events) => events.map(({ type }) => type);

test('what happens to an order is told, each with the version it made', async () => {
  const order = await suite.orders.create();
  const path = `/api/v1/orders/${order.id}`;
  expect_status(await suite.api('PATCH', path, { email: 'other@example.com' }), 200);
  await suite.tell('payment_intent.succeeded', { order });
  const shipment = expect_status(await suite.api('POST', `${path}/shipments`, { carrier: 'DHL' }), 201).json;
  expect_status(await suite.api('POST', `${path}/shipments/${shipment.id}/deliver`), 200);
  expect_status(await suite.api('POST', `${path}/shipments/${shipment.id}/deliver`), 200);
  const events = await told('orders', order.id);
  assert.deepEqual(types(events), ['order.created', 'order.payment_state_changed', 'order.paid', 'order.shipped', 'order.delivered']);
  assert.deepEqual(events.map(({ version }) => version), [1, 3, 3, 4, 5]);
  assert.deepEqual(events.map(({ data }) => data.payment_state), ['unpaid', 'paid', 'paid', 'paid', 'paid']);
  assert.equal(events.at(-1).data.shipments[0].state, 'delivered');
});

test('an order canceled, refunded, or for nothing is told as such', async () => {
  const canceled = await suite.orders.create();
  const cancel = () => suite.api('POST', `/api/v1/orders/${canceled.id}/cancel`);
  expect_status(await cancel(), 200);
  expect_status(await cancel(), 200);
  assert.deepEqual(types(await told('orders', canceled.id)), ['order.created', 'order.payment_state_changed', 'order.canceled']);
  const free = await suite.orders.create({ amount: 0 });
  assert.deepEqual(types(await told('orders', free.id)), ['order.created', 'order.paid']);
});

test('a change that is refused tells nothing', async () => {
  const order = await suite.orders.create();
  expect_status(await suite.api('POST', `/api/v1/orders/${order.id}/shipments`, { carrier: 'DHL' }), 409);
  expect_status(await suite.api('PATCH', `/api/v1/orders/${order.id}`, { email: 'x' }), 422);
  assert.deepEqual(types(await told('orders', order.id)), ['order.created']);
});

test('an order whose texts are all at their longest is told without them', async () => {
  const lines = Array.from({ length: 200 }, (_, i) => ({ sku: `SKU-${i}`, description: '\u{1F600}'.repeat(500), quantity: 1 }));
  const order = await suite.orders.create({ lines });
  const [{ data }] = await told('orders', order.id);
  assert.deepEqual([data.incomplete, data.lines.length, data.lines[7].sku, data.lines[7].description], [true, 200, 'SKU-7', undefined]);
});

test('the trace of the request goes on in its event', async () => {
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
  const address = { name: 'Ada', line1: '1 Main Street', city: 'Paris', postal_code: '75001', country: 'FR' };
  const { json } = expect_status(await suite.api('POST', '/api/v1/orders', { currency: 'EUR', email: 'ada@example.com', shipping_address: address,
    lines: [{ sku: 'A', description: 'A', quantity: 1, unit_price: { amount: 1, currency: 'EUR' } }] },
  { traceparent: `00-${trace}-00f067aa0ba902b7-01` }), 201);
  assert.equal((await told('orders', json.id))[0].traceparent.split('-')[1], trace);
});

test('a payment fact is told once, however many events of the provider say it, and not before its order has it', async () => {
  const order = await suite.orders.create();
  const event = suite.event('payment_intent.succeeded', { order });
  const payment = event.data.object.id;
  await Promise.all(Array.from({ length: 10 }, () => suite.post(event)));
  await suite.tell('payment_intent.succeeded', { order, payment });
  const events = await told('payment', payment);
  assert.deepEqual(types(events), ['payment.captured']);
  const { data } = events[0];
  assert.deepEqual([data.order_id, data.kind, data.amount], [order.id, 'captured', { amount: 4200, currency: 'EUR' }]);
  const wrong = suite.event('payment_intent.succeeded', { order: await suite.orders.create(), amount: 1 });
  assert.equal((await suite.post(wrong)).status, 422);
  assert.deepEqual(await told('payment', wrong.data.object.id), []);
});

test('what is told of one payment is told by one after the other, also by programs beside each other', async () => {
  const order = await suite.orders.create();
  const event = suite.event('payment_intent.succeeded', { order });
  const payment = event.data.object.id;
  const other = suite.sql('payment', 'select pg_advisory_xact_lock(hashtextextended($1, 7214386313)), pg_sleep(1)', [payment]);
  await new Promise((done) => setTimeout(done, 200));
  const posted = suite.post(event);
  await new Promise((done) => setTimeout(done, 400));
  assert.deepEqual(await told('payment', payment), []);
  await other;
  assert.equal((await posted).status, 200);
  assert.deepEqual(types(await told('payment', payment)), ['payment.captured']);
});

test('a product offered before products were told is told once, when the service starts', async () => {
  const offer = async (sku) => expect_status(await suite.api('POST', '/api/v1/catalog/products', { sku, name: 'A thing', price: { amount: 100, currency: 'EUR' } }), 201).json;
  const [old, known] = [await offer('TOLD-OLD'), await offer('TOLD-KNOWN')];
  await suite.sql('catalog', 'update products set created_event_published = false where id = $1', [old.id]);
  await suite.restart('catalog');
  await suite.eventually(async () => (await told('catalog', old.id)).length === 2, 'it is told');
  await suite.restart('catalog');
  assert.deepEqual(types(await told('catalog', old.id)), ['product.created', 'product.created']);
  assert.equal((await told('catalog', old.id))[1].data.sku, 'TOLD-OLD');
  assert.deepEqual(types(await told('catalog', known.id)), ['product.created']);
});

test('products are told as their GET shows them, and a new price by itself', async () => {
  const price = (amount) => ({ amount, currency: 'EUR' });
  const { json } = expect_status(await suite.api('POST', '/api/v1/catalog/products', { sku: 'TOLD-1', name: 'A thing', price: price(100) }), 201);
  const change = (body) => suite.api('PATCH', `/api/v1/catalog/products/${json.id}`, body);
  expect_status(await change({ name: 'Another' }), 200);
  expect_status(await change({ name: 'Another' }), 200);
  const last = expect_status(await change({ price: price(120) }), 200).json;
  const events = await told('catalog', json.id);
  assert.deepEqual(types(events), ['product.created', 'product.changed', 'product.changed', 'product.price_changed']);
  assert.deepEqual(events[3].data.price_before, price(100));
  assert.deepEqual(events[2].data, last);
});
