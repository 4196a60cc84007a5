// From a paid order to the machines and back: what is made to order is made, and the order is ready.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { new_machine, say } from '../support/machines.mjs';
import { start_suite } from '../support/suite.mjs';

let suite;
before(async () => { suite = await start_suite({ catalog: 1 }); });
after(() => suite?.stop());

async function made_to_order() {
  const machine = await new_machine(suite);
  const answer = await suite.api('POST', '/api/v1/catalog/products', { sku: `SKU-${machine.part}`, name: 'A plate, made for you',
    price: { amount: 4200, currency: 'EUR' }, part: machine.part, made_to_order: true });
  assert.equal(answer.status, 201, answer.text);
  return { machine, sku: answer.json.sku };
}

const pay = (order) => suite.tell('payment_intent.succeeded', { order });
const fulfilment = async ({ id }) => (await suite.orders.get(id)).fulfilment_state;
const becomes = (order, state) => suite.eventually(async () => await fulfilment(order) === state, `the order is ${state}`);

async function produce_command(machine) {
  const asked = async () => (await suite.api('POST', '/internal/v1/machine-commands', { scopes: [`${machine.topic}/`], published: [] })).json.commands[0];
  return JSON.parse((await suite.eventually(asked, 'the machine is told')).payload);
}

test('a paid order is made by a machine and becomes ready', async () => {
  const { machine, sku } = await made_to_order();
  const order = await suite.orders.create({ lines: [{ sku, quantity: 3 }] });
  await pay(order);
  const { work_order, quantity, part } = await produce_command(machine);
  assert.deepEqual([quantity, part], [3, machine.part]);
  assert.equal(await fulfilment(order), 'unfulfilled');
  await say(suite, machine.count(1, { work_order }));
  await becomes(order, 'in_production');
  await say(suite, machine.count(3, { work_order, scrap_total: 1 }));
  await becomes(order, 'ready');
  assert.equal(await machine.on_hand(), 3);
});

test('an unpaid order is not made, and what comes from stock needs no machine', async () => {
  const { machine, sku } = await made_to_order();
  await suite.orders.create({ lines: [{ sku, quantity: 3 }] });
  const from_stock = await suite.orders.create({ lines: [{ sku: 'FROM-STOCK', quantity: 1 }] });
  await pay(from_stock);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const { json } = await suite.api('GET', `/api/v1/catalog/production-orders?part=${machine.part}`);
  assert.deepEqual(json.data, []);
  assert.equal(await fulfilment(from_stock), 'unfulfilled');
});

test('it comes to the same when either side is away for a while', async () => {
  const { machine, sku } = await made_to_order();
  const order = await suite.orders.create({ lines: [{ sku, quantity: 2 }] });
  await suite.kill('catalog');
  await pay(order);
  await suite.restart('catalog');
  const { work_order } = await produce_command(machine);
  await suite.kill('orders');
  await say(suite, machine.count(2, { work_order }));
  await suite.restart('orders');
  await becomes(order, 'ready');
});
