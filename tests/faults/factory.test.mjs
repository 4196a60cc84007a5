// kill -9 of the bridge, catalog, PostgreSQL and the broker under machines that go on: what they said is in catalog, once.
//
// SEED replays the choice of victims and moments, FAULTS_EVENTS and FAULTS_KILLS change how much and how often.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { start_factory } from '../support/factory.mjs';
import { seeded_random } from '../support/random.mjs';

const kEvents = Number(process.env.FAULTS_EVENTS ?? 30_000);
const kKills = Number(process.env.FAULTS_KILLS ?? 24);
const random = seeded_random();

let factory;
before(async () => { factory = await start_factory({ machines: ['press-07', 'press-08', 'press-09', 'press-10'] }); });
after(() => factory?.stop());

const simulate = (name, options) => factory.simulate([...options, '--record', factory.file(name), '--wait', '120']);
const count = async (statement) => (await factory.suite.sql('catalog', `select ${statement} as n`))[0].n;
const rows = () => count('(select count(*)::int from production_events)');

async function expect_all_of_it(run, record) {
  const { code, output } = await run.end;
  assert.equal(code, 0, output);
  const checked = await factory.check(record, ['--within', '60']);
  assert.equal(checked.code, 0, checked.output);
  assert.equal(await count('(select count(*)::int from (select from production_events group by machine, boot, seq having count(*) > 1) as twice)'), 0);
}

test(`${kEvents} events while bridge and catalog are killed at random: none lost, none twice`, async () => {
  const { suite, bridge } = factory;
  const run = simulate('kills.jsonl', ['--rate', '1500', '--count', String(kEvents)]);
  let ended = false;
  run.end.then(() => { ended = true; });
  let kills = 0;
  for (; kills < kKills || !ended; ++kills) {
    await sleep(random.between(200, 800));
    if (ended && kills >= kKills) break;
    if (random.next() < 0.5) {
      await bridge.kill('SIGKILL');
      await bridge.restart();
    } else {
      await suite.kill('catalog');
      await suite.restart('catalog');
    }
  }
  await expect_all_of_it(run, 'kills.jsonl');
  assert.equal(await rows(), kEvents);
  console.log(`  ${kills} kills, seed ${random.seed}`);
});

test('PostgreSQL away for 30 s: it catches up alone', async () => {
  const before_it = await rows();
  const run = simulate('away.jsonl', ['--rate', '200', '--duration', '36']);
  await sleep(2000);
  await factory.suite.kill('postgres');
  await sleep(30_000);
  await factory.suite.restart('postgres');
  await expect_all_of_it(run, 'away.jsonl');
  assert.ok(await rows() > before_it + 5000);
});

test('what the broker had acknowledged and lost is missed, asked for, and sent again', async () => {
  const { bridge, broker, suite } = factory;
  const run = simulate('gaps.jsonl', ['--rate', '100', '--duration', '8', '--repeat-after', '600']);
  await sleep(2000);
  await bridge.kill('SIGKILL');
  await sleep(1000);
  await broker.kill('SIGKILL');
  broker.forget();
  await broker.start();
  await bridge.restart();
  await expect_all_of_it(run, 'gaps.jsonl');
  const gaps = await suite.sql('catalog', 'select state, asked from machine_gaps');
  assert.ok(gaps.length > 0);
  for (const { state, asked } of gaps) assert.deepEqual([state, asked > 0], ['filled', true]);
});
