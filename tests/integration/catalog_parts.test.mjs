// Parts over REST: registered, changed, revised.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expect_problem, expect_status } from '../support/expect.mjs';
import { request } from '../support/http.mjs';
import { start_suite } from '../support/suite.mjs';

const kParts = '/api/v1/catalog/parts';
let suite;
before(async () => { suite = await start_suite({ payment: 0, orders: 0, catalog: 1 }); });
after(() => suite?.stop());

let made = 0;
const a_part = (rest = {}) => ({ number: `PN-${++made}`, name: 'A plate', unit: 'H87', ...rest });
const post = (part, headers) => suite.api('POST', kParts, part, headers);
const get = async (path) => expect_status(await suite.api('GET', path), 200).json;
const patch = (number, change, headers) => suite.api('PATCH', `${kParts}/${number}`, change, headers);
async function new_part(rest) {
  return expect_status(await post(a_part(rest)), 201).json;
}

test('a part is registered and shown with its stock and revisions', async () => {
  const part = a_part({ revision: 'A', attributes: { alloy: 'S235' } });
  const created = expect_status(await post(part), 201);
  assert.equal(created.headers.location, `${kParts}/${part.number}`);
  assert.equal(created.headers.etag, '"1.0-0"', 'version, stock');
  const shown = await get(created.headers.location);
  assert.deepEqual(shown, created.json);
  const { created_at, updated_at, revisions, ...rest } = shown;
  assert.deepEqual(rest, { ...part, description: '', active: true, stock: { on_hand: 0, reserved: 0, available: 0 } });
  assert.deepEqual(revisions.map(({ revision }) => revision), ['A']);
  assert.ok(created_at <= updated_at);
});

test('a number is taken once', async () => {
  const { number } = await new_part();
  expect_problem(await post(a_part({ number })), 409);
});

test('the same Idempotency-Key registers one part', async () => {
  const part = a_part();
  const key = { 'idempotency-key': `part-${part.number}` };
  expect_status(await post(part, key), 201);
  const again = expect_status(await post(part, key), 201);
  assert.equal(again.headers['idempotent-replayed'], 'true');
});

test('every wrong field is named at once', async () => {
  const { errors } = expect_problem(await post({ number: 'a/b', name: ' ', unit: 'parsec', active: 'yes', colour: 'red' }), 422);
  assert.deepEqual(errors.map(({ field }) => field).sort(), ['active', 'colour', 'name', 'number', 'unit']);
  const unknown = expect_problem(await post(a_part({ unit: 'XYZ' })), 422);
  assert.deepEqual(unknown.errors.map(({ field }) => field), ['unit']);
  for (const number of ['', 'x'.repeat(65), 'a b', 'é', '../x']) expect_problem(await post(a_part({ number })), 422);
});

test('a merge patch changes what it names, and only the version it was meant for', async () => {
  const { number } = await new_part({ description: 'old', attributes: { a: '1', b: '2' } });
  const changed = expect_status(await patch(number, { description: null, attributes: { a: null, c: '3' } }, { 'if-match': '"1"' }), 200);
  assert.equal(changed.headers.etag, '"2.0-0"');
  assert.deepEqual([changed.json.description, changed.json.attributes], ['', { b: '2', c: '3' }]);
  expect_problem(await patch(number, { name: 'Other' }, { 'if-match': '"1"' }), 412);
  assert.equal((await get(`${kParts}/${number}`)).name, 'A plate');
  const same = expect_status(await patch(number, { name: 'A plate' }), 200);
  assert.equal(same.headers.etag, '"2.0-0"', 'a patch that changes nothing makes no version');
});

test('whoever has a part as it is gets no copy of it, and its stock makes it another', async () => {
  const { number } = await new_part();
  const path = `${kParts}/${number}`;
  const shown = await suite.api('GET', path);
  assert.equal(shown.headers['cache-control'], 'public, max-age=30');
  const known = { 'if-none-match': shown.headers.etag };
  const again = expect_status(await suite.api('GET', path, undefined, known), 304);
  assert.deepEqual([again.text, again.headers.etag], ['', shown.headers.etag]);
  await suite.sql('catalog', `insert into stock (item, on_hand_micro) values ('part:${number}', 5000000)`);
  assert.equal(expect_status(await suite.api('GET', path, undefined, known), 200).json.stock.on_hand, 5);
  expect_status(await patch(number, { name: 'Other' }, { 'if-match': shown.headers.etag }), 200);
});

test('number and unit stay, and only a revision the part has can be in force', async () => {
  const { number } = await new_part();
  const { errors } = expect_problem(await patch(number, { number: 'other', unit: 'KGM' }), 422);
  assert.deepEqual(errors.map(({ field }) => field), ['number', 'unit']);
  expect_problem(await patch(number, { revision: 'Z' }), 422);
  expect_problem(await patch('nobody', { name: 'x' }), 404);
});

test('a new revision is in force unless it is said not to be', async () => {
  const { number } = await new_part({ revision: 'A' });
  const revise = (body) => suite.api('POST', `${kParts}/${number}/revisions`, body);
  assert.equal(expect_status(await revise({ revision: 'B', note: 'thicker' }), 201).json.revision, 'B');
  assert.equal(expect_status(await revise({ revision: 'C', in_force: false }), 201).json.revision, 'B');
  expect_problem(await revise({ revision: 'C' }), 409);
  expect_problem(await revise({ revision: '' }), 422);
  assert.equal(expect_status(await patch(number, { revision: 'A' }), 200).json.revision, 'A');
  const shown = await get(`${kParts}/${number}`);
  assert.deepEqual(shown.revisions.map(({ revision, note }) => [revision, note]), [['C', ''], ['B', 'thicker'], ['A', '']]);
});

test('parts are listed by number, page by page', async () => {
  const numbers = ['LIST-a', 'LIST-B', 'LIST-b', 'LIST-c'];
  for (const number of numbers) await new_part({ number, active: number !== 'LIST-c' });
  const seen = [];
  for (let from = 'LIST'; from;) {
    const { data, has_more } = await get(`${kParts}?limit=1&active=true&starting_after=${from}`);
    if (data[0]?.number.startsWith('LIST')) seen.push(data[0].number);
    from = has_more && data[0].number;
  }
  assert.deepEqual(seen, ['LIST-B', 'LIST-a', 'LIST-b']);
  assert.deepEqual((await get(`${kParts}?active=false`)).data.map(({ number }) => number), ['LIST-c']);
  expect_problem(await suite.api('GET', `${kParts}?active=perhaps&colour=red`), 422);
});

test('anybody may read parts, only the admin may write', async () => {
  const { number } = await new_part();
  const url = suite.instance('catalog').url;
  for (const path of [kParts, `${kParts}/${number}`]) expect_status(await request(url, 'GET', path), 200);
  for (const [method, path] of [['POST', kParts], ['PATCH', `${kParts}/${number}`], ['POST', `${kParts}/${number}/revisions`]]) {
    expect_problem(await request(url, method, path, {}), 401);
  }
  expect_problem(await request(url, 'GET', `${kParts}/nobody`), 404);
});
