// The whole suite with everything that tells everything, a life in it, and the rules its databases are held against.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { resolve as resolve_path } from 'node:path';
import { kPassword, new_client } from './clients.mjs';
import { expect_status } from './expect.mjs';
import { request } from './http.mjs';
import { new_machine, say } from './machines.mjs';
import { kRoot } from './services.mjs';
import { database_of } from './databases.mjs';
import { start_suite } from './suite.mjs';

export const kServices = ['auth', 'payment', 'orders', 'catalog', 'clients'];

const kPublish = {
  auth: { auth: 'audit.recorded', clients: 'user.email_verified,user.password_settled' },
  clients: { auth: 'client.*,audit.recorded', orders: 'client.erased' },
  orders: { auth: 'audit.recorded', catalog: 'order.paid,order.canceled', payment: 'order.erased' },
  catalog: { auth: 'audit.recorded', orders: 'production.*,product.created,product.changed' },
  payment: { auth: 'audit.recorded' },
};
const sinks = (suite, name) => [...Object.entries(kPublish[name]).map(([to, types]) => `${to} ${types} ${suite.events_at(to)}`),
  `mail mail.requested file://${suite.folder}/mail`].join(';');

export const start_world = (options = {}) => start_suite({ auth: 1, clients: 1, catalog: 1, ...options,
  env: Object.fromEntries(kServices.map((name) => [name, (suite) =>
    ({ MAIL_FROM: 'shop@example.com', SHOP_URL: 'https://shop.example', EVENT_SINKS: sinks(suite, name), ...options.env?.[name] })])) });

// Everything told has been taken in.
export async function quiet(suite) {
  for (const name of kServices) {
    const waits = "select (select count(*) from outbox where routed_at is null) + (select count(*) from event_deliveries where state in ('open', 'waiting')) as n";
    await suite.eventually(async () => (await suite.sql(name, waits))[0].n === 0, `${name} has told everything`, { within_ms: 30_000, every_ms: 100 });
  }
}

const run = (command, args, env) => new Promise((resolve) => {
  execFile(command, args, { env: { PATH: process.env.PATH, ...env }, maxBuffer: 1 << 26 },
    (error, stdout, stderr) => resolve({ code: error?.code ?? 0, text: stdout, errors: stderr })).stdin.end();
});

// Runs a script of deploy/backup/; {code, text, errors}.
export const backup_script = (name, args, env) => run(resolve_path(kRoot, 'deploy/backup', name), args, env);

export function database_urls(suite, rename = (name) => name) {
  return Object.fromEntries(kServices.map((name) => [`${name.toUpperCase()}_DATABASE_URL`, suite.postgres.url(rename(database_of(name)))]));
}

// {rule: [ids that break it]}, of every rule that was looked at.
export async function broken(suite, { rename, rules = [], restored = '' } = {}) {
  const { text, errors } = await backup_script('check-invariants', rules, { ...database_urls(suite, rename), RESTORED: restored });
  return read_table(text, errors);
}

export function read_table(text, errors = '') {
  const found = {};
  let rule;
  for (const line of text.split('\n')) {
    const head = line.match(/^  ([a-z_]+) +(ok|BROKEN by \d+|CAN NOT BE CHECKED)$/);
    if (head) {
      assert.notEqual(head[2], 'CAN NOT BE CHECKED', `${head[1]}: ${errors}`);
      found[rule = head[1]] = [];
    } else if (line.startsWith('      ')) {
      found[rule].push(line.trim());
    }
  }
  assert.ok(Object.keys(found).length > 0, text + errors);
  return found;
}

export const only_broken = (found) => Object.fromEntries(Object.entries(found).filter(([, ids]) => ids.length));
export const all_hold = async (suite, options) => assert.deepEqual(only_broken(await broken(suite, options)), {});

const logged_in = (suite, client, password = kPassword) => suite.eventually(async () =>
  (await request(suite.instance('auth').url, 'POST', '/api/v1/auth/login', { email: client.email, password })).status === 200, `${client.id} logs in`);

async function made_to_order(suite) {
  const machine = await new_machine(suite);
  const product = expect_status(await suite.api('POST', '/api/v1/catalog/products', { sku: `SKU-${machine.part}`, name: 'A plate',
    price: { amount: 4200, currency: 'EUR' }, part: machine.part, made_to_order: true }), 201).json;
  return { machine, product };
}

// The machine gets its order, once; the payload.
async function told_to_produce(suite, machine) {
  const asked = async () => (await suite.api('POST', '/internal/v1/machine-commands', { scopes: [`${machine.topic}/`], published: [] })).json.commands
    .map(({ payload }) => JSON.parse(payload)).find((payload) => payload.work_order);
  return suite.eventually(asked, 'the machine is told');
}

// A bit of everything: who buys, orders in many states, goods made to order, machines that stumble, somebody who is erased.
export async function live(suite) {
  const { machine, product } = await made_to_order(suite);
  const client = await new_client(suite);
  const gone = await new_client(suite);
  await logged_in(suite, client);
  await logged_in(suite, gone);
  expect_status(await suite.api('POST', `${client.path}/password`, { old_password: kPassword, new_password: `${kPassword} again` }, {}, client.as), 202);
  const paid = await suite.orders.create({ client_id: client.id });
  await suite.tell('payment_intent.succeeded', { order: paid });
  expect_status(await suite.api('POST', `/api/v1/orders/${paid.id}/shipments`, { carrier: 'DHL' }), 201);
  const refunded = await suite.orders.create({ lines: [{ quantity: 2, tax: undefined }] });
  const capture = await suite.tell('payment_intent.succeeded', { order: refunded, payment: 'pi_refunded', charge: 'ch_refunded' });
  await suite.tell('charge.refunded', { order: refunded, payment: 'pi_refunded', charge: 'ch_refunded', amount: 8400, object: { amount_refunded: 1000 } });
  const canceled = await suite.orders.create();
  expect_status(await suite.api('POST', `/api/v1/orders/${canceled.id}/cancel`), 200);
  const key = { 'idempotency-key': 'a-kept-answer' };
  const kept = expect_status(await suite.api('POST', '/api/v1/orders', { currency: 'EUR', email: 'ada@example.com', shipping_address: paid.shipping_address,
    lines: [{ sku: 'A', description: 'A', quantity: 1, unit_price: { amount: 100, currency: 'EUR' } }], metadata: {} }, key), 201).json;
  const made = await suite.orders.create({ lines: [{ sku: product.sku, quantity: 3 }] });
  await suite.tell('payment_intent.succeeded', { order: made });
  const { work_order } = await told_to_produce(suite, machine);
  await say(suite, machine.count(1, { work_order }));
  machine.seq += 2;
  await say(suite, machine.count(2, { work_order, scrap_total: 1 }));
  await say(suite, machine.event('production-count', { part: 'NO-SUCH-PART', good_total: 1, unit: 'H87' }));
  const halted = await suite.orders.create({ lines: [{ sku: product.sku, quantity: 3 }] });
  await suite.tell('payment_intent.succeeded', { order: halted, payment: 'pi_halted', charge: 'ch_halted' });
  await suite.tell('charge.refunded', { order: halted, payment: 'pi_halted', charge: 'ch_halted', amount: 12600, object: { amount_refunded: 12600 } });
  expect_status(await suite.api('POST', `/api/v1/orders/${halted.id}/cancel`), 200);
  const forgotten = await suite.orders.create({ client_id: gone.id, metadata: { note: 'for her' } });
  await suite.tell('payment_intent.succeeded', { order: forgotten });
  expect_status(await suite.api('POST', `${gone.path}/erase`, { email: gone.email }, {}, gone.as), 200);
  await quiet(suite);
  await suite.eventually(async () => (await suite.sql('auth', 'select count(*) as n from audit_waiting'))[0].n === 0, 'the audit log is written');
  return { machine, product, client, gone, paid, refunded, capture, canceled, kept, made, halted, forgotten, work_order };
}
