// What every service tells Prometheus, and that it can be told when the database can't.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { alert_rules, metrics_of, metrics_on, promtool, read_runbook } from '../support/alerts.mjs';
import { request } from '../support/http.mjs';
import { new_machine, post_messages } from '../support/machines.mjs';
import { kRoot } from '../support/services.mjs';
import { start_suite } from '../support/suite.mjs';
import { bearer } from '../support/tokens.mjs';

const names = ['auth', 'payment', 'orders', 'catalog', 'clients', 'mqtt-bridge'];
let suite;
before(async () => {
  suite = await start_suite({ auth: 1, payment: 2, orders: 1, catalog: 1, clients: 1, bridge: 1, gateway: true,
    env: { orders: { DATABASE_CONNECTIONS: 2 } }, postgres: { archive_mode: 'on', archive_command: "'true'" } });
});
after(() => suite?.stop());

const kMany = new http.Agent({ maxSockets: 1000 });
async function fetch_page(url) {
  const answer = await request(url, 'GET', '/metrics', undefined, {}, { timeout_ms: 2000 });
  assert.ok(answer.took_ms < 1500, `${answer.took_ms} ms`);
  return answer.text;
}
const scrape = async (name, which = 0) => (await request(suite.instance(name, which).url, 'GET', '/metrics')).text;
const gateway_page = async () => (await request(suite.gateway.metrics_url, 'GET', '/metrics')).text;

// What names begin with that a pattern such as http_(a|b).*x finds.
function beginnings_of(pattern) {
  const [, head, choices = '', tail] = pattern.match(/^(\w*)(?:\(([^)]*)\))?(\w*)/);
  return choices.split('|').map((choice) => head + choice + tail);
}

// The sum of the series that have these labels; undefined when there is none.
function value(page, metric, labels = {}) {
  const wanted = Object.entries(labels).map(([name, text]) => `${name}="${text}"`);
  const lines = page.split('\n').filter((line) => line.startsWith(metric) && /^[ {]/.test(line.slice(metric.length)) &&
    wanted.every((label) => line.includes(label)));
  return lines.length ? lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0) : undefined;
}
const metric = async (name, series, labels, which) => value(await scrape(name, which), series, labels);
const becomes = (name, series, labels, wanted, options) => suite.eventually(
  async () => await metric(name, series, labels) === wanted, `${series} of ${name} is ${wanted}`, options);

test('every page keeps to Prometheus\' rules', async () => {
  for (const name of names) {
    const page = await scrape(name);
    assert.equal(promtool(['check', 'metrics'], { input: page }), '', name);
    assert.match(page, /^build_info\{.*version="\d+\.\d+.*"\} 1$/m);
    for (const series of ['process_resident_memory_bytes', 'process_open_fds', 'process_start_time_seconds', 'process_max_fds', 'http_workers'])
      assert.ok(value(page, series) > 0, `${name} ${series}`);
    assert.ok(Math.abs(value(page, 'process_start_time_seconds') - Date.now() / 1000) < 600, name);
  }
});

test('every metric an alert asks for is there', async () => {
  await suite.tell('payment_intent.succeeded', { order: await suite.orders.create() });
  await becomes('mqtt-bridge', 'mqtt_bridge_connected', {}, 1);
  await suite.eventually(async () => (await scrape('mqtt-bridge')).includes('mqtt_bridge_broker_dropped_messages'), 'the broker says what it dropped');
  const pages = await Promise.all([...names.map((name) => scrape(name)), gateway_page()]);
  const known = new Set(pages.flatMap((page) => [...metrics_on(page)]));
  known.add('up');                          // Prometheus' own
  known.add('events_dead_lettered_total');  // with RabbitMQ only
  for (const { alert, expr } of alert_rules()) {
    const asked = metrics_of(expr);
    assert.ok(asked.length, alert);
    for (const name of asked.filter((one) => !one.startsWith('quittance_backup_'))) assert.ok(known.has(name), `${alert} asks for ${name}`);
  }
  assert.match(readFileSync(join(kRoot, 'libs/events/amqp_consumer.cpp'), 'utf8'), /"events_dead_lettered_total"/);
});

test('every metric the runbook looks at is there', async () => {
  await suite.tell('payment_intent.succeeded', { order: await suite.orders.create() });
  await suite.eventually(async () => (await scrape('mqtt-bridge')).includes('mqtt_bridge_broker_dropped_messages'), 'the broker says what it dropped');
  const pages_of = (name) => Promise.all(suite.instances[name].map((_, which) => scrape(name, which)));
  const looks = read_runbook().paragraphs.flatMap(({ alert, commands }) =>
    [...commands.matchAll(/^(?:gateway_metrics|metrics \$(\w+)_URL) (?:'([^']+)'|(\S+))$/gm)].map(([, service, quoted, plain]) => ({ alert, service, wanted: quoted ?? plain })));
  assert.ok(looks.length > 15);
  for (const { alert, service, wanted } of looks) {
    const pages = service ? await pages_of(service.toLowerCase().replace('_', '-')) : [await gateway_page()];
    const known = pages.flatMap((page) => [...metrics_on(page)]);
    for (const name of beginnings_of(wanted)) assert.ok(known.some((one) => one.startsWith(name)), `${alert} looks at ${name}`);
  }
});

test('what the backup container tells is named as the alerts ask for it', { skip: !existsSync(join(kRoot, 'deploy/backup')) && 'there is no deploy/backup/' }, () => {
  const scripts = readdirSync(join(kRoot, 'deploy/backup'), { withFileTypes: true }).filter((one) => one.isFile())
    .map(({ name }) => readFileSync(join(kRoot, 'deploy/backup', name), 'utf8')).join('\n');
  const asked = alert_rules().flatMap(({ expr }) => metrics_of(expr)).filter((name) => name.startsWith('quittance_backup_'));
  assert.ok(asked.length);
  for (const name of asked) assert.ok(scripts.includes(name), name);
});

test('requests are counted by method, route and class of status; what is at no route counts together', async () => {
  const route = { method: 'GET', route: '/api/v1/orders/:id' };
  const count = (labels) => metric('orders', 'http_requests_total', labels);
  const before_it = [await count({ ...route, status: '2xx' }), await count({ ...route, status: '4xx' }), await count({ route: 'unknown', status: '4xx' })];
  const order = await suite.orders.create();
  await suite.orders.get(order.id);
  await suite.api('GET', '/api/v1/orders/ord_0');
  for (let i = 0; i < 3; ++i) await request(suite.instance('orders').url, 'GET', `/nothing/${i}`);
  assert.deepEqual([await count({ ...route, status: '2xx' }), await count({ ...route, status: '4xx' }), await count({ route: 'unknown', status: '4xx' })],
    [before_it[0] + 1, before_it[1] + 1, before_it[2] + 3]);
  const page = await scrape('orders');
  assert.equal(value(page, 'http_request_duration_seconds_count', route), value(page, 'http_requests_total', route));
  assert.equal(value(page, 'http_requests_in_flight'), 1);  // this one
});

test('webhooks are counted by account, type and outcome; types nobody reads and forged ones can be any number', async () => {
  const count = async (labels) => (await Promise.all([0, 1].map((which) => metric('payment', 'payment_events_total', labels, which))))
    .reduce((sum, one) => sum + (one ?? 0), 0);
  const applied = { account: 'stripe', type: 'payment_intent.succeeded', outcome: 'applied' };
  const before_it = await count(applied);
  await suite.tell('payment_intent.succeeded', { order: await suite.orders.create() });
  assert.equal(await count(applied), before_it + 1);
  for (let i = 0; i < 5; ++i) {
    const event = suite.event('payment_intent.succeeded');
    event.type = `invoice.invented_${i}`;
    assert.equal((await suite.post(event)).status, 200);
  }
  assert.equal(await count({ type: 'other', outcome: 'ignored' }), 5);
  assert.equal((await suite.post(suite.event('payment_intent.succeeded'), { secret: 'whsec_wrong' })).status, 400);
  assert.equal(await count({ outcome: 'not_genuine' }), 1);
  assert.ok(!(await scrape('payment', 0) + await scrape('payment', 1)).includes('invented'));
});

test('machine messages are counted by type and verdict', async () => {
  const machine = await new_machine(suite);
  const messages = [machine.count(1), machine.raw('evt/invented', '{}'), machine.raw('nothing', '{}')];
  const answer = await post_messages(suite, messages, { which: 0 });
  assert.equal(answer.status, 200, answer.text);
  const page = await scrape('catalog');
  assert.equal(value(page, 'machine_messages_total', { type: 'production-count', verdict: 'ok' }), 1);
  assert.equal(value(page, 'machine_messages_total', { type: 'other' }), 2);
  assert.ok(!page.includes('invented'));
  await becomes('catalog', 'dead_letters_open', {}, 2);
});

test('told events are counted by type where they are taken, and what waits where they are told', async () => {
  const taken = () => metric('catalog', 'events_consumed_total', { type: 'order.paid', outcome: 'applied' });
  const before_it = await taken();
  await suite.tell('payment_intent.succeeded', { order: await suite.orders.create() });
  await suite.eventually(async () => await taken() > before_it, 'order.paid is counted');
  await becomes('orders', 'relay_leader', {}, 1);
  assert.equal(await metric('catalog', 'events_consumed_total', { type: 'other', outcome: 'applied' }), 0);
  await suite.kill('catalog', 'SIGTERM');
  await suite.tell('payment_intent.succeeded', { order: await suite.orders.create() });
  await becomes('orders', 'outbox_deliveries', { destination: 'catalog', state: 'open' }, 1);
  await suite.eventually(async () => await metric('orders', 'outbox_deliveries_oldest_seconds', { destination: 'catalog', state: 'open' }) > 0.2, 'it gets older');
  await suite.restart('catalog');
  await becomes('orders', 'outbox_deliveries', { destination: 'catalog', state: 'open' }, 0);
});

test('subscriptions count as one destination, however many there are', async () => {
  for (const path of ['a', 'b']) {
    const answer = await suite.api('POST', '/api/v1/orders/subscriptions', { url: `https://127.0.0.1:9/${path}`, types: ['order.paid'] });
    assert.ok([201, 422].includes(answer.status), answer.text);
  }
  await suite.sql('orders', `insert into outbox (id, type, subject, version, data, routed_at) values ('evn_m', 'order.paid', 'ord_m', 1, '{}', now())`);
  await suite.sql('orders', `insert into event_deliveries (id, destination, seq, event_id, type, subject, state)
    select 'dlv_m' || n, 'sub_' || n, seq, id, type, subject, 'parked' from outbox, generate_series(1, 2) as n where id = 'evn_m'`);
  await becomes('orders', 'outbox_deliveries', { destination: 'subscriptions', state: 'parked' }, 2);
  assert.ok(!(await scrape('orders')).includes('sub_'));
});

test('each replica says the same of what is read from the database', async () => {
  const { order } = suite.event('payment_intent.succeeded');
  await suite.post(suite.event('payment_intent.succeeded', { order, amount: 1 }));
  const open = (which) => metric('payment', 'payment_events_open', {}, which);
  await suite.eventually(async () => await open(0) > 0 && await open(0) === await open(1), 'both say it');
});

test('who waits for a database connection is seen, and whoever waits in vain', async () => {
  assert.equal(await metric('orders', 'database_pool_size', { pool: 'service' }), 2);
  const order = await suite.orders.create();
  const client = new pg.Client({ connectionString: suite.postgres.url('orders') });
  await client.connect();
  await client.query('begin; lock table orders');
  const asked = Promise.all(Array.from({ length: 5 }, () => suite.api('GET', `/api/v1/orders/${order.id}`)));
  await suite.eventually(async () => await metric('orders', 'database_pool_waiting', { pool: 'service' }) >= 3, 'some wait');
  assert.equal(await metric('orders', 'database_pool_in_use', { pool: 'service' }), 2);
  await suite.eventually(async () => await metric('orders', 'database_pool_refused_total', { pool: 'service' }) >= 3, 'and give up');
  await client.query('rollback');
  await client.end();
  await asked;
  assert.ok(await metric('orders', 'database_pool_wait_seconds_total', { pool: 'service' }) > 3);
  await becomes('orders', 'database_pool_waiting', { pool: 'service' }, 0);
});

test('while every worker waits for the database and more requests than may be in line, a page is answered at once', async () => {
  const is_ready = () => suite.eventually(() => suite.gateway.knows_all('orders'), 'orders is ready');
  await is_ready();
  const order = await suite.orders.create();
  const client = new pg.Client({ connectionString: suite.postgres.url('orders') });
  await client.connect();
  await client.query('begin; lock table orders');
  const refused = await metric('orders', 'database_pool_refused_total', { pool: 'service' });
  const { url } = suite.instance('orders');
  const asked = Array.from({ length: 600 }, () => request(url, 'GET', `/api/v1/orders/${order.id}`, undefined, bearer(), { timeout_ms: 240_000, agent: kMany }));
  try {
    await suite.eventually(async () => (await fetch_page(url)).match(/^http_workers_refused_total\S* [1-9]/m), 'some are turned away');
    for (let i = 0; i < 15; ++i) {
      const page = await fetch_page(url);
      assert.equal(value(page, 'database_up'), 1);  // no connection is free: that is another matter
      await sleep(200);
    }
    assert.ok(await metric('orders', 'database_pool_refused_total', { pool: 'service' }) > refused);
  } finally {
    await client.query('rollback');
    await client.end();
  }
  assert.ok((await Promise.all(asked)).every(({ status }) => [200, 503].includes(status)));
  await is_ready();
});

test('a failing archive command is seen', async () => {
  const archive_by = async (command) => {
    await suite.sql('orders', `alter system set archive_command = '${command}'`);
    await suite.sql('orders', 'select pg_reload_conf()');
    await suite.sql('orders', 'create table if not exists filler as select 1');
    await suite.sql('orders', 'select pg_switch_wal()');
  };
  assert.equal(await metric('orders', 'database_archiver_failing'), 0);
  await archive_by('false');
  await becomes('orders', 'database_archiver_failing', {}, 1);
  assert.ok(await metric('orders', 'database_archiver_failed_total') >= 1);
  await archive_by('true');
  await becomes('orders', 'database_archiver_failing', {}, 0, { within_ms: 90_000 });
  assert.equal(await metric('mqtt-bridge', 'database_up'), undefined);  // it has none
});

test('without a database a page is answered at once, says so, and keeps what was known', async () => {
  await becomes('orders', 'database_up', {}, 1);
  const parked = await metric('orders', 'outbox_deliveries', { state: 'parked' });
  await suite.kill('postgres');
  await becomes('orders', 'database_up', {}, 0);
  const started = performance.now();
  assert.equal(await metric('orders', 'outbox_deliveries', { state: 'parked' }), parked);
  assert.ok(performance.now() - started < 1000);
  await suite.restart('postgres');
  for (const name of names.filter((one) => one !== 'mqtt-bridge')) await becomes(name, 'database_up', {}, 1);
});

test('a database that hangs is away, too', async () => {
  const backends = () => execFileSync('pgrep', ['-P', String(suite.postgres.program.pid)], { encoding: 'utf8' }).trim().split('\n').map(Number);
  const stopped = backends();
  for (const pid of stopped) process.kill(pid, 'SIGSTOP');
  try {
    await becomes('orders', 'database_up', {}, 0, { within_ms: 25_000 });
    const answer = await request(suite.instance('orders').url, 'GET', '/metrics');
    assert.ok(answer.took_ms < 1000, `${answer.took_ms} ms`);
  } finally {
    for (const pid of stopped) process.kill(pid, 'SIGCONT');
  }
  await becomes('orders', 'database_up', {}, 1);
});
