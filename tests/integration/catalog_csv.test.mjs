// Files of parts and of products: each row stands for itself, and what is exported can be sent back.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expect_problem, expect_status } from '../support/expect.mjs';
import { request } from '../support/http.mjs';
import { start_suite } from '../support/suite.mjs';

const kParts = '/api/v1/catalog/parts';
const kFile = `${kParts}.csv`;
const kProducts = '/api/v1/catalog/products';
let suite;
before(async () => { suite = await start_suite({ payment: 0, orders: 0, catalog: 1 }); });
after(() => suite?.stop());

const csv = { 'content-type': 'text/csv; charset=utf-8' };
const send = (text, query = '', headers = csv) => suite.api('POST', kFile + query, text, headers);
const sent = async (text, query) => expect_status(await send(text, query), 200).json;
const get = async (number) => expect_status(await suite.api('GET', `${kParts}/${number}`), 200).json;
const lines = (...rows) => rows.join('\r\n') + '\r\n';
const faults = ({ refused }) => refused.map(({ row, errors }) => [row, ...errors.map(({ field }) => field).sort()]);

test('rows register new parts and change those there are; a column that is not there changes nothing', async () => {
  const file = lines('unit,number,name,revision,attributes', 'H87,A-1,"Plate, round",A,"{""alloy"":""S235""}"', 'KGM,A-2,=1+1,,');
  assert.deepEqual(await sent(file), { rows: 2, created: 2, changed: 0, unchanged: 0, refused: [] });
  const plate = await get('A-1');
  assert.deepEqual([plate.name, plate.unit, plate.revision, plate.attributes, plate.active], ['Plate, round', 'H87', 'A', { alloy: 'S235' }, true]);
  assert.deepEqual(await sent(file), { rows: 2, created: 0, changed: 0, unchanged: 2, refused: [] });
  assert.deepEqual(await sent(lines('number,active', 'A-1,false', 'A-2,true')), { rows: 2, created: 0, changed: 1, unchanged: 1, refused: [] });
  const changed = await get('A-1');
  assert.deepEqual([changed.name, changed.attributes, changed.active], ['Plate, round', { alloy: 'S235' }, false]);
  await sent(lines('number,attributes', 'A-1,"{""finish"":""raw""}"'));
  assert.deepEqual((await get('A-1')).attributes, { finish: 'raw' }, 'the field is the whole of it');
});

test('a row that is refused says why and harms no other', async () => {
  const report = await sent(lines('number,name,unit,active', 'B-1,One,H87,true', 'B/2,Two,XYZ,true', 'B-3,Three,H87', 'B-4,,H87,perhaps',
    'B-1,Again,H87,true', '', 'A-2,Weight,GRM,true', '"B-5"x,Five,H87,true', 'B-6,Six,H87,true'));
  assert.deepEqual([report.rows, report.created, report.changed], [8, 2, 0]);
  assert.deepEqual(faults(report), [[3, 'number', 'unit'], [4, 'row'], [5, 'active', 'name'], [6, 'number'], [8, 'unit'], [9, 'row']]);
  assert.equal((await get('B-1')).name, 'One');
  expect_status(await suite.api('GET', `${kParts}/B-4`), 404);
  assert.deepEqual(faults(await sent(lines('number,revision,attributes', 'B-1,Z,', 'B-6,,no json'))), [[2, 'revision'], [3, 'attributes']]);
});

test('a dry run reports the same and changes nothing', async () => {
  const file = lines('number,name,unit', 'C-1,One,H87', 'B-1,Other,H87', 'C-1,Twice,H87');
  const report = await sent(file, '?dry_run=true');
  assert.deepEqual([report.created, report.changed, faults(report)], [1, 1, [[4, 'number']]]);
  expect_status(await suite.api('GET', `${kParts}/C-1`), 404);
  assert.equal((await get('B-1')).name, 'One');
  assert.deepEqual(await sent(file), report);
});

test('what is exported can be sent back, and tells the same elsewhere', async () => {
  expect_status(await suite.api('POST', kParts, { number: 'D-1', name: '-"quoted", =1', unit: 'H87', description: 'ü', revision: 'A', attributes: { a: ',"' } }), 201);
  const exported = expect_status(await suite.api('GET', kFile), 200);
  assert.match(exported.headers['content-type'], /^text\/csv/);
  const { rows, unchanged, refused } = await sent(`\uFEFF${exported.text}`);
  assert.deepEqual([unchanged, refused], [rows, []]);
  const before_it = await get('D-1');
  await sent(exported.text.replaceAll('D-1', 'D-2'));
  const copy = await get('D-2');
  for (const name of ['name', 'description', 'unit', 'revision', 'attributes', 'active']) assert.deepEqual(copy[name], before_it[name]);
  const rest = expect_status(await suite.api('GET', `${kFile}?starting_after=D-1`), 200).text;
  assert.deepEqual(rest.trim().split('\r\n').map((line) => line.split(',')[0]), ['number', 'D-2']);
});

test('what is no file of parts is refused as a whole', async () => {
  const one = lines('number,name,unit', 'E-1,One,H87');
  expect_problem(await send(one, '', { 'content-type': 'application/json' }), 415);
  expect_problem(await send(''), 400);
  expect_problem(await send(lines('number,name', 'E-1,"One')), 400);
  expect_problem(await send(lines('name,unit', 'One,H87')), 422);
  expect_problem(await send(lines('number,colour', 'E-1,red')), 422);
  expect_problem(await send(Buffer.from('number,\xff\n', 'latin1')), 422);
  expect_problem(await send(lines('number,name,name', 'E-1,a,b')), 422);
  expect_problem(await send(one, '?dry_run=perhaps'), 422);
  expect_problem(await send(one, '?dryrun=true'), 422);
  expect_problem(await send('number\n' + 'x\n'.repeat(2001)), 413);
  expect_problem(await send('number\n' + 'x'.repeat(1 << 20)), 413);
  assert.deepEqual(faults(await sent(Buffer.from('number,name,unit\n\xff,\xff,H87\n', 'latin1'))), [[2, 'name', 'number']]);
  expect_status(await suite.api('GET', `${kParts}/E-1`), 404);
  for (const method of ['GET', 'POST']) expect_problem(await request(suite.instance('catalog').url, method, kFile, method === 'POST' ? one : undefined, csv), 401);
});

// ---- products

const send_products = (text, query = '', headers = csv) => suite.api('POST', `${kProducts}.csv${query}`, text, headers);
const sent_products = async (text, query) => expect_status(await send_products(text, query), 200).json;
const json_of = async (path) => expect_status(await suite.api('GET', path), 200).json;
const product = async (sku) => (await json_of(`${kProducts}?sku=${encodeURIComponent(sku)}`)).data[0];
const prices = async (sku) => (await json_of(`${kProducts}/${(await product(sku)).id}/prices`)).data
  .map(({ version, price: { amount, currency } }) => [version, amount, currency]);
const exported_products = async (query = '') => expect_status(await suite.api('GET', `${kProducts}.csv${query}`), 200);

test('rows offer new products and change those there are, each price with the decimals of its currency', async () => {
  await sent(lines('number,name,unit', 'P-1,Plate,H87'));
  const file = lines('price,sku,name,currency,part,made_to_order,attributes,seller',
    '21.00,S/1,"Plate, round",EUR,P-1,true,"{""alloy"":""S235""}",acme', '1200,S 2,Mug,JPY,,false,,', '0.005,S-3,=1+1,KWD,,false,,');
  assert.deepEqual(await sent_products(file), { rows: 3, created: 3, changed: 0, unchanged: 0, refused: [] });
  const { id, stock, created_at, updated_at, ...plate } = await product('S/1');
  assert.deepEqual(plate, { sku: 'S/1', name: 'Plate, round', description: '', price: { amount: 2100, currency: 'EUR' }, seller: 'acme',
    active: true, attributes: { alloy: 'S235' }, part: 'P-1', made_to_order: true });
  assert.deepEqual((await product('S 2')).price, { amount: 1200, currency: 'JPY' });
  assert.deepEqual((await product('S-3')).price, { amount: 5, currency: 'KWD' });
  assert.deepEqual(await sent_products(file), { rows: 3, created: 0, changed: 0, unchanged: 3, refused: [] });
  assert.equal((await product('S/1')).updated_at, updated_at, 'what is the same is no new version');
  assert.deepEqual(await sent_products(lines('sku,active,part,made_to_order', 'S/1,false,,false', 'S 2,true,,false')), { rows: 2, created: 0, changed: 1, unchanged: 1, refused: [] });
  const changed = await product('S/1');
  assert.deepEqual([changed.id, changed.active, changed.part, changed.name, changed.price], [id, false, null, plate.name, plate.price]);
});

test('a price that a file changes joins those before it, and nothing else does', async () => {
  await sent_products(lines('sku,name,price,currency', 'H-1,Mug,1.00,EUR'));
  for (const row of ['sku,price\r\nH-1,0.90', 'sku,name\r\nH-1,Cup', 'sku,price\r\nH-1,0.90', 'sku,currency\r\nH-1,USD', 'sku,price,currency\r\nH-1,90,JPY'])
    assert.deepEqual((await sent_products(row)).refused, []);
  assert.deepEqual(await prices('H-1'), [[5, 90, 'JPY'], [4, 90, 'USD'], [2, 90, 'EUR'], [1, 100, 'EUR']]);
  expect_status(await suite.api('PATCH', `${kProducts}/${(await product('H-1')).id}`, { price: { amount: 80 } }), 200);
  assert.deepEqual((await prices('H-1'))[0], [6, 80, 'JPY']);
});

test('a row of products that is refused says why and harms no other', async () => {
  const report = await sent_products(lines('sku,name,price,currency,active,part,made_to_order', 'R-1,One,1.00,EUR,true,,false',
    'R-2,Two,1,EUR,true,,false', 'R-3,Three,"1,00",EUR,true,,false', 'R-4,Four,1.00,JPY,true,,false', 'R-5,,-1.00,eur,perhaps,a/b,',
    'R-6,Six,1.00,EUR,true,NOWHERE,false', 'R-7,Seven,1.00,EUR,true,,true', 'R-1,Again,2.00,EUR,true,,false', ',None,1.00,EUR,true,,false', 'R-8,Eight', 'R-9,Nine,1.00,EUR,true,,false'));
  assert.deepEqual([report.rows, report.created, report.changed], [11, 2, 0]);
  assert.deepEqual(faults(report), [[3, 'price'], [4, 'price'], [5, 'price'], [6, 'active', 'currency', 'made_to_order', 'name', 'part'], [7, 'part'],
    [8, 'part'], [9, 'sku'], [10, 'sku'], [11, 'row']]);
  assert.deepEqual([(await product('R-1')).name, await product('R-2')], ['One', undefined]);
  assert.deepEqual(await prices('R-1'), [[1, 100, 'EUR']]);
  const later = await sent_products(lines('sku,price', 'R-1,', 'R-9,92233720368547758.08', 'R-10,1.00'));
  assert.deepEqual(faults(later), [[2, 'price'], [3, 'price'], [4, 'currency', 'name']]);
  assert.deepEqual(faults(await sent_products(lines('sku,currency', 'R-1,JPY', 'R-11,EUR'))), [[2, 'price'], [3, 'name', 'price']]);
  assert.deepEqual(faults(await sent_products(Buffer.from('sku,name,price,currency\n\xff,\xff,\xff,\xff\n', 'latin1'))), [[2, 'currency', 'name', 'sku']]);
  assert.deepEqual(faults(await sent_products('sku,name,price,currency\na\0b,One,1.00,EUR\n')), [[2, 'sku']]);
});

test('a dry run of products reports the same and changes nothing', async () => {
  const file = lines('sku,name,price,currency,part', 'T-1,One,1.00,EUR,', 'R-1,One,3.00,EUR,', 'T-1,Twice,1.00,EUR,', 'T-2,Two,1.00,EUR,NOWHERE');
  const report = await sent_products(file, '?dry_run=true');
  assert.deepEqual([report.created, report.changed, faults(report)], [1, 1, [[4, 'sku'], [5, 'part']]]);
  assert.deepEqual([await product('T-1'), await prices('R-1')], [undefined, [[1, 100, 'EUR']]]);
  assert.deepEqual(await sent_products(file), report);
  assert.deepEqual(await prices('R-1'), [[2, 300, 'EUR'], [1, 100, 'EUR']]);
});

test('products that are exported can be sent back, and tell the same elsewhere', async () => {
  const said = { sku: 'U-1', name: '-"quoted", =1', description: 'ü\u00a0', price: { amount: 7, currency: 'EUR' }, seller: 'acme', active: false,
    attributes: { a: ',"' }, part: 'P-1', made_to_order: true };
  expect_status(await suite.api('POST', kProducts, said), 201);
  const exported = await exported_products();
  assert.match(exported.headers['content-type'], /^text\/csv/);
  assert.match(exported.text, /,0\.07,EUR,acme,false,/);
  const { rows, unchanged, refused } = await sent_products(`\uFEFF${exported.text}`);
  assert.deepEqual([unchanged, refused], [rows, []]);
  await sent_products(exported.text.replaceAll('U-1', 'U-2'));
  const { id, stock, created_at, updated_at, ...copy } = await product('U-2');
  assert.deepEqual(copy, { ...said, sku: 'U-2' });
  const rest = (await exported_products('?starting_after=U-1')).text;
  assert.deepEqual(rest.trim().split('\r\n').map((line) => line.split(',')[0]), ['sku', 'U-2']);
  const skus = (await exported_products()).text.trim().split('\r\n').slice(1).map((line) => line.split(',')[0]);
  assert.deepEqual(skus, skus.toSorted());
});

test('what is no file of products is refused as a whole, and so is who is not the admin', async () => {
  const one = lines('sku,name,price,currency', 'V-1,One,1.00,EUR');
  expect_problem(await send_products(one, '', { 'content-type': 'application/json' }), 415);
  expect_problem(await send_products(''), 400);
  expect_problem(await send_products(lines('name,price', 'One,1.00')), 422);
  expect_problem(await send_products(lines('sku,price_minor', 'V-1,100')), 422);
  expect_problem(await send_products(one, '?dryrun=true'), 422);
  expect_problem(await send_products('sku\n' + 'x\n'.repeat(2001)), 413);
  for (const query of ['?limit=5', '?seller=acme']) expect_problem(await suite.api('GET', `${kProducts}.csv${query}`), 422);
  for (const method of ['GET', 'POST'])
    expect_problem(await request(suite.instance('catalog').url, method, `${kProducts}.csv`, method === 'POST' ? one : undefined, csv), 401);
  assert.equal(await product('V-1'), undefined);
});
