// Clients over REST: registered, shown to themselves only, changed; what is told of them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { a_registration, an_event, as_client, kClients, kPassword, new_client, publicly, tell, told } from '../support/clients.mjs';
import { expect_problem, expect_status } from '../support/expect.mjs';
import { start_suite } from '../support/suite.mjs';

let suite;
// What is told stays in the outbox: whoever it is for is away.
before(async () => {
  suite = await start_suite({ payment: 0, orders: 0, clients: 1, env: { clients: { EVENT_SINKS: 'away * http://127.0.0.1:9/events' } } });
});
after(() => suite?.stop());

const fields = ({ errors }) => errors.map(({ field }) => field).sort();
const types = async (id) => (await told(suite, 'clients', id)).map(({ type }) => type);
const of_auth = (type, id, data) => tell(suite.instance('clients'), [an_event('/auth', type, id, { client_id: id, ...data })]);

// ---- registration

test('whoever registers is told to auth with a sealed password, in the same transaction', async () => {
  const client = await new_client(suite, { locale: 'fr-CA', phone: '+33123456789' });
  assert.match(client.id, /^cli_[0-9a-f]{32}$/);
  assert.equal(client.email_verified_at, null);
  const [event] = await told(suite, 'clients', client.id);
  assert.equal(event.type, 'client.registered');
  assert.equal(event.version, 1);
  assert.equal(event.forget_data, true);
});

test('registering a taken address looks the same as registering a free one', async () => {
  const taken = await new_client(suite);
  const free = a_registration();
  const first = expect_status(await publicly(suite, 'POST', kClients, free), 202);
  const second = expect_status(await publicly(suite, 'POST', kClients, { ...free, email: taken.email.toUpperCase() }), 202);
  const shape = ({ headers, text }) => [text, Object.keys(headers).filter((name) => name !== 'date').sort()];
  assert.deepEqual(shape(second), shape(first));
  assert.deepEqual(await types(taken.id), ['client.registered', 'mail.requested']);
  const [{ count }] = await suite.sql('clients', 'select count(*) from clients where lower(email) in (lower($1), lower($2))', [taken.email, free.email]);
  assert.equal(count, 2);
});

test('the owner of an address is told of it once an hour at most', async () => {
  const taken = await new_client(suite);
  const again = a_registration({ email: taken.email });
  for (let i = 0; i < 3; ++i) expect_status(await publicly(suite, 'POST', kClients, again), 202);
  assert.deepEqual(await types(taken.id), ['client.registered', 'mail.requested']);
});

test('an address is one client, however many register it at a time', async () => {
  const registration = a_registration();
  const answers = await Promise.all(Array.from({ length: 8 }, () => suite.api('POST', kClients, registration)));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, ...Array(7).fill(409)]);
});

test('every wrong field is named at once', async () => {
  const wrong = { email: 'nobody', password: 'short', name: ' ', locale: 'English', phone: '0123', id: 'cli_1', email_verified_at: 'now' };
  assert.deepEqual(fields(expect_problem(await publicly(suite, 'POST', kClients, wrong), 422)),
    ['email', 'email_verified_at', 'id', 'locale', 'name', 'password', 'phone']);
  assert.deepEqual(fields(expect_problem(await publicly(suite, 'POST', kClients, {}), 422)), ['email', 'name', 'password']);
});

test('nothing that a password could be guessed from is kept, also for an Idempotency-Key', async () => {
  const registration = a_registration({ password: 'a password nobody else has 1' });
  const key = { 'idempotency-key': registration.email };
  expect_status(await publicly(suite, 'POST', kClients, registration, key), 202);
  const again = expect_status(await publicly(suite, 'POST', kClients, { ...registration, password: 'another password, long' }, key), 202);
  assert.equal(again.headers['idempotent-replayed'], 'true');
  expect_problem(await publicly(suite, 'POST', kClients, { ...registration, name: 'Somebody else' }, key), 422);
  const everything = await suite.sql('clients', `select to_jsonb(o)::text as row from outbox o union all
    select to_jsonb(k)::text from idempotency_keys k union all select to_jsonb(c)::text from clients c`);
  assert.ok(everything.every(({ row }) => !row.includes(registration.password)));
  const log = suite.instance('clients').program.log();
  assert.ok(!log.includes(registration.password) && !log.includes(registration.email));
});

// ---- whose record

test('a client is shown its own record, by its id and as me', async () => {
  const client = await new_client(suite);
  const shown = expect_status(await suite.api('GET', client.path, undefined, {}, client.as), 200);
  assert.equal(shown.json.email, client.email);
  assert.deepEqual(expect_status(await suite.api('GET', `${kClients}/me`, undefined, {}, client.as), 200).json, shown.json);
  const same = { 'if-none-match': shown.headers.etag };
  assert.equal((await suite.api('GET', client.path, undefined, same, client.as)).status, 304);
});

test("another's record is not there, whatever is done to it", async () => {
  const victim = await new_client(suite);
  const address = { name: 'A', line1: 'B', city: 'C', postal_code: 'D', country: 'FR' };
  const kept = expect_status(await suite.api('POST', `${victim.path}/addresses`, address, {}, victim.as), 201).json;
  const change = expect_status(await suite.api('POST', `${victim.path}/password`, { old_password: kPassword, new_password: 'another good one' }, {}, victim.as), 202).json;
  const before = await told(suite, 'clients', victim.id);
  const stranger = await new_client(suite);
  const consent = { purpose: 'newsletter', granted: true, policy_version: '1', source: 'x' };
  const tries = [
    ['GET', ''], ['PATCH', '', { name: 'Eve' }], ['POST', '/email', { email: 'eve@example.com' }],
    ['POST', '/password', { old_password: kPassword, new_password: 'a password of eve' }],
    ['GET', `/password-changes/${change.id}`],
    ['GET', '/addresses'], ['POST', '/addresses', address], ['GET', `/addresses/${kept.id}`],
    ['PATCH', `/addresses/${kept.id}`, { city: 'Eve' }], ['DELETE', `/addresses/${kept.id}`],
    ['GET', '/consents'], ['POST', '/consents', consent], ['GET', '/export'], ['POST', '/erase', { email: victim.email }],
  ];
  for (const [method, path, body] of tries) {
    const answer = await suite.api(method, victim.path + path, body, {}, stranger.as);
    assert.equal(answer.status, 404, `${method} ${path}: ${answer.text}`);
    assert.ok(!answer.text.includes(victim.email));
  }
  // Nor by one's own id with another's things.
  for (const [method, path, body] of [['GET', `/addresses/${kept.id}`], ['DELETE', `/addresses/${kept.id}`],
    ['PATCH', `/addresses/${kept.id}`, { city: 'Eve' }], ['GET', `/password-changes/${change.id}`]])
    expect_problem(await suite.api(method, stranger.path + path, body, {}, stranger.as), 404);
  assert.deepEqual(await told(suite, 'clients', victim.id), before);
});

test('lists are for admins', async () => {
  const client = await new_client(suite);
  for (const path of [kClients, `${kClients}/erasures`]) {
    expect_problem(await suite.api('GET', path, undefined, {}, client.as), 403);
    expect_problem(await suite.api('GET', path, undefined, {}, { as: { role: 'seller' } }), 403);
    expect_problem(await publicly(suite, 'GET', path), 401);
  }
  expect_problem(await suite.api('POST', `${kClients}/erasures/resend`, {}, {}, client.as), 403);
  const found = expect_status(await suite.api('GET', `${kClients}?email=${encodeURIComponent(client.email.toUpperCase())}`), 200).json;
  assert.deepEqual(found.data.map(({ id }) => id), [client.id]);
});

test('a list goes on page by page, newest first', async () => {
  const made = [];
  for (let i = 0; i < 3; ++i) made.unshift((await new_client(suite)).id);
  const first = expect_status(await suite.api('GET', `${kClients}?limit=2`), 200).json;
  assert.deepEqual([first.data.map(({ id }) => id), first.has_more], [made.slice(0, 2), true]);
  const second = expect_status(await suite.api('GET', `${kClients}?limit=2&starting_after=${made[1]}`), 200).json;
  assert.equal(second.data[0].id, made[2]);
  expect_problem(await suite.api('GET', `${kClients}?limit=0`), 422);
  expect_problem(await suite.api('GET', `${kClients}?role=admin`), 422);
});

// ---- changes

test('what the server owns is refused by name', async () => {
  const client = await new_client(suite);
  const patch = { name: 'Eve', id: 'cli_2', email: 'eve@example.com', pending_email: 'x@example.com', email_verified_at: '2026-01-01T00:00:00Z',
    created_at: '2026-01-01T00:00:00Z', updated_at: 'x', erased_at: null, password: kPassword };
  assert.deepEqual(fields(expect_problem(await suite.api('PATCH', client.path, patch, {}, client.as), 422)),
    Object.keys(patch).filter((name) => name !== 'name').sort());
  assert.deepEqual(fields(expect_problem(await suite.api('PATCH', client.path, { role: 'admin', version: 7 }, {}, client.as), 422)), ['role', 'version']);
  assert.deepEqual(await types(client.id), ['client.registered']);
});

test('a record is changed once by two who read the same', async () => {
  const client = await new_client(suite);
  const { headers } = await suite.api('GET', client.path, undefined, {}, client.as);
  const changed = expect_status(await suite.api('PATCH', client.path, { name: 'Grace', phone: '+4915112345678' }, { 'if-match': headers.etag }, client.as), 200);
  assert.deepEqual([changed.json.name, changed.json.phone], ['Grace', '+4915112345678']);
  expect_problem(await suite.api('PATCH', client.path, { name: 'Eve' }, { 'if-match': headers.etag }, client.as), 412);
  const events = await told(suite, 'clients', client.id);
  assert.deepEqual(events.map(({ type, version }) => [type, version]), [['client.registered', 1], ['client.changed', 2]]);
  assert.deepEqual(events[1].data.fields, ['name', 'phone']);
  expect_status(await suite.api('PATCH', client.path, { name: 'Grace' }, {}, client.as), 200);
  assert.equal((await types(client.id)).length, 2);
});

test('a new e-mail address takes its place when it is verified, and not before', async () => {
  const client = await new_client(suite);
  const { email } = a_registration();
  const asked = expect_status(await suite.api('POST', `${client.path}/email`, { email }, {}, client.as), 202).json;
  assert.deepEqual([asked.email, asked.pending_email], [client.email, email]);
  assert.deepEqual(await types(client.id), ['client.registered', 'mail.requested', 'client.email_changed']);
  await of_auth('user.email_verified', client.id, { email: 'another@example.com' });
  const still = (await suite.api('GET', client.path)).json;
  assert.deepEqual([still.email, still.email_verified_at], [client.email, null]);
  await of_auth('user.email_verified', client.id, { email });
  const now = (await suite.api('GET', client.path)).json;
  assert.deepEqual([now.email, now.pending_email], [email, null]);
  assert.notEqual(now.email_verified_at, null);
});

test("asking for another's address looks the same, tells that one, and changes nothing", async () => {
  const owner = await new_client(suite);
  const client = await new_client(suite);
  const asked = expect_status(await suite.api('POST', `${client.path}/email`, { email: owner.email }, {}, client.as), 202).json;
  assert.equal(asked.pending_email, owner.email);
  assert.deepEqual(await types(client.id), ['client.registered', 'mail.requested'], 'the mail to the own address, as ever');
  assert.deepEqual(await types(owner.id), ['client.registered', 'mail.requested']);
});

test('an address that was taken meanwhile stays its owner\'s', async () => {
  const client = await new_client(suite);
  const { email } = a_registration();
  await suite.api('POST', `${client.path}/email`, { email }, {}, client.as);
  await new_client(suite, { email });
  await of_auth('user.email_verified', client.id, { email });
  const now = (await suite.api('GET', client.path)).json;
  assert.deepEqual([now.email, now.pending_email, now.email_verified_at], [client.email, null, null]);
});

// ---- passwords

test('a password change is taken while auth is away, sealed, and shows what became of it', async () => {
  const client = await new_client(suite);
  const passwords = { old_password: kPassword, new_password: 'a much better password' };
  const answer = expect_status(await suite.api('POST', `${client.path}/password`, passwords, {}, client.as), 202);
  assert.equal(answer.json.status, 'pending');
  assert.match(answer.headers.location, /\/password-changes\/pch_[0-9a-f]{32}$/);
  const event = (await told(suite, 'clients', client.id)).at(-1);
  assert.deepEqual([event.type, event.data.client_id, event.data.change_id, event.forget_data], ['client.password_changed', client.id, answer.json.id, true]);
  assert.ok(!JSON.stringify(event).includes('better'));
  const shown = async () => expect_status(await suite.api('GET', answer.headers.location, undefined, {}, client.as), 200).json;
  assert.equal((await shown()).status, 'pending');
  await of_auth('user.password_settled', client.id, { change_id: answer.json.id, outcome: 'applied', reason: '' });
  assert.equal((await shown()).status, 'applied');
  await of_auth('user.password_settled', client.id, { change_id: answer.json.id, outcome: 'refused', reason: 'late' });
  assert.equal((await shown()).status, 'applied');
});

test('a refused password change says why', async () => {
  const client = await new_client(suite);
  const change = expect_status(await suite.api('POST', `${client.path}/password`, { old_password: 'wrong', new_password: 'a much better password' }, {}, client.as), 202);
  await of_auth('user.password_settled', client.id, { change_id: change.json.id, outcome: 'refused', reason: 'the old password is wrong' });
  const shown = expect_status(await suite.api('GET', change.headers.location, undefined, {}, client.as), 200).json;
  assert.deepEqual([shown.status, shown.reason], ['refused', 'the old password is wrong']);
});

test('a password is changed by its owner only, and to a good one', async () => {
  const client = await new_client(suite);
  const change = (body, options = client.as) => suite.api('POST', `${client.path}/password`, body, {}, options);
  expect_problem(await change({ old_password: kPassword, new_password: 'a much better password' }, {}), 403);
  assert.deepEqual(fields(expect_problem(await change({ old_password: 7, new_password: 'short', more: 1 }), 422)), ['more', 'new_password', 'old_password']);
  assert.deepEqual(fields(expect_problem(await change({ old_password: kPassword, new_password: kPassword }), 422)), ['new_password']);
  assert.deepEqual(fields(expect_problem(await change({ old_password: kPassword, new_password: client.email }), 422)), ['new_password']);
  assert.deepEqual(await types(client.id), ['client.registered']);
});

test('the same Idempotency-Key makes one change of the password', async () => {
  const client = await new_client(suite);
  const passwords = { old_password: kPassword, new_password: 'a much better password' };
  const ask = () => suite.api('POST', `${kClients}/me/password`, passwords, { 'idempotency-key': client.id }, client.as);
  const [first, again] = [expect_status(await ask(), 202), expect_status(await ask(), 202)];
  assert.equal(first.json.id, again.json.id);
  const other = await new_client(suite);
  const theirs = await suite.api('POST', `${kClients}/me/password`, passwords, { 'idempotency-key': client.id }, other.as);
  assert.notEqual(theirs.json.id, first.json.id, 'a key is its caller\'s own');
});
