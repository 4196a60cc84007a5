// A simulated factory over a real broker, the bridge and catalog: whatever goes wrong on the way, what machines said is
// in catalog once – and the checker sees it when it is not.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { start_factory } from '../support/factory.mjs';
import { eventually } from '../support/processes.mjs';
import { new_event, tell_events } from '../support/telling.mjs';

let factory;
before(async () => { factory = await start_factory(); });
after(() => factory?.stop());

const numbers = (output) => {
  const last = output.match(/^in the end: .*$/m)?.[0] ?? '';
  const number = (word) => Number(last.match(new RegExp(`(\\d+) (?:of them )?${word}`))?.[1]);
  return { said: number('said'), withheld: number('withheld'), resent: number('sent again as asked'), reboots: number('reboots'),
    bad: number('bad'), unconfirmed: number('unconfirmed') };
};
const kAllFaults = ['--duplicates', '2%', '--gaps', '2%', '--reorder', '2%', '--bad', '1%', '--reboots', '0.2%'];

async function expect_all_of_it(record) {
  const { code, output } = await factory.check(record);
  assert.equal(code, 0, output);
}

test('what a factory says is in catalog', async () => {
  const { code, output } = await factory.simulate(['--rate', '0', '--count', '300', '--record', factory.file('plain.jsonl')]).end;
  assert.equal(code, 0, output);
  assert.equal(numbers(output).said, 300);
  await expect_all_of_it('plain.jsonl');
});

test('with duplicates, gaps, a changed order, bad messages and reboots it is there, once', async () => {
  const { code, output } = await factory.simulate(['--rate', '0', '--count', '3000', '--record', factory.file('faults.jsonl'),
    '--seed', '2', ...kAllFaults, '--repeat-after', '600']).end;
  assert.equal(code, 0, output);
  const { withheld, resent, reboots, bad, unconfirmed } = numbers(output);
  assert.ok(withheld > 20 && reboots > 2 && bad > 10, output);
  assert.ok(resent >= withheld - reboots - 2, output);  // the last before an end is not withheld to the end
  assert.equal(unconfirmed, 0);
  await expect_all_of_it('faults.jsonl');
});

test('while bridge, broker, catalog and the machines themselves are killed, nothing is lost and nothing counts twice', async () => {
  const start = () => factory.simulate(['--rate', '400', '--duration', '4', '--record', factory.file('kills.jsonl'),
    '--state', factory.file('kills.state'), '--repeat-after', '2', '--wait', '90', ...kAllFaults]);
  let run = start();
  for (const kill of [
    async () => { await factory.bridge.kill('SIGKILL'); await factory.bridge.restart(); },
    async () => { run.child.kill('SIGKILL'); await run.end; run = start(); },
    async () => { await factory.suite.kill('catalog'); await factory.suite.restart('catalog'); },
    async () => { await factory.broker.kill(); await factory.broker.start(); },
  ]) {
    await sleep(800);
    await kill();
  }
  const { code, output } = await run.end;
  assert.equal(code, 0, output);
  await expect_all_of_it('kills.jsonl');
});

test('what is ordered is made: the machine that catalog chooses does its job once, and reports it', async () => {
  const { suite } = factory;
  await suite.sql('catalog', `insert into products (id, sku, name, price_minor, currency, part, made_to_order)
    values ('prd_1', 'PLATE-1', 'A plate', 100, 'EUR', 'PN-88', true)`);
  const order_id = 'ord_019300000000700080000123456789ab';
  const paid = new_event('/orders', 'order.paid', order_id, { id: order_id, lines: [{ sku: 'PLATE-1', quantity: 7 }] });
  assert.deepEqual(await tell_events(suite.instance('catalog').url, paid), ['applied']);
  const { json: { data: [{ id }] } } = await suite.api('GET', `/api/v1/catalog/production-orders?order_id=${order_id}`);

  const run = factory.simulate(['--rate', '50', '--count', '0', '--duration', '60', '--record', factory.file('jobs.jsonl')]);
  const made = async () => (await suite.api('GET', `/api/v1/catalog/production-orders/${id}`)).json;
  await eventually(async () => (await made()).state === 'done', `it is made\n${run.output}`, { every_ms: 200 });
  assert.equal((await made()).good, 7);
  run.child.kill('SIGINT');
  assert.equal((await run.end).code, 0, run.output);
  assert.match(run.output, / 1 jobs/);
  await expect_all_of_it('jobs.jsonl');
});

test('the checker says what catalog has too much, too little, or not at all', async () => {
  const { suite } = factory;
  const file = factory.file('checked.jsonl');
  assert.equal((await factory.simulate(['--rate', '0', '--count', '100', '--bad', '5%', '--record', file]).end).code, 0);
  await expect_all_of_it('checked.jsonl');

  await suite.sql('catalog', "update stock set on_hand_micro = on_hand_micro + 1000000 where item = 'part:PN-88'");
  const too_much = await factory.check('checked.jsonl', []);
  assert.equal(too_much.code, 1);
  assert.match(too_much.output, /^parts\/PN-88, on hand: \d+ expected, \d+ found$/m);
  await suite.sql('catalog', "update stock set on_hand_micro = on_hand_micro - 1000000 where item = 'part:PN-88'");
  await expect_all_of_it('checked.jsonl');

  const lines = readFileSync(file, 'utf8').trim().split('\n');
  const next = lines.map((line) => JSON.parse(line)).filter(({ machine, payload, verdict }) => machine === 'press-07' && payload && verdict === 'ok').at(-1);
  const payload = JSON.parse(next.payload);
  writeFileSync(file, [...lines, JSON.stringify({ ...next, payload: JSON.stringify({ ...payload, seq: payload.seq + 10 }) }),
    JSON.stringify({ machine: 'press-08', type: 'quality', verdict: 'too_large' }), ''].join('\n'));
  const too_little = await factory.check('checked.jsonl', []);
  assert.equal(too_little.code, 1);
  assert.match(too_little.output, /^machines\/press-07, last seq: \d+ expected, \d+ found$/m);
  assert.match(too_little.output, /^dead letters of press-08: .*too_large.* expected/m);
});

test('a machine that may not log in is named, and nothing is confirmed', async () => {
  writeFileSync(factory.file('wrong'), 'press-07 press-07 wrong-password\npress-08 press-08 wrong-password\n');
  const { code, output } = await factory.simulate(['--rate', '0', '--count', '10', '--wait', '1', '--credentials', factory.file('wrong')]).end;
  assert.equal(code, 1);
  assert.match(output, /press-07: Not authorized/i);
  assert.doesNotMatch(output, /wrong-password/);
});

test('wrong use ends with 2 and says what is wrong', async () => {
  for (const [options, words] of [
    [['--gaps', '200%'], /share/],
    [['--machine', 'press-07'], /site\/area\/line\/machine/],
    [['--broker', 'http://127.0.0.1'], /mqtt:\/\//],
    [['--credentials', '/nowhere'], /can't be read/],
  ]) {
    const { code, output } = await factory.simulate(options).end;
    assert.equal(code, 2, output);
    assert.match(output, words);
  }
});
