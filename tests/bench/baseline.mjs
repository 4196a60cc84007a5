// pgbench doing the SQL of the webhook job, one transaction per step: what the services are measured against.
//
// Both schemas live in one database here, because pgbench talks to one; they share the server, its WAL and its settings
// with the databases of the services, so that only the way of asking differs.
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { insert_orders } from '../support/bulk_orders.mjs';
import { kRoot, program_path } from '../support/services.mjs';

const kDatabase = 'baseline';
const kScript = fileURLToPath(new URL('baseline.pgbench', import.meta.url));
const kWarmUpSeconds = 2;  // each client plans its statements in its first transaction
const run = promisify(execFile);
const mean = (numbers) => numbers.reduce((a, b) => a + b, 0) / numbers.length;

export async function create_baseline(postgres) {
  await postgres.query('postgres', `create database ${kDatabase}`);
  for (const schema of ['payment', 'orders']) {
    await postgres.query(kDatabase, `create schema ${schema}`);
    execFileSync(program_path('migrate'), [join(kRoot, 'migrations', schema)], {
      env: { DATABASE_URL: postgres.url(kDatabase), PGOPTIONS: `-c search_path=${schema}` }, stdio: 'pipe',
    });
  }
}

// Webhooks a second, with so many clients.
export async function measure_baseline(postgres, { clients, seconds, body, max_orders }) {
  const name = `baseline-${clients}`;
  await insert_orders(postgres, name, max_orders, kDatabase, 'orders');
  await postgres.query(kDatabase, 'analyze');
  const variables = { run: createHash('md5').update(name).digest('hex').slice(0, 8), n: 0, body,
    orders_each: Math.floor(max_orders / clients) };
  const { stdout, stderr } = await run('pgbench', ['--no-vacuum', '-M', 'prepared', '-f', kScript, '-c', String(clients),
    '-j', String(Math.min(clients, 2)), '-T', String(seconds + kWarmUpSeconds), '--progress=1',
    ...Object.entries(variables).flatMap(([key, value]) => ['-D', `${key}=${value}`]),
    postgres.url(kDatabase)]);
  const failed = Number(stdout.match(/failed transactions: (\d+)/)?.[1] ?? 0);
  const [{ paid }] = await postgres.query(kDatabase,
    "select count(*) as paid from orders.orders where payment_state = 'paid' and id like 'ord_' || $1 || '%'", [variables.run]);
  const processed = Number(stdout.match(/actually processed: (\d+)/)[1]);
  if (failed || Number(paid) !== processed) throw new Error(`pgbench: ${paid} orders paid of ${processed}\n${stdout}`);
  return mean([...stderr.matchAll(/^progress: [\d.]+ s, ([\d.]+) tps/gm)].slice(kWarmUpSeconds).map(([, tps]) => Number(tps)));
}
