// What `make up` starts, as a developer meets it: in a folder of its own, on ports of its own.
import assert from 'node:assert/strict';
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import mqtt from 'mqtt';
import { read_runbook } from '../support/alerts.mjs';
import { program_token } from '../support/auth.mjs';
import { request } from '../support/http.mjs';
import { free_port } from '../support/postgres.mjs';
import { eventually } from '../support/processes.mjs';
import { kBuild, kRoot } from '../support/services.mjs';

const run_folder = mkdtempSync(join(tmpdir(), 'quittance-up-'));
chmodSync(run_folder, 0o755);
const processes = ['postgres', 'mosquitto', 'auth', 'payment', 'orders', 'catalog', 'clients', 'mqtt-bridge', 'gateway'];
const runbook = read_runbook();
let environment;

const variables = ['GATEWAY_PORT', 'GATEWAY_TLS_PORT', 'GATEWAY_METRICS_PORT', 'GATEWAY_PEERS_PORT', 'POSTGRES_PORT', 'MQTT_PORT', 'MQTT_TLS_PORT',
  'AUTH_PORT', 'PAYMENT_PORT', 'ORDERS_PORT', 'CATALOG_PORT', 'CLIENTS_PORT', 'MQTT_BRIDGE_PORT'];

function make(target, more = {}) {
  return new Promise((resolve) => {
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, QUITTANCE_RUN: run_folder, QUITTANCE_BUILD: kBuild,
      ...environment, ...more };
    execFile('make', ['--no-print-directory', '-C', kRoot, target], { env, timeout: 120_000 }, (error, stdout, stderr) => {
      resolve({ code: error ? error.code : 0, output: stdout + stderr });
    });
  });
}

const file = (name) => readFileSync(join(run_folder, name), 'utf8');
const dev_env = () => Object.fromEntries(file('dev.env').trim().split('\n').map((line) => line.split(/=(.*)/).slice(0, 2)));
const token = async () => {
  const { QUITTANCE_URL, QUITTANCE_CLIENT_ID: id, QUITTANCE_CLIENT_SECRET: secret } = dev_env();
  return (await program_token(QUITTANCE_URL, { id, secret })).json.access_token;
};
async function stock() {
  const { QUITTANCE_URL, MQTT_PART } = dev_env();
  const part = await request(QUITTANCE_URL, 'GET', `/api/v1/catalog/parts/${MQTT_PART}`, undefined,
    { authorization: `Bearer ${await token()}` });
  return part.json.stock;
}
const pid_of = (name) => Number(file(`sv/${name}/supervise/pid`));
const exists = (pid) => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

before(async () => {
  environment = Object.fromEntries(await Promise.all(variables.map(async (name) => [name, String(await free_port())])));
  const up = await make('up');
  assert.equal(up.code, 0, up.output);
});
after(async () => {
  await make('down', { WIPE: '1' });
  rmSync(run_folder, { recursive: true, force: true });
});

test('everything is ready, and says where', async () => {
  const status = await make('status');
  assert.equal(status.code, 0, status.output);
  for (const name of processes) assert.match(status.output, new RegExp(`^${name} .* yes$`, 'm'));
  const settings = dev_env();
  assert.equal(settings.QUITTANCE_URL, `http://127.0.0.1:${environment.GATEWAY_PORT}`);
  const order = await request(settings.QUITTANCE_URL, 'GET', `/api/v1/orders/${file('proof').trim()}`, undefined,
    { authorization: `Bearer ${await token()}` });
  assert.equal(order.json.payment_state, 'paid');
  assert.deepEqual(await stock(), { on_hand: 5, reserved: 0, available: 5 });
});

test('the buyer of a paid order has a mail, a file under mail/', async () => {
  const mails = () => readdirSync(join(run_folder, 'mail')).filter((name) => name.endsWith('.eml')).map((name) => file(`mail/${name}`));
  const mail = await eventually(() => mails().find((text) => text.includes(file('proof').trim())), 'the mail is there');
  assert.match(mail, /^To: "Ada Example"\s+<ada@example\.com>/m);
});

test('the first admin logs in with what dev.env says', async () => {
  const { QUITTANCE_URL, QUITTANCE_ADMIN_EMAIL: email, QUITTANCE_ADMIN_PASSWORD: password } = dev_env();
  const { access_token } = (await request(QUITTANCE_URL, 'POST', '/api/v1/auth/login', { email, password })).json;
  const users = await request(QUITTANCE_URL, 'GET', '/api/v1/auth/users', undefined, { authorization: `Bearer ${access_token}` });
  assert.deepEqual(users.json.data.map(({ role }) => role), ['admin']);
});

test('the demo machine reaches the broker, plain and by TLS, and writes nothing but its own topics', async () => {
  const settings = dev_env();
  const { MQTT_USERNAME: username, MQTT_PASSWORD: password } = settings;
  const ca = readFileSync(settings.MQTT_CA_FILE);
  for (const url of [settings.MQTT_URL, settings.MQTT_TLS_URL]) {
    const machine = await mqtt.connectAsync(url, { protocolVersion: 5, username, password, ca, reconnectPeriod: 0 }, false);
    await machine.publishAsync(`${settings.MQTT_TOPIC}/state`, '{"state":"online"}', { qos: 1 });
    await assert.rejects(machine.publishAsync(`${settings.MQTT_OTHER_TOPIC}/state`, '{"state":"online"}', { qos: 1 }), /Not authorized/);
    await machine.endAsync();
  }
  await assert.rejects(mqtt.connectAsync(settings.MQTT_URL, { protocolVersion: 5, reconnectPeriod: 0 }, false), /Not authorized/);
});

test('secrets are for the owner only, and on no command line', () => {
  for (const name of ['secrets', 'dev.env', 'sv/auth/env', 'sv/payment/env', 'sv/mqtt-bridge/env', 'gateway/tls.pem', 'mosquitto/passwords', 'mosquitto/key.pem']) {
    assert.equal(statSync(join(run_folder, name)).mode & 0o077, 0, name);
  }
  const secrets = file('secrets').trim().split('\n').map((line) => line.split('=')[1]);
  const command_lines = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
  assert.ok(!secrets.some((secret) => command_lines.includes(secret)));
  for (const name of ['gateway/haproxy.cfg', 'mosquitto/mosquitto.conf', 'mosquitto/passwords']) {
    assert.ok(!secrets.some((secret) => file(name).includes(secret)), name);
  }
});

test('a second make up is quick, restarts nothing and keeps every secret', async () => {
  const [pids, secrets, proof] = [processes.map(pid_of), file('secrets'), file('proof')];
  const started = performance.now();
  assert.equal((await make('up')).code, 0);
  assert.ok(performance.now() - started < 10_000);
  assert.deepEqual([processes.map(pid_of), file('secrets'), file('proof')], [pids, secrets, proof]);
});

test('make backup sets everything up the first time, then adds to it, without a restart', async () => {
  const before = pid_of('postgres');
  const first = await make('backup');
  assert.equal(first.code, 0, first.output);
  assert.match(first.output, /from now on WAL is archived[^]* quittance  full /);
  const second = await make('backup');
  assert.equal(second.code, 0, second.output);
  assert.match(second.output, /^  quittance  incr  \S+  \d+ MiB, [\d.]+ MiB new in the repository, \d+ s$/m);
  assert.equal(pid_of('postgres'), before);
  const passphrase = file('secrets').match(/^BACKUP_PASSPHRASE=(.+)$/m)[1];
  assert.ok(!first.output.includes(passphrase) && !file('log/postgres/current').includes(passphrase));
});

test('the ports of the first make up are remembered', async () => {
  const without = Object.fromEntries(variables.map((name) => [name, '']));
  assert.match((await make('status', without)).output, new RegExp(`^gateway .* ${environment.GATEWAY_PORT} `, 'm'));
});

// As a person types them from the project's folder; only places and ports are this run's.
for (const { alert, commands } of runbook.paragraphs) {
  const without = commands.includes('make backup') && !/^backup:/m.test(readFileSync(join(kRoot, 'Makefile'), 'utf8')) && 'there is no make backup';
  test(`the runbook's commands for ${alert} work`, { skip: without }, async () => {
    await eventually(async () => (await make('status')).code === 0, 'what the one before has started again is ready', { every_ms: 100 });
    const here = (text) => text.replaceAll('.run/', `${run_folder}/`).replaceAll('$PWD/build/release', kBuild).replaceAll(/ \.run$/gm, ` ${run_folder}`);
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, QUITTANCE_RUN: run_folder, QUITTANCE_BUILD: kBuild, ...environment };
    const { status, stdout, stderr } = spawnSync('bash', ['-euo', 'pipefail', '-c', here(runbook.begin + commands)],
      { cwd: kRoot, env, encoding: 'utf8', timeout: 120_000, stdio: ['ignore', 'pipe', 'pipe'] });
    assert.equal(status, 0, `${stdout}\n${stderr}`);
  });
}

for (const name of processes) {
  test(`${name} comes back by itself when it is killed`, async () => {
    const before_it = pid_of(name);
    process.kill(before_it, 'SIGKILL');
    await eventually(() => pid_of(name) !== before_it && exists(pid_of(name)), `${name} runs again`);
    await eventually(async () => (await make('status')).code === 0, 'everything is ready again', { every_ms: 200 });
  });
}

test('a configuration HAProxy refuses leaves the old one serving, and the message names the line', async () => {
  const reload = await make('reload', { GATEWAY_PORT: 'not-a-port' });
  assert.notEqual(reload.code, 0);
  assert.match(reload.output, /HAProxy refuses the new configuration.*\n.*haproxy\.cfg\.new:\d+/);
  assert.equal((await make('status')).code, 0);
  assert.equal((await make('reload')).code, 0);
});

test('a taken port is named, with its holder and the variable that changes it', async () => {
  const holder = net.createServer().listen(0, '127.0.0.1');
  const { port } = await new Promise((resolve) => holder.once('listening', () => resolve(holder.address())));
  const up = await make('up', { ORDERS_PORT: String(port) });
  holder.close();
  assert.notEqual(up.code, 0);
  assert.match(up.output, new RegExp(`port ${port} is taken by .*process ${process.pid}\n.*ORDERS_PORT`));
  assert.equal((await make('status')).code, 0);
});

test('make down ends every process and keeps the data; make up finds it again', async () => {
  const pids = processes.map(pid_of);
  const proof = file('proof');
  const down = await make('down');
  assert.equal(down.code, 0, down.output);
  assert.deepEqual(pids.filter(exists), []);
  const left = execFileSync('ps', ['-eo', 'stat,args'], { encoding: 'utf8' });
  assert.ok(!left.split('\n').some((line) => line.includes(run_folder) && !line.startsWith('Z')), left);
  assert.notEqual((await make('status')).code, 0);

  assert.equal((await make('up')).code, 0);
  assert.equal(file('proof'), proof);
  const check = await make('backup', { CHECK: '1' });
  assert.deepEqual([check.code, /last backup incr of .*, WAL archived at/.test(check.output)], [0, true], check.output);
});

test('make restore-drill restores what is archived, and finds it right', async () => {
  const drill = await make('restore-drill');
  assert.equal(drill.code, 0, drill.output);
  assert.match(drill.output, /every checksum is right[^]*67 invariants, 0 broken[^]*RTO .*[^]*the restored databases are right/);
  assert.equal((await make('status')).code, 0);
});

test('make restore puts everything back to a second of the past, once nothing runs', async () => {
  const { QUITTANCE_URL } = dev_env();
  const sell = async (sku) => request(QUITTANCE_URL, 'POST', '/api/v1/catalog/products', { sku, name: sku, price: { amount: 100, currency: 'EUR' } },
    { authorization: `Bearer ${await token()}` });
  const skus = async () => (await request(QUITTANCE_URL, 'GET', '/api/v1/catalog/products?limit=100', undefined,
    { authorization: `Bearer ${await token()}` })).json.data.map(({ sku }) => sku);
  assert.equal((await sell('BEFORE')).status, 201);
  const TIME = new Date(Date.now() + 500).toISOString();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  assert.equal((await sell('AFTER')).status, 201);
  const running = await make('restore', { TIME });
  assert.notEqual(running.code, 0);
  assert.match(running.output, /PostgreSQL runs\n.*make down/);
  assert.equal((await make('down')).code, 0);
  const restored = await make('restore', { TIME });
  assert.equal(restored.code, 0, restored.output);
  const up = await make('up');
  assert.equal(up.code, 0, up.output);
  const left = await skus();
  assert.deepEqual([left.includes('BEFORE'), left.includes('AFTER')], [true, false]);
});
