// Logging in, staying logged in, and who is kept out.
import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { after, before, test } from 'node:test';
import { kFirstAdmin, start_auth } from '../support/auth.mjs';
import { expect_problem, expect_status } from '../support/expect.mjs';
import { request } from '../support/http.mjs';
import { eventually } from '../support/processes.mjs';

let auth;
before(async () => { auth = await start_auth({ env: { LOCKOUT_ADDRESS_FAILURES: 12, LOCKOUT_ANYWHERE_FAILURES: 30 } }); });
after(() => auth?.stop());

const parts = (token) => token.split('.').slice(0, 2).map((part) => JSON.parse(Buffer.from(part, 'base64url')));
const refused = (answer) => {
  const { request_id, ...problem } = expect_problem(answer, 401);
  return { problem, headers: Object.keys(answer.headers).sort() };
};

test('the first admin logs in, and the token is one of the published keys', async () => {
  const answer = expect_status(await auth.log_in(kFirstAdmin.email, kFirstAdmin.password), 200);
  assert.equal(answer.headers['cache-control'], 'no-store');
  const { access_token, token_type, expires_in, refresh_token } = answer.json;
  assert.deepEqual([token_type, expires_in], ['Bearer', 300]);
  assert.match(refresh_token, /^[\w-]{43}$/);
  const [header, claims] = parts(access_token);
  assert.equal(claims.role, 'admin');
  assert.equal(claims.exp - claims.iat, 300);
  assert.equal(claims.scope, undefined);
  for (const path of ['/internal/v1/jwks.json', '/api/v1/auth/jwks.json']) {
    const { keys } = (await auth.call('GET', path)).json;
    const jwk = keys.find(({ kid }) => kid === header.kid);
    const [head, body, signature] = access_token.split('.');
    assert.ok(verify('sha256', Buffer.from(`${head}.${body}`), { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url')));
  }
  const users = await auth.call('GET', '/api/v1/auth/users', undefined, { authorization: `Bearer ${access_token}` });
  assert.equal(expect_status(users, 200).json.data[0].id, claims.sub);
});

test('an address is found however its capitals are written', async () => {
  const { email, password } = await auth.make_user();
  expect_status(await auth.log_in(` ${email.toUpperCase()} `, password), 200);
});

test('a wrong password, nobody\'s address, a disabled and an invited user get one and the same refusal', async () => {
  const somebody = await auth.make_user();
  const disabled = await auth.make_user();
  expect_status(await auth.admin('PATCH', `/api/v1/auth/users/${disabled.id}`, { state: 'disabled' }), 200);
  const invited = { email: 'invited@example.com' };
  expect_status(await auth.admin('POST', '/api/v1/auth/users', { ...invited, name: 'I', role: 'seller' }), 201);
  const wrong = refused(await auth.log_in(somebody.email, 'not the password'));
  for (const [email, password] of [['nobody@example.com', 'whatever it is'], [disabled.email, disabled.password],
    [invited.email, 'whatever it is'], ['no address at all', 'whatever it is']]) {
    assert.deepEqual(refused(await auth.log_in(email, password)), wrong, email);
  }
});

test('every refused login compares one password, whoever it was for', async () => {
  const locked = await auth.make_user();
  for (let i = 0; i < 7; ++i) await auth.log_in(locked.email, 'not the password');
  const somebody = await auth.make_user();
  for (const email of [somebody.email, 'nobody-at-all@example.com', locked.email]) {
    const before_it = await auth.metric('password_hashes_total');
    refused(await auth.log_in(email, 'not the password'));
    assert.equal(await auth.metric('password_hashes_total') - before_it, 1, email);
  }
});

test('an account that failed too often is locked, also for the right password, and open again later', async () => {
  const { id, email, password } = await auth.make_user();
  const wrong = refused(await auth.log_in(email, 'not the password'));
  for (let i = 0; i < 5; ++i) refused(await auth.log_in(email, 'not the password'));
  assert.deepEqual(refused(await auth.log_in(email, password)), wrong);
  assert.equal((await auth.audit({ object: id }))[0].details, '{"reason":"locked"}');
  await auth.sql("update login_failures set locked_until = now()");
  expect_status(await auth.log_in(email, password), 200);
  assert.deepEqual(await auth.sql('select count(*) as rows from login_failures where failures > 100'), [{ rows: 0 }]);
});

test('many guesses at once are not all free', async () => {
  const { email, password } = await auth.make_user();
  const guesses = await Promise.all(Array.from({ length: 20 }, (_, i) => auth.log_in(email, i === 19 ? password : `guess number ${i}`)));
  const { outcomes } = (await auth.sql("select array_agg(details) as outcomes from audit_log where object = (select id from users where email = $1) and action = 'auth.login'", [email]))[0];
  assert.ok(outcomes.filter((details) => details.includes('locked')).length >= 13, outcomes.join());
  assert.ok(guesses.filter(({ status }) => status === 200).length <= 1);
});

test('each lock lasts longer than the one before', async () => {
  const { email } = await auth.make_user();
  const lasts = [];
  for (let i = 0; i < 8; ++i) {
    await auth.log_in(email, 'not the password');
    const [{ s }] = await auth.sql("select extract(epoch from locked_until - updated_at)::float8 as s from login_failures where key like 'account % %' order by updated_at desc limit 1");
    lasts.push(s);
    await auth.sql("update login_failures set locked_until = now() where locked_until > now()");
  }
  assert.deepEqual(lasts, [0, 0, 0, 0, 0, 1, 2, 4]);
});

test('who fails elsewhere keeps nobody out, unless there are very many of them, and then briefly', async () => {
  const { email, password } = await auth.make_user();
  const wrong_from = (address) => auth.log_in(email, 'not the password', { address });
  for (let i = 0; i < 12; ++i) refused(await wrong_from('10.5.0.1'));
  refused(await auth.log_in(email, password, { address: '10.5.0.1' }));
  expect_status(await auth.log_in(email, password, { address: '10.5.0.2' }), 200);
  let i = 0;
  const locked = () => auth.sql("select from login_failures where key like 'account %' and failures > 30 and locked_until > now() + interval '0.9 s'");
  await eventually(async () => { refused(await wrong_from(`10.5.1.${i++}`)); return (await locked()).length; }, 'it is locked', { every_ms: 0 });
  assert.ok(i > 20, `after ${i}`);
  refused(await auth.log_in(email, password, { address: '10.5.0.3' }));
  const [{ s }] = await auth.sql("select max(extract(epoch from locked_until - updated_at))::float8 as s from login_failures where key like 'account %' and failures > 30");
  assert.ok(s > 0 && s <= 30, `${s} s`);
});

test('an address that fails with many accounts is locked for all, and others are not', async () => {
  const { email, password } = await auth.make_user();
  for (let i = 0; i < 13; ++i) await auth.log_in(`nobody-${i}@example.com`, 'whatever it is', { address: '10.1.1.1' });
  refused(await auth.log_in(email, password, { address: '10.1.1.1' }));
  expect_status(await auth.log_in(email, password, { address: '10.1.1.2' }), 200);
  // Of IPv6 a whole network is one address.
  for (let i = 0; i < 13; ++i) await auth.log_in(`nobody-${i}@example.com`, 'whatever it is', { address: `2001:db8:1:1::${i}` });
  refused(await auth.log_in(email, password, { address: '2001:db8:1:1::ffff' }));
  expect_status(await auth.log_in(email, password, { address: '2001:db8:1:2::1' }), 200);
});

test('logins that succeed do not lock their address', async () => {
  const { email, password } = await auth.make_user();
  for (let i = 0; i < 30; ++i) expect_status(await auth.log_in(email, password, { address: '10.2.2.2' }), 200);
});

test('the body is read strictly, and says all that is wrong', async () => {
  const login = (body) => auth.call('POST', '/api/v1/auth/login', body);
  assert.deepEqual(expect_problem(await login({ password: 7, more: 1 }), 422).errors.map(({ field }) => field).sort(), ['email', 'more', 'password']);
  expect_problem(await login('{'), 400);
  expect_problem(await login({ email: 'a@example.com', password: 'x'.repeat(129) }), 422);
});

// ---- refresh tokens

const log_in = async () => {
  const user = await auth.make_user();
  return { ...user, ...(await auth.log_in(user.email, user.password)).json };
};

test('a refresh token is exchanged for the next, in the same role', async () => {
  let { id, refresh_token } = await log_in();
  for (let i = 0; i < 3; ++i) {
    const answer = expect_status(await auth.refresh(refresh_token), 200);
    assert.notEqual(answer.json.refresh_token, refresh_token);
    refresh_token = answer.json.refresh_token;
    const [, claims] = parts(answer.json.access_token);
    assert.deepEqual([claims.sub, claims.role], [id, 'seller']);
  }
});

test('a refresh token that comes again after its successor was used ends the session', async () => {
  const { id, refresh_token: first } = await log_in();
  const second = (await auth.refresh(first)).json.refresh_token;
  const third = expect_status(await auth.refresh(second), 200).json.refresh_token;
  expect_problem(await auth.refresh(first), 401);
  expect_problem(await auth.refresh(third), 401);
  const [entry] = await auth.audit({ action: 'auth.refresh_token_reused' });
  assert.deepEqual([entry.object, entry.outcome], [id, 'denied']);
});

test('a refresh token whose answer got lost is answered the same again', async () => {
  const { refresh_token } = await log_in();
  const [a, b] = await Promise.all([auth.refresh(refresh_token), auth.refresh(refresh_token)]);
  assert.deepEqual([expect_status(a, 200).json.refresh_token], [expect_status(b, 200).json.refresh_token]);
  expect_status(await auth.refresh(a.json.refresh_token), 200);
});

test('later than that it is a theft, though its successor was never used', async () => {
  const { refresh_token } = await log_in();
  const next = (await auth.refresh(refresh_token)).json.refresh_token;
  await auth.sql("update refresh_tokens set used_at = used_at - interval '11 seconds' where used_at is not null");
  expect_problem(await auth.refresh(refresh_token), 401);
  expect_problem(await auth.refresh(next), 401);
});

test('a session ends when it was idle too long, and however busy after its time', async () => {
  const idle = await log_in();
  await auth.sql("update refresh_tokens set expires_at = now() where used_at is null");
  expect_problem(await auth.refresh(idle.refresh_token), 401);
  const busy = await log_in();
  await auth.sql('update sessions set expires_at = now()');
  expect_problem(await auth.refresh(busy.refresh_token), 401);
});

test('a user has fifty sessions at most, and the oldest make room', async () => {
  const { id, email, password, refresh_token } = await log_in();
  let last;
  for (let i = 0; i < 51; ++i) last = expect_status(await auth.log_in(email, password), 200).json.refresh_token;
  assert.deepEqual(await auth.sql('select count(*) as live from sessions where user_id = $1 and revoked_at is null', [id]), [{ live: 50 }]);
  expect_problem(await auth.refresh(refresh_token), 401);
  expect_status(await auth.refresh(last), 200);
});

test('what is over is deleted: used tokens at their end, sessions a week after theirs', async () => {
  const [used, ended, idle, busy] = [await log_in(), await log_in(), await log_in(), await log_in()];
  const next = (await auth.refresh(used.refresh_token)).json.refresh_token;
  await auth.sql("update refresh_tokens set expires_at = now() - interval '1 second' where used_at is not null");
  await auth.sql("update sessions set revoked_at = now() - interval '8 days', revoked_for = 'logout' where user_id = $1", [ended.id]);
  await auth.sql("update sessions set created_at = now() - interval '30 days' where user_id = any($1)", [[idle.id, busy.id]]);
  await auth.sql("update refresh_tokens set expires_at = now() - interval '8 days' where session_id in (select id from sessions where user_id = $1)", [idle.id]);
  await auth.add();  // it begins by cleaning
  const left = (ids) => auth.sql('select count(*) as n from sessions where user_id = any($1)', [ids]);
  await eventually(async () => (await left([ended.id, idle.id]))[0].n === 0, 'they are gone');
  assert.deepEqual(await left([used.id, busy.id]), [{ n: 2 }]);
  assert.deepEqual(await auth.sql('select from refresh_tokens where used_at is not null and expires_at < now()'), []);
  for (const token of [next, busy.refresh_token]) expect_status(await auth.refresh(token), 200);
});

test('logging out ends the session, and is done twice without harm', async () => {
  const { refresh_token } = await log_in();
  const log_out = () => auth.call('POST', '/api/v1/auth/logout', { refresh_token });
  expect_status(await log_out(), 204);
  expect_status(await log_out(), 204);
  expect_problem(await auth.refresh(refresh_token), 401);
});

test('a token nobody issued is refused as one that ended is', async () => {
  const { refresh_token } = await log_in();
  await auth.call('POST', '/api/v1/auth/logout', { refresh_token });
  assert.deepEqual(refused(await auth.refresh('x'.repeat(43))), refused(await auth.refresh(refresh_token)));
});

test('no token, password or address of nobody is in the log, the audit log or the tables', async () => {
  const user = await auth.make_user({ email: 'seen@example.com', password: 'seen by nobody else' });
  const tokens = (await auth.log_in(user.email, user.password)).json;
  const next = (await auth.refresh(tokens.refresh_token)).json;
  await auth.log_in('unheard-of@example.com', 'tried by somebody');
  const tables = (await auth.sql("select string_agg(t::text, '') as text from (select a::text as t from audit_log a union all select r::text from refresh_tokens r union all select s::text from sessions s union all select f::text from login_failures f union all select u::text from users u) as all_rows"))[0].text;
  const log = auth.instances[0].program.log();
  for (const secret of [user.password, tokens.access_token, tokens.refresh_token, next.refresh_token, 'unheard-of', 'tried by somebody']) {
    assert.ok(!log.includes(secret) && !tables.includes(secret), secret);
  }
  assert.ok(!log.includes(user.email));
});

test('a hash made with other parameters is made anew at the next login', async () => {
  const { id, email, password } = await auth.make_user();
  const hash = async () => (await auth.sql('select password_hash from users where id = $1', [id]))[0].password_hash;
  assert.match(await hash(), /\$m=1024,t=1,p=1\$/);
  const stronger = await auth.add({ HASH_PASSES: 2, HASH_MEMORY_KIB: 2048 });
  expect_status(await auth.log_in(email, password, { url: stronger.url }), 200);
  assert.match(await hash(), /\$m=2048,t=2,p=1\$/);
  expect_status(await auth.log_in(email, password), 200);
});

test('whatever is not for everybody asks for a token of the right role', async () => {
  const seller = await log_in();
  const as_seller = { authorization: `Bearer ${seller.access_token}` };
  expect_problem(await auth.call('GET', '/api/v1/auth/users'), 401);
  expect_problem(await auth.call('GET', '/api/v1/auth/users', undefined, as_seller), 403);
  expect_problem(await auth.call('PATCH', `/api/v1/auth/users/${seller.id}`, { role: 'admin' }, as_seller), 403);
  expect_problem(await request(auth.url, 'POST', '/api/v1/auth/keys/rotate', undefined, as_seller), 403);
});
