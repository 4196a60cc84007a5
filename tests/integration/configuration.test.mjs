// How every program is configured and asked: variables, the files that may hold them, --variables, --healthcheck.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { request } from '../support/http.mjs';
import { kBuild, kRoot, kServiceToken, program_path } from '../support/services.mjs';
import { start_suite } from '../support/suite.mjs';

const kServices = ['auth', 'catalog', 'clients', 'mqtt-bridge', 'orders', 'payment'];
const kNewToken = 'a-new-service-token-of-services';

// {code, out, err}; nothing is in its environment but what is said.
const run = (name, args, env = {}) => new Promise((resolve) => {
  execFile(program_path(name), args, { env, timeout: 60_000 }, (error, out, err) => resolve({ code: error ? error.code : 0, out, err }));
});

let suite;
before(async () => {
  suite = await start_suite({
    orders: 1,
    env: {
      // Every secret comes from a file; the token is being exchanged.
      orders: (suite) => in_files(suite.folder, {
        SERVICE_TOKEN: `${kNewToken},${kServiceToken}\n`, DATABASE_URL: `${suite.databases.orders.url}\n` }),
    },
  });
});
after(() => suite?.stop());

function in_files(folder, variables) {
  return Object.fromEntries(Object.entries(variables).flatMap(([name, value]) => {
    const path = join(folder, `${name}.secret`);
    writeFileSync(path, value, { mode: 0o600 });
    return [[name, ''], [`${name}_FILE`, path]];
  }));
}

const health_of = ({ port, env = {} }) => run('orders', ['--healthcheck'], { LISTEN: `0.0.0.0:${port}`, ...env });

test('a service takes its secrets from files', async () => {
  const order = await suite.orders.create();
  const answer = await suite.post(suite.event('payment_intent.succeeded', { order }));
  assert.equal(answer.status, 200, answer.text);
});

test('while the token of services is exchanged the old and the new one are taken, and no other', async () => {
  const ask = (token) => request(suite.instance('orders').url, 'POST', '/internal/v1/payment-facts', '{"facts":[]}',
    { authorization: `Bearer ${token}`, 'content-type': 'application/json' });
  for (const token of [kServiceToken, kNewToken]) assert.notEqual((await ask(token)).status, 401, token);
  for (const token of [`${kNewToken},${kServiceToken}`, `${kNewToken}x`, '']) assert.equal((await ask(token)).status, 401, token);
});

test('every program lists its variables without having any', async () => {
  for (const name of [...kServices, 'migrate', 'quittance']) {
    const text = await run(name, ['--variables']);
    assert.equal(text.code, 0, `${name}: ${text.err}`);
    assert.match(text.out, /^[A-Z_]+ .+\n/);
    const table = await run(name, ['--variables=markdown']);
    assert.match(table.out, /^\| name \| default \| kind \| what \|\n\|---\|---\|---\|---\|\n(\| .+ \|\n)+$/);
    assert.equal(table.err, '');
  }
});

test('quittance lists every variable its sources ask for by name', async () => {
  const sources = readdirSync(join(kRoot, 'quittance'), { recursive: true }).filter((name) => name.endsWith('.cpp') && !name.endsWith('_test.cpp'));
  const text = sources.map((name) => readFileSync(join(kRoot, 'quittance', name), 'utf8')).join('\n');
  const asked = [...text.matchAll(/(?:settings\.find\(|required\(settings, |environment\.\w+\(\s*\{)"([A-Z_]+)"/g)].map(([, name]) => name);
  for (const name of ['QUITTANCE_LOGS', 'QUITTANCE_URL', 'MQTT_USERNAME', 'DATABASE_URL', 'LOGS_KEEP_DAYS']) assert.ok(asked.includes(name), name);
  const { out } = await run('quittance', ['--variables']);
  for (const name of asked) assert.match(out, new RegExp(`^${name} `, 'm'));
});

test('what is read only because another variable is set is listed too', async () => {
  const { out } = await run('auth', ['--variables=markdown']);
  for (const name of ['MAILJET_API_KEY', 'SHOP_URL', 'AMQP_BINDINGS', 'BOOTSTRAP_ADMIN_PASSWORD', 'PASSWORD_SEAL_SECRET_KEY', 'JWKS_URL'])
    assert.match(out, new RegExp(`^\\| \`${name}\` \\|`, 'm'));
  assert.match((await run('mqtt-bridge', ['--variables'])).out, /^MQTT_PASSWORD +required when MQTT_USERNAME is set/m);
});

test('--healthcheck says whether the service is ready, and why not', async () => {
  const [orders] = suite.instances.orders;
  const port = new URL(orders.url).port;
  const well = await health_of({ port });
  assert.deepEqual([well.code, well.out, well.err], [0, '', '']);
  await suite.kill('postgres', 'SIGKILL');
  await suite.eventually(async () => (await health_of({ port })).code === 1, 'the health check fails without a database');
  assert.match((await health_of({ port })).err, /^orders is not ready: http:\/\/127\.0\.0\.1:\d+\/readyz answers 503\n$/);
  await suite.restart('postgres');
  await suite.eventually(async () => (await health_of({ port })).code === 0, 'the health check is well again');
  const nobody = await health_of({ port: 1 });
  assert.equal(nobody.code, 1);
  assert.match(nobody.err, /^orders is not ready: no answer from http:\/\/127\.0\.0\.1:1\/readyz\n$/);
  assert.equal((await health_of({ port: 'x' })).code, 2);
});

test('an unknown argument is refused with the usage, and --version tells the version', async () => {
  for (const args of [['--serve'], ['--variables=yaml'], ['--version', '--healthcheck']]) {
    const { code, err } = await run('catalog', args);
    assert.equal(code, 2);
    assert.match(err, /^usage: catalog /);
  }
  assert.match((await run('catalog', ['--version'])).out, /^catalog \d+\.\d+\.\d+\n$/);
});

test('every fault of the configuration is in one message, and no content of a file is', async () => {
  const path = join(suite.folder, 'short.secret');
  writeFileSync(path, 'hunter2');
  const { code, err } = await run('orders', [], { SERVICE_TOKEN_FILE: path, DATABASE_URL_FILE: '/nowhere', DRAIN_MS: 'soon', EVENTS_SECRET: 'x',
    EVENTS_SECRET_FILE: path });
  assert.equal(code, 2);
  for (const line of ['SERVICE_TOKEN is shorter than 16 characters', "DATABASE_URL_FILE can't be read: No such file or directory",
    'DRAIN_MS must be a whole number from 0 to 60000', 'EVENTS_SECRET and EVENTS_SECRET_FILE are both set', 'WEBHOOK_SECRETS_KEY is missing'])
    assert.match(err, new RegExp(`^  ${line}$`, 'm'));
  assert.doesNotMatch(err, /hunter2/);
});

test('docs/variables.md is what the programs say; make docs writes it anew', () => {
  const said = execFileSync(join(kRoot, 'docs/variables'), { env: { ...process.env, QUITTANCE_BUILD: kBuild }, encoding: 'utf8' });
  assert.equal(readFileSync(join(kRoot, 'docs/variables.md'), 'utf8'), said);
});
