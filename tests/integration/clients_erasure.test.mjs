// A client is forgotten: here, at auth, in orders and in what providers reported; again after a restore.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { an_event, kClients, kPassword, new_client, tell } from '../support/clients.mjs';
import { expect_problem, expect_status } from '../support/expect.mjs';
import { request } from '../support/http.mjs';
import { neighbours } from '../support/neighbours.mjs';
import { start_suite } from '../support/suite.mjs';

let suite;
before(async () => { suite = await start_suite({ auth: 1, clients: 1, env: neighbours() }); });
after(() => suite?.stop());

const kAddress = { line1: '7 Main Street', line2: 'Attic', city: 'Trouville', postal_code: '14360', country: 'FR' };
const kDatabases = ['clients', 'orders', 'payment', 'credentials'];

// Every table of every database in which one of the words stands somewhere.
async function traces(words) {
  const found = [];
  for (const database of kDatabases) {
    const tables = await suite.sql(database, "select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public'");
    for (const { name } of tables) {
      for (const word of words) {
        const [{ count }] = await suite.sql(database, `select count(*) from ${name} as t where strpos(lower(t::text), lower($1)) > 0`, [word]);
        if (count) found.push(`${database}.${name}: ${word} (${count})`);
      }
    }
  }
  return found;
}

const log_in = (email, password = kPassword) => request(suite.instance('auth').url, 'POST', '/api/v1/auth/login', { email, password });
const logged_in = (client, password) => suite.eventually(async () => (await log_in(client.email, password)).status === 200, 'auth lets the client in');

// A client who bought, paid, agreed to things and changed its mind about an address.
async function a_life() {
  const mark = Math.random().toString(36).slice(2, 10);
  const name = `Zenobia ${mark}`;
  const phone = `+33${String(Math.random()).slice(2, 12)}`;
  const address = { name, ...kAddress, line1: `7 Lane of ${mark}` };
  const client = await new_client(suite, { name, email: `zenobia.${mark}@example.com`, phone });
  await logged_in(client);
  const own = (method, path, body, headers) => suite.api(method, client.path + path, body, headers, client.as);
  expect_status(await own('POST', '/addresses', { ...address, default_shipping: true }, { 'idempotency-key': `address of ${mark}`.replaceAll(' ', '-') }), 201);
  expect_status(await own('POST', '/consents', { purpose: 'newsletter', granted: true, policy_version: '1', source: `said by ${name}` }), 201);
  expect_status(await own('POST', '/email', { email: `other.${mark}@example.com` }), 202);
  const order = await suite.orders.create({ client_id: client.id, client_reference: `PO of ${mark}`, email: client.email, shipping_address: address,
    billing_address: null, metadata: { note: `for ${name}` } });
  await suite.tell('charge.succeeded', { order, object: { receipt_email: client.email,
    billing_details: { name, email: client.email, phone, address: { ...kAddress, line1: address.line1 } } } });
  return { ...client, own, order, mark, words: [mark, phone] };
}

test('what is held of a client is exported whole, orders included', async () => {
  const client = await a_life();
  const data = expect_status(await client.own('GET', '/export'), 200);
  assert.match(data.headers['cache-control'], /no-store/);
  assert.deepEqual([data.json.client.email, data.json.addresses[0].city, data.json.consents[0].purpose, data.json.orders[0].id],
    [client.email, 'Trouville', 'newsletter', client.order.id]);
  await suite.kill('orders', 'SIGSTOP');
  const away = await client.own('GET', '/export');
  await suite.kill('orders', 'SIGCONT');
  expect_problem(away, 503);
  await client.own('POST', '/erase', { email: client.email });
});

test('an erasure leaves no trace in any table of any database, and the books stay', async () => {
  const client = await a_life();
  const { words } = client;
  assert.ok((await traces(words)).length > 5, 'the search finds what is there');
  expect_problem(await client.own('POST', '/erase', { email: 'somebody@example.com' }), 422);
  expect_problem(await client.own('POST', '/erase'), 400);
  const erased = expect_status(await client.own('POST', '/erase', { email: client.email.toUpperCase() }), 200).json;
  assert.deepEqual([erased.id, erased.email, erased.name], [client.id, null, '']);
  assert.notEqual(erased.erased_at, null);
  let left;
  await suite.eventually(async () => (left = await traces(words)).length === 0, 'nothing is left', { within_ms: 15_000 })
    .catch(() => assert.fail(`left: ${left.join(', ')}`));
  const order = await suite.orders.get(client.order.id);
  assert.deepEqual([order.total.amount, order.client_id, order.shipping_address.country, order.email], [4200, client.id, 'FR', 'erased@erased.invalid']);
  const [body] = await suite.sql('payment', `select b.body::jsonb as body, b.sent_sha256 from event_bodies b join events e on e.id = b.event_id
    where e.order_id = $1`, [client.order.id]);
  assert.match(body.sent_sha256, /^[0-9a-f]{64}$/);
  assert.equal(body.body.data.object.metadata.order_id, client.order.id);
  assert.equal((await log_in(client.email)).status, 401);
});

test('who is erased stays erased: nothing is changed or brought back, and once more is fine', async () => {
  const client = await a_life();
  const unpaid = await suite.orders.create({ client_id: client.id, email: client.email });
  const first = expect_status(await client.own('POST', '/erase', { email: client.email }), 200).json;
  expect_problem(await client.own('PATCH', '', { name: 'Back' }), 409);
  expect_problem(await client.own('POST', '/addresses', { name: 'Back', ...kAddress }), 409);
  assert.deepEqual(expect_status(await suite.api('POST', `${client.path}/erase`), 200).json, first);
  await tell(suite.instance('clients'), [an_event('/auth', 'user.email_verified', client.id, { client_id: client.id, email: client.email })]);
  assert.equal((await suite.api('GET', client.path)).json.email, null);
  await suite.eventually(async () => (await suite.orders.get(unpaid.id)).email === 'erased@erased.invalid', 'the order is erased');
  const place = { currency: 'EUR', email: client.email, client_id: client.id, shipping_address: { name: 'Back', ...kAddress },
    lines: [{ sku: 'A', description: 'A', quantity: 1, unit_price: { amount: 1, currency: 'EUR' } }] };
  const refused = (answer) => assert.deepEqual(expect_problem(answer, 422).errors.map(({ field }) => field), ['client_id']);
  refused(await suite.api('POST', '/api/v1/orders', place));
  refused(await suite.api('PATCH', `/api/v1/orders/${unpaid.id}`, { email: client.email }));
  const guests = await suite.orders.create();
  refused(await suite.api('PATCH', `/api/v1/orders/${guests.id}`, { client_id: client.id }));
  const again = await new_client(suite, { email: client.email });
  assert.notEqual(again.id, client.id);
  await suite.api('POST', `${again.path}/erase`);
});

test('mails of auth that wait when a client is erased are not kept', async () => {
  const client = await a_life();
  const mail = `insert into outbox (id, type, subject, version, forget_data, data, routed_at)
    values ($1, 'mail.requested', $2, 1, true, $3, now()) returning seq`;
  const [{ seq }] = await suite.sql('auth', mail, [`evn_${client.mark}`, client.id, { to: { email: client.email } }]);
  await suite.sql('auth', `insert into event_deliveries (id, destination, seq, event_id, type, subject, state)
    values ($1, 'mail', $2, $3, 'mail.requested', $4, 'parked')`, [`dlv_${client.mark}`, seq, `evn_${client.mark}`, client.id]);
  expect_status(await client.own('POST', '/erase', { email: client.email }), 200);
  await suite.eventually(async () => (await traces([client.email])).length === 0, 'nothing is left', { within_ms: 15_000 });
});

test('orders of a guest with the same address are theirs only when it is proven', async () => {
  const client = await a_life();
  const guest = await suite.orders.create({ email: client.email, shipping_address: { name: `Zenobia ${client.mark}`, ...kAddress } });
  expect_status(await client.own('POST', '/erase', { email: client.email }), 200);
  await suite.eventually(async () => (await suite.orders.get(client.order.id)).email === 'erased@erased.invalid', 'the own order is erased');
  assert.equal((await suite.orders.get(guest.id)).email, client.email);

  const proven = await a_life();
  const theirs = await suite.orders.create({ email: proven.email, shipping_address: { name: `Zenobia ${proven.mark}`, ...kAddress } });
  await tell(suite.instance('clients'), [an_event('/auth', 'user.email_verified', proven.id, { client_id: proven.id, email: proven.email })]);
  expect_status(await proven.own('POST', '/erase', { email: proven.email }), 200);
  await suite.eventually(async () => (await suite.orders.get(theirs.id)).email === 'erased@erased.invalid', "the guest's order is erased");
});

test('after older copies were restored the journal erases everybody again', async () => {
  const client = await a_life();
  const rows = await suite.sql('clients', 'select * from clients where id = $1', [client.id]);
  const order = (await suite.sql('orders', 'select * from orders where id = $1', [client.order.id]))[0];
  expect_status(await client.own('POST', '/erase', { email: client.email }), 200);
  await suite.eventually(async () => (await traces(client.words)).length === 0, 'nothing is left', { within_ms: 15_000 });
  const kept = expect_status(await suite.api('GET', `${kClients}/erasures?limit=100`), 200).json.data;
  assert.deepEqual(Object.keys(kept[0]).sort(), ['client_id', 'erased_at']);
  assert.ok(kept.some(({ client_id }) => client_id === client.id));

  // The copies know nothing of the erasure; nor does the journal, which was restored as well.
  const [row] = rows;
  await suite.sql('clients', 'delete from erasures');
  await suite.sql('clients', 'update clients set email = $2, name = $3, locale = $4, phone = $5, erased_at = null, version = $6 where id = $1',
    [client.id, row.email, row.name, row.locale, row.phone, row.version]);
  await suite.sql('orders', 'update orders set email = $2, shipping_address = $3, metadata = $4 where id = $1', [client.order.id, order.email, order.shipping_address, order.metadata]);
  await suite.sql('clients', 'delete from addresses');
  assert.ok((await traces(client.words)).length > 0);

  const erased_at_payment = async () => (await suite.sql('payment', 'select 1 from erased_orders where order_id = $1', [client.order.id])).length;
  const answer = expect_status(await suite.api('POST', `${kClients}/erasures/resend`, { erasures: kept }), 200).json;
  assert.equal(answer.replayed, kept.length);
  let left;
  await suite.eventually(async () => (left = await traces(client.words)).length === 0, 'nothing is left again')
    .catch(() => assert.fail(`left: ${left.join(', ')}`));
  // Only payment was restored: of an order that is erased here it is told again.
  await suite.eventually(erased_at_payment, 'payment knows');
  await suite.sql('payment', 'delete from erased_orders');
  expect_status(await suite.api('POST', `${kClients}/erasures/resend`, { erasures: kept }), 200);
  await suite.eventually(erased_at_payment, 'payment knows again');
  const unknown = { client_id: `cli_${'0'.repeat(32)}`, erased_at: '2026-01-01T00:00:00Z' };
  expect_status(await suite.api('POST', `${kClients}/erasures/resend`, { erasures: [unknown] }), 200);
  assert.equal((await suite.api('GET', `${kClients}/${unknown.client_id}`)).json.email, null);
  expect_problem(await suite.api('POST', `${kClients}/erasures/resend`, { erasures: [{ client_id: 'x', erased_at: 'y' }] }), 422);
});
