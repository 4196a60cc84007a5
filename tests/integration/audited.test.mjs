// What admins do to deliveries, payment's events and dead letters of the factory is in the audit log of auth.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expect_problem, expect_status } from '../support/expect.mjs';
import { new_machine, say } from '../support/machines.mjs';
import { start_receiver } from '../support/receiver.mjs';
import { start_suite } from '../support/suite.mjs';
import { trust_test_key } from '../support/trusted_key.mjs';

let suite;
let shop;
before(async () => {
  shop = await start_receiver();
  const to_auth = (started) => ({ EVENT_SINKS: `auth audit.recorded ${started.events_at('auth')}; shop order.created ${shop.url}` });
  suite = await start_suite({ auth: 1, catalog: 1, env: { orders: to_auth, payment: to_auth, catalog: to_auth } });
  await trust_test_key(suite);
});
after(async () => {
  await suite?.stop();
  await shop?.away();
});

const as = { subject: 'usr_who_did_it' };
const act = (path, body) => suite.api('POST', path, body, { 'x-forwarded-for': '10.9.8.7' }, { as });

// The one entry of it, which names who did it, from where, and in which request.
async function entry(action, object, { headers }) {
  const found = async () => expect_status(await suite.api('GET', `/api/v1/auth/audit?${new URLSearchParams({ action, object })}`), 200).json.data;
  const entries = await suite.eventually(async () => {
    const all = await found();
    return all.length && all;
  }, `${action} is in the log`);
  assert.equal(entries.length, 1);
  const [{ subject, role, outcome, address, request_id }] = entries;
  assert.deepEqual({ subject, role, outcome, address, request_id },
    { subject: as.subject, role: 'admin', outcome: 'done', address: '10.9.8.7', request_id: headers['x-request-id'] });
  return JSON.parse(entries[0].details);
}

test('a delivery that is replayed or discarded, alone or with others', async () => {
  const kDeliveries = '/api/v1/orders/deliveries';
  shop.outcome = () => ({ outcome: 'refused', reason: 'no' });
  const subject = (await suite.orders.create()).id;
  const [delivery] = await suite.eventually(async () => {
    const { json } = await suite.api('GET', `${kDeliveries}?status=parked&subject=${subject}`);
    return json.data.length && json.data;
  }, 'it is parked');
  const replayed = expect_status(await act(`${kDeliveries}/replay`, { destination: 'shop' }), 200);
  assert.deepEqual(await entry('orders.deliveries_replayed', 'deliveries', replayed), { destination: 'shop', type: '', subject: '', count: 1 });
  await entry('orders.delivery_replayed', delivery.id, expect_status(await act(`${kDeliveries}/${delivery.id}/replay`), 200));
  await entry('orders.delivery_discarded', delivery.id, expect_status(await act(`${kDeliveries}/${delivery.id}/discard`), 200));
  const none = expect_status(await act(`${kDeliveries}/discard`, { subject }), 200);
  assert.equal((await entry('orders.deliveries_discarded', 'deliveries', none)).count, 0);
});

test('an event of payment that is replayed, alone or with others', async () => {
  const { id } = await suite.tell('payment_intent.succeeded', { order: await suite.orders.create() });
  expect_problem(await act('/api/v1/payment/events/evt_none/replay'), 404);
  const replayed = expect_status(await act(`/api/v1/payment/events/${id}/replay`), 200);
  await entry('payment.event_replayed', replayed.json.id, replayed);
  expect_status(await act('/api/v1/payment/events/replay', { dry_run: true }), 200);
  assert.deepEqual(await entry('payment.events_replayed', 'events', expect_status(await act('/api/v1/payment/events/replay'), 200)), { count: 0 });
});

test('a dead letter that is replayed or discarded, alone or with others', async () => {
  const kLetters = '/api/v1/catalog/dead-letters';
  const machine = await new_machine(suite);
  await say(suite, machine.raw('evt/quality', '{'));
  const [letter] = (await suite.api('GET', kLetters)).json.data;
  await entry('catalog.dead_letter_replayed', letter.id, expect_status(await act(`${kLetters}/${letter.id}/replay`), 200));
  assert.deepEqual(await entry('catalog.dead_letters_replayed', 'dead-letters', expect_status(await act(`${kLetters}/replay`, {}), 200)), { count: 1 });
  await entry('catalog.dead_letter_discarded', letter.id, expect_status(await act(`${kLetters}/${letter.id}/discard`), 200));
});
