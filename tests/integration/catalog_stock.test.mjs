// The stock over REST: reserved, handed over, counted; what is not there is not given.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expect_problem, expect_status } from '../support/expect.mjs';
import { request } from '../support/http.mjs';
import { start_suite } from '../support/suite.mjs';

const kCatalog = '/api/v1/catalog';
const kMovements = `${kCatalog}/stock-movements`;
let suite;
before(async () => { suite = await start_suite({ payment: 0, orders: 0, catalog: 1 }); });
after(() => suite?.stop());

let made = 0;
async function new_part(rest = {}) {
  const part = { number: `PN-${++made}`, name: 'A plate', unit: 'H87', ...rest };
  return expect_status(await suite.api('POST', `${kCatalog}/parts`, part), 201).json.number;
}
const move = (movement, headers) => suite.api('POST', kMovements, movement, headers);
const moved = async (movement) => expect_status(await move(movement), 201).json;
const get = async (path) => expect_status(await suite.api('GET', path), 200).json;
const stock_of = async (part) => Object.values((await get(`${kCatalog}/parts/${part}`)).stock);

test('what is received can be reserved, released, handed over and consumed, and no more', async () => {
  const part = await new_part();
  const steps = [
    ['receive', 10, [10, 0, 10]], ['reserve', 4, [10, 4, 6]], ['reserve', 7, 409], ['consume', 7, 409], ['release', 5, 409],
    ['commit', 5, 409], ['release', 1, [10, 3, 7]], ['commit', 3, [7, 0, 7]], ['commit', 1, 409], ['consume', 7, [0, 0, 0]],
    ['consume', 1, 409], ['produce', 2, [2, 0, 2]],
  ];
  for (const [kind, quantity, after_it] of steps) {
    const answer = await move({ part, kind, quantity });
    if (after_it === 409) expect_problem(answer, 409);
    else assert.deepEqual(Object.values(expect_status(answer, 201).json.stock), after_it, kind);
  }
  assert.deepEqual(await stock_of(part), [2, 0, 2], 'refusals changed nothing');
  const { data } = await get(`${kMovements}?item=part:${part}`);
  assert.equal(data.length, steps.filter(([, , after_it]) => after_it !== 409).length);
});

test('an adjustment goes both ways, below what is reserved too, and says why', async () => {
  const part = await new_part();
  expect_problem(await move({ part, kind: 'adjust', quantity: 5 }), 422);
  const { movement, stock } = await moved({ part, kind: 'adjust', quantity: 5, reason: 'Counted', reference: 'inventory 2026' });
  assert.deepEqual([movement.item, movement.kind, movement.on_hand, movement.reserved], [`part:${part}`, 'adjust', 5, 0]);
  assert.deepEqual([movement.reason, movement.reference, movement.machine, movement.boot], ['Counted', 'inventory 2026', null, null]);
  assert.equal(stock.available, 5);
  await moved({ part, kind: 'reserve', quantity: 4 });
  assert.deepEqual((await moved({ part, kind: 'adjust', quantity: -3, reason: 'Broken' })).stock, { on_hand: 2, reserved: 4, available: -2 });
});

test('a quantity in another unit is turned into that of the item', async () => {
  const code = 'STEEL';
  expect_status(await suite.api('POST', `${kCatalog}/materials`, { code, name: 'Steel', unit: 'KGM' }), 201);
  assert.equal((await moved({ material: code, kind: 'receive', quantity: 0.5, unit: 'TNE' })).stock.on_hand, 500);
  assert.equal((await moved({ material: code, kind: 'consume', quantity: 250, unit: 'GRM' })).stock.on_hand, 499.75);
  for (const [unit, field] of [['H87', 'unit'], ['XYZ', 'unit']]) {
    const { errors } = expect_problem(await move({ material: code, kind: 'receive', quantity: 1, unit }), 422);
    assert.deepEqual(errors.map((error) => error.field), [field]);
  }
});

test('a product that is a part moves the stock of the part', async () => {
  const part = await new_part();
  for (const [id, sku, of_part] of [['prd_1', 'MUG', null], ['prd_2', 'PLATE', part]]) {
    await suite.sql('catalog', `insert into products (id, sku, name, price_minor, currency, part) values ($1, $2, $2, 100, 'EUR', $3)`, [id, sku, of_part]);
  }
  assert.equal((await moved({ product: 'PLATE', kind: 'receive', quantity: 3 })).movement.item, `part:${part}`);
  assert.deepEqual(await stock_of(part), [3, 0, 3]);
  assert.equal((await moved({ product: 'MUG', kind: 'receive', quantity: 2 })).movement.item, 'product:MUG');
});

test('of parallel reservations exactly as many succeed as there is stock for', async () => {
  for (let round = 0; round < 4; ++round) {
    const part = await new_part();
    await moved({ part, kind: 'receive', quantity: 20 });
    const answers = await Promise.all(Array.from({ length: 50 }, () => move({ part, kind: 'reserve', quantity: 1 })));
    const count = (status) => answers.filter((answer) => answer.status === status).length;
    assert.deepEqual([count(201), count(409)], [20, 30]);
    assert.deepEqual(await stock_of(part), [20, 20, 0]);
  }
});

test('the same Idempotency-Key moves once', async () => {
  const part = await new_part();
  const key = { 'idempotency-key': `move-${part}` };
  const first = expect_status(await move({ part, kind: 'receive', quantity: 1 }, key), 201);
  const again = expect_status(await move({ part, kind: 'receive', quantity: 1 }, key), 201);
  assert.equal(again.headers['idempotent-replayed'], 'true');
  assert.deepEqual(again.json, first.json);
  expect_problem(await move({ part, kind: 'receive', quantity: 2 }, key), 422);
  assert.deepEqual(await stock_of(part), [1, 0, 1]);
});

test('a movement that makes no sense names what is wrong', async () => {
  const part = await new_part();
  const cases = [
    [{ kind: 'receive', quantity: 1 }, ['part']], [{ part: 'nothing', kind: 'receive', quantity: 1 }, ['part']],
    [{ material: 'nothing', kind: 'receive', quantity: 1 }, ['material']], [{ product: 'nothing', kind: 'receive', quantity: 1 }, ['product']],
    [{ part, material: 'x', kind: 'receive', quantity: 1 }, ['material']], [{ part, kind: 'steal', quantity: 1 }, ['kind']],
    [{ part, kind: 'receive' }, ['quantity']], [{ part, kind: 'receive', quantity: 0 }, ['quantity']],
    [{ part, kind: 'reserve', quantity: -1 }, ['quantity']], [{ part, kind: 'adjust', quantity: 0, reason: 'x' }, ['quantity']],
    [{ part, kind: 'receive', quantity: 1e-7 }, ['quantity']], [{ part, kind: 'receive', quantity: 5e9 }, ['quantity']],
    [{ part, kind: 'receive', quantity: 1, item: 'x' }, ['item']], [{}, ['kind', 'part', 'quantity']],
  ];
  for (const [movement, fields] of cases) {
    const { errors } = expect_problem(await move(movement), 422);
    assert.deepEqual(errors.map((error) => error.field).sort(), fields, JSON.stringify(movement));
  }
  expect_problem(await move({ part, kind: 'receive', quantity: 4e9 }).then(() => move({ part, kind: 'receive', quantity: 1 })), 409);
});

test('the ledger is shown newest first, page by page', async () => {
  const part = await new_part();
  for (const quantity of [1, 2, 3]) await moved({ part, kind: 'receive', quantity });
  const first = await get(`${kMovements}?item=part:${part}&limit=2`);
  assert.deepEqual([first.data.map(({ on_hand }) => on_hand), first.has_more], [[3, 2], true]);
  const rest = await get(`${kMovements}?item=part:${part}&limit=2&starting_after=${first.data[1].id}`);
  assert.deepEqual([rest.data.map(({ on_hand }) => on_hand), rest.has_more], [[1], false]);
  for (const query of ['', '?item=', '?item=PN-1', `?item=part:${part}&colour=red`]) expect_problem(await suite.api('GET', kMovements + query), 422);
});

test('all there is is listed by item, in its unit', async () => {
  const seen = [];
  for (let from = ''; from !== undefined;) {
    const { data, has_more } = await get(`${kCatalog}/stock?limit=2${from && `&starting_after=${from}`}`);
    seen.push(...data);
    from = has_more ? data.at(-1).item : undefined;
  }
  const rows = await suite.sql('catalog', 'select item from stock order by item');
  assert.deepEqual(seen.map(({ item }) => item), rows.map(({ item }) => item));
  assert.deepEqual(seen.filter(({ item }) => item === 'material:STEEL').map(({ unit, stock }) => [unit, stock.on_hand]), [['KGM', 499.75]]);
});

test('the stock is the admin\'s', async () => {
  const url = suite.instance('catalog').url;
  for (const [method, path] of [['POST', kMovements], ['GET', `${kMovements}?item=part:x`], ['GET', `${kCatalog}/stock`]]) {
    expect_problem(await request(url, method, path, method === 'POST' ? {} : undefined), 401);
  }
});
