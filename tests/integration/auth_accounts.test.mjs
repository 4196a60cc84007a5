// Programs and their tokens, people and their roles, forgotten passwords, clients that come by events.
import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { kFirstProgram, program_token, start_auth } from '../support/auth.mjs';
import { expect_problem, expect_status } from '../support/expect.mjs';
import { request } from '../support/http.mjs';
import { eventually } from '../support/processes.mjs';

let auth;
before(async () => { auth = await start_auth(); });
after(() => auth?.stop());

const claims_of = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
const form = (members, headers = {}) => auth.call('POST', '/api/v1/auth/token', new URLSearchParams(members).toString(),
  { 'content-type': 'application/x-www-form-urlencoded', ...headers });
const make_program = async (draft = {}) => {
  const answer = await auth.admin('POST', '/api/v1/auth/api-clients', { name: 'A screen', role: 'admin', scopes: ['orders:read', 'catalog:read'], ...draft });
  const { id, client_secret } = expect_status(answer, 201).json;
  return { id, secret: client_secret, path: `/api/v1/auth/api-clients/${id}` };
};
const token_error = (answer, status, error) => {
  expect_status(answer, status);
  assert.equal(answer.json.error, error);
  assert.match(answer.headers['content-type'], /^application\/json/);
  assert.equal(answer.headers['cache-control'], 'no-store');
  if (status === 401) assert.match(answer.headers['www-authenticate'], /^Basic /);
};

// ---- programs

test('a program gets a token with what it was granted, by the body and by HTTP Basic', async () => {
  const program = await make_program();
  const by_body = expect_status(await program_token(auth.url, program), 200).json;
  assert.equal(by_body.scope, 'catalog:read orders:read');
  const claims = claims_of(by_body.access_token);
  assert.deepEqual([claims.sub, claims.role, claims.scope], [program.id, 'admin', by_body.scope]);
  const basic = Buffer.from(`${program.id}:${encodeURIComponent(program.secret)}`).toString('base64');
  const by_header = await form({ grant_type: 'client_credentials', scope: 'orders:read' }, { authorization: `Basic ${basic}` });
  assert.equal(claims_of(expect_status(by_header, 200).json.access_token).scope, 'orders:read');
});

test('a token of few scopes reaches no further', async () => {
  const { access_token } = (await program_token(auth.url, await make_program({ scopes: ['auth:read'] }))).json;
  const as = { authorization: `Bearer ${access_token}` };
  expect_status(await auth.call('GET', '/api/v1/auth/users', undefined, as), 200);
  expect_problem(await auth.call('POST', '/api/v1/auth/keys/rotate', undefined, as), 403);
  const orders_only = (await program_token(auth.url, await make_program())).json.access_token;
  expect_problem(await auth.call('GET', '/api/v1/auth/users', undefined, { authorization: `Bearer ${orders_only}` }), 403);
});

test('what is wrong with a request for a token is said as RFC 6749 says it', async () => {
  const { id, secret } = await make_program();
  const grant_type = 'client_credentials';
  const right = { grant_type, client_id: id, client_secret: secret };
  token_error(await form({ ...right, client_secret: 'x' }), 401, 'invalid_client');
  token_error(await form({ ...right, client_id: `prg_${'0'.repeat(32)}` }), 401, 'invalid_client');
  token_error(await form({ grant_type, client_id: id }), 401, 'invalid_client');
  token_error(await form({ ...right, grant_type: 'password' }), 400, 'unsupported_grant_type');
  token_error(await form({ client_id: id, client_secret: secret }), 400, 'invalid_request');
  token_error(await form({ ...right, scope: 'orders:write' }), 400, 'invalid_scope');
  token_error(await form({ ...right, scope: 'everything' }), 400, 'invalid_scope');
  token_error(await form([...Object.entries(right), ['grant_type', grant_type]]), 400, 'invalid_request');
  token_error(await form(right, { authorization: `Basic ${btoa(`${id}:${secret}`)}` }), 400, 'invalid_request');
  token_error(await form({ grant_type }, { authorization: 'Basic not-base64!' }), 401, 'invalid_client');
  token_error(await auth.call('POST', '/api/v1/auth/token', right), 400, 'invalid_request');
});

test('a secret is told once and kept as a digest only', async () => {
  const { id, secret, path } = await make_program();
  assert.match(secret, /^qsk_[\w-]{43}$/);
  assert.ok(!(await auth.admin('GET', path)).text.includes(secret));
  const rows = await auth.sql('select sha256 from api_client_secrets where api_client_id = $1', [id]);
  assert.deepEqual(rows, [{ sha256: createHash('sha256').update(secret).digest('hex') }]);
});

test('after a rotation the old secret lives on for a while, and with overlap 0 not at all', async () => {
  const first = await make_program();
  const second = { ...first, secret: expect_status(await auth.admin('POST', `${first.path}/secrets`), 200).json.client_secret };
  for (const one of [first, second]) expect_status(await program_token(auth.url, one), 200);
  const third = { ...first, secret: (await auth.admin('POST', `${first.path}/secrets`, { overlap_seconds: 60 })).json.client_secret };
  token_error(await program_token(auth.url, first), 401, 'invalid_client');
  for (const one of [second, third]) expect_status(await program_token(auth.url, one), 200);
  await auth.admin('POST', `${first.path}/secrets`, { overlap_seconds: 0 });
  for (const one of [second, third]) token_error(await program_token(auth.url, one), 401, 'invalid_client');
});

test('a revoked program gets no token, is not changed any more, and shows when it was last used', async () => {
  const program = await make_program();
  expect_status(await program_token(auth.url, program), 200);
  const shown = expect_status(await auth.admin('GET', program.path), 200);
  assert.ok(Date.now() - Date.parse(shown.json.last_used_at) < 60_000);
  const revoked = expect_status(await auth.admin('POST', `${program.path}/revoke`), 200);
  assert.equal(revoked.json.state, 'revoked');
  assert.deepEqual((await auth.admin('POST', `${program.path}/revoke`)).json, revoked.json);
  token_error(await program_token(auth.url, program), 401, 'invalid_client');
  expect_problem(await auth.admin('PATCH', program.path, { name: 'Another' }), 409);
  expect_problem(await auth.admin('POST', `${program.path}/secrets`), 409);
});

test('a program is changed only as it was read, and by no field that is not its own', async () => {
  const { path } = await make_program();
  const changed = await auth.admin('PATCH', path, { scopes: ['orders:write'] }, { 'if-match': '"1"' });
  assert.deepEqual([expect_status(changed, 200).headers.etag, changed.json.scopes], ['"2"', ['orders:write']]);
  expect_problem(await auth.admin('PATCH', path, { name: 'x' }, { 'if-match': '"1"' }), 412);
  const wrong = { name: '', role: 'client', scopes: ['orders:delete'], last_used_at: null, id: 'prg_1' };
  const { errors } = expect_problem(await auth.admin('POST', '/api/v1/auth/api-clients', wrong), 422);
  assert.deepEqual([...new Set(errors.map(({ field }) => field))].sort(), ['id', 'last_used_at', 'name', 'role', 'scopes']);
});

test('a program with few scopes hands on no more than those, neither to another nor by another\'s secret', async () => {
  const few = await make_program({ scopes: ['auth:read', 'auth:write'] });
  const { access_token } = (await program_token(auth.url, few)).json;
  const ask = (method, path, body) => auth.call(method, path, body, { authorization: `Bearer ${access_token}` });
  const programs = '/api/v1/auth/api-clients';
  const draft = { name: 'More', role: 'admin' };
  expect_problem(await ask('POST', programs, { ...draft, scopes: ['*'] }), 403);
  expect_problem(await ask('POST', programs, { ...draft, scopes: ['auth:read', 'orders:read'] }), 403);
  expect_status(await ask('POST', programs, { ...draft, scopes: ['auth:read'] }), 201);
  expect_problem(await ask('PATCH', few.path, { scopes: ['*'] }), 403);
  expect_status(await ask('PATCH', few.path, { scopes: ['auth:write'] }), 200);
  expect_problem(await ask('POST', `${programs}/${kFirstProgram.id}/secrets`), 403);
  expect_status(await program_token(auth.url), 200);
});

test('the first program is not made with a secret one could guess', async () => {
  const { code, log } = await auth.run({ BOOTSTRAP_CLIENT_SECRET: 'x'.repeat(31) });
  assert.notEqual(code, 0);
  assert.match(log, /BOOTSTRAP_CLIENT_SECRET/);
});

const lock_for_an_hour = () => auth.sql("update login_failures set locked_until = now() + interval '1 hour' where key like 'account % %' and failures > 5");

// ---- people

test('an invited user chooses a password with the mailed token, once', async () => {
  const email = 'invited-seller@example.com';
  const made = expect_status(await auth.admin('POST', '/api/v1/auth/users', { email, name: 'Ivy', role: 'seller', locale: 'fr' }), 201);
  assert.equal(made.json.has_password, false);
  const token = await auth.mailed(email, 'password_reset');
  const confirm = (password) => auth.call('POST', '/api/v1/auth/password-reset/confirm', { token, password });
  expect_status(await confirm('a password Ivy chose'), 204);
  expect_problem(await confirm('another password'), 422);
  expect_status(await auth.log_in(email, 'a password Ivy chose'), 200);
  const [{ data }] = (await auth.told('mail.requested')).filter((mail) => mail.data?.to.email === email);
  assert.deepEqual([data.to.name, data.locale], ['Ivy', 'fr']);
});

test('all that is wrong with a password is said at once, and an address has one user', async () => {
  const draft = { email: 'twice@example.com', name: 'T', role: 'seller' };
  const errors = async (password, email = draft.email) => (await auth.admin('POST', '/api/v1/auth/users', { ...draft, email, password })).json.errors.map(({ detail }) => detail);
  assert.deepEqual(await errors('aaa'), ['must have at least 10 characters', 'must have at least 4 different characters']);
  assert.deepEqual(await errors('Password123!'), ['is one of the passwords that are tried first']);
  assert.deepEqual(await errors('Twice@Example.com'), ['must not be the e-mail address']);
  assert.deepEqual(await errors('é'.repeat(100) + 'abcdefgh'.repeat(8)), ['must have at most 128 characters and 256 bytes']);
  expect_status(await auth.admin('POST', '/api/v1/auth/users', { ...draft, password: 'correct horse, battery' }), 201);
  expect_problem(await auth.admin('POST', '/api/v1/auth/users', { ...draft, email: 'TWICE@example.com' }), 409);
});

test('a change of role or state ends all sessions, and is in the audit log with what was before', async () => {
  for (const change of [{ role: 'admin' }, { state: 'disabled' }]) {
    const user = await auth.make_user();
    const { refresh_token } = (await auth.log_in(user.email, user.password)).json;
    expect_status(await auth.admin('PATCH', `/api/v1/auth/users/${user.id}`, change), 200);
    expect_problem(await auth.refresh(refresh_token), 401);
    const [entry] = await auth.audit({ object: user.id, action: 'auth.user_changed' });
    assert.deepEqual(JSON.parse(entry.details), { before: { role: 'seller', state: 'active' }, after: { role: 'seller', state: 'active', ...change } });
    assert.equal(entry.subject, kFirstProgram.id);
  }
});

test('there is always an admin left, also when two take each other\'s role away at once', async () => {
  const admins = (await auth.admin('GET', '/api/v1/auth/users?role=admin&state=active')).json.data;
  const [last, ...others] = admins;
  for (const { id } of others) expect_status(await auth.admin('PATCH', `/api/v1/auth/users/${id}`, { role: 'seller' }), 200);
  expect_problem(await auth.admin('PATCH', `/api/v1/auth/users/${last.id}`, { role: 'seller' }), 409);
  expect_problem(await auth.admin('PATCH', `/api/v1/auth/users/${last.id}`, { state: 'disabled' }), 409);
  for (let round = 0; round < 5; ++round) {
    const other = await auth.make_user({ role: 'admin' });
    const answers = await Promise.all([last.id, other.id].map((id) => auth.admin('PATCH', `/api/v1/auth/users/${id}`, { role: 'seller' })));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409]);
    expect_status(await auth.admin('PATCH', `/api/v1/auth/users/${last.id}`, { role: 'admin' }), 200);
    await auth.admin('PATCH', `/api/v1/auth/users/${other.id}`, { role: 'seller' });
  }
});

test('a list of users is filtered and paged', async () => {
  const user = await auth.make_user();
  const list = async (query) => expect_status(await auth.admin('GET', `/api/v1/auth/users?${query}`), 200).json;
  assert.deepEqual((await list(`email=${user.email.toUpperCase()}`)).data.map(({ id }) => id), [user.id]);
  const first = await list('limit=1');
  assert.equal(first.has_more, true);
  assert.notEqual((await list(`limit=1&starting_after=${first.data[0].id}`)).data[0].id, first.data[0].id);
  expect_problem(await auth.admin('GET', '/api/v1/auth/users?role=king'), 422);
});

// ---- passwords

test('asking for a new password is answered the same for everybody, and mails only who is there', async () => {
  const user = await auth.make_user();
  const ask = (email) => auth.call('POST', '/api/v1/auth/password-reset', { email });
  const [known, unknown] = [await ask(user.email), await ask('nobody-there@example.com')];
  assert.deepEqual([known.status, known.text], [unknown.status, unknown.text]);
  assert.equal(known.status, 202);
  const token = await auth.mailed(user.email, 'password_reset');
  await ask(user.email);
  await eventually(async () => (await auth.sql('select from password_reset_requests')).length === 0, 'all are answered');
  assert.equal(await auth.mailed(user.email, 'password_reset'), token, 'one mail a minute');
  assert.ok(!(await auth.told('mail.requested')).some(({ data }) => data?.to.email === 'nobody-there@example.com'));
  const { refresh_token } = (await auth.log_in(user.email, user.password)).json;
  expect_status(await auth.call('POST', '/api/v1/auth/password-reset/confirm', { token, password: 'found again at last' }), 204);
  expect_problem(await auth.refresh(refresh_token), 401);
  expect_problem(await auth.log_in(user.email, user.password), 401);
  expect_status(await auth.log_in(user.email, 'found again at last'), 200);
});

test('a mailed token is worth nothing after its time, and nothing for another purpose', async () => {
  const user = await auth.make_user();
  await auth.call('POST', '/api/v1/auth/password-reset', { email: user.email });
  const token = await auth.mailed(user.email, 'password_reset');
  expect_problem(await auth.call('POST', '/api/v1/auth/email-verification', { token }), 422);
  await auth.sql('update mailed_tokens set expires_at = now()');
  expect_problem(await auth.call('POST', '/api/v1/auth/password-reset/confirm', { token, password: 'found again at last' }), 422);
  expect_status(await auth.log_in(user.email, user.password), 200);
  assert.ok(!(await auth.sql('select sha256 from mailed_tokens')).some(({ sha256 }) => sha256 === token));
});

test('whoever changes the own password says the old one, and all sessions end', async () => {
  const user = await auth.make_user();
  const { access_token, refresh_token } = (await auth.log_in(user.email, user.password)).json;
  const change = (old_password, new_password) => auth.call('POST', '/api/v1/auth/password', { old_password, new_password }, { authorization: `Bearer ${access_token}` });
  const { errors } = expect_problem(await change('not the old one', 'short'), 422);
  assert.deepEqual(errors.map(({ field }) => field), ['new_password', 'old_password']);
  expect_status(await change(user.password, 'a newer password'), 204);
  expect_problem(await auth.refresh(refresh_token), 401);
  expect_status(await auth.log_in(user.email, 'a newer password'), 200);
});

test('who guesses the old password is stopped, and goes on later', async () => {
  const user = await auth.make_user();
  const { access_token } = (await auth.log_in(user.email, user.password)).json;
  const change = (old_password) => auth.call('POST', '/api/v1/auth/password', { old_password, new_password: 'a newer password' }, { authorization: `Bearer ${access_token}` });
  for (let i = 0; i < 6; ++i) expect_problem(await change(`guess number ${i}`), 422);
  await lock_for_an_hour();
  assert.deepEqual(expect_problem(await change(user.password), 422).errors, [{ field: 'old_password', detail: 'was wrong too often, try again later' }]);
  await auth.sql('update login_failures set locked_until = now()');
  expect_status(await change(user.password), 204);
});

test('a new password by mail opens what wrong ones had locked', async () => {
  const user = await auth.make_user();
  for (let i = 0; i < 7; ++i) expect_problem(await auth.log_in(user.email, 'not the password', { address: '10.3.3.3' }), 401);
  await lock_for_an_hour();
  expect_problem(await auth.log_in(user.email, user.password, { address: '10.3.3.3' }), 401);
  await auth.call('POST', '/api/v1/auth/password-reset', { email: user.email });
  const token = await auth.mailed(user.email, 'password_reset');
  expect_status(await auth.call('POST', '/api/v1/auth/password-reset/confirm', { token, password: 'found again at last' }), 204);
  expect_status(await auth.log_in(user.email, 'found again at last', { address: '10.3.3.3' }), 200);
});

// ---- clients, by events

const client_id = () => `cli_${randomUUID().replaceAll('-', '')}`;
const register = async (client = {}) => {
  const one = { id: client_id(), email: `c-${randomUUID()}@example.com`, password: 'a password of a client', ...client };
  await expect_told('applied', event('client.registered', one.id, 1, { client_id: one.id, email: one.email, name: 'Cleo', locale: 'de', sealed_password: await auth.seal(one.password) }));
  return one;
};
const event = (type, subject, aggregateversion, data, id = `evn_${randomUUID().replaceAll('-', '')}`) => ({ specversion: '1.0', id, source: '/clients', type, subject,
  time: new Date().toISOString(), datacontenttype: 'application/json', aggregateversion, data });
async function expect_told(outcome, ...events) {
  const answer = expect_status(await auth.tell(events), 200);
  assert.deepEqual(answer.json.results.map((result) => result.outcome), events.map(() => outcome), answer.text);
}
const change_password = async (client, version, old_password, new_password, change_id = `pch_${randomUUID()}`) =>
  event('client.password_changed', client.id, version, { client_id: client.id, change_id, sealed: await auth.seal(JSON.stringify({ old: old_password, new: new_password })) });
const settled = async (client, count) => (await auth.told('user.password_settled', client.id, count)).map(({ data }) => data);

test('a client that registered logs in, in the role of a client, and proves the address by mail', async () => {
  const client = await register();
  const answer = expect_status(await auth.log_in(client.email, client.password), 200);
  assert.deepEqual([claims_of(answer.json.access_token).sub, claims_of(answer.json.access_token).role], [client.id, 'client']);
  const token = await auth.mailed(client.email, 'email_verification');
  const verify = () => auth.call('POST', '/api/v1/auth/email-verification', { token });
  expect_status(await verify(), 204);
  expect_problem(await verify(), 422);
  assert.deepEqual((await auth.told('user.email_verified', client.id, 1)).map(({ data }) => data), [{ client_id: client.id, email: client.email }]);
});

test('the same registration told again changes nothing, and its password is nowhere in clear', async () => {
  const client = await register({ password: 'seen by no table at all' });
  const again = event('client.registered', client.id, 1, { client_id: client.id, email: client.email, name: 'Other', locale: 'de', sealed_password: await auth.seal('another password') });
  await expect_told('applied', again);
  await expect_told('already_applied', again);
  expect_status(await auth.log_in(client.email, client.password), 200);
  const dump = (await auth.sql('select (select string_agg(u::text, \'\') from users u) || (select coalesce(string_agg(o::text, \'\'), \'\') from outbox o) || (select string_agg(i::text, \'\') from inbox i) as text'))[0].text;
  assert.ok(!dump.includes('seen by no table'));
  assert.ok(!auth.instances[0].program.log().includes('seen by no table'));
});

test('a password changed at clients is checked with the old one, applied once, and told', async () => {
  const client = await register();
  const { refresh_token } = (await auth.log_in(client.email, client.password)).json;
  const change = await change_password(client, 2, client.password, 'the second password', 'pch_once');
  await expect_told('applied', change);
  await expect_told('already_applied', change);
  await expect_told('applied', { ...change, id: `evn_${'1'.repeat(32)}` });
  assert.deepEqual(await settled(client, 1), [{ client_id: client.id, change_id: 'pch_once', outcome: 'applied', reason: '' }]);
  expect_problem(await auth.refresh(refresh_token), 401);
  expect_problem(await auth.log_in(client.email, client.password), 401);
  expect_status(await auth.log_in(client.email, 'the second password'), 200);
});

test('several changes in one list are applied in their order', async () => {
  const client = await register();
  const words = [client.password, 'the second password', 'the third password', 'the fourth password'];
  const changes = [];
  for (let i = 1; i < words.length; ++i) changes.push(await change_password(client, i + 1, words[i - 1], words[i]));
  await expect_told('applied', ...changes);
  assert.deepEqual((await settled(client, 3)).map(({ outcome }) => outcome), ['applied', 'applied', 'applied']);
  expect_status(await auth.log_in(client.email, words.at(-1)), 200);
});

test('a change with a wrong old password, or a new one that must not be, is refused and said to be', async () => {
  const client = await register();
  await expect_told('applied', await change_password(client, 2, 'not the old one', 'the second password'), await change_password(client, 3, client.password, 'short'));
  assert.deepEqual((await settled(client, 2)).map(({ outcome, reason }) => [outcome, reason]),
    [['refused', 'the old password is wrong'], ['refused', 'the new password must have at least 10 characters']]);
  expect_status(await auth.log_in(client.email, client.password), 200);
});

test('a new address is one to log in with from when it is proved, and an older one told late does not count', async () => {
  const client = await register();
  const wanted = `new-${client.email}`;
  await expect_told('applied', event('client.email_changed', client.id, 5, { client_id: client.id, email: wanted }));
  await expect_told('applied', event('client.email_changed', client.id, 4, { client_id: client.id, email: `old-${client.email}` }));
  expect_problem(await auth.log_in(wanted, client.password), 401);
  expect_status(await auth.call('POST', '/api/v1/auth/email-verification', { token: await auth.mailed(wanted, 'email_verification') }), 204);
  expect_status(await auth.log_in(wanted, client.password), 200);
  expect_problem(await auth.log_in(client.email, client.password), 401);
});

test('an address somebody else gave for an account is worth nothing once its owner has chosen a new password', async () => {
  const client = await register();
  const wanted = `thief-${client.email}`;
  await expect_told('applied', event('client.email_changed', client.id, 2, { client_id: client.id, email: wanted }));
  const prepared = await auth.mailed(wanted, 'email_verification');
  await auth.call('POST', '/api/v1/auth/password-reset', { email: client.email });
  const token = await auth.mailed(client.email, 'password_reset');
  expect_status(await auth.call('POST', '/api/v1/auth/password-reset/confirm', { token, password: 'found again at last' }), 204);
  expect_problem(await auth.call('POST', '/api/v1/auth/email-verification', { token: prepared }), 422);
  assert.deepEqual(await auth.sql('select email, pending_email from users where id = $1', [client.id]), [{ email: client.email, pending_email: null }]);
  expect_status(await auth.log_in(client.email, 'found again at last'), 200);
});

test('an account sends no end of mails to nobody', async () => {
  const client = await register();
  const addresses = Array.from({ length: 12 }, (_, i) => `sent-${i}-${client.email}`);
  for (const [i, email] of addresses.entries()) await expect_told('applied', event('client.email_changed', client.id, i + 2, { client_id: client.id, email }));
  await auth.mailed(addresses[0], 'email_verification');
  await eventually(async () => (await auth.sql('select from event_deliveries where closed_at is null')).length === 0, 'all are told');
  const mails = (await auth.told('mail.requested', client.id)).filter(({ data }) => addresses.includes(data?.to.email));
  assert.ok(mails.length <= 6, `${mails.length} mails`);
});

test('who guesses the old password at clients is stopped as well', async () => {
  const client = await register();
  const guesses = await Promise.all(Array.from({ length: 6 }, (_, i) => change_password(client, i + 2, `guess number ${i}`, 'the second password')));
  for (const guess of guesses) await expect_told('applied', guess);
  await lock_for_an_hour();
  await expect_told('applied', await change_password(client, 8, client.password, 'the second password'));
  assert.equal((await settled(client, 7)).at(-1).reason, 'the old password was wrong too often, try again later');
  expect_status(await auth.log_in(client.email, client.password, { address: '10.4.4.4' }), 200);
});

test('a client can\'t take the address of somebody who runs the shop, who is told; nothing waits for it', async () => {
  const seller = await auth.make_user();
  const id = client_id();
  const data = { client_id: id, email: seller.email, name: 'Cleo', locale: 'en', sealed_password: await auth.seal('a password of a client') };
  await expect_told('applied', event('client.registered', id, 1, data));
  const [mail] = (await auth.told('mail.requested', seller.id, 1)).map(({ data: said }) => said);
  assert.deepEqual([mail.template, mail.to.email], ['already_registered', seller.email]);
  assert.deepEqual(await auth.sql('select id from users where id = $1', [id]), []);
  expect_status(await auth.log_in(seller.email, seller.password), 200);
});

test('of a client that was erased nothing is left but the id, whatever comes late', async () => {
  const client = await register();
  const { refresh_token } = (await auth.log_in(client.email, client.password)).json;
  await expect_told('applied', event('client.erased', client.id, 9, { client_id: client.id, email: client.email }));
  expect_problem(await auth.log_in(client.email, client.password), 401);
  expect_problem(await auth.refresh(refresh_token), 401);
  await expect_told('applied', event('client.registered', client.id, 1, { client_id: client.id, email: client.email, name: 'Cleo', locale: 'de', sealed_password: await auth.seal(client.password) }));
  const [row] = await auth.sql('select email, name, password_hash, state from users where id = $1', [client.id]);
  assert.deepEqual(row, { email: null, name: '', password_hash: null, state: 'erased' });
  const never_seen = client_id();
  await expect_told('applied', event('client.erased', never_seen, 9, { client_id: never_seen, email: 'x@example.com' }));
  const again = await register({ email: client.email });
  expect_status(await auth.log_in(again.email, again.password), 200);
});

test('what is not sealed for this service, or not readable, is refused for good; who is not here yet may come', async () => {
  const id = client_id();
  const data = { client_id: id, email: 'sealed@example.com', name: 'S', locale: 'en' };
  await expect_told('refused', event('client.registered', id, 1, { ...data, sealed_password: 'AAAA' }));
  await expect_told('refused', event('client.registered', client_id(), 1, { ...data, sealed_password: undefined }));
  await expect_told('failed', await change_password({ id }, 2, 'a', 'b'));
});

test('a client is no admin, and never becomes one', async () => {
  const client = await register();
  expect_problem(await auth.admin('PATCH', `/api/v1/auth/users/${client.id}`, { role: 'admin' }), 409);
  const { access_token } = (await auth.log_in(client.email, client.password)).json;
  const as_client = { authorization: `Bearer ${access_token}` };
  expect_problem(await auth.call('GET', '/api/v1/auth/users', undefined, as_client), 403);
  expect_problem(await auth.call('POST', '/api/v1/auth/password', { old_password: client.password, new_password: 'a newer password' }, as_client), 403);
  expect_problem(await request(auth.url, 'POST', '/internal/v1/events', [], { ...as_client }), 401);
});
