// The bridge between a real Mosquitto and a catalog that does as told: what reaches catalog, what reaches machines.
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from '../support/http.mjs';
import { Mosquitto, kBridgeUser } from '../support/mosquitto.mjs';
import { Program, eventually } from '../support/processes.mjs';
import { Instance, kServiceToken, program_path } from '../support/services.mjs';

const kPress7 = 'factory/v1/lyon/pressing/line-1/press-07';
const kPress8 = 'factory/v1/lyon/pressing/line-1/press-08';

// Takes lists of messages, gives commands.
class CatalogStandIn {
  constructor() {
    this.messages = [];
    this.longest = 0;
    this.commands = [];
    this.published = [];
    this.scopes = undefined;
    this.take();
    // A bridge that is killed may leave half a request behind.
    this.server = http.createServer((incoming, answer) => this.#on_request(incoming, answer).catch(() => answer.destroy()));
  }

  take() {
    this.status = 200;
  }

  async listen(port = 0) {
    await new Promise((done) => this.server.listen(port, '127.0.0.1', done));
    this.url = `http://127.0.0.1:${this.server.address().port}`;
  }

  async #on_request(incoming, answer) {
    const parts = [];
    for await (const part of incoming) parts.push(part);
    const body = JSON.parse(Buffer.concat(parts).toString());
    const token_is_right = incoming.headers.authorization === `Bearer ${kServiceToken}`;
    const status = token_is_right ? this.status : 401;
    const json = status !== 200 ? {} : incoming.url.endsWith('machine-events') ? this.#take(body) : this.#give(body);
    await sleep(this.delay_ms ?? 0);
    answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
  }

  #take({ events }) {
    this.longest = Math.max(this.longest, events.length);
    const acks = new Map();
    for (const event of events) {
      const payload = Buffer.from(event.payload, 'base64');
      this.messages.push({ ...event, payload });
      const [topic, type] = event.topic.split('/evt/');
      if (!type || payload[0] !== 0x7b) continue;
      const { boot, seq } = JSON.parse(payload);
      acks.set(topic, { topic, boot, seq, complete_to: seq });
    }
    return { verdicts: events.map(() => 'ok'), acks: [...acks.values()] };
  }

  #give({ scopes, published }) {
    this.scopes = scopes;
    this.published.push(...published);
    this.commands = this.commands.filter(({ id }) => !published.includes(id));
    return { commands: this.commands };
  }

  // Waits for that many messages in all.
  has(count, options) {
    return eventually(() => this.messages.length >= count, `catalog has ${count} messages`, options);
  }

  stop() {
    this.server.closeAllConnections();
    return new Promise((done) => this.server.close(done));
  }
}

let folder;
let broker;
let catalog;
let bridges;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quittance-test-'));
  chmodSync(folder, 0o755);
  broker = new Mosquitto(folder);
  await broker.create();
});
after(async () => {
  await broker?.stop();
  if (process.exitCode) console.error(broker.program.log().slice(-3000));
  else rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  bridges = [];
  catalog = new CatalogStandIn();
  await catalog.listen();
});
afterEach(async () => {
  const programs = bridges.map((bridge) => bridge.program);
  await Promise.all(programs.map((program) => program.stop()));
  await catalog.stop();
  const faults = programs.flatMap((program) => [...program.faults, program.sanitizer_report()].filter(Boolean));
  assert.deepEqual(faults, []);
});

let bridge_number = 0;
// Each test has a client id of its own, so that what another left in a session does not disturb it.
function make_bridge({ restart, ...env } = {}) {
  const number = ++bridge_number;
  const bridge = new Instance({
    name: 'mqtt-bridge', number, folder, restart,
    env: { ...broker.bridge_env(number), CATALOG_URL: catalog.url, ...env },
  });
  bridges.push(bridge);
  return bridge;
}
async function start_bridge(env) {
  const bridge = make_bridge(env);
  await bridge.start();
  return bridge;
}

let seq = 0;
const event = (machine = 'press-07') => JSON.stringify({ v: 1, id: `e-${++seq}`, machine, boot: 1, seq,
  ts: new Date().toISOString(), type: 'production-count', data: { part: 'PN-88', good_total: seq, unit: 'H87' } });
const seqs = () => catalog.messages.map(({ payload }) => JSON.parse(payload).seq);
async function publish_many(client, count) {
  const first = seq + 1;
  await Promise.all(Array.from({ length: count }, () => client.publishAsync(`${kPress7}/evt/production-count`, event(), { qos: 1 })));
  return Array.from({ length: count }, (_, i) => first + i);
}
const metric = async (bridge, series) => {
  const { text } = await request(bridge.url, 'GET', '/metrics');
  const line = text.split('\n').find((one) => one.startsWith(series));
  return line && Number(line.split(' ').at(-1));
};
const sorted = (numbers) => [...numbers].sort((a, b) => a - b);
async function hear(client, topic) {
  const heard = [];
  client.on('message', (on, payload, packet) => heard.push({ topic: on, text: payload.toString(), retain: packet.retain }));
  await client.subscribeAsync(topic, { qos: 1 });
  return heard;
}

test('what machines publish reaches catalog byte for byte, and its ack reaches the machine, retained', async () => {
  const bridge = await start_bridge();
  const machine = await broker.connect('press-07');
  const acks = await hear(machine, `${kPress7}/ack`);
  const odd = Buffer.from([0, 1, 0xff, 0xfe]);
  await machine.publishAsync(`${kPress7}/evt/quality`, odd, { qos: 1 });
  const sent = event();
  await machine.publishAsync(`${kPress7}/evt/production-count`, sent, { qos: 1 });
  await catalog.has(2);
  assert.deepEqual(catalog.messages[0].payload, odd);
  assert.equal(catalog.messages[0].topic, `${kPress7}/evt/quality`);
  assert.equal(catalog.messages[1].payload.toString(), sent);
  assert.ok(Math.abs(Date.parse(catalog.messages[1].received_at) - Date.now()) < 60_000);

  await eventually(() => acks.length, 'the ack');
  assert.deepEqual(JSON.parse(acks[0].text), { boot: 1, seq, complete_to: seq });
  const later = await broker.connect('press-07');
  const kept = await hear(later, `${kPress7}/ack`);
  await eventually(() => kept.length, 'the retained ack');
  assert.ok(kept[0].retain);
  assert.equal(await metric(bridge, 'mqtt_bridge_messages_total{service="mqtt-bridge",verdict="ok"}'), 2);
});

test('a state that was published before is told once, as retained', async () => {
  const machine = await broker.connect('press-08');
  await machine.publishAsync(`${kPress8}/state`, '{"state":"online"}', { qos: 1, retain: true });
  const bridge = await start_bridge({ MQTT_SCOPES: `${kPress8}` });
  await catalog.has(1);
  assert.equal(catalog.messages[0].retained, true);
  assert.deepEqual(catalog.scopes, [`${kPress8}/`]);
  await bridge.restart();
  await machine.publishAsync(`${kPress8}/state`, '{"state":"offline"}', { qos: 1, retain: true });
  await catalog.has(2);
  assert.deepEqual(catalog.messages.map(({ payload, retained }) => [payload.toString(), retained ?? false]),
    [['{"state":"online"}', true], ['{"state":"offline"}', false]]);
  await machine.publishAsync(`${kPress8}/state`, '', { qos: 1, retain: true });
});

test('a bridge takes what is in its scopes, and nothing else', async () => {
  await start_bridge({ MQTT_SCOPES: kPress8 });
  const [press7, press8] = [await broker.connect('press-07'), await broker.connect('press-08')];
  await press7.publishAsync(`${kPress7}/evt/quality`, 'seven', { qos: 1 });
  await press8.publishAsync(`${kPress8}/evt/quality`, 'eight', { qos: 1 });
  await catalog.has(1);
  await sleep(200);
  assert.deepEqual(catalog.messages.map(({ payload }) => payload.toString()), ['eight']);
});

test('while catalog is away nothing is acknowledged, and all of it comes when it is back', async () => {
  const bridge = await start_bridge();
  const machine = await broker.connect('press-07');
  catalog.status = 503;
  const sent = await publish_many(machine, 1500);
  const not_ready = async () => (await request(bridge.url, 'GET', '/readyz')).status === 503;
  await eventually(not_ready, 'the bridge is not ready');
  await bridge.kill('SIGKILL');
  await bridge.program.start();
  catalog.take();
  await catalog.has(1500);
  await bridge.ready();
  assert.deepEqual(sorted(new Set(seqs())), sent);
});

test('kill -9 of the bridge under load loses nothing', async () => {
  const bridge = make_bridge({ restart: true });
  await bridge.start();
  const machine = await broker.connect('press-07');
  catalog.delay_ms = 3;
  const sent = [];
  let killing = true;
  const publishing = (async () => {
    while (killing) {
      sent.push(...await publish_many(machine, 50));
      await sleep(20);  // no faster than a bridge with sanitizers catches up with
    }
  })();
  for (let kills = 0; kills < 12; ++kills) {
    await sleep(50 + Math.random() * 150);
    await bridge.kill('SIGKILL');
    await bridge.ready();
  }
  killing = false;
  await publishing;
  await eventually(() => new Set(seqs()).size === sent.length, 'everything has arrived', { within_ms: 60_000 });
  assert.deepEqual(sorted(new Set(seqs())), sent);
  assert.ok(sent.length > 1000, `${sent.length} messages`);
  assert.ok(catalog.longest <= 500);
});

test('a restart of the broker is survived, and a lost session is noticed', async () => {
  const bridge = await start_bridge();
  const machine = await broker.connect('press-07');
  await broker.kill('SIGTERM');
  await broker.start();
  await eventually(() => machine.connected, 'the machine is back');
  await publish_many(machine, 10);
  await catalog.has(10);
  await bridge.ready();
  assert.equal(await metric(bridge, 'mqtt_bridge_sessions_lost_total'), 0);

  await broker.kill('SIGTERM');
  broker.forget();
  await broker.start();
  await eventually(() => machine.connected, 'the machine is back');
  await bridge.ready();
  await eventually(async () => await metric(bridge, 'mqtt_bridge_sessions_lost_total') === 1, 'the loss is counted');
  await publish_many(machine, 10);
  await catalog.has(20);
});

test('a command reaches its machine once, and catalog is told', async () => {
  await start_bridge();
  const machine = await broker.connect('press-07');
  const heard = await hear(machine, `${kPress7}/cmd/#`);
  const payload = JSON.stringify({ id: 'cmd_1', boot: 1, from: 3, to: 4 });
  catalog.commands = [{ id: 'cmd_1', topic: `${kPress7}/cmd/resend`, payload }];
  await eventually(() => catalog.published.length, 'catalog is told');
  await sleep(400);
  assert.deepEqual(catalog.published, ['cmd_1']);
  assert.deepEqual(heard, [{ topic: `${kPress7}/cmd/resend`, text: payload, retain: false }]);
});

test('commands wait for a broker that is away', async () => {
  const bridge = await start_bridge();
  const machine = await broker.connect('press-07', { clean: false, clientId: 'press-07', properties: { sessionExpiryInterval: 3600 } });
  await hear(machine, `${kPress7}/cmd/#`);
  await broker.kill('SIGTERM');
  await eventually(async () => (await request(bridge.url, 'GET', '/readyz')).status === 503, 'not ready');
  catalog.commands = [{ id: 'cmd_2', topic: `${kPress7}/cmd/resend`, payload: '{}' }];
  await sleep(300);
  assert.deepEqual(catalog.published, []);
  await broker.start();
  await eventually(() => catalog.published.length, 'catalog is told');
  assert.deepEqual(catalog.published, ['cmd_2']);
});

test('a command that reaches nobody is not delivered', async () => {
  await start_bridge();
  catalog.commands = [{ id: 'cmd_3', topic: `${kPress8}/cmd/produce`, payload: '{}' }];
  await sleep(800);
  assert.deepEqual(catalog.published, []);
});

test('of two bridges with one client id the older gives way, and says so', async () => {
  const older = make_bridge({ MQTT_CLIENT_ID: 'twice' });
  older.program.good_ends = [3];
  await older.start();
  const newer = await start_bridge({ MQTT_CLIENT_ID: 'twice' });
  await eventually(() => !older.program.alive, 'the older one ends');
  assert.deepEqual(await older.program.ended, { code: 3, signal: null });
  assert.match(older.program.log(), /a newer bridge has taken this client id over; this one stops/);
  const machine = await broker.connect('press-07');
  await publish_many(machine, 5);
  await catalog.has(5);
  await sleep(300);
  assert.ok(newer.program.alive);
  assert.equal(await metric(newer, 'mqtt_bridge_connected'), 1);
});

test('over TLS messages come in lists as well', async () => {
  const bridge = make_bridge({ MQTT_URL: broker.tls_url, MQTT_CA_FILE: broker.ca_file });
  await bridge.start();
  const machine = await broker.connect('press-07', { url: broker.tls_url, rejectUnauthorized: false });
  catalog.delay_ms = 100;
  await Promise.all(Array.from({ length: 4000 }, () => machine.publishAsync(`${kPress7}/evt/q`, '{"boot":1,"seq":1}', { qos: 1 })));
  await catalog.has(4000);
  assert.equal(catalog.messages.length, 4000);
  assert.ok(catalog.longest > 50 && catalog.longest <= 500, `${catalog.longest}`);
});

test('a broker whose certificate is not trusted is not talked to', async () => {
  const bridge = make_bridge({ MQTT_URL: broker.tls_url });
  bridge.program.start();
  const refused = () => /the connection to the broker is lost.*(certificate|TLS)/i.test(bridge.program.log());
  await eventually(refused, 'it says that TLS failed');
});

test('wrong credentials are said, and it goes on trying', async () => {
  const bridge = make_bridge({ MQTT_PASSWORD: 'not-the-password' });
  bridge.program.start();
  await eventually(() => /the broker refuses the bridge.*Not authorized/.test(bridge.program.log()), 'it says so');
  assert.ok(bridge.program.alive);
  assert.ok(!bridge.program.log().includes('not-the-password'));
});

test('every missing setting is in one message', async () => {
  const program = new Program({ name: 'unset', folder, argv: () => [program_path('mqtt-bridge')], good_ends: [2],
    env: { SERVICE_TOKEN: kServiceToken, MQTT_SCOPES: 'factory/v1/+' } });
  program.start();
  assert.equal((await program.ended).code, 2);
  for (const name of ['MQTT_URL is missing', 'CATALOG_URL is missing', 'MQTT_SCOPES has']) {
    assert.ok(program.log().includes(name), program.log());
  }
});

test('a machine writes its own topics and reads its own commands; nobody else does anything', async () => {
  const [press7, press8] = [await broker.connect('press-07'), await broker.connect('press-08')];
  const refused = async (client, topic) => {
    await assert.rejects(client.publishAsync(topic, 'x', { qos: 1 }), /Not authorized/, topic);
  };
  for (const topic of [`${kPress8}/evt/quality`, `${kPress8}/state`, `${kPress7}/cmd/resend`, `${kPress7}/ack`,
    'quittance/bridges/quittance-bridge', 'factory/v1/evt/quality', 'elsewhere']) {
    await refused(press7, topic);
  }
  const overheard = await hear(press7, '#');
  await press8.publishAsync(`${kPress8}/evt/quality`, 'x', { qos: 1 });
  const bridge = await broker.connect(kBridgeUser);
  await bridge.publishAsync(`${kPress8}/cmd/resend`, 'x', { qos: 1 });
  await bridge.publishAsync(`${kPress7}/cmd/resend`, 'mine', { qos: 1 });
  await refused(bridge, `${kPress7}/evt/quality`);
  await eventually(() => overheard.some(({ text }) => text === 'mine'), 'its own command');
  assert.deepEqual(overheard.filter(({ topic }) => !topic.startsWith(kPress7)), []);
  await assert.rejects(broker.connect('press-07', { username: undefined, password: undefined, reconnectPeriod: 0 }), /Not authorized/);
});
