// Materials over REST, and the lots they are received in.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expect_problem, expect_status } from '../support/expect.mjs';
import { start_suite } from '../support/suite.mjs';

const kMaterials = '/api/v1/catalog/materials';
let suite;
before(async () => { suite = await start_suite({ payment: 0, orders: 0, catalog: 1 }); });
after(() => suite?.stop());

let made = 0;
const a_material = (rest = {}) => ({ code: `MAT-${++made}`, name: 'Steel', unit: 'KGM', ...rest });
const post = (material, headers) => suite.api('POST', kMaterials, material, headers);
const get = async (path) => expect_status(await suite.api('GET', path), 200).json;
const add_lot = (code, lot, headers) => suite.api('POST', `${kMaterials}/${code}/lots`, lot, headers);
async function new_material(rest) {
  return expect_status(await post(a_material(rest)), 201).json;
}

test('a material is registered and shown', async () => {
  const material = a_material({ description: 'Coil, 2 mm' });
  const created = expect_status(await post(material), 201);
  assert.equal(created.headers.location, `${kMaterials}/${material.code}`);
  const { created_at, updated_at, ...rest } = await get(created.headers.location);
  assert.deepEqual(rest, { ...material, active: true, stock: { on_hand: 0, reserved: 0, available: 0 }, lots: [] });
  assert.ok(created_at <= updated_at);
  expect_problem(await post(material), 409);
});

test('every wrong field is named at once', async () => {
  const { errors } = expect_problem(await post({ code: 'a/b', unit: 'XYZ', colour: 'red' }), 422);
  assert.deepEqual(errors.map(({ field }) => field).sort(), ['code', 'colour', 'name', 'unit']);
});

test('a merge patch changes it, and only the version it was meant for', async () => {
  const { code } = await new_material();
  const change = (body, headers) => suite.api('PATCH', `${kMaterials}/${code}`, body, headers);
  assert.equal(expect_status(await change({ name: 'Iron' }, { 'if-match': '"1"' }), 200).headers.etag, '"2.0-0"');
  expect_problem(await change({ name: 'Tin' }, { 'if-match': '"1"' }), 412);
  expect_problem(await change({ unit: 'GRM' }), 422);
  expect_problem(await change({ code: 'other' }), 422);
  assert.equal((await get(`${kMaterials}/${code}`)).name, 'Iron');
  expect_problem(await suite.api('PATCH', `${kMaterials}/nobody`, {}), 404);
});

test('what a lot brings is in the stock, in the unit of the material', async () => {
  const { code } = await new_material();
  const key = { 'idempotency-key': `lot-of-${code}` };
  const lot = { lot: 'L 2026/7', supplier: 'Acme', quantity: 0.5, unit: 'TNE' };
  assert.equal(expect_status(await add_lot(code, lot, key), 201).json.received, 500);
  expect_status(await add_lot(code, lot, key), 201);
  expect_problem(await add_lot(code, lot), 409);
  expect_status(await add_lot(code, { lot: 'L-8', quantity: 0.25 }), 201);
  expect_status(await add_lot(code, { lot: 'announced' }), 201);
  const shown = await get(`${kMaterials}/${code}`);
  assert.deepEqual(shown.stock, { on_hand: 500.25, reserved: 0, available: 500.25 });
  assert.deepEqual(shown.lots.map(({ lot: name, received }) => [name, received]), [['announced', 0], ['L-8', 0.25], ['L 2026/7', 500]]);
  const page = await get(`${kMaterials}/${code}/lots?limit=1&starting_after=${encodeURIComponent('L 2026/7')}`);
  assert.deepEqual([page.data.map(({ lot: name }) => name), page.has_more], [['L-8'], true]);
});

test('a lot that makes no sense changes nothing', async () => {
  const { code } = await new_material();
  const cases = [
    [{ lot: 'L', quantity: 1, unit: 'H87' }, 'unit'], [{ lot: 'L', quantity: 1, unit: 'XYZ' }, 'unit'], [{ lot: 'L', unit: 'KGM' }, 'unit'],
    [{ lot: 'L', quantity: -1 }, 'quantity'], [{ lot: 'L', quantity: '1' }, 'quantity'], [{ lot: 'L', quantity: 1e300 }, 'quantity'],
    [{ lot: 'L', quantity: 0.0000001 }, 'quantity'], [{ lot: 'L', quantity: 0.000001, unit: 'MGM' }, 'quantity'],
    [{ quantity: 1 }, 'lot'], [{ lot: 'x'.repeat(65) }, 'lot'], [{ lot: 'L', weight: 1 }, 'weight'],
  ];
  for (const [lot, field] of cases) {
    const { errors } = expect_problem(await add_lot(code, lot), 422);
    assert.deepEqual(errors.map((error) => error.field), [field], JSON.stringify(lot));
  }
  assert.deepEqual((await get(`${kMaterials}/${code}`)).lots, []);
  expect_problem(await add_lot('nobody', { lot: 'L' }), 404);
  expect_problem(await suite.api('GET', `${kMaterials}/nobody/lots`), 404);
});

test('materials are listed by code, page by page', async () => {
  for (const code of ['zz-1', 'zz-2', 'zz-3']) await new_material({ code, active: code !== 'zz-2' });
  const first = await get(`${kMaterials}?limit=1&starting_after=zz`);
  assert.deepEqual([first.data[0].code, first.has_more], ['zz-1', true]);
  const active = await get(`${kMaterials}?active=true&starting_after=zz-1`);
  assert.deepEqual([active.data.map(({ code }) => code), active.has_more], [['zz-3'], false]);
  expect_problem(await suite.api('GET', kMaterials, undefined, { authorization: '' }), 401);
});
