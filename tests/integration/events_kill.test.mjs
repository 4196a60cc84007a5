// Events between two services while one or the other dies: every event takes effect once, in the order of its subject.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { start_peers } from '../support/peers.mjs';

let peers;
before(async () => {
  const sinks = (at) => `listener thing.* ${at('listener')}`;
  peers = await start_peers({
    teller: { sinks, instances: 2, supervise: true, crashes: true },
    listener: { supervise: true, crashes: true },
  });
});
after(() => peers?.stop());

let numbers = 0;
const subject = (name = 'thing') => `${name}_${++numbers}`;
const effects = (name) => peers.effects('listener', name);
const has = (name, versions) => peers.eventually(async () => JSON.stringify(await effects(name)) === JSON.stringify(versions), `${name} is at ${versions}`);
const relays = () => [0, 1].map((which) => (peers.instance('teller', which).program.log().match(/"this process relays events"/g) ?? []).length);

// Changes of every subject, `times` times; by whichever teller answers.
async function change_all(names, times) {
  for (let i = 0; i < times; ++i) {
    for (let which = i; ; ++which) {
      try {
        await peers.change('teller', names, { which: which % 2 });
        break;
      } catch {
        await sleep(50);
      }
    }
    await sleep(20);
  }
}

// What may have been changed twice, when the answer was lost, makes one version more.
async function expect_all(names) {
  const [{ version }] = await peers.sql('teller', 'select max(version)::int as version from things where subject = any($1)', [names]);
  await peers.eventually(async () => (await effects(names.at(-1))).length >= version, 'all took effect', { within_ms: 60_000 });
  await peers.all_delivered('teller', undefined, { within_ms: 60_000 });
  await peers.expect_all_once('listener', names, version);
}

test('of two one relays, and the other takes over when it dies', async () => {
  assert.deepEqual(relays().toSorted(), [0, 1]);
  const active = relays().indexOf(1);
  const name = subject();
  await peers.change('teller', [name], { which: 1 - active });
  await has(name, [1]);
  await peers.instance('teller', active).kill('SIGKILL');
  await peers.change('teller', [name], { which: 1 - active });
  await has(name, [1, 2]);
  assert.ok(relays()[1 - active] >= 1);
  await peers.instance('teller', active).ready();
});

test('the relaying service is killed again and again: every event takes effect once, in order', async () => {
  const names = Array.from({ length: 20 }, () => subject());
  let done = false;
  const changing = change_all(names, 60).then(() => { done = true; });
  for (let i = 0; !done; ++i) {
    await sleep(100 + Math.random() * 400);
    await peers.instance('teller', i % 2).kill('SIGKILL');
  }
  await changing;
  await expect_all(names);
});

test('the consuming service is killed again and again: every event takes effect once, in order', async () => {
  const names = Array.from({ length: 20 }, () => subject());
  let done = false;
  const changing = change_all(names, 60).then(() => { done = true; });
  while (!done) {
    await sleep(100 + Math.random() * 400);
    await peers.instance('listener').kill('SIGKILL');
  }
  await changing;
  await expect_all(names);
});

test('a consumer that dies after its commit and before its answer is told again, to no effect', async () => {
  const names = Array.from({ length: 10 }, () => subject());
  writeFileSync(peers.die_file('listener'), '');
  await peers.change('teller', names);
  await expect_all(names);
  assert.ok(peers.instance('listener').program.starts > 1);
  const [{ tries }] = await peers.sql('teller', 'select max(tries)::int as tries from event_deliveries where subject = any($1)', [names]);
  assert.ok(tries <= 2);
});

test('an event that kills its consumer is parked, and takes no other with it', async () => {
  const good = Array.from({ length: 40 }, () => subject());
  const bad = subject('bad');
  await peers.change('teller', good.slice(0, 20));
  await peers.change('teller', [bad], { data: { harm: 'crash' } });
  await peers.change('teller', good.slice(20));
  await peers.change('teller', [bad]);
  await has(bad, [2]);
  const parked = await peers.deliveries('teller', { status: 'parked' });
  assert.deepEqual(parked.map((delivery) => [delivery.event.subject, delivery.reason]), [[bad, 'no answer in time']]);
  await peers.eventually(async () => (await effects(good.at(-1))).length, 'the others took effect');
  await peers.expect_all_once('listener', good, 1);

  await peers.cure('listener', bad);
  await peers.api('teller', 'POST', `/api/v1/teller/deliveries/${parked[0].id}/replay`);
  await has(bad, [2, 1]);
});

test('PostgreSQL is killed under both: every event takes effect once, in order', async () => {
  const names = Array.from({ length: 20 }, () => subject());
  let done = false;
  const changing = change_all(names, 60).then(() => { done = true; });
  while (!done) {
    await sleep(700);
    await peers.postgres.kill();
    await peers.postgres.start();
  }
  await changing;
  await expect_all(names);
});
