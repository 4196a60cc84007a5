// What machines report, as `mqtt-bridge` hands it to `catalog`: lists of messages, each with its own verdict.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { kMachineEvents, new_machine, post_messages, say } from '../support/machines.mjs';
import { start_suite } from '../support/suite.mjs';

let suite;
before(async () => { suite = await start_suite({ payment: 0, orders: 0, catalog: 2 }); });
after(() => suite?.stop());

const in_minutes = (minutes) => new Date(Date.now() + minutes * 60_000).toISOString();
const shuffled = (list, seed) => list.map((item, i) => [Math.sin(seed * 1000 + i), item]).sort(([a], [b]) => a - b).map(([, item]) => item);

test('a production count raises the stock by what its total rose', async () => {
  const machine = await new_machine(suite);
  assert.deepEqual(await say(suite, machine.count(5)), ['ok']);
  assert.deepEqual(await machine.stock(), { on_hand: 5, reserved: 0, available: 5 });
  assert.deepEqual(await say(suite, machine.count(12), machine.count(20)), ['ok', 'ok']);
  assert.equal(await machine.on_hand(), 20);
});

test('a message told twice counts once, in one list and in another', async () => {
  const machine = await new_machine(suite);
  const [first, second] = [machine.count(5), machine.count(9)];
  assert.deepEqual(await say(suite, first, first, second), ['ok', 'duplicate', 'ok']);
  assert.deepEqual(await say(suite, second, first, { ...first, retained: true }), ['duplicate', 'duplicate', 'duplicate']);
  assert.equal(await machine.on_hand(), 9);
  assert.deepEqual(await machine.dead_letters(), []);
});

test('late and repeated totals in any order never make the stock jump', async () => {
  for (let seed = 1; seed <= 5; ++seed) {
    const machine = await new_machine(suite);
    const totals = Array.from({ length: 20 }, (_, i) => (i + 1) * 3);
    const messages = totals.map((total) => machine.count(total, { scrap_total: total / 3 }));
    let before = 0;
    for (const message of shuffled([...messages, ...messages.slice(0, 5)], seed)) {
      await say(suite, message);
      const on_hand = await machine.on_hand();
      assert.ok(on_hand >= before, `${on_hand} after ${before}`);
      before = on_hand;
    }
    assert.equal(before, 60);
    assert.deepEqual(await machine.gaps(), []);
  }
});

test('a reboot starts counting at 0 and what was made before stays', async () => {
  const machine = await new_machine(suite);
  await say(suite, machine.count(10));
  const late = machine.count(14);
  machine.reboot();
  assert.deepEqual(await say(suite, machine.count(0), machine.count(3)), ['ok', 'ok']);
  assert.equal(await machine.on_hand(), 13);
  assert.deepEqual(await say(suite, late), ['ok']);
  assert.equal(await machine.on_hand(), 17);
  const { boot, last_seq } = await machine.shown();
  assert.deepEqual({ boot, last_seq }, { boot: 2, last_seq: 2 });
});

test('each work order and revision has a total of its own', async () => {
  const machine = await new_machine(suite);
  await say(suite, machine.count(5, { work_order: 'WO-1' }), machine.count(3, { work_order: 'WO-2' }),
    machine.count(2, { work_order: 'WO-2', rev: 'D' }), machine.count(6, { work_order: 'WO-1' }));
  assert.equal(await machine.on_hand(), 11);
});

test('a gap is seen, narrowed by what comes late, and closed when nothing misses', async () => {
  const machine = await new_machine(suite);
  const [one, two, three, four, five] = [2, 4, 6, 8, 10].map((total) => machine.count(total));
  const { json } = await post_messages(suite, [one, five]);
  assert.deepEqual(json.acks, [{ topic: machine.topic, boot: 1, seq: 5, complete_to: 1 }]);
  assert.deepEqual(await machine.gaps(), [[1, [2, 4]]]);
  assert.deepEqual(await say(suite, three), ['ok']);
  assert.deepEqual(await machine.gaps(), [[1, [2, 2], [4, 4]]]);
  const answer = await post_messages(suite, [four, two]);
  assert.deepEqual(answer.json.verdicts, ['ok', 'ok']);
  assert.deepEqual(answer.json.acks, [{ topic: machine.topic, boot: 1, seq: 5, complete_to: 5 }]);
  assert.deepEqual(await machine.gaps(), []);
  assert.equal((await machine.gaps('filled')).length, 1);
  assert.equal(await machine.on_hand(), 10);
});

test('a boot that begins in the middle misses its beginning, and a boot may begin at 0', async () => {
  const machine = await new_machine(suite);
  await say(suite, machine.count(1, { seq: 4 }));
  assert.deepEqual(await machine.gaps(), [[1, [1, 3]]]);
  assert.deepEqual(await say(suite, machine.count(1, { boot: 2, seq: 0 }), machine.count(2, { boot: 2, seq: 1 })), ['ok', 'ok']);
  assert.deepEqual(await say(suite, machine.count(5, { boot: 3, seq: 1 }), machine.count(4, { boot: 3, seq: 0 })), ['ok', 'ok']);
  assert.deepEqual(await machine.gaps(), [[1, [1, 3]]]);
  assert.equal(await machine.on_hand(), 8);
});

test('a bad message in the middle of a list fails alone and is kept with its bytes and the reason', async () => {
  const machine = await new_machine(suite);
  const bytes = Buffer.from([0x7b, 0x00, 0xff, 0xfe]);
  const verdicts = await say(suite, machine.count(1), machine.raw('evt/quality', bytes), machine.count(2));
  assert.deepEqual(verdicts, ['ok', 'bad_json', 'ok']);
  assert.equal(await machine.on_hand(), 2);
  const { json } = await suite.api('GET', `/api/v1/catalog/dead-letters?verdict=bad_json&topic=${encodeURIComponent(`${machine.topic}/evt/quality`)}`);
  assert.equal(json.data.length, 1);
  const [letter] = json.data;
  assert.equal(Buffer.from(letter.payload_base64, 'base64').compare(bytes), 0);
  assert.equal(letter.reason, 'not JSON in UTF-8');
  assert.equal(letter.state, 'open');
});

test('every way to be wrong has its verdict, and nothing of it reaches the stock', async () => {
  const machine = await new_machine(suite);
  const other = await new_machine(suite);
  const good = (data = {}) => ({ part: machine.part, good_total: 5, unit: 'H87', ...data });
  const event = (data, at) => machine.event('production-count', data, at);
  const elsewhere = machine.count(5);
  const cases = [
    [{ ...elsewhere, topic: elsewhere.topic.replace('lyon', 'paris') }, 'identity_mismatch'],
    [{ ...other.count(5), topic: `${machine.topic}/evt/production-count` }, 'identity_mismatch'],
    [event(good(), { machine: 7 }), 'identity_mismatch'],
    [{ ...elsewhere, topic: elsewhere.topic.replace(machine.name, 'nobody') }, 'unknown_machine'],
    [machine.raw('evt/production-count', 'not json'), 'bad_json'],
    [machine.raw('evt/production-count', ''), 'bad_json'],
    [machine.raw('evt/production-count', Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')])), 'bad_json'],
    [machine.raw('evt/production-count', '[]'), 'schema_violation'],
    [{ ...elsewhere, topic: 'factory/v1/lyon/evt/production-count' }, 'schema_violation'],
    [event(good({ unit: 'parsec' })), 'unit_unknown'],
    [event(good({ unit: 'KGM' })), 'unit_unknown'],
    [event(good({ unit: undefined })), 'schema_violation'],
    [event(good({ part: 'PN-nowhere' })), 'schema_violation'],
    [event(good({ good_total: -1 })), 'schema_violation'],
    [event(good({ good_total: '5' })), 'schema_violation'],
    [event(good({ good_total: 0.0000001 })), 'schema_violation'],
    [event(good({ good_total: 1e300 })), 'schema_violation'],
    [event(good({ part: 'x'.repeat(65) })), 'schema_violation'],
    [event(good(), { v: 2 }), 'schema_violation'],
    [event(good(), { type: 'quality' }), 'schema_violation'],
    [event(good(), { ts: in_minutes(10) }), 'schema_violation'],
    [event(good(), { ts: 'yesterday' }), 'schema_violation'],
    [event(good(), { boot: -1 }), 'schema_violation'],
    [event(good(), { boot: 1.5 }), 'schema_violation'],
    [event(good(), { seq: '9' }), 'schema_violation'],
    [event(good(), { seq: 9007199254740992 }), 'schema_violation'],
    [event(undefined), 'schema_violation'],
    [machine.event('coffee', {}), 'schema_violation'],
    [machine.raw('evt/production-count', 'x'.repeat(4096), { size: 1_000_000 }), 'too_large'],
  ];
  assert.deepEqual(await say(suite, ...cases.map(([message]) => message)), cases.map(([, verdict]) => verdict));
  assert.equal(await machine.on_hand(), 0);
  assert.equal(await other.on_hand(), 0);
  assert.equal(await count_dead_letters(cases), cases.length);
  await say(suite, ...cases.map(([message]) => message));
  assert.equal(await count_dead_letters(cases), cases.length, 'told again, each is the same dead letter');
});

async function count_dead_letters(cases) {
  let count = 0;
  for (const topic of new Set(cases.map(([{ topic }]) => topic))) {
    const { json } = await suite.api('GET', `/api/v1/catalog/dead-letters?limit=100&topic=${encodeURIComponent(topic)}`);
    count += json.data.length;
  }
  return count;
}

test('a refused message does not leave a gap behind', async () => {
  const machine = await new_machine(suite);
  const messages = [machine.count(1), machine.count(2, { unit: 'parsec' }), machine.count(3)];
  assert.deepEqual(await say(suite, ...messages), ['ok', 'unit_unknown', 'ok']);
  assert.deepEqual(await machine.gaps(), []);
  const bad = machine.count(4, { unit: 'parsec' });
  await say(suite, bad, machine.raw('evt/quality', '{'));
  assert.equal((await machine.shown()).last_seq, 4);
  assert.deepEqual((await machine.dead_letters()).map(({ boot, seq }) => [boot, seq]), [[null, null], [1, 4], [1, 2]]);
});

test('another message under a number that is taken is kept, not lost', async () => {
  const machine = await new_machine(suite);
  assert.deepEqual(await say(suite, machine.count(5), machine.count(9, { seq: 1 })), ['ok', 'schema_violation']);
  assert.deepEqual(await say(suite, machine.count(9, { seq: 1 })), ['schema_violation']);
  assert.equal(await machine.on_hand(), 5);
  assert.match((await machine.dead_letters())[0].reason, /boot and seq/);
});

test('however long its topic, a message is kept and holds nobody back', async () => {
  const machine = await new_machine(suite);
  const long = randomBytes(20_000).toString('hex');
  const topics = [`${machine.topic}/evt/${long}`, `factory/v1/lyon/pressing/${long}/${machine.name}/evt/quality`, `${machine.topic}/evt/quality/${long}`, long];
  const verdicts = await say(suite, ...topics.map((topic) => ({ ...machine.count(1), topic })), machine.count(2, { seq: 5 }));
  assert.deepEqual(verdicts, ['schema_violation', 'identity_mismatch', 'schema_violation', 'schema_violation', 'ok']);
  assert.equal(await machine.on_hand(), 2);
});

test('messages whose heads are the same are told apart by their size', async () => {
  const machine = await new_machine(suite);
  const cut = (payload, size) => machine.raw('evt/quality', payload, { size });
  const head = 'x'.repeat(4096);
  assert.deepEqual(await say(suite, cut(head, 74097), cut(head, 80000), machine.raw('evt/quality', `${head}7`)),
    ['too_large', 'too_large', 'bad_json']);
  assert.equal((await machine.dead_letters()).length, 3);
});

test('what the database cannot hold is kept, takes its number, and stays as it is when it is replayed', async () => {
  const machine = await new_machine(suite, { material_unit: 'MGM' });
  await suite.sql('catalog', `insert into stock (item, on_hand_micro) values ('material:${machine.material}', 9223372036854775000)`);
  const supply = machine.event('supply-received', { material: machine.material, quantity: 1, unit: 'KGM' });
  assert.deepEqual(await say(suite, machine.count(1), supply, machine.count(2)), ['ok', 'schema_violation', 'ok']);
  assert.deepEqual(await machine.gaps(), []);
  const [{ id }] = await machine.dead_letters();
  const replayed = await suite.api('POST', `/api/v1/catalog/dead-letters/${id}/replay`);
  assert.deepEqual([replayed.status, replayed.json.state], [200, 'open']);
  await suite.sql('catalog', `delete from stock where item = 'material:${machine.material}'`);
});

test('every fault of a message is said at once', async () => {
  const machine = await new_machine(suite);
  await say(suite, machine.event('production-count', { good_total: -1 }));
  assert.equal((await machine.dead_letters())[0].reason,
    'data.part is missing; data.good_total must be a number from 0 to 4000000000 with at most six decimals; data.unit is missing');
});

test('a clock a little ahead is believed', async () => {
  const machine = await new_machine(suite);
  assert.deepEqual(await say(suite, machine.count(1, { ts: in_minutes(4) })), ['ok']);
});

test('quantities are turned into the unit the part or material is counted in', async () => {
  const machine = await new_machine(suite, { unit: 'H87', material_unit: 'KGM' });
  const verdicts = await say(suite, machine.count(2, { unit: 'DZN' }),
    machine.event('supply-received', { material: machine.material, lot: 'L-1', quantity: 0.5, unit: 'TNE', supplier: 'Acme' }),
    machine.event('material-consumed', { material: machine.material, lot: 'L-1', quantity: 1500.5, unit: 'GRM' }),
    machine.event('material-consumed', { material: machine.material, quantity: 0.1, unit: 'KGM' }));
  assert.deepEqual(verdicts, ['ok', 'ok', 'ok', 'ok']);
  assert.equal(await machine.on_hand(), 24);
  const material = await machine.get(`materials/${machine.material}`);
  assert.equal(material.stock.on_hand, 498.3995);
});

test('a reported level becomes the stock, and an earlier one that comes late changes nothing', async () => {
  const machine = await new_machine(suite);
  const level = (on_hand, at) => machine.event('stock-level', { part: machine.part, on_hand, unit: 'H87' }, at);
  await say(suite, machine.count(5), level(100), machine.count(8));
  assert.equal(await machine.on_hand(), 103);
  const late = level(50);
  await say(suite, level(200));
  assert.deepEqual(await say(suite, late), ['ok']);
  assert.equal(await machine.on_hand(), 200);
});

test('a machine is shown with its state, what it runs and whether it stands', async () => {
  const machine = await new_machine(suite);
  await say(suite, machine.raw('state', '{"state":"online","firmware":"4.2"}'),
    machine.event('part-reference', { part: machine.part, rev: 'C' }),
    machine.event('downtime', { state: 'down', reason: 'tool change' }));
  const shown = await machine.shown();
  assert.equal(shown.state, 'online');
  assert.equal(shown.firmware, '4.2');
  assert.deepEqual(shown.running, { part: machine.part, rev: 'C' });
  assert.equal(shown.down, true);
  assert.deepEqual([shown.boot, shown.last_seq], [1, 2]);
  await say(suite, machine.raw('state', '{"state":"offline"}'), machine.event('downtime', { state: 'up' }));
  const later = await machine.shown();
  assert.deepEqual([later.state, later.down, later.firmware], ['offline', false, '4.2']);
  const received_at = new Date(Date.now() - 60_000).toISOString();
  await say(suite, machine.raw('state', '{"state":"online","firmware":"3.0"}', { received_at }));
  const still = await machine.shown();
  assert.deepEqual([still.state, still.firmware], ['offline', '4.2'], 'an earlier word changes nothing');
});

test('the history of a machine shows every event once', async () => {
  const machine = await new_machine(suite);
  const messages = [machine.count(5), machine.event('quality', { part: machine.part, result: 'fail', value: 3.25 }), machine.count(9)];
  await say(suite, ...messages, ...messages);
  const { data } = await machine.get(`machines/${machine.name}/events`);
  assert.deepEqual(data.map(({ seq, type }) => [seq, type]), [[3, 'production-count'], [2, 'quality'], [1, 'production-count']]);
  assert.deepEqual(data[1].data, { part: machine.part, result: 'fail', value: 3.25 });
  const { json } = await suite.api('GET', `/api/v1/catalog/machines/${machine.name}/events?limit=1&starting_after=1.3`);
  assert.deepEqual(json.data.map(({ seq }) => seq), [2]);
  assert.equal(json.has_more, true);
});

test('lists that arrive at the same time, twice over, count everything once', async () => {
  const machines = [await new_machine(suite), await new_machine(suite), await new_machine(suite)];
  const lists = [];
  for (let i = 0; i < 20; ++i) lists.push(machines.flatMap((machine) => Array.from({ length: 10 }, () => machine.count(machine.seq + 1))));
  await Promise.all(shuffled([...lists, ...lists], 7).map(async (list) => {
    for (const verdict of await say(suite, ...list)) assert.match(verdict, /^(ok|duplicate)$/);
  }));
  for (const machine of machines) {
    assert.equal(await machine.on_hand(), 200);
    assert.deepEqual(await machine.gaps(), []);
    const [{ count }] = await suite.sql('catalog', 'select count(*)::int from production_events where machine = $1', [machine.name]);
    assert.equal(count, 200);
  }
});

test('balances are what their movements add up to', async () => {
  const rows = await suite.sql('catalog', `
    select item, on_hand_micro, reserved_micro, coalesce(sum(m.on_hand_micro), 0)::bigint as moved
      from stock left join stock_movements m using (item) group by item, stock.on_hand_micro, stock.reserved_micro
    having stock.on_hand_micro <> coalesce(sum(m.on_hand_micro), 0)`.replaceAll('on_hand_micro, reserved_micro,', 'stock.on_hand_micro, stock.reserved_micro,'));
  assert.deepEqual(rows, []);
});

test('nobody but a service may tell, and what is no list of messages is refused', async () => {
  const refused = await suite.api('POST', kMachineEvents, { events: [] }, { authorization: 'Bearer nobody' });
  assert.equal(refused.status, 401);
  for (const body of ['', '[]', '{"events":[{}]}', '{"events":{}}']) {
    assert.equal((await suite.api('POST', kMachineEvents, body)).status, 400, body);
  }
  const machine = await new_machine(suite);
  const many = await post_messages(suite, Array.from({ length: 501 }, () => machine.count(1)));
  assert.equal(many.status, 422);
  assert.deepEqual((await post_messages(suite, [])).json, { verdicts: [], acks: [] });
});
