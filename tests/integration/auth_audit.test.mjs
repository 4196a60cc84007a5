// The audit log: only added to, a chain, verified where it is and from a copy.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { kFirstProgram, start_auth } from '../support/auth.mjs';
import { expect_problem, expect_status } from '../support/expect.mjs';
import { eventually } from '../support/processes.mjs';
import { program_path } from '../support/services.mjs';

let auth;
before(async () => { auth = await start_auth({ instances: 2 }); });
after(() => auth?.stop());

const verification = async () => expect_status(await auth.admin('GET', '/api/v1/auth/audit/verification'), 200).json;

// As a role of the database's own.
async function as_role(url, sql) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

// What somebody with all rights over the database could do.
async function tamper(sql) {
  await auth.sql('alter table audit_log disable trigger all');
  await auth.sql(sql);
  await auth.sql('alter table audit_log enable trigger all');
}

function quittance(...args) {
  return new Promise((resolve) => {
    execFile(program_path('quittance'), args, { cwd: auth.folder, maxBuffer: 64 << 20, env: { PATH: process.env.PATH, QUITTANCE_URL: auth.url,
      QUITTANCE_CLIENT_ID: kFirstProgram.id, QUITTANCE_CLIENT_SECRET: kFirstProgram.secret } },
    (error, stdout, stderr) => resolve({ code: error ? error.code : 0, stdout, stderr }));
  });
}

test('many writers at once, in two processes, leave one chain without a gap', async () => {
  const urls = auth.instances.map(({ url }) => url);
  const users = await Promise.all(Array.from({ length: 10 }, () => auth.make_user()));
  const before_it = (await verification()).entries;
  await Promise.all(Array.from({ length: 200 }, (_, i) => auth.log_in(users[i % 10].email, 'whatever it is', { url: urls[i % 2] })));
  const after_it = await verification();
  assert.deepEqual([after_it.intact, after_it.fault], [true, null]);
  assert.ok(after_it.entries >= before_it + 200);
  const [{ rows, last }] = await auth.sql('select count(*) as rows, max(seq) as last from audit_log');
  assert.deepEqual([rows, last], [after_it.entries, after_it.entries]);
});

test('the service\'s role adds and reads, and changes nothing', async () => {
  for (const sql of ["update audit_log set action = 'x'", 'delete from audit_log', 'truncate audit_log']) {
    await assert.rejects(as_role(auth.database.url, sql), /permission denied/, sql);
  }
  assert.ok((await as_role(auth.database.url, 'select seq from audit_log')).rows.length > 0);
});

test('its owner changes nothing either while the triggers are there', async () => {
  for (const sql of ["update audit_log set action = 'x'", 'delete from audit_log', 'truncate audit_log']) {
    await assert.rejects(as_role(auth.database.owner_url, sql), /only added to/, sql);
  }
});

test('whoever does something is named, with the role, the address and the request', async () => {
  const answer = await auth.admin('POST', '/api/v1/auth/api-clients', { name: 'P', role: 'machine', scopes: ['catalog:write'] }, { 'x-forwarded-for': '10.9.8.7' });
  const [entry] = await auth.audit({ action: 'auth.program_created', object: answer.json.id });
  assert.deepEqual([entry.subject, entry.role, entry.outcome, entry.address, entry.request_id],
    [kFirstProgram.id, 'admin', 'done', '10.9.8.7', answer.headers['x-request-id']]);
  assert.deepEqual(JSON.parse(entry.details), { name: 'P', role: 'machine', scopes: 'catalog:write' });
  assert.ok(!JSON.stringify(entry).includes(answer.json.client_secret));
});

test('a denial the gateway tells of is written down and answered for it', async () => {
  const answer = await auth.internal('POST', '/internal/v1/denials', undefined, { 'x-denied-method': 'GET', 'x-denied-path': '/api/v1/orders',
    'x-denied-subject': 'usr_1', 'x-denied-role': 'seller', 'x-forwarded-for': '10.1.2.3' });
  assert.equal(expect_problem(answer, 403).detail, 'this token may not do that');
  const [entry] = await eventually(async () => { const found = await auth.audit({ action: 'gateway.denied' }); return found.length && found; }, 'it is in the log');
  assert.deepEqual([entry.subject, entry.role, entry.object, entry.outcome, entry.address], ['usr_1', 'seller', 'GET /api/v1/orders', 'denied', '10.1.2.3']);
});

test('what other services tell is in the log once, as they told it', async () => {
  const told = { specversion: '1.0', id: `evn_${'a'.repeat(32)}`, source: '/payment', type: 'audit.recorded', subject: 'evt_1', time: '2026-11-21T05:47:52.308123Z',
    datacontenttype: 'application/json', aggregateversion: 1, data: { action: 'payment.event_replayed', actor: { subject: 'usr_9', role: 'admin' }, object: 'evt_1',
      outcome: 'done', request_id: 'request-9', address: '10.0.0.9', details: { reason: 'mended' } } };
  for (let i = 0; i < 2; ++i) expect_status(await auth.tell([told]), 200);
  const entries = await eventually(async () => { const found = await auth.audit({ action: 'payment.event_replayed' }); return found.length && found; }, 'it is in the log');
  const [{ seq, sha256, ...entry }] = entries;
  assert.equal(entries.length, 1);
  assert.deepEqual(entry, { at: told.time, action: 'payment.event_replayed', subject: 'usr_9', role: 'admin', object: 'evt_1', outcome: 'done',
    request_id: 'request-9', address: '10.0.0.9', details: '{"reason":"mended"}' });
  assert.ok((await verification()).intact);
});

test('an entry that can\'t be kept is refused, and one that got here all the same holds up no other', async () => {
  const event = (object, rest = {}) => ({ specversion: '1.0', id: `evn_${randomUUID().replaceAll('-', '')}`, source: '/payment', type: 'audit.recorded', subject: 'evt_2',
    time: '2026-11-21T05:47:52.308123Z', aggregateversion: 1, datacontenttype: 'application/json',
    data: { action: 'payment.odd', actor: null, object, outcome: 'done', request_id: 'r', address: '', details: {}, ...rest } });
  const odd = [event('x'.repeat(5000)), event('o', { details: { a: 'x'.repeat(70_000) } }), { ...event('o'), time: '0001-01-01T00:00:00Z' }];
  const outcomes = expect_status(await auth.tell(odd), 200).json.results.map(({ outcome }) => outcome);
  assert.deepEqual(outcomes, ['refused', 'refused', 'refused']);
  const entry = (details) => JSON.stringify({ seq: 0, at: '2026-11-21T05:47:52Z', action: 'payment.odd', subject: null, role: null, object: 'o', outcome: 'done',
    request_id: 'r', address: '', details, sha256: '' });
  for (const text of ['no entry', '{"seq":1}', entry('no JSON')]) await auth.sql('insert into audit_waiting (entry) values ($1)', [text]);
  expect_status(await auth.tell([event('fine')]), 200);
  await eventually(async () => (await auth.audit({ action: 'payment.odd' })).length === 1, 'it is in the log');
  assert.equal((await auth.audit({ action: 'payment.odd' }))[0].object, 'fine');
  assert.equal((await auth.sql('select from audit_waiting where fault is not null')).length, 3);
  assert.ok((await verification()).intact);
});

test('the log is verified piece by piece, each on from the head before', async () => {
  const piece = async (query) => expect_status(await auth.admin('GET', `/api/v1/auth/audit/verification?${query}`), 200).json;
  const all = await verification();
  assert.equal(all.has_more, false);
  let [found, pieces] = [await piece('limit=100'), 1];
  for (; found.has_more; ++pieces) found = await piece(`limit=100&after=${found.head.seq}:${found.head.sha256}`);
  assert.ok(pieces > 2 && found.intact && found.entries >= all.entries, `${pieces} pieces`);
  const elsewhere = await piece(`after=${all.head.seq}:${'0'.repeat(64)}`);
  assert.deepEqual([elsewhere.intact, elsewhere.fault], [false, `entry ${all.head.seq} is not the one that was noted`]);
  assert.equal((await piece(`after=${all.head.seq + 1000}:${all.head.sha256}`)).intact, false);
  for (const query of ['limit=0', 'limit=10001', 'after=7', 'colour=red']) expect_problem(await auth.admin('GET', `/api/v1/auth/audit/verification?${query}`), 422);
});

test('the list is filtered and paged both ways', async () => {
  const page = async (query) => expect_status(await auth.admin('GET', `/api/v1/auth/audit?${query}`), 200).json;
  const oldest = await page('order=oldest_first&limit=3');
  assert.deepEqual(oldest.data.map(({ seq }) => seq), [1, 2, 3]);
  assert.deepEqual((await page('order=oldest_first&limit=2&starting_after=3')).data.map(({ seq }) => seq), [4, 5]);
  const newest = await page('limit=2');
  assert.ok(newest.data[0].seq > newest.data[1].seq);
  assert.equal((await page(`limit=1&starting_after=${newest.data[1].seq}`)).data[0].seq, newest.data[1].seq - 1);
  assert.ok((await page('outcome=failed&action=auth.login')).data.every(({ outcome }) => outcome === 'failed'));
  expect_problem(await auth.admin('GET', '/api/v1/auth/audit?colour=red'), 422);
});

test('an export is verified without the service, and a head noted before is found in it', async () => {
  const copy = await quittance('audit', 'export');
  assert.equal(copy.code, 0, copy.stderr);
  const file = join(auth.folder, 'audit.jsonl');
  writeFileSync(file, copy.stdout);
  const noted = await quittance('audit', 'verify', '--file', file);
  assert.equal(noted.code, 0, noted.stdout + noted.stderr);
  const head = noted.stdout.match(/the last is (\d+:[0-9a-f]{64})/)[1];
  assert.equal((await quittance('audit', 'verify')).code, 0);
  const lines = copy.stdout.trimEnd().split('\n');
  writeFileSync(file, `${lines.slice(0, -3).join('\n')}\n`);
  assert.equal((await quittance('audit', 'verify', '--file', file)).code, 0);
  const cut = await quittance('audit', 'verify', '--file', file, '--head', head);
  assert.equal(cut.code, 1);
  assert.match(cut.stdout, /NOT INTACT: the entry .* is not in it any more/);
  writeFileSync(file, copy.stdout.replace('"outcome":"failed"', '"outcome":"done"'));
  const changed = await quittance('audit', 'verify', '--file', file);
  assert.equal(changed.code, 1);
  assert.match(changed.stdout, /NOT INTACT: entry \d+ is not what was written/);
});

test('quittance token prints a token that works', async () => {
  const { stdout, code } = await quittance('token');
  assert.equal(code, 0);
  expect_status(await auth.call('GET', '/api/v1/auth/users', undefined, { authorization: `Bearer ${stdout.trim()}` }), 200);
});

// The last tests: what was done to the log stays done.
test('a changed entry, a missing one and one put between are found, and the first of them is named', async () => {
  const kept = await auth.sql('select * from audit_log where seq in (5, 9)');
  await tamper("update audit_log set details = '{\"reason\":\"locked\"}' where seq = 9");
  let found = await verification();
  assert.deepEqual([found.intact, found.entries], [false, 8]);
  assert.match(found.fault, /^entry 9 /);
  assert.equal((await quittance('audit', 'verify')).code, 1);
  await tamper("delete from audit_log where seq = 5");
  found = await verification();
  assert.deepEqual([found.intact, found.fault], [false, 'entry 5 is missing']);
  await tamper(`insert into audit_log select 5, at, action, 'usr_other', role, object, outcome, request_id, address, details, '${kept[0].sha256}' from audit_log where seq = 6`);
  assert.match((await verification()).fault, /^entry 5 /);
});
