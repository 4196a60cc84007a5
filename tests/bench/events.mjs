// Events from outbox rows to effects in a consumer, through HTTP and through RabbitMQ, beside what PostgreSQL alone does.
//
// Environment: BENCH_TOLD (50000 events a round), BENCH_ROUNDS (3), BENCH_RATE (100 changes a second for the time from change to
// effect), BENCH_SECONDS (6), QUITTANCE_BUILD (build/release).
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { cpu_seconds } from './processes_cost.mjs';
import { start_peers } from '../support/peers.mjs';
import { RabbitMq } from '../support/rabbitmq.mjs';

const kPublished = Number(process.env.BENCH_TOLD ?? 50_000);
const kRounds = Number(process.env.BENCH_ROUNDS ?? 3);
const kRate = Number(process.env.BENCH_RATE ?? 100);
const kSeconds = Number(process.env.BENCH_SECONDS ?? 6);
const kSubjects = 5000;

const run = promisify(execFile);
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

const folder = mkdtempSync(join(tmpdir(), 'quittance-bench-'));
const broker = new RabbitMq(folder);
await broker.create();
const peers = await start_peers({
  // Both ways end in the same kind of consumer: the inbox with a row and an effect for each event.
  http: { env: { RELAY_POLL_MS: 500 } },
  amqp: { env: { AMQP_URL: broker.url, AMQP_BINDINGS: 'bench.amqp' } },
  teller: {
    sinks: (at) => `http bench.http ${at('http')}; amqp bench.amqp ${broker.url}`,
    env: { RELAY_POLL_MS: 200, EVENTS_DEADLINE_MS: 30_000 },
  },
});

// What telling needs, at once: rows as `tell` writes them.
const insert_rows = (type) => peers.sql('teller', `
  insert into outbox (id, type, subject, version, traceparent, data)
  select 'evn_' || replace(gen_random_uuid()::text, '-', ''), $1, 'thing_' || n % $3, n / $3 + 1,
         '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', jsonb_build_object('order', n, 'note', repeat('x', 400))
    from generate_series(0, $2 - 1) as n`, [type, kPublished, kSubjects]);

const count_effects = async (name) => (await peers.sql(name, 'select count(*)::int from effects'))[0].count;

// Seconds of CPU of all that takes part: PostgreSQL for both sides, the teller, the consumer, and the broker when it does.
const cpu = (name) => [peers.postgres.program, peers.instance('teller').program, peers.instance(name).program,
  ...(name === 'amqp' ? [broker.program] : [])].reduce((sum, program) => sum + cpu_seconds(program.pid), 0);

// Events a second from the first row to the last effect, and what one costs.
async function throughput(name, type) {
  await peers.sql(name, 'truncate effects, inbox');
  await peers.sql('teller', 'truncate outbox, event_deliveries');
  const [started, cpu_before] = [performance.now(), cpu(name)];
  await insert_rows(type);
  const told = performance.now();
  while (await count_effects(name) < kPublished) await sleep(100);
  const cpu_us = (cpu(name) - cpu_before) * 1e6 / kPublished;
  const seconds = (performance.now() - started) / 1000;
  const [{ wrong }] = await peers.sql(name, `select count(*)::int as wrong from (
    select subject, version, lag(version) over (partition by subject order by position) as before from effects) as e
    where version <> coalesce(before, 0) + 1`);
  if (wrong) throw new Error(`${wrong} effects out of order`);
  return { per_s: kPublished / seconds, inserting_ms: told - started, cpu_us };
}

// One transaction for each event, with the consumer's two rows, by so many clients: what PostgreSQL does without us.
async function baseline(clients) {
  const script = join(folder, 'effect.pgbench');
  writeFileSync(script, `\\set n random(1, 1000000000)
BEGIN;
INSERT INTO inbox (source, id, type) VALUES ('/teller', 'evn_' || gen_random_uuid(), 'bench.http') ON CONFLICT DO NOTHING;
INSERT INTO effects (event_id, subject, version, published_at) VALUES ('evn_' || :n, 'thing_' || :n, 1, now());
COMMIT;
`);
  const cpu_before = cpu_seconds(peers.postgres.program.pid);
  const { stdout } = await run('pgbench', ['--no-vacuum', '-M', 'prepared', '-f', script, '-c', String(clients), '-j', '2', '-T', String(kSeconds),
    peers.postgres.url('http')]);
  const cpu_us = (cpu_seconds(peers.postgres.program.pid) - cpu_before) * 1e6 / Number(stdout.match(/actually processed: (\d+)/)[1]);
  return { per_s: Number(stdout.match(/tps = ([\d.]+)/)[1]), cpu_us };
}

// From the change (published_at) to the effect (applied_at) of one event at a time; one clock.
async function latency(name, type) {
  await peers.sql(name, 'truncate effects, inbox');
  const until = performance.now() + kSeconds * 1000;
  let changes = 0;
  while (performance.now() < until) {
    const at = performance.now();
    await peers.change('teller', [`one_${changes++ % 500}`], { type, data: { note: 'x'.repeat(400) } });
    await sleep(Math.max(0, 1000 / kRate - (performance.now() - at)));
  }
  while (await count_effects(name) < changes) await sleep(20);
  const [row] = await peers.sql(name, `select percentile_cont(array[0.5, 0.99]) within group (
    order by extract(epoch from applied_at - published_at)::float8 * 1000) as ms from effects`);
  return { changes, p50_ms: row.ms[0], p99_ms: row.ms[1] };
}

try {
  const alone = [await baseline(1), await baseline(8)];
  const shown = ({ per_s, cpu_us }) => `${Math.round(per_s)} /s, ${Math.round(cpu_us)} µs of CPU each`;
  console.log(`a transaction for each event, PostgreSQL alone: ${shown(alone[0])} (1 client); ${shown(alone[1])} (8 clients)`);
  for (const [name, type] of [['http', 'bench.http'], ['amqp', 'bench.amqp']]) {
    const rounds = [];
    for (let i = 0; i < kRounds; ++i) rounds.push(await throughput(name, type));
    const per_s = median(rounds.map((round) => round.per_s));
    const cpu_us = median(rounds.map((round) => round.cpu_us));
    console.log(`${name}: ${rounds.map((round) => Math.round(round.per_s)).join(', ')} events/s of ${kPublished} (median ${Math.round(per_s)}), `
      + `${Math.round(cpu_us)} µs of CPU each; ${(per_s / alone[1].per_s).toFixed(2)} × PostgreSQL alone with 8 clients; `
      + `inserting took ${Math.round(median(rounds.map((round) => round.inserting_ms)))} ms of it`);
    const { changes, p50_ms, p99_ms } = await latency(name, type);
    console.log(`${name}: change to effect at ${Math.round(changes / kSeconds)} changes/s: p50 ${p50_ms.toFixed(1)} ms, p99 ${p99_ms.toFixed(1)} ms`);
  }
} finally {
  await peers.stop().catch((error) => console.error(error.message));
  await broker.stop();
  rmSync(folder, { recursive: true, force: true });
}
