// Products over REST: offered, found, sorted, changed; their prices remembered.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expect_problem, expect_status } from '../support/expect.mjs';
import { request } from '../support/http.mjs';
import { new_machine, say } from '../support/machines.mjs';
import { start_suite } from '../support/suite.mjs';

const kProducts = '/api/v1/catalog/products';
let suite;
before(async () => { suite = await start_suite({ payment: 0, orders: 0, catalog: 2 }); });
after(() => suite?.stop());

let made = 0;
const euros = (amount) => ({ amount, currency: 'EUR' });
const a_product = (rest = {}) => ({ sku: `SKU-${++made}`, name: 'A mug', price: euros(990), ...rest });
const post = (product, headers) => suite.api('POST', kProducts, product, headers);
const get = async (path) => expect_status(await suite.api('GET', path), 200).json;
const path_of = ({ id }) => `${kProducts}/${id}`;
const patch = (product, change, headers) => suite.api('PATCH', path_of(product), change, headers);
const publicly = (path, headers) => request(suite.instance('catalog').url, 'GET', path, undefined, headers);
const fields = ({ errors }) => errors.map(({ field }) => field).sort();
const new_product = async (rest) => expect_status(await post(a_product(rest)), 201).json;
const a_part = async (number = `PRT-${++made}`) =>
  expect_status(await suite.api('POST', '/api/v1/catalog/parts', { number, name: 'A plate', unit: 'H87' }), 201).json.number;

// The SKUs of a list, gathered page by page.
async function listed(query, { limit = 100, get_page = get } = {}) {
  const skus = [];
  for (let after = ''; ;) {
    const { data, has_more } = await get_page(`${kProducts}?${query}&limit=${limit}${after}`);
    skus.push(...data.map(({ sku }) => sku));
    if (!has_more) return skus;
    after = `&starting_after=${data.at(-1).id}`;
  }
}

test('a product is offered and shown with its stock', async () => {
  const product = a_product({ attributes: { colour: 'blue' }, seller: 'acme' });
  const created = expect_status(await post(product), 201);
  assert.equal(created.headers.location, path_of(created.json));
  assert.match(created.json.id, /^prd_[0-9a-f]{32}$/);
  const shown = expect_status(await publicly(created.headers.location), 200);
  assert.deepEqual(shown.json, created.json);
  assert.equal(shown.headers.etag, created.headers.etag);
  const { id, created_at, updated_at, ...rest } = shown.json;
  assert.deepEqual(rest, { ...product, description: '', active: true, part: null, made_to_order: false,
    stock: { on_hand: 0, reserved: 0, available: 0 } });
});

test('a SKU is taken once, however many ask for it at a time', async () => {
  const product = a_product();
  const answers = await Promise.all(Array.from({ length: 8 }, () => post(product)));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, ...Array(7).fill(409)]);
  assert.deepEqual(await listed(`sku=${product.sku}`), [product.sku]);
});

test('the same Idempotency-Key offers one product', async () => {
  const product = a_product();
  const key = { 'idempotency-key': product.sku };
  const first = expect_status(await post(product, key), 201);
  const again = expect_status(await post(product, key), 201);
  assert.deepEqual([again.json, again.headers['idempotent-replayed']], [first.json, 'true']);
});

test('every wrong field is named at once', async () => {
  assert.deepEqual(fields(expect_problem(await post({ sku: '', name: ' ', price: { amount: -1, currency: 'eur' }, part: 'a/b', colour: 1 }), 422)),
    ['colour', 'name', 'part', 'price.amount', 'price.currency', 'sku']);
  assert.deepEqual(fields(expect_problem(await post(a_product({ part: 'NOWHERE' })), 422)), ['part']);
  assert.deepEqual(fields(expect_problem(await post(a_product({ made_to_order: true })), 422)), ['part']);
  expect_problem(await suite.api('GET', `${kProducts}/prd_${'0'.repeat(32)}`), 404);
  expect_problem(await suite.api('GET', `${kProducts}/PN-88`), 404);
});

test("a product's stock is its part's, and a machine's word on it makes another tag", async () => {
  const machine = await new_machine(suite);
  const product = await new_product({ part: machine.part, made_to_order: true });
  const shown = expect_status(await publicly(path_of(product)), 200);
  assert.equal(shown.headers['cache-control'], 'public, max-age=30');
  const known = { 'if-none-match': shown.headers.etag };
  const same = expect_status(await publicly(path_of(product), known), 304);
  assert.deepEqual([same.text, same.headers.etag, same.headers['cache-control']], ['', shown.headers.etag, 'public, max-age=30']);
  assert.deepEqual(await say(suite, machine.count(7)), ['ok']);
  const later = expect_status(await publicly(path_of(product), known), 200);
  assert.deepEqual(later.json.stock, { on_hand: 7, reserved: 0, available: 7 });
  assert.notEqual(later.headers.etag, shown.headers.etag);
  expect_status(await patch(product, { name: 'Other' }, { 'if-match': shown.headers.etag }), 200);
});

test('a product without a part has a stock of its own', async () => {
  const product = await new_product();
  await suite.sql('catalog', `insert into stock (item, on_hand_micro, reserved_micro) values ('product:${product.sku}', 5000000, 2000000)`);
  assert.deepEqual((await get(path_of(product))).stock, { on_hand: 5, reserved: 2, available: 3 });
});

test('a merge patch changes what it names, and only the version it was meant for', async () => {
  const part = await a_part();
  const product = await new_product({ description: 'old', attributes: { a: '1', b: '2' }, part, made_to_order: true });
  const changed = expect_status(await patch(product, { description: null, attributes: { a: null, c: '3' }, price: { amount: 5 } }, { 'if-match': '"1"' }), 200);
  assert.match(changed.headers.etag, /^"2\./);
  assert.deepEqual([changed.json.description, changed.json.attributes, changed.json.price], ['', { b: '2', c: '3' }, euros(5)]);
  expect_problem(await patch(product, { name: 'Other' }, { 'if-match': '"1"' }), 412);
  assert.equal(expect_status(await patch(product, { name: product.name }), 200).headers.etag, changed.headers.etag, 'nothing changed');
  assert.deepEqual(fields(expect_problem(await patch(product, { sku: 'OTHER' }), 422)), ['sku']);
  assert.deepEqual(fields(expect_problem(await patch(product, { part: null }), 422)), ['part']);
  assert.deepEqual(fields(expect_problem(await patch(product, { part: 'NOWHERE' }), 422)), ['part']);
  assert.equal(expect_status(await patch(product, { part: null, made_to_order: false }), 200).json.part, null);
  expect_problem(await patch({ id: `prd_${'0'.repeat(32)}` }, { name: 'x' }), 404);
});

test('every change of the price is remembered, and nothing else', async () => {
  const product = await new_product({ price: euros(100) });
  const change = async (body) => expect_status(await patch(product, body), 200);
  await change({ price: { amount: 90 } });
  await change({ name: 'Other' });
  await change({ price: euros(90) });
  await change({ price: { amount: 90, currency: 'USD' } });
  const { data, has_more } = await get(`${path_of(product)}/prices`);
  assert.deepEqual(data.map(({ version, price }) => [version, price]), [[4, { amount: 90, currency: 'USD' }], [2, euros(90)], [1, euros(100)]]);
  assert.deepEqual([has_more, data[2].since], [false, product.created_at]);
  const page = await get(`${path_of(product)}/prices?limit=1&starting_after=4`);
  assert.deepEqual([page.data.map(({ version }) => version), page.has_more], [[2], true]);
  expect_problem(await suite.api('GET', `${path_of(product)}/prices?starting_after=x`), 422);
  expect_problem(await suite.api('GET', `${kProducts}/prd_${'0'.repeat(32)}/prices`), 404);
});

test('changes at the same time are all made, one after the other', async () => {
  const product = await new_product();
  const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => patch(product, { price: { amount: 2000 + i } })));
  for (const answer of answers) expect_status(answer, 200);
  const { data } = await get(`${path_of(product)}/prices`);
  assert.deepEqual(data.map(({ version }) => version), [11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  assert.deepEqual(data[0].price, (await get(path_of(product))).price);
});

test('what is not active is shown to the admin only', async () => {
  const seller = 'in-and-out';
  const [on, off] = [await new_product({ seller }), await new_product({ seller, active: false })];
  const as_public = async (path) => expect_status(await publicly(path), 200).json;
  assert.deepEqual(await listed(`seller=${seller}`, { get_page: as_public }), [on.sku]);
  assert.deepEqual(await listed(`seller=${seller}&active=true`, { get_page: as_public }), [on.sku]);
  expect_problem(await publicly(`${kProducts}?seller=${seller}&active=false`), 401);
  expect_problem(await publicly(path_of(off)), 404);
  assert.deepEqual(await listed(`seller=${seller}`), [off.sku, on.sku]);
  assert.deepEqual(await listed(`seller=${seller}&active=false`), [off.sku]);
  const seen = expect_status(await suite.api('GET', path_of(off)), 200);
  assert.equal(seen.headers['cache-control'], 'private, no-cache');
});

test('only the admin may write, and look back at prices', async () => {
  const product = await new_product();
  const url = suite.instance('catalog').url;
  for (const [method, path] of [['POST', kProducts], ['PATCH', path_of(product)], ['GET', `${path_of(product)}/prices`]]) {
    expect_problem(await request(url, method, path, method === 'GET' ? undefined : {}), 401);
  }
});

test('products are found by the beginnings of words, wherever they stand', async () => {
  const mug = await new_product({ sku: 'QX-88.b', name: 'Zebra mug', description: 'Hand-made; holds 3 dl' });
  const plate = await new_product({ sku: 'QX-89', name: 'Zebra plate', description: "The cook's favourite" });
  const found = (q) => listed(`q=${encodeURIComponent(q)}`);
  assert.deepEqual(await found('zeb'), [plate.sku, mug.sku]);
  assert.deepEqual(await found('ZEBRA mu'), [mug.sku]);
  assert.deepEqual(await found('qx-88'), [mug.sku]);
  assert.deepEqual(await found('made hold'), [mug.sku]);
  assert.deepEqual(await found("cook's"), [plate.sku]);
  assert.deepEqual(await found('ebra'), []);
  // Nothing that is typed is syntax: all words must be there.
  assert.deepEqual(await found("mug' | 'plate"), []);
  assert.deepEqual(await found('zebra & !mug'), [mug.sku]);
  assert.deepEqual(await found('mug:* <-> (zebra) \\'), [mug.sku]);
  assert.deepEqual(await found('–'), [], 'a word of PostgreSQL\'s it is not');
  for (const wordless of ['', '%20', '!!', '%00', 'x'.repeat(3000)]) expect_problem(await suite.api('GET', `${kProducts}?q=${wordless}`), 422);
});

test('filters narrow a list down', async () => {
  const seller = 'filters';
  const part = await a_part();
  const cheap = await new_product({ seller, price: euros(100), part });
  const dear = await new_product({ seller, price: euros(5000) });
  const dollars = await new_product({ seller, price: { amount: 100, currency: 'USD' } });
  const found = (query) => listed(`seller=${seller}&${query}`);
  assert.deepEqual(await found('currency=EUR'), [dear.sku, cheap.sku]);
  assert.deepEqual(await found('currency=EUR&price_max=100'), [cheap.sku]);
  assert.deepEqual(await found('price_min=100&price_max=4999'), [dollars.sku, cheap.sku]);
  assert.deepEqual(await found(`part=${part}`), [cheap.sku]);
  assert.deepEqual(await found(`sku=${dear.sku}`), [dear.sku]);
  const wrong = await suite.api('GET', `${kProducts}?currency=eur&price_min=-1&price_max=1.5&active=x&sort=id&colour=red&seller=`);
  assert.deepEqual(fields(expect_problem(wrong, 422)), ['active', 'colour', 'currency', 'price_max', 'price_min', 'seller', 'sort']);
  expect_problem(await suite.api('GET', `${kProducts}?starting_after=nothing`), 422);
});

test('every order of a list holds page by page, also among equals', async () => {
  const seller = 'sorted';
  const rows = [['b', 300, 'EUR'], ['a', 300, 'EUR'], ['b', 300, 'EUR'], ['c', 100, 'USD'], ['b', 200, 'EUR'], ['a', 900, 'EUR']];
  const products = [];
  for (const [name, amount, currency] of rows) products.push(await new_product({ seller, name, price: { amount, currency } }));
  const compare = (...keys) => (x, y) => {
    for (const key of keys) if (key(x) !== key(y)) return key(x) < key(y) ? -1 : 1;
    return 0;
  };
  const orders = {
    name: compare((p) => p.name, (p) => p.id),
    price: compare((p) => p.price.currency, (p) => p.price.amount, (p) => p.id),
    newest: (x, y) => compare((p) => p.id)(y, x),
  };
  const skus = (order) => products.toSorted(order).map(({ sku }) => sku);
  for (const limit of [1, 2, 4, 100]) {
    const pages = (sort) => listed(`seller=${seller}&sort=${sort}`, { limit });
    for (const [sort, order] of Object.entries(orders)) {
      assert.deepEqual(await pages(sort), skus(order), `${sort} by ${limit}`);
      if (sort !== 'newest') assert.deepEqual(await pages(`-${sort}`), skus(order).toReversed(), `-${sort} by ${limit}`);
    }
  }
  assert.deepEqual(await listed(`seller=${seller}`), skus(orders.newest), 'newest first unless asked otherwise');
});
