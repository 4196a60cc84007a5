// The migration runner and the provisioning, against a real PostgreSQL.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { Postgres } from '../support/postgres.mjs';
import { eventually } from '../support/processes.mjs';
import { kRoot, program_path } from '../support/services.mjs';

const root = mkdtempSync(join(tmpdir(), 'quittance-migrate-'));
chmodSync(root, 0o755);
const postgres = new Postgres(root);
let databases = 0;

before(() => postgres.create());
after(async () => {
  await postgres.stop();
  rmSync(root, { recursive: true, force: true });
});

function run(command, args, env) {
  return new Promise((resolve) => {
    execFile(command, args, { timeout: 60_000, env: { PATH: process.env.PATH, ...env } }, (error, stdout, stderr) => {
      resolve({ code: error ? error.code : 0, stdout, stderr });
    });
  });
}

function provision(service) {
  return run(join(kRoot, 'migrations/provision.sh'), [service], {
    PGHOST: '127.0.0.1', PGPORT: String(postgres.port), PGUSER: 'postgres', PGPASSWORD: postgres.password,
    OWNER_PASSWORD: 'owner-of-a-test', SERVICE_PASSWORD: 'service-of-a-test',
  });
}

// A provisioned database and a folder of migrations, both new.
async function workplace(files) {
  const name = `service_${++databases}`;
  const folder = mkdtempSync(join(root, 'sql-'));
  const place = {
    name,
    write: (more) => Object.entries(more).forEach(([file, sql]) => writeFileSync(join(folder, file), sql)),
    remove: (file) => rmSync(join(folder, file)),
    migrate: (...options) => run(program_path('migrate'), [folder, ...options],
      { DATABASE_URL: postgres.url(name, `${name}_owner`, 'owner-of-a-test') }),
    sql: (statement) => postgres.query(name, statement),
    connect: async (role = `${name}_owner`) => {
      const password = role === name ? 'service-of-a-test' : 'owner-of-a-test';
      const client = new pg.Client({ connectionString: postgres.url(name, role, password) });
      await client.connect();
      return client;
    },
    tables: async () => (await postgres.query(name,
      "select tablename from pg_tables where schemaname = 'public' order by 1")).map((row) => row.tablename),
  };
  assert.equal((await provision(name)).code, 0);
  place.write(files);
  return place;
}

test('applies every file in order, once, and says so', async () => {
  const place = await workplace({
    '0001_orders.sql': 'CREATE TABLE orders (id text PRIMARY KEY);',
    '0002_lines.sql': 'CREATE TABLE lines (order_id text REFERENCES orders);',
  });
  const first = await place.migrate();
  assert.equal(first.code, 0, first.stderr);
  assert.match(first.stdout, /0001_orders\.sql {2}applied in \d+ ms\n0002_lines\.sql {2}applied/);
  assert.deepEqual(await place.tables(), ['lines', 'orders', 'schema_migrations']);
  const second = await place.migrate();
  assert.equal(second.code, 0);
  assert.match(second.stdout, /^0 applied/);
});

test('looks without changing anything when asked to', async () => {
  const place = await workplace({ '0001_orders.sql': 'CREATE TABLE orders ();' });
  assert.match((await place.migrate('--dry-run')).stdout, /would apply 0001_orders\.sql/);
  assert.match((await place.migrate('--status')).stdout, /0001_orders\.sql {2}pending/);
  assert.deepEqual(await place.tables(), []);
});

test('leaves nothing half-done when a file fails, and names the file and the fault', async () => {
  const place = await workplace({
    '0001_orders.sql': 'CREATE TABLE orders ();',
    '0002_broken.sql': 'CREATE TABLE lines ();\nINSERT INTO nowhere VALUES (1);',
  });
  const failed = await place.migrate();
  assert.equal(failed.code, 1);
  assert.match(failed.stderr, /0002_broken\.sql failed \[42P01\].*"nowhere" does not exist[^]*LINE 2/);
  assert.deepEqual(await place.tables(), ['orders', 'schema_migrations']);

  place.write({ '0002_broken.sql': 'CREATE TABLE lines ();' });
  assert.match((await place.migrate()).stdout, /^0002_broken\.sql {2}applied/);
});

for (const [what, change, complaint] of [
  ['was edited', (place) => place.write({ '0001_orders.sql': 'CREATE TABLE other ();' }), /0001_orders\.sql: was edited after/],
  ['is gone', (place) => place.remove('0002_lines.sql'), /0002_lines\.sql: applied at .*, but the file is gone/],
  ['has a gap before it', (place) => place.write({ '0004_more.sql': 'SELECT 1' }), /0004_more\.sql: version 0003 is missing/],
  ['has the version of another', (place) => place.write({ '0002_again.sql': 'SELECT 1' }), /another file has version 0002/],
  ['has no version', (place) => place.write({ 'hurry.sql': 'SELECT 1' }), /a migration's name is NNNN_what\.sql/],
  ['commits by itself', (place) => place.write({ '0003_more.sql': 'SELECT 1;\nCOMMIT;' }), /begins or ends a transaction/],
]) {
  test(`refuses everything when a file ${what}`, async () => {
    const place = await workplace({ '0001_orders.sql': 'CREATE TABLE orders ();', '0002_lines.sql': 'CREATE TABLE lines ();' });
    assert.equal((await place.migrate()).code, 0);
    change(place);
    const refused = await place.migrate();
    assert.notEqual(refused.code, 0);
    assert.match(refused.stderr, complaint);
    assert.deepEqual(await place.tables(), ['lines', 'orders', 'schema_migrations']);
  });
}

test('two runners at once apply each file once', async () => {
  const place = await workplace({
    '0001_slow.sql': "CREATE TABLE orders (); SELECT pg_sleep(0.5);",
    '0002_lines.sql': 'CREATE TABLE lines ();',
  });
  const runs = await Promise.all([place.migrate(), place.migrate(), place.migrate()]);
  assert.deepEqual(runs.map((one) => one.code), [0, 0, 0], runs.map((one) => one.stderr).join());
  assert.deepEqual(runs.map((one) => Number(one.stdout.match(/(\d) applied/)[1])).sort(), [0, 0, 2]);
  assert.match(runs.map((one) => one.stdout).join(), /another migrate is at work/);
});

test('two runners at once build an index concurrently without waiting for each other for ever', async () => {
  const place = await workplace({
    '0001_orders.sql': 'CREATE TABLE orders (id text);',
    '0002_index.sql': '-- no transaction\nCREATE INDEX CONCURRENTLY orders_id ON orders (id)',
  });
  const runs = await Promise.all([place.migrate(), place.migrate()]);
  assert.deepEqual(runs.map((one) => one.code), [0, 0], runs.map((one) => one.stderr).join());
});

test('lets serving sessions by while a long transaction holds the table, and applies when it ends', async () => {
  const place = await workplace({ '0001_orders.sql': "CREATE TABLE orders (id text); INSERT INTO orders VALUES ('a');" });
  assert.equal((await place.migrate()).code, 0);
  const holder = await place.connect(place.name);
  await holder.query('BEGIN');
  await holder.query('SELECT * FROM orders');

  place.write({ '0002_note.sql': 'ALTER TABLE orders ADD COLUMN note text;' });
  const migration = place.migrate('--lock-timeout-ms', '200');
  await eventually(async () => (await place.sql("select 1 from pg_locks where not granted and mode = 'AccessExclusiveLock'")).length,
    'the migration waits for the table', { every_ms: 5 });
  const server = await place.connect(place.name);
  const started = performance.now();
  await server.query('SELECT * FROM orders');
  assert.ok(performance.now() - started < 1000, 'a reader waited for the migration');

  await new Promise((done) => setTimeout(done, 500));
  await holder.query('COMMIT');
  const done = await migration;
  assert.equal(done.code, 0, done.stderr);
  assert.match(done.stdout, /a lock is held by others; trying again/);
  await Promise.all([holder.end(), server.end()]);
});

test('gives up after its tries and leaves everything as it was', async () => {
  const place = await workplace({ '0001_orders.sql': 'CREATE TABLE orders ();' });
  assert.equal((await place.migrate()).code, 0);
  const holder = await place.connect();
  await holder.query('BEGIN; LOCK TABLE orders');
  place.write({ '0002_lines.sql': 'CREATE TABLE lines (); ALTER TABLE orders ADD COLUMN note text;' });
  const failed = await place.migrate('--lock-timeout-ms', '50', '--tries', '3');
  assert.equal(failed.code, 1);
  assert.match(failed.stderr, /0002_lines\.sql failed \[55P03\]/);
  await holder.end();
  assert.deepEqual(await place.tables(), ['orders', 'schema_migrations']);
});

test('names the index that a failed concurrent build left behind', async () => {
  const place = await workplace({
    '0001_orders.sql': "CREATE TABLE orders (id text); INSERT INTO orders VALUES ('a'), ('a');",
    '0002_unique.sql': '-- no transaction\nCREATE UNIQUE INDEX CONCURRENTLY orders_unique ON orders (id)',
  });
  const failed = await place.migrate();
  assert.equal(failed.code, 1);
  assert.match(failed.stderr, /the index orders_unique is left behind invalid: drop it/);
});

test('without a database it says what is wrong and fails', async () => {
  const folder = mkdtempSync(join(root, 'sql-'));
  const migrate = (env) => run(program_path('migrate'), [folder], env);
  assert.deepEqual(await migrate({}).then(({ code }) => code), 2);
  const refused = await migrate({ DATABASE_URL: 'postgresql://x:secret-of-a-test@127.0.0.1:1/x' });
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /Connection refused/);
  assert.doesNotMatch(refused.stderr, /secret-of-a-test/);
});

test('provisioning twice, and four times at once, changes nothing', async () => {
  const runs = await Promise.all([1, 2, 3, 4].map(() => provision('twice')));
  assert.deepEqual(runs.map((one) => one.code), [0, 0, 0, 0], runs.map((one) => one.stderr).join());
  assert.equal((await provision('twice')).code, 0);
});

test('a service reads and writes rows, and can neither change tables nor the ledger nor reach another database', async () => {
  const place = await workplace({ '0001_orders.sql': 'CREATE TABLE orders (id bigserial);' });
  const other = await workplace({});
  assert.equal((await place.migrate()).code, 0);
  const service = await place.connect(place.name);
  await service.query('INSERT INTO orders DEFAULT VALUES');
  await service.query('UPDATE orders SET id = 2');
  await service.query('DELETE FROM orders');
  for (const statement of ['CREATE TABLE mine ()', 'DROP TABLE orders', 'TRUNCATE orders', 'CREATE TEMPORARY TABLE t ()',
    'DELETE FROM schema_migrations', 'SELECT * FROM schema_migrations', 'CREATE SCHEMA mine']) {
    await assert.rejects(service.query(statement), { code: /42501/ }, statement);
  }
  await service.end();
  for (const role of [place.name, `${place.name}_owner`]) {
    const password = role === place.name ? 'service-of-a-test' : 'owner-of-a-test';
    const stranger = new pg.Client({ connectionString: postgres.url(other.name, role, password) });
    await assert.rejects(stranger.connect(), /permission denied for database/, role);
  }
});
