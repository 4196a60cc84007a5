// Mails: from what was asked for to Mailjet, or to a folder.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { an_event, kClients, new_client, publicly, a_registration } from '../support/clients.mjs';
import { expect_status } from '../support/expect.mjs';
import { kMailjetKey, kMailjetSecret, start_mailjet } from '../support/mailjet.mjs';
import { start_suite } from '../support/suite.mjs';

let mailjet, suite;
const mail_env = { MAIL_FROM: 'shop@example.com', MAIL_FROM_NAME: 'Le Marché', SHOP_URL: 'https://shop.example/' };
before(async () => {
  mailjet = await start_mailjet();
  suite = await start_suite({ payment: 0, orders: 0, clients: 1, env: { clients: { ...mail_env, MAILJET_API_KEY: kMailjetKey,
    MAILJET_API_SECRET: kMailjetSecret, MAILJET_DEADLINE_MS: 1000, RELAY_MAX_ATTEMPTS: 3, RELAY_BACKOFF_INITIAL_MS: 50, RELAY_BACKOFF_MAX_MS: 100,
    MAIL_TEMPLATE_ORDER_CANCELED: '4711', EVENT_SINKS: `mail mail.requested mailjet+${mailjet.url}` } } });
});
after(async () => {
  await suite?.stop();
  await mailjet?.stop();
});
beforeEach(() => mailjet.reset());

const a_request = (rest = {}) => ({ template: 'order_shipped', to: { email: 'ada@example.com', name: 'Ada' }, locale: 'en',
  variables: { order: 'ord_1', carrier: 'DHL', tracking_number: '0034' }, ...rest });

// Asks for mails as the transaction of a change does; answers their ids.
let subjects = 0;
async function ask(requests, { subject } = {}) {
  const ids = [];
  for (const request of requests) {
    const { id } = an_event('/clients', 'mail.requested', '', {});
    await suite.sql('clients', `insert into outbox (id, type, subject, version, data, forget_data) values ($1, 'mail.requested', $2, 1, $3, true)`,
      [id, subject ?? `sub_${++subjects}`, JSON.stringify(request)]);
    ids.push(id);
  }
  return ids;
}

const deliveries = (ids) => suite.sql('clients', `select event_id as id, state, tries, reason, data from event_deliveries join outbox using (seq)
  where event_id = any ($1) order by seq`, [ids]);
async function closed(ids, states = ['delivered', 'parked']) {
  return suite.eventually(async () => {
    const rows = await deliveries(ids);
    return rows.length === ids.length && rows.every(({ state }) => states.includes(state)) && rows;
  }, `mails are ${states}`);
}
const sent_ids = () => mailjet.sent.map(({ CustomID }) => CustomID);

// ---- Mailjet

test('a mail goes out once, in the language of its reader, and nothing of it stays', async () => {
  const ids = await ask([a_request({ locale: 'fr-FR', to: { email: 'ada@example.com', name: 'Ådä <x>' } })]);
  const [row] = await closed(ids);
  const [mail] = mailjet.sent;
  assert.deepEqual([mail.From, mail.To, mail.CustomID], [{ Email: 'shop@example.com', Name: 'Le Marché' }, [{ Email: 'ada@example.com', Name: 'Ådä <x>' }], ids[0]]);
  assert.equal(mail.Subject, 'Votre commande est en route');
  assert.match(mail.TextPart, /^Bonjour Ådä <x>,\n[^]*DHL[^]*0034[^]*https:\/\/shop\.example\/orders\/ord_1\n/);
  assert.match(mail.HTMLPart, /Bonjour Ådä &lt;x&gt;,/);
  assert.deepEqual([mail.TrackClicks, mail.TrackOpens], ['disabled', 'disabled']);
  assert.equal(row.state, 'delivered');
  await suite.eventually(async () => (await deliveries(ids))[0].data === null, 'what it said is forgotten');
});

test('a template kept at Mailjet is used where one is named', async () => {
  await closed(await ask([a_request({ template: 'order_canceled' })]));
  const [mail] = mailjet.sent;
  assert.deepEqual([mail.TemplateID, mail.TemplateLanguage, mail.TextPart], [4711, true, undefined]);
  assert.deepEqual([mail.Variables.name, mail.Variables.order, mail.Variables.link], ['Ada', 'ord_1', 'https://shop.example/orders/ord_1']);
});

test('many mails go out in lists of at most 50', async () => {
  const ids = await ask(Array.from({ length: 120 }, () => a_request()));
  await closed(ids);
  assert.deepEqual(sent_ids().sort(), ids.slice().sort());
  assert.ok(Math.max(...mailjet.calls) <= 50, `${mailjet.calls}`);
});

test('of a list the good mails go out once, the refused one is parked, though the answer is 400', async () => {
  mailjet.respond = async () => { mailjet.respond = () => undefined; return { status: 429, headers: { 'retry-after': '1' } }; };
  const bad = 'bad@example.com';
  mailjet.refuse = (message) => (message.To[0].Email === bad ? { code: 'mj-0013', status: 400, related: ['To[0].Email'] } : undefined);
  const ids = await ask([a_request(), a_request({ to: { email: bad, name: '' } }), a_request()]);
  const rows = await closed(ids);
  assert.deepEqual(rows.map(({ state }) => state), ['delivered', 'parked', 'delivered']);
  assert.equal(rows[1].reason, 'Mailjet refuses it: mj-0013 400 To[0].Email');
  assert.deepEqual(sent_ids().sort(), [ids[0], ids[2]].sort());
});

test('a mail that is refused for now is tried again, and at last parked', async () => {
  let times = 0;
  mailjet.refuse = () => (++times <= 1 ? { code: 'send-0010', status: 500, related: [] } : undefined);
  assert.equal((await closed(await ask([a_request()])))[0].state, 'delivered');
  mailjet.refuse = () => ({ code: 'send-0010', status: 500, related: [] });
  const [row] = await closed(await ask([a_request()]));
  assert.deepEqual([row.state, row.tries], ['parked', 3]);
});

for (const [what, answer] of [['a wrong key', { status: 401 }], ['an outage', { status: 503 }], ['too many calls', { status: 429, headers: { 'retry-after': '1' } }],
  ["a sender that is not activated", undefined]]) {
  test(`${what} is no mail's fault: all wait, none is parked`, async () => {
    if (answer) mailjet.respond = () => answer;
    else mailjet.refuse = () => ({ code: 'send-0008', status: 403, related: ['From'] });
    const ids = await ask(Array.from({ length: 6 }, () => a_request()));
    await suite.eventually(async () => mailjet.calls.length >= 3, 'it is tried again', { within_ms: 30_000 });
    assert.ok((await deliveries(ids)).every(({ state, tries }) => state === 'open' && tries === 0));
    mailjet.reset();
    await closed(ids);
    assert.deepEqual(sent_ids().sort(), ids.slice().sort());
  });
}

test('one mail that Mailjet breaks at holds up no other', async () => {
  mailjet.respond = (messages) => (messages.some(({ To }) => To[0].Email === 'poison@example.com') ? { status: 500 } : undefined);
  const ids = await ask([a_request(), a_request({ to: { email: 'poison@example.com', name: '' } }), a_request(), a_request()]);
  await closed([ids[0], ids[2], ids[3]]);
  assert.deepEqual(sent_ids().sort(), [ids[0], ids[2], ids[3]].sort());
});

test('an answer that can not be read leads to no mail being lost', async () => {
  let times = 0;
  mailjet.respond = () => (++times === 1 ? { status: 200, raw: '<html>' } : undefined);
  const [row] = await closed(await ask([a_request()]));
  assert.equal(row.state, 'delivered');
});

test('a Mailjet that takes mails and answers nothing may have sent them: each is tried so often and no more', async () => {
  mailjet.respond = () => new Promise(() => {});
  const rows = await closed(await ask([a_request(), a_request()]));
  assert.deepEqual(rows.map(({ state, tries, reason }) => [state, tries, reason]), Array(2).fill(['parked', 3, 'Mailjet gives no answer']));
});

test('what is no request for a mail is parked with its reason, and says nothing of what was in it', async () => {
  const ids = await ask([a_request({ template: 'spam' }), a_request({ to: { email: 'secret\r\nBcc: eve@example.com', name: 'x' } }),
    a_request({ template: 'password_reset', variables: {} })]);
  const rows = await closed(ids);
  assert.ok(rows.every(({ state }) => state === 'parked'));
  assert.match(rows[0].reason, /data\.template/);
  assert.match(rows[1].reason, /data\.to\.email/);
  assert.match(rows[2].reason, /data\.variables\.token is required/);
  assert.ok(!rows[1].reason.includes('secret'));
  assert.deepEqual(mailjet.sent, []);
});

test('the owner of an address that is registered again is told in a mail', async () => {
  const client = await new_client(suite, { locale: 'de' });
  expect_status(await publicly(suite, 'POST', kClients, a_registration({ email: client.email })), 202);
  await suite.eventually(() => mailjet.sent.length, 'the mail is sent');
  assert.deepEqual([mailjet.sent[0].To[0].Email, mailjet.sent[0].Subject], [client.email, 'Sie haben bereits ein Konto']);
  const log = suite.instance('clients').program.log();
  assert.ok(!log.includes(kMailjetSecret) && !log.includes(client.email));
});

// ---- a folder

test('a folder gets one whole file a mail, for its owner only', async (t) => {
  const folder = join(suite.folder, 'mail');
  const other = await start_suite({ payment: 0, orders: 0, clients: 1, env: { clients: { ...mail_env, EVENT_SINKS: `mail mail.requested file://${folder}` } } });
  t.after(() => other.stop());
  const client = await new_client(other, { name: 'Zoë "Z" O\'Neil' });
  expect_status(await publicly(other, 'POST', kClients, a_registration({ email: client.email })), 202);
  const [file] = await other.eventually(() => {
    const files = readdirSync(folder).filter((name) => !name.startsWith('.'));
    return files.length > 0 && files;
  }, 'the mail is there');
  assert.match(file, /^evn_[0-9a-f]{32}\.eml$/);
  const mail = readFileSync(join(folder, file), 'utf8');
  assert.match(mail, /^Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000\r\nFrom: =\?UTF-8\?B\?[^\r]*\?=\r\n <shop@example\.com>\r\nTo: =\?UTF-8\?B\?/);
  assert.ok(mail.includes('https://shop.example/login') && mail.split('\n').every((line) => line === '' || line.endsWith('\r')));
  assert.deepEqual([statSync(folder).mode & 0o777, statSync(join(folder, file)).mode & 0o777], [0o700, 0o600]);
});
