// The webhook job under load, straight at payment and through the gateway, beside pgbench doing the same SQL.
//
// Environment: BENCH_SECONDS (6) of each cell, BENCH_CONNECTIONS (1,16,64,256), BENCH_PATHS (payment,gateway),
// WEBHOOK_WORKERS, BATCH_MAX and LOG_LEVEL of payment, QUITTANCE_BUILD (build/release).
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { insert_orders } from '../support/bulk_orders.mjs';
import { kWebhookSecret, program_path } from '../support/services.mjs';
import { payload_of, stripe_event } from '../support/stripe.mjs';
import { start_suite } from '../support/suite.mjs';
import { create_baseline, measure_baseline } from './baseline.mjs';
import { cpu_seconds, rss_mib } from './processes_cost.mjs';

const kSeconds = Number(process.env.BENCH_SECONDS ?? 6);
const kConnections = (process.env.BENCH_CONNECTIONS ?? '1,16,64,256').split(',').map(Number);
const kPaths = (process.env.BENCH_PATHS ?? 'payment,gateway').split(',');
const kWarmUpSeconds = 1;
const kMaxPerSecond = 12_000;  // orders prepared: more than any machine this was tried on settles
const kBodyBytes = 3000;

const run = promisify(execFile);

// As large as Stripe's own with a customer, a shipping address and a few metadata.
function event_template() {
  const build = (padding) => payload_of(stripe_event('payment_intent.succeeded', {
    amount: 4200, currency: 'eur', payment: '{{payment}}', charge: '{{charge}}',
    metadata: { order_id: '{{order}}', cart: 'cart_0193a5d2', channel: 'web', campaign: 'autumn', note: 'x'.repeat(padding) },
    event: { id: '{{event}}' },
    object: {
      customer: 'cus_QXg1hqf4jFNsqG', description: 'Order of a thing', payment_method: 'pm_1PgafyB7WZ01zgkWJ2v3',
      receipt_email: 'ada@example.com',
      shipping: { name: 'Ada Example', phone: null, carrier: null, tracking_number: null,
        address: { line1: '1 Main Street', line2: null, city: 'Paris', postal_code: '75001', state: null, country: 'FR' } },
    },
  }));
  return build(Math.max(0, kBodyBytes - Buffer.byteLength(build(0))));
}

class Bench {
  constructor(suite) {
    this.suite = suite;
    this.template = event_template();
    this.acknowledged = new Set();
    this.rows = [];
    this.rss = { payment: 0, orders: 0 };
    this.template_file = join(suite.folder, 'event.json');
    writeFileSync(this.template_file, this.template);
  }

  #pids() {
    const { suite } = this;
    return [suite.instance('payment').program.pid, suite.instance('orders').program.pid, suite.postgres.program.pid];
  }

  #cpu() {
    return this.#pids().reduce((sum, pid) => sum + cpu_seconds(pid), 0);
  }

  async #watch_memory(work) {
    const timer = setInterval(() => {
      for (const name of Object.keys(this.rss)) {
        this.rss[name] = Math.max(this.rss[name], rss_mib(this.suite.instance(name).program.pid));
      }
    }, 200);
    try {
      return await work();
    } finally {
      clearInterval(timer);
    }
  }

  async load(path, connections) {
    const { suite } = this;
    const name = `${path}${connections}`;
    const [orders_file, acknowledged_file] = ['orders', 'acknowledged'].map((what) => join(suite.folder, `${what}-${name}`));
    const count = Math.ceil((kSeconds + kWarmUpSeconds) * kMaxPerSecond);
    writeFileSync(orders_file, (await insert_orders(suite.postgres, name, count)).join('\n'));
    await suite.sql('orders', 'analyze');
    await suite.sql('payment', 'analyze');
    await suite.sql('postgres', 'checkpoint');
    const port = path === 'gateway' ? suite.gateway.port : suite.instance('payment').port;
    const args = { port, template: this.template_file, orders: orders_file, acknowledged: acknowledged_file,
      secret: kWebhookSecret, run: `bench${name}`, connections, seconds: kSeconds, 'warm-up': kWarmUpSeconds };
    const cpu_before = this.#cpu();
    const { stdout } = await this.#watch_memory(() =>
      run(program_path('load'), Object.entries(args).flatMap(([key, value]) => [`--${key}`, String(value)])));
    const result = JSON.parse(stdout);
    const settled = readFileSync(acknowledged_file, 'utf8').split('\n').filter(Boolean);
    for (const id of settled) this.acknowledged.add(id);
    return { ...result, cpu_us: ((this.#cpu() - cpu_before) / settled.length) * 1e6 };
  }

  async measure(connections) {
    await this.suite.sql('postgres', 'checkpoint');
    const baseline = await measure_baseline(this.suite.postgres, {
      clients: connections, seconds: kSeconds, body: this.template, max_orders: kSeconds * kMaxPerSecond });
    for (const path of kPaths) {
      const result = await this.load(path, connections);
      this.rows.push({ path, connections, baseline, ratio: result.per_second / baseline, ...result });
      print_row(this.rows.at(-1));
    }
  }

  // Every 200 is in both databases exactly once.
  async verify() {
    await this.suite.settled(60_000);
    const events = await this.suite.sql('payment', 'select id, provider_event_id, status from events');
    const facts = await this.suite.sql('orders', 'select event_id, count(*) as n from payment_facts group by 1');
    const fact_count = new Map(facts.map(({ event_id, n }) => [event_id, n]));
    const by_provider_id = Map.groupBy?.(events, (e) => e.provider_event_id) ?? group(events);
    const wrong = [...this.acknowledged].filter((id) => {
      const stored = by_provider_id.get(id) ?? [];
      return stored.length !== 1 || stored[0].status !== 'applied' || fact_count.get(stored[0].id) !== 1;
    });
    const [{ paid }] = await this.suite.sql('orders', "select count(*) as paid from orders where payment_state = 'paid' and paid_minor = 4200");
    if (wrong.length || paid < this.acknowledged.size || paid !== facts.length) {
      throw new Error(`${wrong.length} events answered 200 are not applied exactly once; ${paid} orders paid, ` +
        `${facts.length} facts, ${this.acknowledged.size} events answered 200; e.g. ${wrong.slice(0, 3)}`);
    }
    console.log(`\n${this.acknowledged.size} webhooks were answered 200; each is in both databases exactly once.`);
  }
}

function group(events) {
  const groups = new Map();
  for (const event of events) groups.set(event.provider_event_id, [...(groups.get(event.provider_event_id) ?? []), event]);
  return groups;
}

const kColumns = ['at', 'connections', 'webhooks/s', 'p50 ms', 'p99 ms', 'CPU µs each', 'pgbench/s', 'ratio', 'not 200'];
const print_cells = (cells) => console.log(cells.map((cell, i) => String(cell).padStart(kColumns[i].length + 2)).join(''));

function print_row(row) {
  const { 200: good, ...bad } = row.by_status;
  print_cells([row.path, row.connections, row.per_second.toFixed(0), row.p50_ms.toFixed(1), row.p99_ms.toFixed(1),
    row.cpu_us.toFixed(0), row.baseline.toFixed(0), row.ratio.toFixed(2), Object.keys(bad).length ? JSON.stringify(bad) : '-']);
  if (row.ran_out) console.log('  ran out of prepared orders: the time measured is shorter');
}

function print_goals({ rows, rss }) {
  const direct = (connections) => rows.find((row) => row.path === 'payment' && row.connections === connections);
  const goals = [
    ['ratio at 1 connection at least 0.5', direct(1)?.ratio, (v) => v >= 0.5],
    ['ratio at 64 connections at least 1.5', direct(64)?.ratio, (v) => v >= 1.5],
    ['ratio at 256 connections at least 1.5', direct(256)?.ratio, (v) => v >= 1.5],
    ['p99 at 64 connections under 60 ms', direct(64)?.p99_ms, (v) => v < 60],
    ['RSS of payment under 64 MiB', rss.payment, (v) => v < 64],
    ['RSS of orders under 64 MiB', rss.orders, (v) => v < 64],
  ];
  console.log('');
  for (const [what, value, met] of goals) {
    if (value !== undefined) console.log(`${met(value) ? 'met   ' : 'MISSED'}  ${what}: ${value.toFixed(2)}`);
  }
}

const chosen = Object.fromEntries(['WEBHOOK_WORKERS', 'BATCH_MAX', 'LOG_LEVEL'].filter((name) => process.env[name])
  .map((name) => [name, process.env[name]]));
const production = { ORDERS_DEADLINE_MS: 2000, ANSWER_DEADLINE_MS: 8000, ORDER_GRACE_MS: 300_000, BACKOFF_INITIAL_MS: 1000,
  BACKOFF_MAX_MS: 300_000, ...chosen };
const suite = await start_suite({ gateway: kPaths.includes('gateway'), env: { payment: production }, postgres: { max_connections: 400 } });
try {
  await create_baseline(suite.postgres);
  const bench = new Bench(suite);
  console.log(`${kBodyBytes}-byte events, 1 % repeated, ${kSeconds} s a cell, ${availableParallelism()} cores shared by client, ` +
    'services and PostgreSQL; fsync and synchronous_commit on\n');
  print_cells(kColumns);
  for (const connections of kConnections) await bench.measure(connections);
  print_goals(bench);
  await bench.verify();
} finally {
  await suite.stop();
}
