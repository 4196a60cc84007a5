// The keys tokens are signed with: rotated without a failed request, the same in every copy, kept over restarts; and how
// the service behaves when many log in at once.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { hundred_logins, program_token, start_auth } from '../support/auth.mjs';
import { expect_problem, expect_status } from '../support/expect.mjs';
import { request } from '../support/http.mjs';
import { eventually } from '../support/processes.mjs';

let auth;
before(async () => { auth = await start_auth({ instances: 2, env: { KEY_NOTICE_S: 2, TOKEN_TTL_S: 2, JWKS_POLL_MS: 200 } }); });
after(() => auth?.stop());

const kid_of = (token) => JSON.parse(Buffer.from(token.split('.')[0], 'base64url')).kid;
const published = async (which = 0) => (await request(auth.instances[which].url, 'GET', '/api/v1/auth/jwks.json')).json.keys.map(({ kid }) => kid);
const keys = async () => (await auth.admin('GET', '/api/v1/auth/keys')).json.data;

test('both copies publish one and the same key', async () => {
  assert.equal((await published(0)).length, 1);
  assert.deepEqual(await published(0), await published(1));
});

test('a new key is published first, signs after the notice, and no request fails meanwhile', async () => {
  const [old] = await published();
  let running = true;
  const seen = { kids: new Set(), answers: new Map(), unpublished: [] };
  const client = async (which) => {
    while (running) {
      const { access_token } = (await program_token(auth.instances[which].url)).json;
      seen.kids.add(kid_of(access_token));
      // The other copy, which has to know the key already.
      const answer = await request(auth.instances[1 - which].url, 'GET', '/api/v1/auth/keys', undefined, { authorization: `Bearer ${access_token}` });
      seen.answers.set(answer.status, (seen.answers.get(answer.status) ?? 0) + 1);
    }
  };
  const clients = [0, 1, 0, 1].map(client);
  const made = expect_status(await auth.admin('POST', '/api/v1/auth/keys/rotate'), 201).json;
  assert.equal(made.state, 'waiting');
  expect_problem(await auth.admin('POST', '/api/v1/auth/keys/rotate'), 409);
  await eventually(async () => (await published(1)).includes(made.kid), 'the other copy publishes it');
  assert.deepEqual([...seen.kids], [old], 'the old one signs until then');
  await eventually(() => seen.kids.has(made.kid), 'the new one signs');
  assert.ok(Date.now() >= Date.parse(made.signs_from));
  assert.deepEqual((await published()).sort(), [old, made.kid].sort());
  await new Promise((done) => setTimeout(done, 500));
  running = false;
  await Promise.all(clients);
  assert.deepEqual([...seen.answers.keys()], [200]);
  assert.deepEqual((await keys()).map(({ kid, state }) => [kid, state]), [[old, 'published'], [made.kid, 'signing']]);
});

test('the old key goes when the last token it may have signed has ended', async () => {
  const [old, young] = (await keys()).map(({ kid }) => kid);
  await auth.sql("update signing_keys set signs_from = signs_from - interval '1 hour'");
  await eventually(async () => (await published(0)).length === 1 && (await published(1)).length === 1, 'it is gone everywhere');
  assert.deepEqual(await published(), [young]);
  assert.ok((await auth.audit({ action: 'auth.key_deleted' })).some(({ object }) => object === old));
});

test('a key that is old enough is replaced by itself, once for both copies', async () => {
  const before_it = (await keys()).length;
  await auth.sql("update signing_keys set signs_from = signs_from - interval '40 days'");
  await eventually(async () => (await keys()).length === before_it + 1, 'there is a new one');
  await new Promise((done) => setTimeout(done, 500));
  assert.equal((await keys()).length, before_it + 1);
  assert.deepEqual((await published(0)).sort(), (await published(1)).sort());
});

test('a restart keeps the keys, and private ones lie locked in the database', async () => {
  const before_it = await published(1);
  await auth.instances[1].restart();
  assert.deepEqual(await published(1), before_it);
  for (const { locked_private, public_jwk } of await auth.sql('select locked_private, public_jwk from signing_keys')) {
    assert.ok(!Buffer.from(locked_private, 'base64').includes('PRIVATE KEY'));
    assert.equal(JSON.parse(public_jwk).d, undefined);
  }
});

test('with another AUTH_KEY_SECRET the service does not start', async () => {
  const { code, log } = await auth.run({ AUTH_KEY_SECRET: Buffer.alloc(32, 8).toString('base64') });
  assert.equal(code, 1);
  assert.match(log, /locked with another AUTH_KEY_SECRET/);
});

test('a hundred logins at once wait for their turn, and others are answered meanwhile', async () => {
  const dear = await auth.add({ HASH_PASSES: 2, HASH_MEMORY_KIB: 19456, TOKEN_TTL_S: 300 });
  const user = await auth.make_user();
  const done = await hundred_logins(auth, dear, user);
  assert.deepEqual(done.statuses, { 200: 1, 401: 99 });
  assert.ok(done.others.length >= 10, `${done.others.length} others were answered`);
  assert.ok(done.median_ms < 500, `others waited ${done.median_ms} ms`);
  assert.ok(await auth.metric('password_hash_concurrency_limit', auth.instances.indexOf(dear)) <= 2);
});

test('more than can wait are told to come back', async () => {
  const small = await auth.add({ PASSWORD_QUEUE: 2, HASH_CONCURRENCY: 1, HASH_PASSES: 2, HASH_MEMORY_KIB: 19456 });
  const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => auth.log_in(`nobody-${i}@example.org`, 'whatever it is', { url: small.url })));
  const refused = answers.filter(({ status }) => status === 503);
  assert.ok(refused.length > 0);
  for (const answer of refused) assert.match(answer.headers['retry-after'], /^\d+$/);
  assert.equal(await auth.metric('password_queue_refused_total', auth.instances.indexOf(small)), refused.length);
});
