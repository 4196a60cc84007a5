// What only a service decides can't be said by a client: not when making a thing, not when changing it, not in a query.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expect_problem, expect_status } from '../support/expect.mjs';
import { start_suite } from '../support/suite.mjs';

let suite;
before(async () => {
  suite = await start_suite({ catalog: 1 });
});
after(() => suite?.stop());

const address = { name: 'Ada Example', line1: '1 Main Street', city: 'Paris', postal_code: '75001', country: 'FR' };
const makes = {
  '/api/v1/orders': { currency: 'EUR', email: 'ada@example.com', client_id: null, client_reference: null, shipping_address: address,
    billing_address: address, metadata: {}, lines: [{ sku: 'SKU-1', description: 'A thing', quantity: 1, unit_price: { amount: 1, currency: 'EUR' } }] },
  '/api/v1/catalog/parts': { number: 'PN-OWNED', name: 'A part', unit: 'H87' },
};
const owned = { id: 'ord_01a1fed2bade700189d9edea0f17ca4c', version: 9, created_at: '2020-01-01T00:00:00Z', updated_at: '2020-01-01T00:00:00Z',
  payment_state: 'paid', fulfilment_state: 'shipped', total: { amount: 0, currency: 'EUR' }, paid: { amount: 1, currency: 'EUR' },
  refunded: { amount: 0, currency: 'EUR' }, stock: 7, role: 'admin', subject: 'usr_1', seller_id: 'usr_1', caller: {}, by_admin: true };

for (const [path, body] of Object.entries(makes)) {
  test(`POST ${path}: fields of the service are refused by name`, async () => {
    for (const [name, value] of Object.entries(owned)) {
      if (name in body) continue;
      const { errors } = expect_problem(await suite.api('POST', path, { ...body, [name]: value }), 422);
      assert.ok(errors.some(({ field }) => field === name), `${name}: ${JSON.stringify(errors)}`);
    }
    expect_status(await suite.api('POST', path, body), 201);
  });
}

test('PATCH of an order: the same, and nothing has changed', async () => {
  const order = await suite.orders.create();
  const path = `/api/v1/orders/${order.id}`;
  for (const name of ['id', 'version', 'created_at', 'payment_state', 'fulfilment_state', 'total', 'paid']) {
    expect_problem(await suite.api('PATCH', path, { [name]: owned[name] }), 422);
  }
  assert.deepEqual(await suite.orders.get(order.id), order);
});

test('a query says what it is asked for and nothing else', async () => {
  for (const path of ['/api/v1/orders', '/api/v1/payment/payments', '/api/v1/payment/events', '/api/v1/catalog/parts', '/api/v1/catalog/products']) {
    for (const name of ['role', 'subject', 'by_admin', 'caller', 'owner', 'order_by', 'select', 'where']) {
      const { errors } = expect_problem(await suite.api('GET', `${path}?${name}=admin`), 422);
      assert.ok(errors.some(({ field }) => field === name), `${path} ${name}`);
    }
  }
});
