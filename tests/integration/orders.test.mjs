// What an admin can do with orders over REST.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expect_problem, expect_status } from '../support/expect.mjs';
import { money, pay, tell, fact } from '../support/facts.mjs';
import { start_suite } from '../support/suite.mjs';

const kOrders = '/api/v1/orders';
let suite;
before(async () => { suite = await start_suite({ payment: 0 }); });
after(() => suite.stop());

const kAddress = { name: 'Ada Example', line1: '1 Main Street', city: 'Paris', postal_code: '75001', country: 'FR' };
const kOrder = {
  currency: 'EUR', email: 'ada@example.com', client_id: 'cli_1', client_reference: 'PO 7',
  shipping_address: { ...kAddress, line2: 'Bâtiment B' }, billing_address: kAddress,
  lines: [
    { sku: 'CHAIR', description: 'A chair', quantity: 2, unit_price: money(4200), tax: money(1596) },
    { sku: 'TABLE', description: 'A table', quantity: 1, unit_price: money(10000) },
  ],
  metadata: { channel: 'web' },
};
const place = (order = {}, headers = {}) => suite.api('POST', kOrders, { ...kOrder, ...order }, headers);
const placed = async (order) => (await place(order)).json;
const get = (id) => suite.orders.get(id);
const patch = (id, change, headers) => suite.api('PATCH', `${kOrders}/${id}`, change, headers);
const cancel = (id, headers) => suite.api('POST', `${kOrders}/${id}/cancel`, undefined, headers);
const ship = (id, body = { carrier: 'DHL' }, headers = {}) => suite.api('POST', `${kOrders}/${id}/shipments`, body, headers);
const deliver = (id, shipment) => suite.api('POST', `${kOrders}/${id}/shipments/${shipment}/deliver`);
const kinds = (order) => order.timeline.map((entry) => entry.kind);

test('a new order is answered with its total, its address and its version', async () => {
  const answer = await place();
  expect_status(answer, 201);
  const order = answer.json;
  assert.match(order.id, /^ord_[0-9a-f]{32}$/);
  assert.equal(answer.headers.location, `${kOrders}/${order.id}`);
  assert.equal(answer.headers.etag, '"1"');
  assert.deepEqual(
    { ...order, id: 0, created_at: 0, updated_at: 0, timeline: 0 },
    {
      ...kOrder,
      id: 0, payment_state: 'unpaid', fulfilment_state: 'unfulfilled',
      total: money(2 * 4200 + 1596 + 10000), paid: money(0), refunded: money(0), disputed: money(0),
      billing_address: { ...kAddress, line2: null },
      lines: [kOrder.lines[0], { ...kOrder.lines[1], tax: null }],
      shipments: [], production: [], canceled_at: null, created_at: 0, updated_at: 0, timeline: 0,
    });
  assert.deepEqual(kinds(order), ['created']);
  assert.ok(Math.abs(Date.parse(order.created_at) - Date.now()) < 60_000);
  const read = await suite.api('GET', `${kOrders}/${order.id}`);
  assert.deepEqual(read.json, order);
  assert.equal(read.headers.etag, '"1"');
});

test('what is optional may be left out', async () => {
  const { client_id, client_reference, billing_address, metadata, ...bare } = kOrder;
  const answer = await suite.api('POST', kOrders, bare);
  expect_status(answer, 201);
  assert.deepEqual([answer.json.client_id, answer.json.billing_address, answer.json.metadata], [null, null, {}]);
});

test('an order for nothing is paid from the start', async () => {
  const order = await placed({ lines: [{ ...kOrder.lines[1], unit_price: money(0) }] });
  assert.equal(order.payment_state, 'paid');
});

test('all faults are told at once', async () => {
  const answer = await place({
    currency: 'EUR', email: 'nobody', surprise: 1, client_id: 7,
    shipping_address: { ...kAddress, country: 'XX', city: '', line3: 'x' },
    lines: [
      { sku: 'A', description: 'a', quantity: 0, unit_price: money(-1) },
      { sku: 'x'.repeat(65), quantity: 1.5, unit_price: money(1, 'USD'), tax: { amount: '1', currency: 'EURO' } },
      7,
    ],
    metadata: { deep: {} },
  });
  expect_problem(answer, 422);
  assert.deepEqual(answer.json.errors.map((error) => error.field).sort(), [
    'client_id', 'email', 'lines[0].quantity', 'lines[0].unit_price.amount', 'lines[1].description', 'lines[1].quantity',
    'lines[1].sku', 'lines[1].tax.amount', 'lines[1].tax.currency', 'lines[1].unit_price.currency', 'lines[2]',
    'metadata.deep', 'shipping_address.city', 'shipping_address.country', 'shipping_address.line3', 'surprise',
  ]);
});

const kRefused = {
  'no line': { lines: [] },
  'too many lines': { lines: Array(201).fill(kOrder.lines[0]) },
  'a total that overflows': { lines: Array(200).fill({ ...kOrder.lines[0], quantity: 1e6, unit_price: money(Number.MAX_SAFE_INTEGER) }) },
  'a total above what any order is for': { lines: [{ ...kOrder.lines[0], quantity: 1e6, unit_price: money(1e9 + 1) }] },
  'a currency that is none': { currency: 'EUX', lines: [{ ...kOrder.lines[0], unit_price: money(1, 'EUX'), tax: null }] },
  'a lower-case currency': { currency: 'eur' },
  'a control character in a name': { shipping_address: { ...kAddress, name: 'A\nB' } },
  'a text turned around': { shipping_address: { ...kAddress, name: 'A\u202eB' } },
  'a blank name': { shipping_address: { ...kAddress, name: '   ' } },
  'no shipping address': { shipping_address: null },
  'a country in lower case': { billing_address: { ...kAddress, country: 'fr' } },
  'metadata of 51 keys': { metadata: Object.fromEntries([...Array(51).keys()].map((n) => [`key${n}`, 'x'])) },
  'a state of its own choice': { payment_state: 'paid' },
};
for (const [what, change] of Object.entries(kRefused)) {
  test(`refused with 422: ${what}`, async () => {
    const answer = await place(change);
    expect_problem(answer, 422);
    assert.ok(answer.json.errors.length > 0, answer.text);
  });
}

test('what is not a JSON object is 400, another media type 415', async () => {
  for (const body of ['', '{', '[]', 'null', '"x"', '{"email":"\\u0000"}', '{"a":'.repeat(33) + '1' + '}'.repeat(33), Buffer.from([0x7b, 0xff, 0x7d])]) {
    expect_problem(await suite.api('POST', kOrders, body), 400);
  }
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx']) {
    expect_problem(await suite.api('POST', kOrders, JSON.stringify(kOrder), { 'content-type': type }), 415);
  }
  expect_status(await suite.api('POST', kOrders, JSON.stringify(kOrder), { 'content-type': 'Application/JSON; charset=utf-8' }), 201);
});

// ---- idempotency

test('the same key and body get the first answer again, and one order', async () => {
  const key = { 'idempotency-key': `once-${Date.now()}` };
  const reference = { client_reference: `once-${Date.now()}` };
  const first = await place(reference, key);
  const second = await place(reference, key);
  expect_status(second, 201);
  assert.equal(second.text, first.text);
  assert.equal(second.headers.location, first.headers.location);
  assert.equal(second.headers.etag, first.headers.etag);
  assert.equal(first.headers['idempotent-replayed'], undefined);
  assert.equal(second.headers['idempotent-replayed'], 'true');
  assert.equal((await suite.sql('orders', 'select 1 from orders where client_reference = $1', [reference.client_reference])).length, 1);
});

test('the same key for another body, or at another path, is 422; a key that is none as well', async () => {
  const key = { 'idempotency-key': 'taken' };
  const order = (await place({}, key)).json;
  expect_problem(await place({ email: 'other@example.com' }, key), 422);
  await pay(suite, order);
  expect_problem(await ship(order.id, { carrier: 'DHL' }, key), 422);
  for (const wrong of ['', 'x'.repeat(256), 'a b']) expect_problem(await place({}, { 'idempotency-key': wrong }), 422);
});

test('a refused request leaves its key free', async () => {
  const key = { 'idempotency-key': 'refused-first' };
  expect_problem(await place({ email: 'nobody' }, key), 422);
  const order = await placed();
  expect_problem(await ship(order.id, { carrier: 'DHL' }, key), 409);
  expect_status(await place({}, key), 201);
});

test('twenty at once with one key make one order', async () => {
  const key = { 'idempotency-key': 'twenty' };
  const body = { client_reference: 'twenty' };
  const answers = await Promise.all(Array.from({ length: 20 }, () => place(body, key)));
  for (const answer of answers) assert.ok([201, 409].includes(answer.status), answer.text);
  assert.equal(new Set(answers.filter((a) => a.status === 201).map((a) => a.json.id)).size, 1);
  assert.equal((await suite.sql('orders', `select 1 from orders where client_reference = 'twenty'`)).length, 1);
});

test('while the first with a key still runs, the second is told so', async () => {
  const lock = `select pg_advisory_lock(hashtextextended('usr_of_a_test_admin held', 0)), pg_sleep(1.5)`;
  const held = suite.sql('orders', `${lock}, pg_advisory_unlock(hashtextextended('usr_of_a_test_admin held', 0))`);
  await suite.eventually(async () => (await place({}, { 'idempotency-key': 'held' })).status === 409, 'the key is held');
  await held;
  expect_status(await place({}, { 'idempotency-key': 'held' }), 201);
});

// ---- lists

test('lists are newest first, filtered, and paged', async () => {
  const client_id = `cli_${Date.now()}`;
  const ids = [];
  for (let i = 0; i < 5; ++i) ids.unshift((await placed({ client_id, client_reference: `ref ${i}` })).id);
  await pay(suite, await get(ids[0]));
  const list = async (query) => {
    const answer = await suite.api('GET', `${kOrders}?${new URLSearchParams({ client_id, ...query })}`);
    expect_status(answer, 200);
    return answer.json;
  };
  const ids_of = async (query) => (await list(query)).data.map((order) => order.id);

  assert.deepEqual(await ids_of(), ids);
  const first = await list({ limit: 2 });
  assert.deepEqual([first.data.map((order) => order.id), first.has_more], [ids.slice(0, 2), true]);
  const rest = await list({ limit: 3, starting_after: ids[1] });
  assert.deepEqual([rest.data.map((order) => order.id), rest.has_more], [ids.slice(2), false]);
  assert.deepEqual(await ids_of({ payment_state: 'paid' }), [ids[0]]);
  assert.deepEqual(await ids_of({ payment_state: 'unpaid' }), ids.slice(1));
  await tell(suite, fact({ id: ids[3], total: money(0) }, 'failed'));
  assert.deepEqual(await ids_of({ payment_state: 'failed' }), [ids[3]]);
  assert.deepEqual(await ids_of({ payment_state: 'unpaid' }), [ids[1], ids[2], ids[4]]);
  assert.deepEqual(await ids_of({ fulfilment_state: 'delivered' }), []);
  assert.deepEqual(await ids_of({ client_reference: 'ref 3' }), [ids[1]]);
  const { created_at, timeline, production, ...shown } = await get(ids[2]);
  assert.deepEqual(await ids_of({ created_after: created_at }), ids.slice(0, 2));
  assert.deepEqual(await ids_of({ created_before: created_at }), ids.slice(3));
  assert.deepEqual((await list()).data[2], { ...shown, created_at });
  assert.ok(timeline && production);
});

test('a filter that is not known or not readable is 422, all at once', async () => {
  const answer = await suite.api('GET', `${kOrders}?color=red&payment_state=payed&limit=0&starting_after=x&created_after=today&client_id=%00`);
  expect_problem(answer, 422);
  assert.deepEqual(answer.json.errors.map((error) => error.field).sort(),
    ['client_id', 'color', 'created_after', 'limit', 'payment_state', 'starting_after']);
  for (const query of ['limit=101', 'limit=1&limit=2', 'client_id=', 'client_id=%ff', 'created_before=2026-02-30T00:00:00Z']) {
    expect_problem(await suite.api('GET', `${kOrders}?${query}`), 422);
  }
});

test('an order that does not exist is 404, whatever is asked of it', async () => {
  for (const id of [`ord_${'0'.repeat(32)}`, 'ord_1', 'x']) {
    expect_problem(await suite.api('GET', `${kOrders}/${id}`), 404);
    expect_problem(await patch(id, {}), 404);
    expect_problem(await cancel(id), 404);
    expect_problem(await ship(id), 404);
    expect_problem(await deliver(id, `shp_${'0'.repeat(32)}`), 404);
  }
});

// ---- changes

test('an unpaid order is changed by a merge patch, and its total follows', async () => {
  const order = await placed();
  const answer = await patch(order.id, {
    email: 'new@example.com', client_id: null, shipping_address: { line2: null, city: 'Lyon' },
    lines: [{ ...kOrder.lines[1], quantity: 3 }], metadata: { channel: null, note: 'x' },
  }, { 'if-match': '"1"' });
  expect_status(answer, 200);
  assert.equal(answer.headers.etag, '"2"');
  const changed = answer.json;
  assert.deepEqual(changed.total, money(30000));
  assert.deepEqual([changed.email, changed.client_id, changed.client_reference], ['new@example.com', null, 'PO 7']);
  assert.deepEqual(changed.shipping_address, { ...kAddress, line2: null, city: 'Lyon' });
  assert.deepEqual(changed.metadata, { note: 'x' });
  assert.deepEqual(changed.timeline[1].fields, ['email', 'client_id', 'shipping_address', 'lines', 'metadata']);
  assert.deepEqual(await get(order.id), changed);
});

test('currency and lines change together or not at all', async () => {
  const order = await placed();
  const answer = await patch(order.id, { currency: 'USD' });
  expect_problem(answer, 422);
  assert.ok(answer.json.errors.some((error) => error.field === 'lines[0].unit_price.currency'));
  const lines = [{ ...kOrder.lines[1], unit_price: money(5, 'USD') }];
  assert.deepEqual((await patch(order.id, { currency: 'USD', lines })).json.total, money(5, 'USD'));
});

test('a patch is read as strictly as an order', async () => {
  const order = await placed();
  for (const change of [{ payment_state: 'paid' }, { email: null }, { lines: [] }, { id: 'ord_1' }]) {
    expect_problem(await patch(order.id, change), 422);
  }
  expect_problem(await suite.api('PATCH', `${kOrders}/${order.id}`, '[]'), 400);
  assert.deepEqual(await get(order.id), order);
});

test('a patch that changes nothing makes no version', async () => {
  const order = await placed();
  assert.equal((await patch(order.id, { email: order.email })).headers.etag, '"1"');
  assert.deepEqual(await get(order.id), order);
});

test('a patch meant for another version is 412', async () => {
  const order = await placed();
  expect_status(await patch(order.id, { email: 'b@example.com' }), 200);
  for (const tag of ['"1"', 'W/"2"', '2', '"22"', '']) {
    expect_problem(await patch(order.id, { email: 'c@example.com' }, { 'if-match': tag }), 412);
  }
  for (const tag of ['"1", "2"', '*', '"4"']) expect_status(await patch(order.id, { metadata: { tag } }, { 'if-match': tag }), 200);
});

test('of ten patches for one version one wins', async () => {
  const order = await placed();
  const answers = await Promise.all(Array.from({ length: 10 }, (_, n) =>
    patch(order.id, { email: `a${n}@example.com` }, { 'if-match': '"1"' })));
  assert.deepEqual(answers.map((a) => a.status).sort(), [200, ...Array(9).fill(412)]);
});

test('once money is on its way, an order is not changed any more', async () => {
  for (const kind of ['processing', 'authorized', 'captured']) {
    const order = await placed();
    await tell(suite, fact(order, kind));
    const answer = await patch(order.id, { email: 'late@example.com' });
    expect_problem(answer, 409);
    assert.match(answer.json.detail, /unpaid/);
  }
  const failed = await placed();
  await tell(suite, fact(failed, 'failed'));
  expect_status(await patch(failed.id, { email: 'again@example.com' }), 200);
});

// ---- canceling

test('an unpaid order is canceled, once', async () => {
  const order = await placed();
  const canceled = (await cancel(order.id)).json;
  assert.equal(canceled.payment_state, 'canceled');
  assert.ok(Date.parse(canceled.canceled_at));
  assert.deepEqual(kinds(canceled), ['created', 'canceled', 'payment_state']);
  const again = await cancel(order.id);
  assert.deepEqual([again.status, again.json], [200, canceled]);
  expect_problem(await patch(order.id, { email: 'late@example.com' }), 409);
  expect_problem(await ship(order.id), 409);
});

test('a canceled order still takes money that moved', async () => {
  const order = await placed();
  await cancel(order.id);
  await pay(suite, order);
  assert.equal((await get(order.id)).payment_state, 'paid');
});

test('an order whose money we hold is not canceled before it is refunded', async () => {
  const order = await placed();
  await pay(suite, order);
  expect_problem(await cancel(order.id), 409);
  await tell(suite, fact(order, 'refunded', { subject: 're_1', amount: order.total.amount }));
  const canceled = (await cancel(order.id)).json;
  assert.deepEqual([canceled.payment_state, canceled.canceled_at !== null], ['refunded', true]);
});

test('canceling a version that is gone is 412', async () => {
  const order = await placed();
  await patch(order.id, { email: 'b@example.com' });
  expect_problem(await cancel(order.id, { 'if-match': '"1"' }), 412);
  expect_status(await cancel(order.id, { 'if-match': '"2"' }), 200);
});

// ---- shipments

test('a paid order is shipped and delivered', async () => {
  const order = await placed();
  expect_problem(await ship(order.id), 409);
  await pay(suite, order);
  const answer = await ship(order.id, { carrier: 'DHL', tracking_number: '00340' });
  expect_status(answer, 201);
  const shipment = answer.json;
  assert.match(shipment.id, /^shp_[0-9a-f]{32}$/);
  assert.deepEqual(shipment.lines, [{ sku: 'CHAIR', quantity: 2 }, { sku: 'TABLE', quantity: 1 }]);
  assert.deepEqual([shipment.state, shipment.carrier, shipment.tracking_number], ['shipped', 'DHL', '00340']);
  assert.deepEqual((await suite.api('GET', answer.headers.location)).json, shipment);
  assert.equal((await get(order.id)).fulfilment_state, 'shipped');
  expect_problem(await ship(order.id), 409);
  expect_problem(await cancel(order.id), 409);

  const delivered = (await deliver(order.id, shipment.id)).json;
  assert.equal(delivered.state, 'delivered');
  assert.deepEqual((await deliver(order.id, shipment.id)).json, delivered);
  const after = await get(order.id);
  assert.deepEqual(after.shipments, [delivered]);
  assert.equal(after.fulfilment_state, 'delivered');
  assert.deepEqual(kinds(after), ['created', 'payment_fact', 'payment_state', 'shipped', 'fulfilment_state', 'delivered',
    'fulfilment_state']);
});

test('part by part: shipped when all is sent, delivered when all has arrived', async () => {
  const order = await placed();
  await pay(suite, order);
  const state = async () => (await get(order.id)).fulfilment_state;
  const first = (await ship(order.id, { carrier: 'A', lines: [{ sku: 'CHAIR', quantity: 1 }] })).json;
  assert.equal(await state(), 'unfulfilled');
  await deliver(order.id, first.id);
  assert.equal(await state(), 'unfulfilled');
  const rest = (await ship(order.id, { carrier: 'B' })).json;
  assert.deepEqual(rest.lines, [{ sku: 'CHAIR', quantity: 1 }, { sku: 'TABLE', quantity: 1 }]);
  assert.equal(await state(), 'shipped');
  await deliver(order.id, rest.id);
  assert.equal(await state(), 'delivered');
});

test('no more is shipped than was ordered, nor anything else', async () => {
  const order = await placed();
  await pay(suite, order);
  const answer = await ship(order.id, { carrier: 'A', lines: [
    { sku: 'CHAIR', quantity: 2 }, { sku: 'CHAIR', quantity: 1 }, { sku: 'SOFA', quantity: 1 }] });
  expect_problem(answer, 422);
  assert.deepEqual(answer.json.errors.map((error) => error.field), ['lines[1].quantity', 'lines[2].sku']);
  const unreadable = await ship(order.id, { lines: [{ sku: 'CHAIR', quantity: 0 }], color: 'red' });
  assert.deepEqual(unreadable.json.errors.map((error) => error.field).sort(), ['carrier', 'color', 'lines[0].quantity']);
  assert.deepEqual((await get(order.id)).shipments, []);
});

test('ten who ship the same at once send it once', async () => {
  const order = await placed();
  await pay(suite, order);
  const answers = await Promise.all(Array.from({ length: 10 }, () => ship(order.id)));
  assert.deepEqual(answers.map((a) => a.status).sort(), [201, ...Array(9).fill(409)]);
});

test('a shipment of another order is not found', async () => {
  const [one, other] = [await placed(), await placed()];
  await pay(suite, one);
  const { id } = (await ship(one.id)).json;
  expect_problem(await suite.api('GET', `${kOrders}/${other.id}/shipments/${id}`), 404);
  expect_problem(await deliver(other.id, id), 404);
});

// ---- who may

test('without the admin\'s token nothing is shown or done', async () => {
  const order = await placed();
  const calls = [['POST', kOrders], ['GET', kOrders], ['GET', `${kOrders}/${order.id}`], ['PATCH', `${kOrders}/${order.id}`],
    ['POST', `${kOrders}/${order.id}/cancel`], ['POST', `${kOrders}/${order.id}/shipments`],
    ['GET', `${kOrders}/${order.id}/shipments/shp_1`], ['POST', `${kOrders}/${order.id}/shipments/shp_1/deliver`]];
  for (const [method, path] of calls) {
    const body = method === 'GET' ? undefined : {};
    for (const authorization of ['', 'Bearer wrong', 'Basic YWRtaW46eA==']) {
      expect_problem(await suite.api(method, path, body, { authorization }), 401);
    }
    expect_problem(await suite.api(method, path, body, { authorization: 'Bearer service-token-of-a-test-0123456789' }), 403);
  }
  assert.deepEqual(await get(order.id), order);
});

test('the contract and its page are there for everybody', async () => {
  const contract = await suite.api('GET', `${kOrders}/openapi.json`, undefined, { authorization: '' });
  expect_status(contract, 200);
  assert.equal(contract.json.openapi, '3.1.0');
  expect_status(await suite.api('GET', `${kOrders}/docs`, undefined, { authorization: '' }), 200);
});
