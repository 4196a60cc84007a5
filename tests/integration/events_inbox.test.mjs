// How a service is told: each event takes effect once, in one transaction with its inbox row.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { expect_problem, expect_status } from '../support/expect.mjs';
import { start_peers } from '../support/peers.mjs';
import { kEventsSecret } from '../support/services.mjs';
import { token } from '../support/tokens.mjs';

const kOldSecret = 'whsec_' + Buffer.from('the-secret-before-this-one-32-by').toString('base64');

let peers;
before(async () => {
  peers = await start_peers({ listener: { env: { EVENTS_SECRET: `${kEventsSecret},${kOldSecret}`, INBOX_KEEP_DAYS: 30 } } });
});
after(() => peers?.stop());

let numbers = 0;
const subject = (name = 'thing') => `${name}_${++numbers}`;
const event = (name, rest = {}) => ({ specversion: '1.0', id: `evn_${randomUUID().replaceAll('-', '')}`, source: '/test', type: 'thing.changed',
  subject: name, time: new Date().toISOString(), datacontenttype: 'application/json', aggregateversion: 1, data: {}, ...rest });

function signed(text, { secret = kEventsSecret, at = new Date(), id = 'msg_1' } = {}) {
  return { 'webhook-id': id, 'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, at, text), 'content-type': 'application/cloudevents-batch+json' };
}

function post(events, { token, headers, ...signing } = {}) {
  const text = typeof events === 'string' ? events : JSON.stringify(events);
  return peers.api('listener', 'POST', '/internal/v1/events', text, { token, headers: headers ?? signed(text, signing) });
}

async function tell(...events) {
  const answer = expect_status(await post(events), 200);
  assert.deepEqual(answer.json.results.map((one) => one.id), events.map((one) => one.id));
  return answer.json.results.map((one) => one.outcome);
}

const effects = (name) => peers.effects('listener', name);
const inbox_has = async (one) => (await peers.sql('listener', 'select from inbox where id = $1', [one.id])).length > 0;

test('an event takes effect once, however often it is told', async () => {
  const one = event(subject());
  assert.deepEqual(await tell(one), ['applied']);
  assert.deepEqual(await tell(one), ['already_applied']);
  assert.deepEqual(await tell(one, one, event(one.subject, { aggregateversion: 2 })), ['already_applied', 'already_applied', 'applied']);
  assert.deepEqual(await effects(one.subject), [1, 2]);
});

test('why an event failed can be read by whoever told it, however long and in whatever letters', async () => {
  const name = '\u{1F642}'.repeat(200);
  const { json } = expect_status(await post([event(name, { data: { harm: 'fail' } })]), 200);
  assert.equal(json.results[0].reason, `not now: ${'\u{1F642}'.repeat(122)}`);
});

test('the same list told by many at once takes effect once', async () => {
  const name = subject();
  const list = Array.from({ length: 20 }, (_, i) => event(name, { aggregateversion: i + 1 }));
  const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => tell(...(i % 2 ? list : list.toReversed()))));
  assert.equal(answers.flat().filter((outcome) => outcome === 'applied').length, 20);
  assert.equal((await effects(name)).length, 20);
});

test('the same id from two sources is two events', async () => {
  const name = subject();
  const one = event(name);
  assert.deepEqual(await tell(one, { ...one, source: '/elsewhere' }), ['applied', 'applied']);
  assert.equal((await effects(name)).length, 2);
});

test('a type without a handler is ignored and leaves no row', async () => {
  const other = event(subject(), { type: 'thing.forgotten' });
  assert.deepEqual(await tell(other), ['ignored']);
  assert.ok(!await inbox_has(other));
});

for (const harm of ['fail', 'throw', 'refuse']) {
  test(`an event whose handler does ${harm} fails alone, without a trace, and takes effect once cured`, async () => {
    const [bad, good] = [subject('bad'), subject('good')];
    const list = [event(good), event(bad, { data: { harm } }), event(good, { aggregateversion: 2 })];
    const answer = expect_status(await post(list), 200).json.results;
    assert.deepEqual(answer.map((one) => one.outcome), ['applied', harm === 'refuse' ? 'refused' : 'failed', 'applied']);
    assert.deepEqual(await effects(good), [1, 2]);
    assert.deepEqual(await effects(bad), []);
    assert.ok(!await inbox_has(list[1]));
    assert.doesNotMatch(JSON.stringify(answer), /inner words/);
    await peers.cure('listener', bad);
    assert.deepEqual(await tell(list[1]), ['applied']);
  });
}

test('what comes behind a failed event of its subject waits for it', async () => {
  const bad = subject('bad');
  const list = [event(bad, { data: { harm: 'fail' } }), event(bad, { aggregateversion: 2 }), event(subject())];
  assert.deepEqual(await tell(...list), ['failed', 'failed', 'applied']);
  assert.deepEqual(await effects(bad), []);
});

test('many bad events in one list fail alone, each', async () => {
  const bad = Array.from({ length: 12 }, () => event(subject('bad'), { data: { harm: 'fail' } }));
  const good = Array.from({ length: 12 }, () => event(subject()));
  const outcomes = await tell(...bad.flatMap((one, i) => [one, good[i]]));
  assert.deepEqual(outcomes, bad.flatMap(() => ['failed', 'applied']));
});

test('lists are for services that can sign', async () => {
  const list = [event(subject('never'))];
  const text = JSON.stringify(list);
  const long_ago = new Date(Date.now() - 6 * 60_000);
  const ahead = new Date(Date.now() + 6 * 60_000);
  expect_problem(await post(list, { token: 'no-token-at-all-0123456789' }), 401);
  expect_problem(await post(list, { token: token() }), 401);
  expect_problem(await post(list, { headers: {} }), 401);
  expect_problem(await post(list, { secret: 'whsec_' + Buffer.from('some-other-secret-of-32-bytes-ab').toString('base64') }), 401);
  expect_problem(await post(list, { at: long_ago }), 401);
  expect_problem(await post(list, { at: ahead }), 401);
  expect_problem(await post(list, { headers: { ...signed(text), 'webhook-id': 'msg_2' } }), 401);
  expect_problem(await post(text.replace('never', 'ever'), { headers: signed(text) }), 401);
  for (const signature of ['', 'v1,', 'v1a,xxx', 'v2,' + signed(text)['webhook-signature'].slice(3)]) {
    expect_problem(await post(list, { headers: { ...signed(text), 'webhook-signature': signature } }), 401);
  }
  assert.deepEqual(await effects(list[0].subject), []);
});

test('while secrets are exchanged either will do, and so does one right signature among others', async () => {
  const list = [event(subject())];
  expect_status(await post(list, { secret: kOldSecret }), 200);
  const headers = signed(JSON.stringify(list));
  expect_status(await post(list, { headers: { ...headers, 'webhook-signature': `v1,AAAA ${headers['webhook-signature']}` } }), 200);
});

test('a list that is no list of CloudEvents is refused with every fault, and nothing of it takes effect', async () => {
  const name = subject('never');
  const bad = { specversion: '0.3', id: 'x', source: '/x', type: 7, time: 'yesterday', aggregateversion: -1, data: [] };
  const problem = expect_problem(await post([event(name), bad, 'text']), 422);
  assert.deepEqual(problem.errors.map((error) => error.field).sort(),
    ['[1].aggregateversion', '[1].data', '[1].specversion', '[1].subject', '[1].time', '[1].type', '[2]']);
  for (const text of ['', '{}', '[', '7', '[' + '['.repeat(100)]) expect_problem(await post(text), 400);
  expect_problem(await post(Array.from({ length: 501 }, () => event(name))), 400);
  assert.deepEqual(await effects(name), []);
});

test('extensions nobody knows here are passed over', async () => {
  assert.deepEqual(await tell(event(subject(), { partitionkey: 'x', 'some-extension': 7 })), ['applied']);
});

test('while the database is away a list is answered with 503, and told again it takes effect', async () => {
  const one = event(subject());
  await peers.postgres.kill();
  expect_problem(await post([one]), 503);
  await peers.postgres.start();
  await peers.eventually(async () => (await post([one])).status === 200, 'it is taken');
  assert.deepEqual(await effects(one.subject), [1]);
});
