// Whose an order or a product is decides who sees and changes it: an admin all, a buyer their orders, a seller their
// sales and products. What is somebody else's does not exist.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { start_suite } from '../support/suite.mjs';

const client = (subject) => ({ role: 'client', subject });
const seller = (subject) => ({ role: 'seller', subject });
const kAda = client('cli_ada');
const kEve = client('cli_eve');
const kPotter = seller('usr_potter');
const kWeaver = seller('usr_weaver');

let suite;
const as = (who) => (method, path, body, headers = {}) => suite.api(method, path, body, headers, { as: who });
const fields = (answer) => answer.json.errors.map(({ field }) => field).sort();

before(async () => {
  suite = await start_suite({ payment: 0, catalog: 1 });
});
after(() => suite?.stop());

describe('a buyer', () => {
  it('sees an order of their own, without what the house notes on it', async () => {
    const order = await suite.orders.create({ client_id: kAda.subject, metadata: { margin: 'high' } });
    const answer = await as(kAda)('GET', `/api/v1/orders/${order.id}`);
    assert.equal(answer.status, 200);
    assert.equal(answer.json.id, order.id);
    assert.deepEqual(answer.json.lines, order.lines);
    assert.equal('metadata' in answer.json, false);
    assert.equal('timeline' in answer.json, false);
    assert.ok(answer.headers.etag);
  });

  it('gets for an order of somebody else what there is for an order that does not exist', async () => {
    const order = await suite.orders.create({ client_id: kAda.subject });
    const nobodys = await suite.orders.create({});
    const missing = order.id.replace(/.{4}$/, 'beef');
    for (const id of [order.id, nobodys.id, missing]) {
      const answer = await as(kEve)('GET', `/api/v1/orders/${id}`);
      assert.equal(answer.status, 404);
      assert.equal(answer.json.detail, `no order ${id}`);
    }
  });

  it('lists their own only, and can\'t ask for those of others', async () => {
    const mine = await suite.orders.create({ client_id: 'cli_lister' });
    await suite.orders.create({ client_id: kAda.subject });
    const list = await as(client('cli_lister'))('GET', '/api/v1/orders');
    assert.deepEqual(list.json.data.map(({ id }) => id), [mine.id]);
    assert.equal(list.json.data[0].metadata, undefined);
    const asked = await as(client('cli_lister'))('GET', `/api/v1/orders?client_id=${kAda.subject}`);
    assert.equal(asked.status, 422);
    assert.deepEqual(fields(asked), ['client_id']);
  });

  it('changes, cancels and ships nothing', async () => {
    const order = await suite.orders.create({ client_id: kAda.subject });
    for (const [method, path, body] of [['PATCH', '', { email: 'eve@example.com' }], ['POST', '/cancel', undefined],
      ['POST', '/shipments', { carrier: 'DHL' }]]) {
      assert.equal((await as(kAda)(method, `/api/v1/orders/${order.id}${path}`, body)).status, 403);
    }
    assert.equal((await suite.orders.get(order.id)).email, 'ada@example.com');
  });
});

const product = (sku, more = {}) => ({ sku, name: 'A thing', price: { amount: 1000, currency: 'EUR' }, ...more });

describe('a seller', () => {
  it('offers products in their own name', async () => {
    const made = await as(kPotter)('POST', '/api/v1/catalog/products', product('POT-1'));
    assert.equal(made.status, 201);
    assert.equal(made.json.seller, kPotter.subject);
  });

  it('can\'t offer in another\'s name, nor what comes out of the house\'s stock', async () => {
    await suite.api('POST', '/api/v1/catalog/parts', { number: 'PN-1', name: 'A part', unit: 'H87' });
    const refused = await as(kPotter)('POST', '/api/v1/catalog/products',
      product('POT-2', { seller: kWeaver.subject, part: 'PN-1', made_to_order: true }));
    assert.equal(refused.status, 422);
    assert.deepEqual(fields(refused), ['made_to_order', 'part', 'seller']);
  });

  it('changes their own product and its price, and sees what it cost before', async () => {
    const { json: { id } } = await as(kPotter)('POST', '/api/v1/catalog/products', product('POT-3'));
    const path = `/api/v1/catalog/products/${id}`;
    const changed = await as(kPotter)('PATCH', path, { price: { amount: 1200, currency: 'EUR' } });
    assert.equal(changed.status, 200);
    const prices = await as(kPotter)('GET', `${path}/prices`);
    assert.deepEqual(prices.json.data.map(({ price }) => price.amount), [1200, 1000]);
    assert.deepEqual(fields(await as(kPotter)('PATCH', path, { seller: kWeaver.subject })), ['seller']);
  });

  it('finds no product of another to change, whatever version they name', async () => {
    const { json: { id } } = await as(kPotter)('POST', '/api/v1/catalog/products', product('POT-4'));
    const path = `/api/v1/catalog/products/${id}`;
    assert.equal((await as(kWeaver)('PATCH', path, { name: 'Mine' })).status, 404);
    assert.equal((await as(kWeaver)('PATCH', path, { name: 'Mine' }, { 'if-match': '"99"' })).status, 404);
    assert.equal((await as(kWeaver)('GET', `${path}/prices`)).status, 404);
    assert.equal((await suite.api('GET', path)).json.name, 'A thing');
  });

  it('sees products that are not active when they are their own, others not', async () => {
    const { json: { id } } = await as(kPotter)('POST', '/api/v1/catalog/products', product('POT-5', { active: false }));
    const path = `/api/v1/catalog/products/${id}`;
    assert.equal((await as(kPotter)('GET', path)).status, 200);
    assert.equal((await as(kWeaver)('GET', path)).status, 404);
    assert.equal((await as(null)('GET', path)).status, 404);
    const own = await as(kPotter)('GET', `/api/v1/catalog/products?seller=${kPotter.subject}&active=false`);
    assert.deepEqual(own.json.data.map(({ sku }) => sku), ['POT-5']);
    const peeping = await as(kWeaver)('GET', `/api/v1/catalog/products?seller=${kPotter.subject}&active=false`);
    assert.equal(peeping.status, 403);
    const listed = await as(kWeaver)('GET', `/api/v1/catalog/products?seller=${kPotter.subject}&limit=100`);
    assert.ok(listed.json.data.every(({ active }) => active));
  });

  it('sees of an order the lines they sold and where they go, and nothing else', async () => {
    await as(kPotter)('POST', '/api/v1/catalog/products', product('POT-SOLD'));
    await as(kWeaver)('POST', '/api/v1/catalog/products', product('RUG-SOLD'));
    await suite.eventually(async () => {
      const [{ known }] = await suite.sql('orders', "select count(*) as known from product_sellers where sku in ('POT-SOLD','RUG-SOLD')");
      return known === 2;
    }, 'orders knows whose the products are');
    const order = await suite.orders.create({ client_id: kAda.subject,
      lines: [{ sku: 'POT-SOLD', quantity: 2 }, { sku: 'RUG-SOLD', quantity: 1 }, { sku: 'MUG-OF-THE-HOUSE', quantity: 1 }] });
    const sale = (await as(kPotter)('GET', `/api/v1/orders/${order.id}`)).json;
    assert.deepEqual(sale.lines.map(({ sku }) => sku), ['POT-SOLD']);
    assert.equal(sale.total.amount, 8400);
    assert.equal(sale.shipping_address.city, 'Paris');
    for (const name of ['email', 'billing_address', 'client_id', 'metadata', 'paid', 'timeline']) assert.equal(sale[name], undefined, name);
    const sales = (await as(kWeaver)('GET', '/api/v1/orders')).json.data;
    assert.deepEqual(sales.map(({ id, lines }) => [id, lines.map(({ sku }) => sku)]), [[order.id, ['RUG-SOLD']]]);
    assert.equal((await as(seller('usr_other'))('GET', `/api/v1/orders/${order.id}`)).status, 404);
    assert.deepEqual((await as(seller('usr_other'))('GET', '/api/v1/orders')).json.data, []);
  });

  it('is known on an order that came before the word of whose product it is, and not on one before the product', async () => {
    const order = (sku) => suite.orders.create({ lines: [{ sku: 'MUG-OF-THE-HOUSE' }, { sku }] });
    const sees = async ({ id }) => (await as(kPotter)('GET', `/api/v1/orders/${id}`)).status === 200;
    const before_it = await order('POT-LATER');
    const { json: { id } } = await as(kPotter)('POST', '/api/v1/catalog/products', product('POT-LATER'));
    await suite.eventually(async () => (await suite.sql('orders', "select 1 from product_sellers where sku = 'POT-LATER'")).length, 'the word came');
    assert.equal(await sees(before_it), false);
    // As if the word of the product came only now.
    const after_it = await order('POT-LATER');
    await suite.sql('orders', "delete from product_sellers where sku = 'POT-LATER'");
    await suite.sql('orders', 'update order_lines set seller = null where order_id = $1', [after_it.id]);
    assert.equal(await sees(after_it), false);
    await as(kPotter)('PATCH', `/api/v1/catalog/products/${id}`, { name: 'Told again' });
    await suite.eventually(() => sees(after_it), 'the sale is seen');
    assert.equal(await sees(before_it), false);
  });

  it('stays whose it was when the order is changed, whoever sells it now', async () => {
    const sold = await suite.orders.create({ lines: [{ sku: 'POT-PAST' }] });
    await as(kPotter)('POST', '/api/v1/catalog/products', product('POT-PAST'));
    await suite.eventually(async () => (await suite.sql('orders', "select 1 from product_sellers where sku = 'POT-PAST'")).length, 'the word came');
    const changed = await suite.api('PATCH', `/api/v1/orders/${sold.id}`, { email: 'other@example.com' });
    assert.equal(changed.status, 200);
    assert.equal((await as(kPotter)('GET', `/api/v1/orders/${sold.id}`)).status, 404);
  });
});
