// From log files through rsyslog into the store: every line once, whatever is in it and whatever is killed.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, chmodSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { LogDatabase, LogShipper } from '../support/log_shipper.mjs';
import { eventually } from '../support/processes.mjs';
import { program_path } from '../support/services.mjs';

const folder = mkdtempSync(join(tmpdir(), 'quittance-logs-'));
chmodSync(folder, 0o755);
const files = join(folder, 'log');
const database = new LogDatabase(folder);
let shipper;

const write = (name, text, file = 'current') => {
  mkdirSync(join(files, name), { recursive: true });
  appendFileSync(join(files, name, file), text);
};
const line = (message, more = {}) => JSON.stringify({ ts: new Date().toISOString(), level: 'info', service: 'payment', message, ...more }) + '\n';

before(async () => {
  await database.create();
  write('payment', line('first'));
  shipper = new LogShipper({ folder, files: join(files, '*/current'), database_url: database.url });
  shipper.start();
});
after(async () => {
  await shipper?.stop();
  await database.postgres.stop();
  if (!process.exitCode) rmSync(folder, { recursive: true, force: true });
});

test('what was there before, and what comes, is found by `quittance logs`', async () => {
  await database.has(1, `message = 'first'`);
  const trace_id = '4bf92f3577b34da6a3ce929d0e0e4736';
  write('payment', line('request', { request_id: 'shipped-1', trace_id, method: 'GET', path: '/api/v1/orders/ord_0123456789', status: 200, ms: 1.5 }));
  write('orders', line('payment fact taken', { ts: new Date(Date.now() + 1).toISOString(), service: 'orders', trace_id, order_id: 'ord_0123456789' }));
  await database.has(1, `service = 'orders'`);
  const show = (...args) => spawnSync(program_path('quittance'), ['logs', ...args], { encoding: 'utf8', cwd: '/',
    env: { PATH: process.env.PATH, QUITTANCE_LOGS: database.url } });
  for (const args of [['--request', 'shipped-1'], ['--trace', trace_id], ['--order', 'ord_0123456789', '--since', '5m']]) {
    const { stdout, status } = show(...args);
    assert.equal(status, 0);
    assert.match(stdout, /payment +request +GET \/api\/v1\/orders\/ord_0123456789 200 ms=2\n/);
    assert.match(stdout, /orders +payment fact taken +order_id=ord_0123456789\n2 lines of 2 services/);
  }
  assert.deepEqual(show('--request', 'shipped-1', '--json').stdout.split('\n').filter(Boolean).map((one) => JSON.parse(one).message),
    ['request', 'payment fact taken']);
  assert.equal(show('--request', 'nobody').status, 1);
});

test('no line is too odd: quotes, backslashes, NULs, control characters, bytes that are no text, SQL, depth, length', async () => {
  const odd = [`it's "quoted" \\ back\\\\slash \\u0000 %s $1 ? ; --`, `'); DROP TABLE log_lines; --`, `x'; SELECT pg_sleep(60); --`, '{"half":', '[]', '""',
    'tab\tand \u001b[31mred', 'ünïcödé ❤ 💥', 'BEGIN', 'COMMIT', 'OK'];
  for (const text of odd) write('odd', `${text}\n`);
  write('odd', Buffer.from([0x62, 0x61, 0x64, 0xff, 0xfe, 0x0a]));
  for (const text of odd) write('odd', line(text, { service: 'odd' }));
  write('odd', line('nul \u0000 in it', { service: 'odd', 'nul \u0000 name': ['\u0000'] }));
  write('odd', line('long', { service: 'odd', text: `"\\`.repeat(32 * 1024) }));
  write('odd', `{"ts":"2026-11-21T05:47:52Z","service":"odd","message":"deep","x":${'['.repeat(50_000)}${']'.repeat(50_000)}}\n`);
  write('odd', line('huge number', { service: 'odd' }).replace('}', ',"n":1e999}'));
  write('odd', line('last', { service: 'odd' }));
  await database.has(1, `instance = 'odd' and message = 'last'`);
  const rows = await database.lines(`instance = 'odd'`);
  assert.equal(rows.length, odd.length * 2 + 6);
  const messages = rows.map((row) => row.message);
  for (const text of odd) assert.equal(messages.filter((one) => one === text).length, 2, text);
  assert.ok(messages.includes('bad\ufffd\ufffd'));
  assert.ok(messages.includes('nul   in it'));
  assert.equal(rows.find((row) => row.message === 'long').line.text.length, 64 * 1024);
  assert.deepEqual(rows.find((row) => row.message === 'nul   in it').line['nul \ufffd name'], ['\ufffd']);
});

test('an id that is none is left out, and a time that is to come is not believed', async () => {
  write('ids', `{"ts":"2026-11-21T00:00:00Z","message":"long","request_id":"${'a'.repeat(127)}é"}\n`);
  write('ids', line('cut', { request_id: 'a'.repeat(129), trace_id: 'tracé' }));
  write('ids', line('whole', { request_id: 'a'.repeat(128), trace_id: 'b'.repeat(32) }));
  write('ids', '{"ts":"9999-01-01T00:00:00Z","message":"from the future"}\n');
  await database.has(1, `message = 'from the future'`);
  const rows = Object.fromEntries((await database.lines(`instance = 'ids'`)).map((row) => [row.message, row]));
  assert.deepEqual([rows.long.request_id, rows.cut.request_id, rows.cut.trace_id], [null, null, null]);
  assert.deepEqual([rows.whole.request_id, rows.whole.trace_id], ['a'.repeat(128), 'b'.repeat(32)]);
  assert.ok(Math.abs(rows['from the future'].at - Date.now()) < 60_000);
});

test('a line the database refuses keeps no other one back', async () => {
  for (const [name, rule] of [['content', `message <> 'refused'`], ['altogether', `instance <> 'refused-too'`]])
    await database.postgres.query('logs', `alter table log_lines add constraint ${name} check (${rule})`);
  try {
    write('refused', line('refused', { request_id: 'refused-1' }));
    write('refused-too', line('lost'));
    write('refused', line('after it'));
    await database.has(2, `instance = 'refused'`);
    const rows = await database.lines(`instance like 'refused%'`);
    assert.deepEqual(rows.map(({ message, request_id }) => [message, request_id]).sort(), [['(a line the store refuses)', null], ['after it', null]]);
    await eventually(() => shipper.program.log().includes('a line is left out, the store refuses it'), 'it is said');
  } finally {
    for (const name of ['content', 'altogether']) await database.postgres.query('logs', `alter table log_lines drop constraint ${name}`);
  }
});

test('that lines are not stored is said once, and once that they are again', async () => {
  const count = (text) => shipper.program.log().split('\n').filter((one) => one.includes(text)).length;
  await database.postgres.kill();
  write('away', line('while it is away'));
  await eventually(() => count('lines are not stored') === 1, 'it is said');
  await sleep(4000);
  assert.equal(count('lines are not stored'), 1);
  await database.postgres.start();
  await database.has(1, `message = 'while it is away'`);
  await eventually(() => count('lines are stored again') === 1, 'it is said');
  assert.deepEqual(readdirSync(shipper.queue).filter((name) => name.endsWith('.log')), []);
});

test('a file that is rotated is read to its end, and the next one from its beginning', async () => {
  for (let i = 0; i < 5; ++i) {
    for (let k = 0; k < 50; ++k) write('rotating', line(`${i}-${k}`, { service: 'rotating' }));
    await sleep(500);  // one that is gone at once is never seen
    for (let k = 0; k < 50; ++k) write('rotating', line(`${i}-more-${k}`, { service: 'rotating' }));
    renameSync(join(files, 'rotating/current'), join(files, `rotating/@${i}.s`));
  }
  write('rotating', line('last', { service: 'rotating' }));
  await database.has(501, `service = 'rotating'`);
  assert.equal(await database.count(`service = 'rotating'`), 501);
});

test('20,000 lines while the database is killed, the shipper is killed and what it has started is killed: each is there once', async () => {
  const kLines = 20_000;
  const started = Date.now();
  for (let i = 0; i < kLines; ++i) {
    write('load', line(`line ${i}`, { service: 'load', n: i, request_id: `load-${i}`, pad: 'x'.repeat(150) }));
    if (i === 2000) await database.postgres.kill();
    if (i === 6000) await shipper.kill();
    if (i === 8000) shipper.start();
    if (i === 9000) await database.postgres.start();
    if (i % 1000 === 0) await sleep(100);
    if (i === 12_000 || i === 16_000) {
      await sleep(500);
      const pids = execFileSync('pgrep', ['-P', String(shipper.program.pid)], { encoding: 'utf8' }).trim().split('\n');
      for (const pid of pids) process.kill(Number(pid), 'SIGKILL');
    }
    if (i === 18_000) {
      await shipper.kill();
      shipper.start();
    }
  }
  await database.has(kLines, `service = 'load'`, { within_ms: 300_000 });
  console.log(`# ${kLines} lines in ${Date.now() - started} ms`);
  await sleep(2000);  // what is sent twice would come now
  const [row] = await database.postgres.query('logs', `select count(*)::int as count, count(distinct request_id)::int as different from log_lines where service = 'load'`);
  assert.deepEqual(row, { count: kLines, different: kLines });
});

test('what is older than LOGS_KEEP_DAYS is deleted when the shipper starts, and every hour', async () => {
  await database.postgres.query('logs', `insert into log_lines select now() - interval '31 days' + i * interval '1 ms', gen_random_uuid(), 'old', 'old', 'info',
    'old', null, null, null, '{}' from generate_series(1, 12000) as i`);
  await database.postgres.query('logs', `insert into log_lines values (now() - interval '29 days', gen_random_uuid(), 'old', 'old', 'info', 'kept', null, null, null, '{}')`);
  await shipper.stop();
  shipper.start();
  write('payment', line('after old'));
  await eventually(async () => await database.count(`service = 'old'`) === 1, 'old lines are gone');
  assert.equal((await database.lines(`service = 'old'`))[0].message, 'kept');
});

test('Docker\'s files are read: what a container wrote, its name and service, lines Docker has cut', async () => {
  const id = 'c'.repeat(64);
  const docker = join(folder, 'docker');
  mkdirSync(join(docker, id), { recursive: true });
  const wrapped = (log, stream = 'stdout') => JSON.stringify({ log, stream, attrs: { tag: 'quittance_auth_1', 'com.docker.compose.service': 'auth' },
    time: new Date().toISOString() }) + '\n';
  const long = line('cut', { service: 'auth', text: 'y'.repeat(40_000) });
  const text = [wrapped(line('whole', { service: 'auth' })), wrapped('not ours\n'), wrapped(long.slice(0, 16_384)), wrapped('between\n', 'stderr'), wrapped(long.slice(16_384, 32_768)), wrapped(long.slice(32_768))];
  appendFileSync(join(docker, id, `${id}-json.log`), text.join(''));
  const other = new LogShipper({ folder: docker, files: `${docker}/*/*-json.log`, database_url: database.url });
  other.start();
  try {
    await database.has(4, `instance = 'quittance_auth_1'`);
    const rows = await database.lines(`instance = 'quittance_auth_1'`);
    assert.deepEqual(rows.map((row) => [row.message, row.service]).sort(), [['between', 'auth'], ['cut', 'auth'], ['not ours', 'auth'], ['whole', 'auth']]);
    assert.equal(rows.find((row) => row.message === 'cut').line.text.length, 40_000);
  } finally {
    await other.stop();
  }
});

test('instead of the store, lines go to Logstash as JSON lines over TCP', async () => {
  const heard = [];
  let text = '';
  const server = net.createServer((socket) => socket.on('data', (data) => {
    text += data;
    const parts = text.split('\n');
    text = parts.pop();
    heard.push(...parts.map((one) => JSON.parse(one)));
  }));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const there = join(folder, 'logstash');
  mkdirSync(join(there, 'payment'), { recursive: true });
  const other = new LogShipper({ folder: there, files: `${there}/*/current`, output: 'to-logstash.conf',
    env: { LOG_TARGET_HOST: '127.0.0.1', LOG_TARGET_PORT: String(server.address().port) } });
  other.start();
  try {
    appendFileSync(join(there, 'payment/current'), line(`it's "here" \\`) + 'plain\n');
    await eventually(() => heard.length === 2, 'both lines have come');
    assert.equal(JSON.parse(heard[0].line).message, `it's "here" \\`);
    assert.deepEqual([heard[0].host, heard[0].file, heard[1].line], ['box', join(there, 'payment/current'), 'plain']);
  } finally {
    await other.stop();
    server.close();
  }
});

test('the store says whether it answers', async () => {
  const check = (url) => spawnSync(program_path('quittance'), ['store-logs', '--check'], { env: { DATABASE_URL: url } }).status;
  assert.equal(check(database.url), 0);
  assert.equal(check(database.url.replace(/:\d+\//, ':9/')), 1);
});
