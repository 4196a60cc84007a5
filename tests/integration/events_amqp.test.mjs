// Events through RabbitMQ: from the outbox to the exchange, confirmed, and from a queue to an effect, acknowledged after it.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { start_peers } from '../support/peers.mjs';
import { RabbitMq } from '../support/rabbitmq.mjs';

let broker;
let peers;
const folder = mkdtempSync(join(tmpdir(), 'quittance-test-'));
before(async () => {
  broker = new RabbitMq(folder);
  await broker.create();
  const told = { AMQP_URL: broker.url, AMQP_BINDINGS: 'thing.*', AMQP_TRIES: 4, AMQP_BACKOFF_INITIAL_MS: 100, AMQP_BACKOFF_MAX_MS: 200 };
  peers = await start_peers({
    listener: { env: told, supervise: true, crashes: true, instances: 2 },
    teller: { sinks: () => `broker thing.*,lost.* ${broker.url}`, env: { RELAY_MAX_ATTEMPTS: 3 } },
  });
});
after(async () => {
  await peers?.stop();
  await broker?.stop();
  rmSync(folder, { recursive: true, force: true });
});

let numbers = 0;
const subject = (name = 'thing') => `${name}_${++numbers}`;
const change = (subjects, rest) => peers.change('teller', subjects, rest);
const effects = (name) => peers.effects('listener', name);
const eventually = (...args) => peers.eventually(...args);
const has = (name, versions) => eventually(async () => JSON.stringify(await effects(name)) === JSON.stringify(versions), `${name} is at ${versions}`);
const dead = () => broker.take('listener.dead');

test('an event is a persistent message with its id, its type the routing key', async () => {
  await broker.do(async (channel) => {
    await channel.assertQueue('tap', { durable: true });
    await channel.bindQueue('tap', 'quittance', '#');
  });
  const name = subject();
  await change([name], { data: { size: 7 } });
  await has(name, [1]);
  const [message] = await broker.take('tap');
  await broker.do((channel) => channel.deleteQueue('tap'));
  const event = JSON.parse(message.content);
  assert.deepEqual([event.subject, event.aggregateversion, event.data], [name, 1, { size: 7 }]);
  assert.equal(message.fields.routingKey, 'thing.changed');
  assert.deepEqual([message.properties.messageId, message.properties.type, message.properties.deliveryMode, message.properties.contentType],
    [event.id, 'thing.changed', 2, 'application/cloudevents+json; charset=utf-8']);
});

test('many changes of few subjects take effect once and in order', async () => {
  const names = [subject(), subject(), subject()];
  for (let i = 0; i < 40; ++i) await change(names);
  await eventually(async () => (await effects(names[2])).length === 40, 'all took effect');
  await peers.expect_all_once('listener', names, 40);
});

test('what no queue takes is not delivered: it is tried again, and parked with its reason', async () => {
  const name = subject('lost');
  await change([name], { type: 'lost.thing' });
  const [delivery] = await eventually(async () => {
    const all = await peers.deliveries('teller', { status: 'parked', subject: name });
    return all.length && all;
  }, 'it is parked');
  assert.deepEqual([delivery.tries, delivery.reason], [3, 'no queue takes it']);
  await broker.do(async (channel) => {
    await channel.assertQueue('lost', { durable: true });
    await channel.bindQueue('lost', 'quittance', 'lost.*');
  });
  await peers.api('teller', 'POST', `/api/v1/teller/deliveries/${delivery.id}/replay`);
  await eventually(async () => await broker.count('lost') === 1, 'the queue has it');
});

test('a failing event holds up its own subject only, in order, and goes on when it can', async () => {
  const [bad, good] = [subject('bad'), subject('good')];
  await change([bad, good], { data: { harm: 'fail' } });
  await peers.cure('listener', good);
  for (let i = 0; i < 3; ++i) await change([bad, good]);
  await has(good, [1, 2, 3, 4]);
  assert.deepEqual(await effects(bad), []);
  await peers.cure('listener', bad);
  await has(bad, [1, 2, 3, 4]);
  assert.deepEqual(await dead(), []);
});

test('after its last try a message is in the dead-letter queue, and what comes after it flows', async () => {
  const bad = subject('bad');
  await change([bad], { data: { harm: 'throw' } });
  await change([bad]);
  await has(bad, [2]);
  const [message] = await eventually(async () => (await broker.count('listener.dead')) === 1 && dead(), 'it is there');
  assert.equal(JSON.parse(message.content).subject, bad);
});

test('what is refused, or is no event at all, goes there at once', async () => {
  const bad = subject('bad');
  await change([bad], { data: { harm: 'refuse' } });
  await broker.do((channel) => channel.publish('quittance', 'thing.changed', Buffer.from('{"specversion":"1.0"}')));
  await eventually(async () => await broker.count('listener.dead') === 2, 'both are there', { within_ms: 3000 });
  await dead();
});

test('a message that kills its consumer ends in the dead-letter queue, and takes no other with it', async () => {
  const good = Array.from({ length: 60 }, () => subject());
  const bad = subject('bad');
  await change(good.slice(0, 30));
  await change([bad], { data: { harm: 'crash' } });
  await change(good.slice(30));
  await change([bad]);
  await eventually(async () => await broker.count('listener.dead') === 1, 'it is there', { within_ms: 60_000 });
  await has(bad, [2]);
  await eventually(async () => (await effects(good[59])).length, 'the others took effect');
  await peers.expect_all_once('listener', good, 1);
  assert.deepEqual((await dead()).map((message) => JSON.parse(message.content).subject), [bad]);
});

test('while the database is away nothing is acknowledged, and nothing is lost', async () => {
  const name = subject();
  await peers.postgres.kill();
  await sleep(500);
  await peers.postgres.start();
  await eventually(() => change([name]).then(() => true), 'the teller takes a change');
  await has(name, [1]);
});

test('the broker is killed again and again: every event takes effect once, in order', async () => {
  const names = Array.from({ length: 20 }, () => subject());
  let done = false;
  const telling = (async () => {
    for (let i = 0; i < 50; ++i) {
      await change(names);
      await sleep(100);
    }
    done = true;
  })();
  while (!done) {
    await sleep(1500);
    await broker.kill();
    await broker.start();
  }
  await telling;
  await eventually(async () => (await peers.sql('listener', 'select count(*)::int from effects where subject = any($1)', [names]))[0].count >= 1000,
    'all took effect', { within_ms: 60_000 });
  await peers.expect_all_once('listener', names, 50);
});

// The broker puts what a dead consumer had behind what the one before it had: after two deaths in a row the order of a
// subject is not that of its changes. A consumer that ignores what is older ends where the changes ended.
test('consumers are killed again and again: every event takes effect once, the newest wins, and none is a dead letter', async () => {
  const names = Array.from({ length: 20 }, () => subject());
  let done = false;
  const telling = (async () => {
    for (let i = 0; i < 50; ++i) {
      await change(names);
      await sleep(100);
    }
    done = true;
  })();
  for (let i = 0; !done; ++i) {
    await sleep(300);
    await peers.instance('listener', i % 2).kill('SIGKILL');
  }
  await telling;
  const rows = () => peers.sql('listener', `select subject, array_agg(version order by version)::int[] as versions,
    (select version::int from latest where latest.subject = effects.subject) as latest
    from effects where subject = any($1) group by subject`, [names]);
  await eventually(async () => (await rows()).every((row) => row.versions.length >= 50), 'all took effect', { within_ms: 60_000 });
  const wanted = Array.from({ length: 50 }, (_, i) => i + 1);
  for (const row of await rows()) assert.deepEqual([row.latest, row.versions], [50, wanted]);
  assert.equal((await rows()).length, 20);
  assert.deepEqual(await dead(), []);
});
