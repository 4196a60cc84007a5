// Machine events from the first PUBLISH to the last committed row, beside what the broker and PostgreSQL do alone.
//
// Environment: BENCH_EVENTS (50000), BENCH_MACHINES (8), BENCH_WINDOW (100), BENCH_ROUNDS (3), QUITTANCE_BUILD (build/release).
import { execFile, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { kBridgeUser, password_of } from '../support/mosquitto.mjs';
import { program_path } from '../support/services.mjs';
import { start_suite } from '../support/suite.mjs';
import { rss_mib } from './processes_cost.mjs';

const kEvents = Number(process.env.BENCH_EVENTS ?? 50_000);
const kMachines = Number(process.env.BENCH_MACHINES ?? 8);
const kWindow = Number(process.env.BENCH_WINDOW ?? 100);
const kRounds = Number(process.env.BENCH_ROUNDS ?? 3);
const kTwiceEvery = 100;

const run = promisify(execFile);
const numbers = Array.from({ length: kMachines }, (_, i) => i + 1);
const events_of = (number) => Math.floor(kEvents / kMachines) + (number <= kEvents % kMachines ? 1 : 0);
const kSent = numbers.reduce((sum, number) => sum + events_of(number) + Math.floor(events_of(number) / kTwiceEvery), 0);
const per_second = (count, from_us, to_us) => Math.round(count / ((to_us - from_us) / 1e6));
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

const machines_args = (broker) => ['--port', String(broker.port), '--password-suffix', password_of('')];
async function publish(broker) {
  const { stdout } = await run(program_path('machines'), [...machines_args(broker), 'publish', '--machines', String(kMachines),
    '--events', String(kEvents), '--window', String(kWindow), '--twice-every', String(kTwiceEvery)]);
  return JSON.parse(stdout);
}

// Messages a second that the broker hands to a subscriber that forgets them.
async function raw_broker(broker) {
  const subscriber = spawn(program_path('machines'), [...machines_args(broker), 'subscribe', '--user', kBridgeUser, '--expect', String(kSent)],
    { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: subscriber.stdout })[Symbol.asyncIterator]();
  await lines.next();  // ready
  const { from_us } = await publish(broker);
  const { to_us, messages } = JSON.parse((await lines.next()).value);
  return per_second(messages, from_us, to_us);
}

async function new_suite() {
  const suite = await start_suite({ payment: 0, orders: 0, catalog: 1, bridge: 1, machines: numbers.map((n) => `press-${n}`),
    env: { 'mqtt-bridge': { ACK_INTERVAL_MS: 200, COMMAND_POLL_MS: 500, BACKOFF_MAX_MS: 10_000 } } });
  for (const n of numbers) {
    for (const [path, body] of [['parts', { number: `PN-${n}`, name: 'A plate', unit: 'H87' }],
      ['machines', { name: `press-${n}`, site: 'lyon', area: 'pressing', line: 'line-1' }]]) {
      const answer = await suite.api('POST', `/api/v1/catalog/${path}`, body);
      if (answer.status !== 201) throw new Error(answer.text);
    }
  }
  return suite;
}

// Events a second until every row is committed and the stock adds up; and how many were waiting when the last PUBACK left.
async function pipeline(suite, memory) {
  const watch = setInterval(() => {
    memory.bridge.push(rss_mib(suite.instance('mqtt-bridge').program.pid));
    memory.catalog.push(rss_mib(suite.instance('catalog').program.pid));
  }, 200);
  try {
    const { from_us } = await publish(suite.broker);
    for (;;) {
      const [{ stock }] = await suite.sql('catalog', 'select coalesce(sum(on_hand_micro), 0)::bigint / 1000000 as stock from stock');
      if (Number(stock) >= kEvents) break;
      await sleep(10);
    }
    const to_us = Date.now() * 1000;
    const [{ rows, different }] = await suite.sql('catalog',
      'select count(*)::int as rows, count(distinct (machine, boot, seq))::int as different from production_events');
    const [{ letters }] = await suite.sql('catalog', 'select count(*)::int as letters from dead_letters');
    if (rows !== kEvents || different !== kEvents || letters !== 0) throw new Error(`${rows} rows of ${kEvents}, ${different} different, ${letters} dead letters`);
    return per_second(kEvents, from_us, to_us);
  } finally {
    clearInterval(watch);
  }
}

// pgbench on the same tables, by as many clients as there are machines unless said otherwise.
async function pgbench(suite, name, script, { clients = kMachines, rows = 1 } = {}) {
  const file = join(suite.folder, `${name}.pgbench`);
  writeFileSync(file, script);
  const { stdout } = await run('pgbench', ['--no-vacuum', '-M', 'prepared', '-f', file, '-c', String(clients), '-j', '2', '-T', '5',
    '-D', 'n=0', suite.postgres.url('catalog')]);
  return Math.round(Number(stdout.match(/tps = ([\d.]+)/)[1]) * rows);
}

const kColumns = 'machine, boot, seq, type, ts, received_at, data';
const kMachine = "'press-' || (:client_id + 1)::text";
const kPart = "'PN-' || (:client_id + 1)::text";
const row = (seq) => `${kMachine}, 2, ${seq}, 'production-count', now(), now(),
  '{"work_order":"WO-20261121-17","part":"PN-1","rev":"C","good_total":1204,"scrap_total":7,"unit":"H87"}'`;

// All that one event does, in one statement: its fastest form.
const kJob = `\\set n :n + 1
WITH event AS (INSERT INTO production_events (${kColumns}) VALUES (${row(':n')})),
boot AS (INSERT INTO machine_boots (machine, boot, first_seq, last_seq) VALUES (${kMachine}, 2, 1, :n)
         ON CONFLICT (machine, boot) DO UPDATE SET last_seq = excluded.last_seq),
counter AS (INSERT INTO production_counters (machine, boot, part, revision, work_order, good_total_micro, scrap_total_micro)
            VALUES (${kMachine}, 2, ${kPart}, 'C', 'WO-20261121-17', :n, 7)
            ON CONFLICT (machine, boot, part, revision, work_order) DO UPDATE SET good_total_micro = excluded.good_total_micro),
hour AS (INSERT INTO production_hours (part, machine, hour, good_micro, scrap_micro)
         VALUES (${kPart}, ${kMachine}, date_trunc('hour', now()), 1, 0)
         ON CONFLICT (part, machine, hour) DO UPDATE SET good_micro = production_hours.good_micro + 1),
news AS (UPDATE machines SET boot = 2, last_seq = :n, last_seen_at = now() WHERE name = ${kMachine}),
balance AS (UPDATE stock SET on_hand_micro = on_hand_micro + 1, updated_at = now() WHERE item = 'part:' || ${kPart})
INSERT INTO stock_movements (id, item, kind, on_hand_micro, reserved_micro, machine, boot, from_seq, to_seq)
VALUES (gen_random_uuid()::text, 'part:' || ${kPart}, 'produce', 1, 0, ${kMachine}, 2, :n, :n);
`;
const kInsert = `\\set n :n + 1
INSERT INTO production_events (${kColumns}) VALUES (${row(':n')});
`;
const kMultiRow = `\\set n :n + 500
INSERT INTO production_events (${kColumns}) SELECT ${row(':n + i')} FROM generate_series(1, 500) AS i;
`;

async function round(memory) {
  const suite = await new_suite();
  try {
    await suite.instance('mqtt-bridge').stop();
    const raw = await raw_broker(suite.broker);
    await suite.instance('mqtt-bridge').start();
    const through = await pipeline(suite, memory);
    const job = await pgbench(suite, 'job', kJob);
    const insert = await pgbench(suite, 'insert', kInsert);
    const many = await pgbench(suite, 'many', kMultiRow, { clients: 1, rows: 500 });
    console.log(`| ${[raw, many, insert, job, through, (through / raw).toFixed(2), (through / job).toFixed(1), (through / insert).toFixed(1)].join(' | ')} |`);
    return { raw, through, job, insert };
  } finally {
    await suite.stop();
  }
}

console.log(`${kEvents} events of 250 bytes, ${kMachines} machines at QoS 1, ${kWindow} in flight each, every ${kTwiceEvery}th sent twice\n`);
console.log('| raw broker/s | insert of 500 rows, rows/s | bare insert per transaction/s | whole event per transaction/s | machines to committed rows/s | of raw broker | of whole event | of bare insert |');
console.log('|---|---|---|---|---|---|---|---|');
const memory = { bridge: [], catalog: [] };
const results = [];
for (let i = 0; i < kRounds; ++i) results.push(await round(memory));
const of = (ratio) => median(results.map(ratio)).toFixed(2);
console.log(`\nmedian: ${of(({ through, raw }) => through / raw)} of the raw broker (goal 0.6), ${of(({ through, job }) => through / job)} times pgbench with one event per transaction (goal 6), ` +
  `${of(({ through, insert }) => through / insert)} times its bare insert`);
for (const [name, samples] of Object.entries(memory)) {
  console.log(`${name}: RSS at most ${Math.max(...samples).toFixed(1)} MiB`);
}
