// A simulated factory over a real broker, the bridge and catalog: whatever goes wrong on the way, what machines said is
// in catalog once – and the checker sees it when it is not.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start_factory } from '../support/factory.mjs';

let factory;
before(async () => { factory = await start_factory(); });
after(() => factory?.stop());

test('what a factory says is in catalog', async () => {
  const run = factory.simulate(['--rate', '0', '--count', '300', '--record', factory.file('plain.jsonl'), '--seed', '1']);
  const { code, output } = await run.end;
  assert.equal(code, 0, output);
  assert.match(output, /300 said/);
  const check = await factory.check('plain.jsonl');
  assert.equal(check.code, 0, check.output);
});

test('with duplicates, gaps, a changed order, bad messages and reboots it is there, once', async () => {
  const run = factory.simulate(['--rate', '0', '--count', '3000', '--record', factory.file('faults.jsonl'), '--seed', '2',
    '--duplicates', '2%', '--gaps', '2%', '--reorder', '2%', '--bad', '1%', '--reboots', '0.2%', '--repeat-after', '600']);
  const { code, output } = await run.end;
  assert.equal(code, 0, output);
  console.log(output);
  const check = await factory.check('faults.jsonl');
  assert.equal(check.code, 0, check.output);
});
