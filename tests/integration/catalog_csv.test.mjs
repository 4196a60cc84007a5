// Files of parts: each row stands for itself, and what is exported can be sent back.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expect_problem, expect_status } from '../support/expect.mjs';
import { request } from '../support/http.mjs';
import { start_suite } from '../support/suite.mjs';

const kParts = '/api/v1/catalog/parts';
const kFile = `${kParts}.csv`;
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
