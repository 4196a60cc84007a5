// How a service tells: from a committed change to a destination that confirmed it. The destinations are servers in the test,
// so that they can be away, slow or wrong at will.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { expect_problem, expect_status } from '../support/expect.mjs';
import { start_peers } from '../support/peers.mjs';
import { start_receiver } from '../support/receiver.mjs';

let peers;
let one;
let other;
before(async () => {
  one = await start_receiver();
  other = await start_receiver();
  peers = await start_peers({
    teller: {
      sinks: () => `one thing.*,gone.far ${one.url}; other thing.* ${other.url}`,
      env: { RELAY_BACKOFF_INITIAL_MS: 100, RELAY_BACKOFF_MAX_MS: 200, RELAY_MAX_ATTEMPTS: 4, EVENTS_DEADLINE_MS: 500 },
    },
  });
});
after(async () => {
  await peers?.stop();
  await one?.away();
  await other?.away();
  assert.deepEqual([...one.faults, ...other.faults], []);
});
beforeEach(async () => {
  await peers.sql('teller', 'delete from event_deliveries');
  await peers.sql('teller', 'delete from outbox');
  for (const receiver of [one, other]) {
    Object.assign(receiver, { lists: [], taken: [], respond: () => undefined, outcome: () => ({ outcome: 'applied' }) });
  }
});

const change = (subjects, rest) => peers.change('teller', subjects, rest);
const eventually = (...args) => peers.eventually(...args);
let numbers = 0;
const subject = (name = 'thing') => `${name}_${++numbers}`;
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const fails = (...subjects) => (event) => (subjects.includes(event.subject) ? { outcome: 'failed', reason: 'not now' } : { outcome: 'applied' });
const parked = (query = {}) => peers.deliveries('teller', { status: 'parked', ...query });
const of = async (name, query = {}) => (await peers.deliveries('teller', { subject: name, ...query }))[0];
const act = (delivery, action) => peers.api('teller', 'POST', `/api/v1/teller/deliveries/${delivery.id}/${action}`);

test('an event is a CloudEvent, signed, with what the change was', async () => {
  const name = subject();
  await change([name], { data: { size: 7, note: 'naïve "quotes"' } });
  await eventually(() => one.taken.length, 'it is told');
  const [event] = one.taken;
  assert.match(event.id, /^evn_[0-9a-f]{32}$/);
  assert.match(event.traceparent, /^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
  assert.ok(Math.abs(Date.parse(event.time) - Date.now()) < 60_000);
  const { id, time, traceparent, ...rest } = event;
  assert.deepEqual(rest, { specversion: '1.0', source: '/teller', type: 'thing.changed', subject: name, datacontenttype: 'application/json',
    aggregateversion: 1, data: { size: 7, note: 'naïve "quotes"' } });
});

test('every destination gets what it asked for, and an event nobody asked for is not kept', async () => {
  const names = [subject(), subject(), subject()];
  await change([names[0]], { type: 'thing.changed' });
  await change([names[1]], { type: 'gone.far' });
  await change([names[2]], { type: 'gone.nowhere' });
  await peers.all_delivered('teller', 3);
  assert.deepEqual(one.taken.map((event) => event.subject).sort(), names.slice(0, 2).sort());
  assert.deepEqual(other.taken.map((event) => event.subject), names.slice(0, 1));
  assert.equal((await peers.sql('teller', 'select count(*)::int from outbox'))[0].count, 2);
});

test('many changes of few subjects are told in lists, in the order of each subject', async () => {
  const names = [subject(), subject(), subject()];
  await Promise.all(names.map(async (name) => {
    for (let i = 0; i < 60; ++i) await change([name]);
  }));
  await peers.all_delivered('teller', 360);
  for (const receiver of [one, other]) {
    for (const name of names) assert.deepEqual(receiver.versions(name), Array.from({ length: 60 }, (_, i) => i + 1));
  }
  assert.ok(one.lists.length < 180, `${one.lists.length} lists for 180 events`);
});

test('a large backlog is told in lists of at most 500 and of a size a request can have', async () => {
  await one.away();
  const names = Array.from({ length: 1200 }, () => subject());
  await change(names);
  const big = Array.from({ length: 40 }, () => subject());
  await change(big, { data: { text: 'x'.repeat(60_000) } });
  await one.back();
  await peers.all_delivered('teller', 2480);
  assert.equal(one.taken.length, 1240);
  for (const list of one.lists) {
    assert.ok(list.length <= 500);
    assert.ok(JSON.stringify(list).length < 1 << 20);
  }
});

test('a failing event holds up its own subject only, in order, and goes on when it can', async () => {
  const [bad, good] = [subject('bad'), subject('good')];
  one.outcome = fails(bad);
  for (let i = 0; i < 3; ++i) await change([bad, good]);
  await eventually(() => one.versions(good).length === 3, 'the other subject goes on');
  assert.deepEqual(one.versions(bad), []);
  assert.deepEqual(other.versions(bad), [1, 2, 3]);
  const first = (await peers.deliveries('teller', { subject: bad, destination: 'one' })).at(-1);
  assert.equal(first.reason, 'not now');
  one.outcome = fails();
  await eventually(() => one.versions(bad).length === 3, 'it goes on');
  assert.deepEqual(one.versions(bad), [1, 2, 3]);
});

test('what is told while its subject waits, waits behind it', async () => {
  const bad = subject('bad');
  one.outcome = (event) => (event.aggregateversion === 1 ? { outcome: 'failed', reason: 'not now' } : { outcome: 'applied' });
  await change([bad]);
  await eventually(() => one.lists.flat().length >= 2, 'it was tried again');
  for (let i = 0; i < 5; ++i) {
    await change([bad]);
    await sleep(30);
  }
  one.outcome = fails();
  await eventually(() => one.versions(bad).length === 6, 'all of it is told');
  assert.deepEqual(one.versions(bad), [1, 2, 3, 4, 5, 6]);
});

test('after its last try an event is parked with its reason, and what comes after it flows', async () => {
  const bad = subject('bad');
  one.outcome = (event) => (event.aggregateversion === 1 && event.subject === bad ? { outcome: 'failed', reason: 'never now' } : { outcome: 'applied' });
  await change([bad]);
  await change([bad]);
  await eventually(() => one.versions(bad).length === 1, 'the second is told');
  assert.deepEqual(one.versions(bad), [2]);
  const [delivery] = await parked();
  assert.deepEqual([delivery.destination, delivery.tries, delivery.reason, delivery.event.subject, delivery.event.aggregateversion],
    ['one', 4, 'never now', bad, 1]);
});

test('what the destination will never take is parked at once', async () => {
  const bad = subject('bad');
  one.outcome = (event) => ({ outcome: event.aggregateversion === 1 ? 'refused' : 'applied', reason: 'no such thing' });
  await change([bad]);
  await change([bad]);
  await eventually(() => one.versions(bad).length === 1, 'the second is told');
  const [delivery] = await parked();
  assert.deepEqual([delivery.tries, delivery.reason], [1, 'no such thing']);
});

test('a parked event can be shown, replayed and discarded', async () => {
  const bad = subject('bad');
  one.outcome = () => ({ outcome: 'refused', reason: 'no' });
  await change([bad], { data: { size: 3 } });
  await change([bad]);
  await eventually(async () => (await parked()).length === 2, 'both are parked');
  const [second, first] = await parked();
  const shown = expect_status(await peers.api('teller', 'GET', `/api/v1/teller/deliveries/${first.id}`), 200).json;
  assert.deepEqual(shown, first);
  assert.deepEqual(shown.event.data, { size: 3 });

  one.outcome = fails();
  assert.equal(expect_status(await act(first, 'replay'), 200).json.status, 'open');
  await eventually(() => one.versions(bad).length === 1, 'it is told again');
  assert.equal(expect_status(await act(second, 'discard'), 200).json.status, 'discarded');
  assert.equal((await of(bad, { status: 'delivered', destination: 'one' })).id, first.id);
  assert.deepEqual(await parked(), []);
  expect_problem(await act(first, 'discard'), 409);
});

test('parked events are replayed by filter, after a look at how many they are', async () => {
  one.outcome = () => ({ outcome: 'refused', reason: 'no' });
  await change(Array.from({ length: 5 }, () => subject('bad')));
  await eventually(async () => (await parked()).length === 5, 'all are parked');
  one.outcome = fails();
  const replay = (body) => peers.api('teller', 'POST', '/api/v1/teller/deliveries/replay', body);
  assert.deepEqual((await replay({ destination: 'one', dry_run: true })).json, { matched: 5, replayed: 0, dry_run: true });
  assert.deepEqual((await replay({ destination: 'other' })).json, { matched: 0, replayed: 0, dry_run: false });
  assert.deepEqual((await replay({ destination: 'one', limit: 2 })).json, { matched: 2, replayed: 2, dry_run: false });
  assert.deepEqual((await replay({ type: 'thing.changed' })).json, { matched: 3, replayed: 3, dry_run: false });
  await eventually(() => one.taken.length === 5, 'all are told');
  expect_problem(await replay({ status: 'delivered' }), 422);
  expect_problem(await replay({ colour: 'red' }), 422);
});

test('what was delivered to one destination since a time is told to it again, once', async () => {
  const resend = (body) => peers.api('teller', 'POST', '/api/v1/teller/deliveries/resend', body);
  const both = subject();
  await change([subject('before')]);
  await peers.all_delivered('teller', 2);
  await sleep(20);
  const since = new Date().toISOString();
  await change([both]);
  await change([both]);
  await change([subject('gone')], { type: 'thing.gone', forget_data: true });
  await peers.all_delivered('teller', 8);
  await sleep(20);
  const until = new Date().toISOString();
  one.taken.length = other.taken.length = 0;
  const wanted = { destination: 'one', since, until };
  const erased = (await resend({ ...wanted, dry_run: true })).json.erased;
  assert.deepEqual((await resend({ ...wanted, dry_run: true })).json, { matched: 3 - erased, redelivered: 0, erased, dry_run: true });
  assert.deepEqual((await resend({ ...wanted, limit: 1 })).json, { matched: 1, redelivered: 1, erased, dry_run: false });
  await eventually(() => one.taken.length === 1, 'the first is told again');
  assert.deepEqual((await resend(wanted)).json, { matched: 2 - erased, redelivered: 2 - erased, erased, dry_run: false });
  await eventually(() => one.versions(both).length === 2, 'both are told again');
  await peers.all_delivered('teller', 8);
  assert.deepEqual((await resend(wanted)).json, { matched: 0, redelivered: 0, erased, dry_run: false });
  assert.deepEqual([one.versions(both), other.taken.length], [[1, 2], 0]);
  for (const bad of [{}, { destination: 'one' }, { since }, { destination: 'one', since: 'yesterday' }, { ...wanted, until: 'x' }, { ...wanted, limit: 0 },
    { ...wanted, status: 'delivered' }]) expect_problem(await resend(bad), 422);
});

test('discarding what waits lets its subject go on at once', async () => {
  const bad = subject('bad');
  one.outcome = (event) => (event.aggregateversion === 1 ? { outcome: 'failed', reason: 'no' } : { outcome: 'applied' });
  await change([bad]);
  await change([bad]);
  const failed = await eventually(async () =>
    (await peers.deliveries('teller', { subject: bad, status: 'waiting' })).find((delivery) => delivery.due_at), 'it waits');
  expect_status(await act(failed, 'discard'), 200);
  await eventually(() => one.versions(bad).length === 1, 'the second is told');
  assert.deepEqual(one.versions(bad), [2]);
});

test('deliveries are for admins, and their filters are checked', async () => {
  expect_problem(await peers.api('teller', 'GET', '/api/v1/teller/deliveries', undefined, { token: 'no-token-at-all-0123456789' }), 401);
  expect_problem(await peers.api('teller', 'GET', '/api/v1/teller/deliveries?status=lost'), 422);
  expect_problem(await peers.api('teller', 'GET', '/api/v1/teller/deliveries?colour=red'), 422);
  expect_problem(await peers.api('teller', 'GET', `/api/v1/teller/deliveries/dlv_${'0'.repeat(32)}`), 404);
  expect_problem(await peers.api('teller', 'POST', '/api/v1/teller/deliveries/nonsense/replay'), 404);
  await change(Array.from({ length: 5 }, () => subject()));
  await peers.all_delivered('teller', 10);
  const first = expect_status(await peers.api('teller', 'GET', '/api/v1/teller/deliveries?limit=6'), 200).json;
  assert.deepEqual([first.data.length, first.has_more], [6, true]);
  const second = expect_status(await peers.api('teller', 'GET', `/api/v1/teller/deliveries?limit=6&starting_after=${first.data[5].id}`), 200).json;
  assert.deepEqual([second.data.length, second.has_more], [4, false]);
});

test('a destination that is away hears everything once it is back, holds nobody up, and no try is counted', async () => {
  await one.away();
  const names = Array.from({ length: 50 }, () => subject());
  await change(names);
  await change(names);
  await eventually(() => other.taken.length === 100, 'the other is told all of it');
  await sleep(1500);
  await one.back();
  await peers.all_delivered('teller', 200);
  assert.equal(one.taken.length, 100);
  for (const name of names) assert.deepEqual(one.versions(name), [1, 2]);
  assert.deepEqual([...new Set((await peers.deliveries('teller', { destination: 'one', limit: 100 })).map((d) => d.tries))], [1]);
});

test('a destination that hangs holds nobody up', async () => {
  one.respond = () => ({ hang: true });
  await change([subject()]);
  await sleep(100);
  const started = Date.now();
  await change([subject()]);
  await eventually(() => other.taken.length === 2, 'the other hears of it');
  assert.ok(Date.now() - started < 400, `${Date.now() - started} ms`);
  one.respond = () => undefined;
  await peers.all_delivered('teller', 4);
});

test('Retry-After is kept to', async () => {
  let refused = 0;
  one.respond = () => (refused++ === 0 ? { status: 503, headers: { 'retry-after': '2' } } : undefined);
  const started = Date.now();
  await change([subject()]);
  await eventually(() => one.taken.length, 'it is told');
  assert.ok(Date.now() - started > 1900, `${Date.now() - started} ms`);
  assert.equal(one.lists.length, 2);
});

for (const [what, answer] of Object.entries({
  'answers 500': { status: 500 },
  'answers nonsense': { raw: 'it is fine' },
  'answers of other events': { raw: JSON.stringify({ results: [{ id: 'evn_other', outcome: 'applied' }] }) },
  'answers with outcomes nobody knows': { raw: JSON.stringify({ results: [{ id: 'evn_other', outcome: 'great' }] }) },
  'cuts the connection': { destroy: true },
  'is too slow': { hang: true },
})) {
  test(`one event for which its destination ${what} fails alone`, async () => {
    const bad = subject('bad');
    const good = Array.from({ length: 60 }, () => subject());
    one.respond = (events) => (events.some((event) => event.subject === bad && event.aggregateversion === 1) ? answer : undefined);
    await change([...good.slice(0, 30), bad, ...good.slice(30)]);
    await change([bad]);
    await eventually(() => good.every((name) => one.versions(name).length === 1), 'the others are told');
    await eventually(async () => (await parked()).length === 1 && one.versions(bad).length === 1, 'it is parked', { within_ms: 30_000 });
    assert.deepEqual(one.versions(bad), [2]);
    assert.equal((await parked())[0].event.subject, bad);
  });
}

test('the data of a passing event is shown to nobody and erased once it is delivered', async () => {
  const name = subject();
  one.outcome = fails(name);
  await change([name], { data: { link: 'secret' }, forget_data: true });
  await eventually(() => other.taken.length, 'one has it');
  assert.equal((await of(name, { destination: 'one' })).event.data, null);
  assert.deepEqual((await peers.sql('teller', 'select data from outbox'))[0].data, { link: 'secret' });
  one.outcome = fails();
  await peers.all_delivered('teller', 2);
  assert.deepEqual(one.taken[0].data, { link: 'secret' });
  assert.equal((await peers.sql('teller', 'select data from outbox'))[0].data, null);
  expect_problem(await act(await of(name, { destination: 'one' }), 'replay'), 409);
});

test('the data of passing events is erased though two destinations confirm them at once', async () => {
  for (let i = 0; i < 100; ++i) await change([subject(), subject()], { forget_data: true });
  await peers.all_delivered('teller', 400);
  assert.deepEqual(await peers.sql('teller', 'select seq from outbox where data is not null'), []);
});

test('data that was not erased when it should have been is erased later', async () => {
  await peers.sql('teller', `insert into outbox (id, type, subject, version, forget_data, data, routed_at) values ('evn_left', 'thing.changed', 'x', 1, true, '{"link":"secret"}', now())`);
  await peers.instance('teller').restart();
  await eventually(async () => (await peers.sql('teller', 'select data from outbox'))[0].data === null, 'it is erased');
});

test('events are told while cleaning up fails', async () => {
  await peers.sql('teller', 'alter table inbox rename to inbox_elsewhere');
  await peers.instance('teller').restart();
  for (let i = 0; i < 10; ++i) await change([subject()]);
  await peers.all_delivered('teller', 20);
  assert.equal(peers.instance('teller').program.log().match(/the relay waits/), null);
  await peers.sql('teller', 'alter table inbox_elsewhere rename to inbox');
});

test('what was routed to a destination there is no more is parked after an hour, and discarded together', async () => {
  one.respond = () => ({ status: 503 });
  const names = [subject(), subject(), subject()];
  await change(names);
  await eventually(() => one.lists.length, 'it was tried');
  await peers.sql('teller', `update event_deliveries set destination = 'gone', created_at = now() - interval '2 hours' where destination = 'one' and subject <> $1`, [names[2]]);
  await peers.sql('teller', `update event_deliveries set destination = 'gone' where destination = 'one'`);
  await peers.instance('teller').restart();
  await eventually(async () => (await parked()).length === 2, 'they are parked');
  assert.deepEqual([...new Set((await parked()).map(({ reason }) => reason))], ['there is no such destination any more']);
  assert.equal((await of(names[2], { destination: 'gone' })).status, 'open');
  const discard = async (body) => expect_status(await peers.api('teller', 'POST', '/api/v1/teller/deliveries/discard', body), 200).json;
  assert.deepEqual(await discard({ destination: 'gone', dry_run: true }), { matched: 2, discarded: 0, dry_run: true });
  assert.deepEqual(await discard({ destination: 'gone', limit: 1 }), { matched: 1, discarded: 1, dry_run: false });
  assert.deepEqual(await discard({ destination: 'gone' }), { matched: 1, discarded: 1, dry_run: false });
  assert.equal((await of(names[0], { destination: 'gone' })).status, 'discarded');
});

test('what was delivered longer ago than is kept goes away, and what is parked stays', async () => {
  const old = `dlv_${(Date.now() - 30 * 86_400_000).toString(16).padStart(12, '0')}`;
  one.outcome = () => ({ outcome: 'refused', reason: 'no' });
  await change([subject()]);
  await eventually(async () => (await parked()).length === 1, 'one is parked');
  await eventually(async () => (await peers.statuses('teller')).delivered === 1, 'the other is delivered');
  await peers.sql('teller', `update event_deliveries set id = $1 || right(id, 20)`, [old]);
  await peers.sql('teller', `insert into inbox (source, id, type, received_at) values ('/x', 'old', 'x', now() - interval '40 days'), ('/x', 'new', 'x', now())`);
  await peers.instance('teller').restart();
  await eventually(async () => JSON.stringify(await peers.statuses('teller')) === '{"parked":1}', 'the delivered one goes');
  assert.equal((await peers.sql('teller', 'select count(*)::int from outbox'))[0].count, 1);
  await eventually(async () => (await peers.sql('teller', 'select id from inbox')).length === 1, 'the old inbox row goes');
});

test('the metrics say how much waits, for how long, and what became of the tries', async () => {
  one.outcome = () => ({ outcome: 'refused', reason: 'no' });
  await change([subject(), subject()]);
  await eventually(async () => (await parked()).length === 2, 'they are parked');
  const scrape = async () => (await peers.api('teller', 'GET', '/metrics')).text;
  const says = /^outbox_deliveries\{[^}]*destination="one"[^}]*state="parked"[^}]*\} 2$/m;
  const text = await eventually(async () => { const now = await scrape(); return says.test(now) && now; }, 'the metrics tell of both');
  assert.match(text, /^outbox_deliveries_oldest_seconds\{[^}]*destination="one"[^}]*state="parked"[^}]*\} 0\.\d+/m);
  assert.match(text, /^event_deliveries_total\{[^}]*destination="one"[^}]*outcome="refused"[^}]*\} \d+$/m);
});
