// What an operator does while it serves: restarts replicas one by one, reloads the gateway, migrates. No request fails.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { kEventsSecret, kRoot, kServiceToken, kWebhookSecretsKey, program_path } from '../support/services.mjs';
import { SteadyLoad } from '../support/steady_load.mjs';
import { start_suite } from '../support/suite.mjs';

const kReloads = 20;
// The drain is production's; deadlines are not what is tested, and this machine may be slow.
const patient = { DRAIN_MS: '1500', ORDERS_DEADLINE_MS: '5000', ANSWER_DEADLINE_MS: '8000' };

let suite;
before(async () => {
  suite = await start_suite({
    payment: 2, orders: 2, catalog: 2, gateway: 'between',
    env: { payment: patient, orders: patient, catalog: patient },
  });
});
after(() => suite?.stop());

// Does `work` while the load goes on, a moment before it and after it too; afterwards nothing has failed and all is settled.
async function under_load(name, work) {
  const load = await new SteadyLoad(suite).start(name);
  await sleep(1000);
  try {
    await work(load);
    await sleep(1000);
  } finally {
    await load.stop();
  }
  console.log(`${name}: ${load.answered} requests answered well, ${load.failures.length} not`);
  assert.deepEqual(load.failures, []);
  assert.ok(load.settled.length > 20, 'hardly any load');
  const [{ count }] = await suite.sql('orders', "select count(*) from orders where id = any($1) and payment_state = 'paid'", [load.settled]);
  assert.equal(count, load.settled.length, 'a webhook was answered 200 and its order is not paid');
}

// One after the other, with variables that are new.
async function restart_all(names, changed) {
  for (const name of names) {
    for (const instance of suite.instances[name]) {
      await instance.restart(changed);
      await suite.eventually(() => suite.gateway.knows_all(name), `the gateway has all of ${name}`);
    }
  }
}

test('every replica is restarted, one by one: no request fails', { timeout: 300_000 }, async () => {
  await under_load('restarts', () => restart_all(['payment', 'orders', 'catalog']));
});

test(`HAProxy is reloaded ${kReloads} times: no request fails`, { timeout: 300_000 }, async () => {
  await under_load('reloads', async () => {
    for (let times = 0; times < kReloads; ++times) await suite.gateway.reload();
  });
});

test('a migration is applied: no request fails', { timeout: 300_000 }, async () => {
  const folder = mkdtempSync(join(suite.folder, 'migrations-'));
  cpSync(join(kRoot, 'migrations/orders'), folder, { recursive: true });
  const last = Number(readdirSync(folder).filter((file) => file.endsWith('.sql')).sort().at(-1).slice(0, 4));
  const write = (number, name, sql) => writeFileSync(join(folder, `${String(last + number).padStart(4, '0')}_${name}.sql`), sql);
  write(1, 'colours', "ALTER TABLE orders ADD COLUMN colour text NOT NULL DEFAULT 'grey';\n");
  write(2, 'orders_by_colour', '-- no transaction\nCREATE INDEX CONCURRENTLY orders_by_colour ON orders (colour, id);\n');
  await under_load('migration', async () => {
    const env = { DATABASE_URL: suite.databases.orders.owner_url };
    const { stdout } = await promisify(execFile)(program_path('migrate'), [folder], { env });
    assert.match(stdout, /^2 applied/m);
  });
});

const make_key = () => randomBytes(32).toString('base64');

test('secrets are exchanged: no request fails, and the old ones are worth nothing afterwards', { timeout: 600_000 }, async () => {
  const old = { SERVICE_TOKEN: kServiceToken, EVENTS_SECRET: kEventsSecret, WEBHOOK_SECRETS_KEY: kWebhookSecretsKey };
  const young = { SERVICE_TOKEN: make_key(), EVENTS_SECRET: `whsec_${make_key()}`, WEBHOOK_SECRETS_KEY: make_key() };
  const pairs = (first, second) => Object.fromEntries(Object.keys(old).map((name) => [name, `${first[name]},${second[name]}`]));
  const subscriptions = '/api/v1/orders/subscriptions';
  const { json: { id } } = await suite.api('POST', subscriptions, { url: 'https://example.com/hook', types: ['order.paid'], enabled: false });
  const locked = async () => (await suite.sql('orders', 'select secret from subscriptions where id = $1', [id]))[0].secret;
  const as_old = await locked();
  await under_load('secrets', async () => {
    for (const stage of [pairs(old, young), pairs(young, old), young]) await restart_all(['catalog', 'orders', 'payment'], stage);
  });
  assert.notEqual(await locked(), as_old, 'it is locked with the old key still');
  assert.equal((await suite.api('POST', `${subscriptions}/${id}/test`)).status, 200, 'its secret opens with the new key');
  const ask = (token) => suite.api('POST', '/internal/v1/payment-facts', { facts: [] }, { authorization: `Bearer ${token}` }, { which: 0 });
  assert.equal((await ask(kServiceToken)).status, 401);
  assert.notEqual((await ask(young.SERVICE_TOKEN)).status, 401);
});

test("the password of a service's database is exchanged: no request fails", { timeout: 300_000 }, async () => {
  const password = 'another-password-of-orders';
  const [old, young] = [suite.databases.orders.url, suite.postgres.url('orders', 'orders', password)];
  await under_load('database password', async () => {
    await restart_all(['orders'], { DATABASE_URL: `${old} ${young}` });
    await promisify(execFile)(join(kRoot, 'migrations/provision.sh'), ['orders'], { env: { PATH: process.env.PATH,
      PGHOST: '127.0.0.1', PGPORT: String(suite.postgres.port), PGUSER: 'postgres', PGPASSWORD: suite.postgres.password,
      SERVICE_PASSWORD: password, OWNER_PASSWORD: 'orders-owner-of-a-test' } });
    await restart_all(['orders'], { DATABASE_URL: young });
  });
});
