// clients and auth side by side: a password changed, an address verified, each told the other by events.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { kPassword, new_client } from '../support/clients.mjs';
import { expect_problem, expect_status } from '../support/expect.mjs';
import { request } from '../support/http.mjs';
import { neighbours } from '../support/neighbours.mjs';
import { start_suite } from '../support/suite.mjs';

let suite;
before(async () => { suite = await start_suite({ auth: 1, clients: 1, orders: 0, payment: 0, env: neighbours() }); });
after(() => suite?.stop());

const log_in = (email, password = kPassword) => request(suite.instance('auth').url, 'POST', '/api/v1/auth/login', { email, password });
const logged_in = (client, password) => suite.eventually(async () => (await log_in(client.email, password)).status === 200, 'auth lets the client in');
const settled = (client, change) => suite.eventually(async () => {
  const { json } = await suite.api('GET', change.headers.location, undefined, {}, client.as);
  return json.status !== 'pending' && json;
}, 'auth says what became of it');
const ask = async (client, old_password, new_password) =>
  expect_status(await suite.api('POST', `${client.path}/password`, { old_password, new_password }, {}, client.as), 202);

test('a password is changed by auth, and the client sees what became of it', async () => {
  const client = await new_client(suite);
  await logged_in(client);
  assert.equal((await settled(client, await ask(client, kPassword, 'a much better password'))).status, 'applied');
  assert.equal((await log_in(client.email)).status, 401);
  assert.equal((await log_in(client.email, 'a much better password')).status, 200);
  const refused = await settled(client, await ask(client, kPassword, 'yet another password'));
  assert.deepEqual([refused.status, typeof refused.reason], ['refused', 'string']);
  assert.equal((await log_in(client.email, 'a much better password')).status, 200);
});

test('a password changed while auth is away is changed once it is back, and another is not taken until then', async () => {
  const client = await new_client(suite);
  await logged_in(client);
  await suite.kill('auth');
  const first = await ask(client, kPassword, 'the first new password');
  const too_soon = { old_password: 'the first new password', new_password: 'the second new password' };
  expect_problem(await suite.api('POST', `${client.path}/password`, too_soon, {}, client.as), 409);
  assert.equal((await suite.api('GET', first.headers.location, undefined, {}, client.as)).json.status, 'pending');
  await suite.restart('auth');
  assert.equal((await settled(client, first)).status, 'applied');
  const second = await ask(client, too_soon.old_password, too_soon.new_password);
  assert.equal((await settled(client, second)).status, 'applied');
  assert.equal((await log_in(client.email, 'the second new password')).status, 200);
  const rows = await suite.sql('auth', 'select count(*) from password_changes where user_id = $1', [client.id]);
  assert.equal(rows[0].count, 2);
});

test('nothing of a sealed password stays once auth has it', async () => {
  const client = await new_client(suite);
  await settled(client, await ask(client, kPassword, 'a much better password'));
  await suite.eventually(async () => (await suite.sql('clients', 'select count(*) from outbox where forget_data and data is not null and subject = $1',
    [client.id]))[0].count === 0, 'the outbox has forgotten it');
});

async function prove_another(client) {
  const email = client.email.replace('@', '.new@');
  expect_status(await suite.api('POST', `${client.path}/email`, { email }, {}, client.as), 202);
  const mail = await suite.eventually(() => readdirSync(join(suite.folder, 'mail')).filter((name) => name.endsWith('.eml'))
    .map((name) => readFileSync(join(suite.folder, 'mail', name), 'utf8')).find((text) => text.includes(`\r\nTo: `) && text.includes(email)), 'the mail is there');
  const token = decodeURIComponent(mail.match(/verify-email\?token=([^\s"]+)/)[1]);
  expect_status(await request(suite.instance('auth').url, 'POST', '/api/v1/auth/email-verification', { token }), 204);
  await suite.eventually(async () => (await suite.api('GET', client.path)).json.email === email, 'it is the address now');
  return email;
}

test('a new address is verified by the link in the mail to it', async () => {
  const client = await new_client(suite);
  await logged_in(client);
  assert.equal((await log_in(await prove_another(client))).status, 200);
});

const resend = (body) => suite.api('POST', '/api/v1/clients/registrations/resend', body);
// As an older copy of auth would have it.
async function forget_login({ id }) {
  for (const table of ['sessions', 'mailed_tokens']) await suite.sql('auth', `delete from ${table} where user_id = '${id}'`);
  await suite.sql('auth', `delete from users where id = '${id}'`);
  await suite.sql('auth', `delete from event_versions where subject = '${id}'`);
}
async function an_hour_ago(client, ...of) {
  await suite.eventually(async () => (await suite.sql('clients', 'select state from event_deliveries where subject = $1', [client.id]))
    .every(({ state }) => state === 'delivered'), 'all is delivered');
  if (of.includes('registered')) await suite.sql('clients', `update clients set created_at = created_at - interval '1 hour' where id = '${client.id}'`);
  if (of.includes('told')) await suite.sql('clients', `update event_deliveries set closed_at = closed_at - interval '1 hour' where subject = '${client.id}'`);
}

test('who has proved another address since a time logs in with that, and not with the old one', async () => {
  const client = await new_client(suite);
  await logged_in(client);
  await an_hour_ago(client, 'registered', 'told');
  const since = new Date().toISOString();
  const email = await prove_another(client);
  await suite.sql('auth', `update users set email = '${client.email}', email_verified_at = null where id = '${client.id}'`);
  assert.equal((await log_in(client.email)).status, 200);
  assert.deepEqual(expect_status(await resend({ since }), 200).json, { resent: 1 });
  await suite.eventually(async () => (await log_in(email)).status === 200, 'it is the address again');
  assert.equal((await log_in(client.email)).status, 401);
  // auth has proved a newer one, of which clients has not heard yet.
  await suite.sql('auth', `update users set email = 'newer-${email}', email_verified_at = now() where id = '${client.id}'`);
  assert.deepEqual((await resend({ since })).json, { resent: 1 });
  await an_hour_ago(client);
  assert.equal((await log_in(`newer-${email}`)).status, 200);
  await an_hour_ago(client, 'told');
  await suite.sql('clients', `update clients set email_verified_at = null where id = '${client.id}'`);
});

test('who registered since a time gets a login again, and chooses a password by mail', async () => {
  const since = new Date().toISOString();
  const [kept, lost, late, early] = [await new_client(suite), await new_client(suite), await new_client(suite), await new_client(suite)];
  for (const client of [kept, lost, late, early]) await logged_in(client);
  // Registered before, and auth heard of it then, or since then only.
  await an_hour_ago(early, 'registered', 'told');
  await an_hour_ago(late, 'registered');
  for (const client of [lost, late]) await forget_login(client);
  assert.deepEqual(expect_status(await resend({ since }), 200).json, { resent: 3 });
  await suite.eventually(async () => (await suite.sql('auth', `select from users where id = '${late.id}'`)).length === 1, 'there is a login again');
  const mail = await suite.eventually(() => readdirSync(join(suite.folder, 'mail')).map((name) => readFileSync(join(suite.folder, 'mail', name), 'utf8'))
    .find((text) => text.includes(lost.email) && /reset-password\?token=/.test(text)), 'a mail to choose a password');
  const token = decodeURIComponent(mail.match(/reset-password\?token=([^\s"]+)/)[1]);
  expect_status(await request(suite.instance('auth').url, 'POST', '/api/v1/auth/password-reset/confirm', { token, password: 'chosen once again' }), 204);
  assert.equal((await log_in(lost.email, 'chosen once again')).status, 200);
  assert.equal((await log_in(kept.email)).status, 200);
  assert.deepEqual((await resend({ since: new Date(Date.now() + 1000).toISOString() })).json, { resent: 0 });
  for (const bad of [{}, { since: 'yesterday' }, { since, colour: 'red' }]) expect_problem(await resend(bad), 422);
  expect_problem(await suite.api('POST', '/api/v1/clients/registrations/resend', { since }, {}, kept.as), 403);
});
