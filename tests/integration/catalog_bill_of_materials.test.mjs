// What parts are made of, over REST.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expect_problem, expect_status } from '../support/expect.mjs';
import { request } from '../support/http.mjs';
import { start_suite } from '../support/suite.mjs';

const kParts = '/api/v1/catalog/parts';
let suite;
before(async () => {
  suite = await start_suite({ payment: 0, orders: 0, catalog: 1 });
  expect_status(await suite.api('POST', '/api/v1/catalog/materials', { code: 'STEEL', name: 'Steel', unit: 'KGM' }), 201);
});
after(() => suite?.stop());

let made = 0;
async function new_part() {
  const part = { number: `PN-${++made}`, name: `Part ${made}`, unit: 'H87' };
  return expect_status(await suite.api('POST', kParts, part), 201).json.number;
}
const new_parts = (count) => Promise.all(Array.from({ length: count }, new_part));
const path_of = (part) => `${kParts}/${part}/bill-of-materials`;
const put = (part, components) => suite.api('PUT', path_of(part), { components });
const get = async (part) => expect_status(await suite.api('GET', path_of(part)), 200).json;
const faults = (answer) => expect_problem(answer, 422).errors.map(({ field }) => field);

test('a part is made of parts and materials, in their units and in the order said', async () => {
  const [part, screw] = [await new_part(), await new_part()];
  assert.deepEqual(await get(part), { part, components: [] });
  const said = expect_status(await put(part, [{ part: screw, quantity: 4 }, { material: 'STEEL', quantity: 350, unit: 'GRM' }]), 200).json;
  assert.deepEqual(said, { part, components: [{ part: screw, name: `Part ${made}`, quantity: 4, unit: 'H87' },
    { material: 'STEEL', name: 'Steel', quantity: 0.35, unit: 'KGM' }] });
  assert.deepEqual(await get(part), said);
  expect_status(await put(part, [{ material: 'STEEL', quantity: 1 }]), 200);
  assert.deepEqual((await get(part)).components.map(({ quantity }) => quantity), [1], 'said anew, the old is gone');
  expect_status(await put(part, []), 200);
  assert.deepEqual((await get(part)).components, []);
});

test('components there are not, and units that do not fit, are all named, and nothing changes', async () => {
  const part = await new_part();
  await put(part, [{ material: 'STEEL', quantity: 1 }]);
  assert.deepEqual(faults(await put(part, [{ part: 'nothing', quantity: 1 }, { material: 'STEEL', quantity: 1, unit: 'H87' },
    { material: 'AIR', quantity: 1 }])), ['components[0].part', 'components[1].unit', 'components[2].material']);
  assert.deepEqual(faults(await put(part, [{ quantity: 1 }, { material: 'STEEL', quantity: 0 }, { material: 'STEEL', quantity: 1, lot: 'x' }])).sort(),
    ['components[0].part', 'components[1].quantity', 'components[2].lot', 'components[2].material']);
  assert.equal((await get(part)).components.length, 1);
  expect_problem(await put('nobody', []), 404);
  expect_problem(await suite.api('GET', path_of('nobody')), 404);
});

test('no part is in itself, at any depth', async () => {
  const [a, b, c, d] = await new_parts(4);
  assert.deepEqual(faults(await put(a, [{ part: b, quantity: 1 }, { part: a, quantity: 1 }])), ['components[1].part']);
  expect_status(await put(a, [{ part: b, quantity: 1 }, { part: d, quantity: 1 }]), 200);
  expect_status(await put(b, [{ part: c, quantity: 1 }]), 200);
  assert.deepEqual(faults(await put(c, [{ part: d, quantity: 1 }, { part: a, quantity: 2 }])), ['components[1].part']);
  expect_status(await put(c, [{ part: d, quantity: 1 }]), 200);
  expect_status(await put(b, []), 200);
  expect_status(await put(c, [{ part: a, quantity: 2 }]), 200);
});

test('of bills said at once that together make a circle one is refused', async () => {
  const parts = await new_parts(6);
  const answers = await Promise.all(parts.map((part, i) => put(part, [{ part: parts[(i + 1) % parts.length], quantity: 1 }])));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 200, 200, 200, 200, 422]);
});

test('what parts are made of is for the admin', async () => {
  const part = await new_part();
  for (const method of ['GET', 'PUT']) {
    expect_problem(await request(suite.instance('catalog').url, method, path_of(part), method === 'PUT' ? { components: [] } : undefined), 401);
  }
});
