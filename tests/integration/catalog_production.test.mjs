// What is made for orders, what machines are told, and what was made when.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { new_machine, say } from '../support/machines.mjs';
import { start_suite } from '../support/suite.mjs';
import { new_event, tell_events } from '../support/telling.mjs';

let suite;
before(async () => {
  // Nobody listens there, so that everything told stays to be looked at.
  suite = await start_suite({ payment: 0, orders: 0, catalog: 2, env: { catalog: { EVENT_SINKS: 'orders production.* http://127.0.0.1:9/' } } });
});
after(() => suite?.stop());

let orders = 0;
const new_order = () => `ord_${(++orders).toString(16).padStart(32, '0')}`;

async function post(path, body) {
  const answer = await suite.api('POST', path, body);
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
}

// A product made to order of the machine's part.
async function product_of({ part }) {
  const answer = await suite.api('POST', '/api/v1/catalog/products', { sku: `SKU-${part}`, name: 'A thing',
    price: { amount: 100, currency: 'EUR' }, part, made_to_order: true });
  assert.equal(answer.status, 201, answer.text);
  return answer.json.sku;
}

const paid = ({ order_id, lines }) => new_event('/orders', 'order.paid', order_id, { id: order_id, lines });
const tell = (...events) => tell_events(suite.instance('catalog', suite.turn++ % 2).url, ...events);
const work_orders = async (order_id) => (await post_get(`production-orders?order_id=${order_id}`)).data;
const post_get = async (path) => (await suite.api('GET', `/api/v1/catalog/${path}`)).json;
// Tells that an order of this line is paid; answers the id of its work order.
async function ask(line) {
  const order_id = new_order();
  assert.deepEqual(await tell(paid({ order_id, lines: [line] })), ['applied']);
  return { order_id, id: (await work_orders(order_id))[0]?.id };
}
// What `orders` is told of an order, in order.
const told = async (order_id, type) => (await suite.sql('catalog', `select data from outbox where subject = $1 and type = $2 order by seq`, [order_id, type]))
  .map(({ data }) => data);
const commands = async (machine, published = []) =>
  (await post('/internal/v1/machine-commands', { scopes: [`${machine.topic}/`], published })).commands
    .map(({ id, topic, payload }) => ({ id, topic, payload: JSON.parse(payload) }));

test('a paid order for what is made to order gets a work order per line, the same however often it is told', async () => {
  const machine = await new_machine(suite);
  const sku = await product_of(machine);
  const order_id = new_order();
  const order = { order_id, lines: [{ sku: 'FROM-STOCK', quantity: 1 }, { sku, quantity: 3 }] };
  assert.deepEqual(await tell(paid(order)), ['applied']);
  const [first, ...others] = await work_orders(order_id);
  assert.deepEqual([first.position, first.quantity, others], [2, 3, []]);
  const again = await Promise.all(Array.from({ length: 4 }, () => tell(paid(order))));
  for (const outcomes of again) assert.deepEqual(outcomes, ['applied']);
  assert.equal((await work_orders(order_id)).length, 1);
  const plans = await told(order_id, 'production.planned');
  assert.equal(plans.length, 5);
  for (const plan of plans) assert.deepEqual(plan, { order_id, work_orders: [{ id: first.id, position: 2, quantity: 3 }] });
  const { order_id: plain } = await ask({ sku: 'FROM-STOCK', quantity: 1 });
  assert.deepEqual(await told(plain, 'production.planned'), [{ order_id: plain, work_orders: [] }]);
});

test('progress is told with the count that makes it, in whole units, and its end as such', async () => {
  const machine = await new_machine(suite);
  const { order_id, id } = await ask({ sku: await product_of(machine), quantity: 2 });
  await commands(machine);
  const fact = (good) => ({ order_id, work_order: id, position: 1, quantity: 2, good });
  await say(suite, machine.count(0, { work_order: id, scrap_total: 1 }));
  assert.deepEqual(await told(order_id, 'production.progressed'), []);
  await say(suite, machine.count(1, { work_order: id, scrap_total: 1 }));
  await say(suite, machine.count(2, { work_order: id, scrap_total: 1 }));
  assert.deepEqual(await told(order_id, 'production.progressed'), [fact(1)]);
  assert.deepEqual(await told(order_id, 'production.completed'), [fact(2)]);
});

test('what was made and not told by a program of before is told', async () => {
  const machine = await new_machine(suite);
  const { order_id, id } = await ask({ sku: await product_of(machine), quantity: 2 });
  await suite.sql('catalog', 'update production_orders set good_micro = 1000000, published_good_micro = null where id = $1', [id]);
  await suite.restart('catalog');
  await suite.eventually(async () => (await told(order_id, 'production.progressed'))[0]?.good === 1, 'it is told');
});

test('what an order was canceled for is made no more, unless it is made already', async () => {
  const machine = await new_machine(suite);
  const sku = await product_of(machine);
  const [made, waiting] = [await ask({ sku, quantity: 1 }), await ask({ sku, quantity: 1 })];
  const [command] = await commands(machine);
  await commands(machine, [command.id]);
  await say(suite, machine.count(1, { work_order: command.payload.work_order }));
  for (const { order_id } of [made, waiting]) {
    assert.deepEqual(await tell(new_event('/orders', 'order.canceled', order_id, { id: order_id })), ['applied']);
  }
  const states = (await Promise.all([made, waiting].map(({ order_id }) => work_orders(order_id)))).flat().map(({ state }) => state);
  assert.deepEqual(states.toSorted(), ['canceled', 'done']);
  assert.deepEqual(await commands(machine), []);
});

test('word that an order is paid which comes after it was canceled makes nothing', async () => {
  const sku = await product_of(await new_machine(suite));
  const order_id = new_order();
  const news = (type, version) => new_event('/orders', type, order_id, { id: order_id, lines: [{ sku, quantity: 1 }] }, version);
  assert.deepEqual(await tell(news('order.canceled', 3)), ['applied']);
  assert.deepEqual(await tell(news('order.paid', 2)), ['applied']);
  assert.deepEqual(await work_orders(order_id), []);
});

test('the machine that makes the part is told, until the broker has taken it', async () => {
  const machine = await new_machine(suite);
  const sku = await product_of(machine);
  const { id } = await ask({ sku, quantity: 5 });
  const [command, ...others] = await commands(machine);
  assert.deepEqual(others, []);
  assert.equal(command.topic, `${machine.topic}/cmd/produce`);
  assert.deepEqual(command.payload, { id: command.id, work_order: id, part: machine.part, rev: null, quantity: 5, unit: 'H87' });
  assert.deepEqual(await commands(machine), [command], 'told again');
  assert.deepEqual(await commands(machine, [command.id]), []);
});

test('a part no machine makes waits for one', async () => {
  const machine = await new_machine(suite, { makes: [] });
  const sku = await product_of(machine);
  const { id } = await ask({ sku, quantity: 1 });
  assert.deepEqual(await commands(machine), []);
  assert.equal((await machine.get(`production-orders/${id}`)).state, 'waiting_for_machine');
  const changed = await suite.api('PATCH', `/api/v1/catalog/machines/${machine.name}`, { makes: [machine.part] });
  assert.equal(changed.status, 200, changed.text);
  assert.equal((await commands(machine)).length, 1);
  assert.equal((await machine.get(`production-orders/${id}`)).state, 'assigned');
});

test('counts with a work order move it on, and only for its part', async () => {
  const machine = await new_machine(suite);
  const other = await new_machine(suite);
  const sku = await product_of(machine);
  const { order_id, id } = await ask({ sku, quantity: 4 });
  await commands(machine);
  await say(suite, other.count(9, { work_order: id }), machine.count(3, { work_order: id, scrap_total: 1 }), machine.count(2, { work_order: id }));
  const shown = async () => (await machine.get(`production-orders?order_id=${order_id}`)).data.map(({ good, scrap, state }) => [good, scrap, state]);
  assert.deepEqual(await shown(), [[3, 1, 'in_production']]);
  await say(suite, machine.count(4, { work_order: id, scrap_total: 1 }));
  assert.deepEqual(await shown(), [[4, 1, 'done']]);
});

test('a machine is asked for what is missing, again and less often, and no more when it has come', async () => {
  const machine = await new_machine(suite);
  const [one, two, three] = [1, 2, 3].map((total) => machine.count(total));
  await say(suite, one, three);
  assert.deepEqual(await commands(machine), [], 'what is only late comes by itself');
  const asked = await suite.eventually(async () => (await commands(machine))[0], 'it is asked', { within_ms: 5000 });
  assert.equal(asked.topic, `${machine.topic}/cmd/resend`);
  assert.deepEqual(asked.payload, { id: asked.id, boot: 1, from: 2, to: 2 });
  assert.deepEqual(await commands(machine, [asked.id]), []);
  await suite.sql('catalog', `update machine_gaps set ask_at = now() where machine = '${machine.name}'`);
  const [again] = await commands(machine);
  assert.notEqual(again.id, asked.id);
  const { data: [gap] } = await machine.get(`machines/${machine.name}/gaps`);
  assert.equal(gap.asked, 2);
  await say(suite, two);
  await suite.sql('catalog', `update machine_gaps set ask_at = now() where machine = '${machine.name}'`);
  assert.deepEqual(await commands(machine, [again.id]), []);
});

test('commands are for the machines of the scope only', async () => {
  const machine = await new_machine(suite);
  const sku = await product_of(machine);
  await ask({ sku, quantity: 1 });
  const { commands: elsewhere } = await post('/internal/v1/machine-commands', { scopes: ['factory/v1/paris/', 'factory/v1/lyon/pressing/line-10/'], published: [] });
  assert.deepEqual(elsewhere, []);
  const { commands: everywhere } = await post('/internal/v1/machine-commands', { scopes: ['factory/v1/'], published: [] });
  assert.ok(everywhere.some(({ topic }) => topic.startsWith(machine.topic)));
});

test('a gap that is given up is waited for no longer, and what comes late is kept and can be replayed', async () => {
  const machine = await new_machine(suite);
  const [one, two, three] = [5, 6, 8].map((total) => machine.count(total));
  await say(suite, one, three);
  const { data: [gap] } = await machine.get(`machines/${machine.name}/gaps`);
  const give_up = () => suite.api('POST', `/api/v1/catalog/machines/${machine.name}/gaps/${gap.id}/abandon`);
  assert.equal((await give_up()).json.state, 'given_up');
  assert.equal((await give_up()).status, 200);
  assert.deepEqual(await say(suite, two), ['out_of_order']);
  const [letter] = await machine.dead_letters();
  const replayed = await suite.api('POST', `/api/v1/catalog/dead-letters/${letter.id}/replay`);
  assert.deepEqual([replayed.json.state, await machine.on_hand()], ['replayed', 8]);
  const { data } = await machine.get(`machines/${machine.name}/events`);
  assert.deepEqual(data.map(({ seq }) => seq), [3, 2, 1]);
});

test('a dead letter is replayed once its cause is mended, one or many, and counts once', async () => {
  const machine = await new_machine(suite);
  const part = `${machine.part}-new`;
  const messages = [3, 7].map((good_total) => machine.count(good_total, { part }));
  assert.deepEqual(await say(suite, ...messages), ['schema_violation', 'schema_violation']);
  const bulk = (rest) => post('/api/v1/catalog/dead-letters/replay', { machine: machine.name, ...rest });
  assert.deepEqual(await bulk({ dry_run: true }), { matched: 2, replayed: 0, dry_run: true });
  assert.deepEqual(await bulk(), { matched: 2, replayed: 0, dry_run: false });
  assert.equal((await suite.api('POST', '/api/v1/catalog/parts', { number: part, name: 'New', unit: 'H87' })).status, 201);
  const [letter] = await machine.dead_letters('&state=open');
  const both = await Promise.all([1, 2, 3].map(() => suite.api('POST', `/api/v1/catalog/dead-letters/${letter.id}/replay`)));
  for (const { json } of both) assert.equal(json.state, 'replayed');
  assert.deepEqual(await bulk(), { matched: 1, replayed: 1, dry_run: false });
  assert.deepEqual(await bulk(), { matched: 0, replayed: 0, dry_run: false });
  assert.equal((await machine.stock(part)).on_hand, 7);
  assert.deepEqual(await say(suite, ...messages), ['duplicate', 'duplicate']);
});

test('a message of a machine that is registered later is taken in when it is replayed', async () => {
  const known = await new_machine(suite);
  const name = `${known.name}-late`;
  const message = { ...known.raw('evt/production-count', JSON.stringify({ v: 1, machine: name, boot: 1, seq: 1, ts: new Date().toISOString(),
    type: 'production-count', data: { part: known.part, good_total: 4, unit: 'H87' } })), topic: `factory/v1/lyon/pressing/line-1/${name}/evt/production-count` };
  assert.deepEqual(await say(suite, message), ['unknown_machine']);
  const created = await suite.api('POST', '/api/v1/catalog/machines', { name, site: 'lyon', area: 'pressing', line: 'line-1' });
  assert.equal(created.status, 201, created.text);
  assert.deepEqual(await post('/api/v1/catalog/dead-letters/replay', { verdict: 'unknown_machine', topic: message.topic }), { matched: 1, replayed: 1, dry_run: false });
  assert.equal(await known.on_hand(), 4);
});

test('a dead letter is discarded, and a discarded one is not replayed', async () => {
  const machine = await new_machine(suite);
  await say(suite, machine.count(1, { unit: 'parsec' }));
  const [{ id }] = await machine.dead_letters();
  const act = (action) => suite.api('POST', `/api/v1/catalog/dead-letters/${id}/${action}`);
  assert.equal((await act('discard')).json.state, 'discarded');
  assert.equal((await act('replay')).json.state, 'discarded');
  assert.equal((await suite.api('GET', `/api/v1/catalog/dead-letters/dlt_${'0'.repeat(32)}`)).status, 404);
});

test('what was made is shown by hour and by day, part and machine', async () => {
  const machine = await new_machine(suite);
  const at = (hour, minute) => `2026-03-02T${String(hour).padStart(2, '0')}:${minute}:00Z`;
  await say(suite, machine.count(10, { ts: at(5, '10'), scrap_total: 1 }), machine.count(25, { ts: at(5, '50'), scrap_total: 5 }),
    machine.count(31, { ts: at(6, '05'), scrap_total: 5 }));
  const rows = async (query) => (await machine.get(`production?part=${machine.part}&from=2026-03-01T00:00:00Z&${query}`)).data;
  assert.deepEqual(await rows('by=hour'), [
    { from: '2026-03-02T06:00:00.000000Z', to: '2026-03-02T07:00:00.000000Z', part: machine.part, machine: machine.name, good: 6, scrap: 0, rate: 6, yield: 1 },
    { from: '2026-03-02T05:00:00.000000Z', to: '2026-03-02T06:00:00.000000Z', part: machine.part, machine: machine.name, good: 25, scrap: 5, rate: 25, yield: 25 / 30 },
  ]);
  const [day, ...more] = await rows('by=day');
  assert.deepEqual([day.good, day.scrap, day.from, more.length], [31, 5, '2026-03-02T00:00:00.000000Z', 0]);
  assert.deepEqual((await rows(`by=hour&limit=1&starting_after=${encodeURIComponent(`2026-03-02T06:00:00Z/${machine.part}/${machine.name}`)}`)).map(({ good }) => good), [25]);
  const wrong = await suite.api('GET', '/api/v1/catalog/production?by=week&from=now&to=later');
  assert.deepEqual([wrong.status, wrong.json.errors.map(({ field }) => field).sort()], [422, ['by', 'from', 'to']]);
});

test('months of events are made ahead and dropped when they are old, without rights to change tables', async () => {
  const [{ months }] = await suite.sql('catalog', `select count(*)::int as months from pg_inherits where inhparent = 'production_events'::regclass`);
  assert.ok(months >= 5, `${months}`);
  await suite.sql('catalog', `create table production_events_2020_01 partition of production_events for values from ('2020-01-01') to ('2020-02-01');
    alter table production_events_2020_01 owner to catalog_owner`);
  await suite.restart('catalog');
  await suite.eventually(async () => (await suite.sql('catalog', `select to_regclass('production_events_2020_01') is null as gone`))[0].gone, 'the old month is gone');
});
