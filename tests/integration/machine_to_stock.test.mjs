// From a machine's PUBLISH to the stock in catalog and back: broker, bridge, catalog and PostgreSQL, all real.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '../support/processes.mjs';
import { start_suite } from '../support/suite.mjs';

let suite;
before(async () => {
  suite = await start_suite({ payment: 0, orders: 0, catalog: 1, bridge: 1, machines: ['press-07'], supervise: true });
  await created('parts', { number: 'PN-88', name: 'Press plate', unit: 'H87' });
  await created('machines', { name: 'press-07', site: 'lyon', area: 'pressing', line: 'line-1', makes: ['PN-88'] });
});
after(() => suite?.stop());

async function created(path, body) {
  const answer = await suite.api('POST', `/api/v1/catalog/${path}`, body);
  assert.equal(answer.status, 201, answer.text);
}

const kTopic = 'factory/v1/lyon/pressing/line-1/press-07';
const event = (boot, seq, good_total) => JSON.stringify({ v: 1, id: `e-${boot}-${seq}`, machine: 'press-07', boot, seq,
  ts: new Date().toISOString(), type: 'production-count', data: { part: 'PN-88', good_total, unit: 'H87' } });
const publish = (machine, payload) => machine.publishAsync(`${kTopic}/evt/production-count`, payload, { qos: 1 });
const on_hand = async () => Number((await suite.api('GET', '/api/v1/catalog/parts/PN-88')).json.stock.on_hand);
const stock_is = (wanted) => eventually(async () => await on_hand() === wanted, `${wanted} on hand`, { within_ms: 40_000 });

async function hear(machine, below) {
  const heard = [];
  machine.on('message', (topic, payload) => topic.startsWith(`${kTopic}/${below}`) && heard.push(JSON.parse(payload)));
  await machine.subscribeAsync(`${kTopic}/${below}`, { qos: 1 });
  return heard;
}

test('a count raises the stock, and the machine hears how far it is committed', async () => {
  const machine = await suite.broker.connect('press-07');
  const acks = await hear(machine, 'ack');
  await publish(machine, event(1, 1, 5));
  await stock_is(5);
  await publish(machine, event(1, 1, 5));  // once more, the same
  await publish(machine, event(1, 2, 12));
  await stock_is(12);
  await eventually(() => acks.at(-1)?.seq === 2, 'the ack');
  assert.deepEqual(acks.at(-1), { boot: 1, seq: 2, complete_to: 2 });
});

test('what is missing is asked for, and counts when it comes', async () => {
  const machine = await suite.broker.connect('press-07');
  const [asked, acks] = [await hear(machine, 'cmd/resend'), await hear(machine, 'ack')];
  await publish(machine, event(1, 6, 20));
  await eventually(() => asked.length, 'it is asked for', { within_ms: 60_000 });
  assert.deepEqual([asked[0].boot, asked[0].from, asked[0].to], [1, 3, 5]);
  await eventually(() => acks.at(-1)?.seq === 6, 'the ack');
  assert.equal(acks.at(-1).complete_to, 2);
  for (const seq of [3, 4, 5]) await publish(machine, event(1, seq, 12 + seq));
  await eventually(() => acks.at(-1)?.complete_to === 6, 'complete');
  await stock_is(20);
});

test('a bad message among good ones is a dead letter, and keeps nobody back', async () => {
  const machine = await suite.broker.connect('press-07');
  await Promise.all([event(1, 7, 21), '{not json', event(1, 8, 22), 'x'.repeat(1 << 20), event(1, 9, 23)].map((payload) => publish(machine, payload)));
  await stock_is(23);
  const { json } = await suite.api('GET', '/api/v1/catalog/dead-letters');
  assert.deepEqual(json.data.map(({ verdict }) => verdict).sort(), ['bad_json', 'too_large']);
});

test('kill -9 of bridge and catalog, and PostgreSQL away, lose nothing', async () => {
  const machine = await suite.broker.connect('press-07');
  let seq = 0;
  let going = true;
  const publishing = (async () => {
    while (going) await Promise.all(Array.from({ length: 20 }, () => publish(machine, event(2, ++seq, seq))));
  })();
  for (const victim of ['mqtt-bridge', 'catalog', 'mqtt-bridge', 'catalog', 'postgres', 'mqtt-bridge']) {
    await new Promise((done) => setTimeout(done, 300));
    await suite.kill(victim);
    for (const name of ['catalog', 'mqtt-bridge']) await suite.instance(name).ready(40_000);
  }
  going = false;
  await publishing;
  await stock_is(23 + seq);
  const [{ count }] = await suite.sql('catalog', "select count(*) from production_events where boot = 2");
  assert.equal(count, seq);
});
