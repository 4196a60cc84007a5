// The rules that a restored suite is held against: they hold over a life with a bit of everything, and each names what breaks
// it when a copy of the databases is corrupted in the way it is there for.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { database_of } from '../support/databases.mjs';
import { all_hold, backup_script, broken, database_urls, kServices, live, only_broken, quiet, start_world } from '../support/world.mjs';

let suite, life;
before(async () => {
  suite = await start_world();
  life = await live(suite);
});
after(() => suite?.stop());

const copy_of = (database) => `${database}_copy`;

async function copy_databases() {
  for (const service of kServices) {
    const [from, to] = [database_of(service), copy_of(database_of(service))];
    await suite.sql('postgres', `drop database if exists ${to}`);
    // A template must not be in use.
    await suite.sql('postgres', `alter database ${from} allow_connections false`);
    await suite.sql('postgres', `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${from}'`);
    await suite.eventually(async () => (await suite.sql('postgres', `create database ${to} template ${from}`)) && true, `${from} is copied`);
    await suite.sql('postgres', `alter database ${from} allow_connections true`);
  }
}
const corrupt = (service, sql) => suite.sql(copy_of(database_of(service)), `set session_replication_role = replica; ${sql}`);

test('all rules hold while everything runs, and each is seen broken below', async () => {
  const found = await broken(suite);
  assert.deepEqual(only_broken(found), {});
  assert.deepEqual(Object.keys(found).sort(), Object.keys(corruptions()).sort());
});

// rule: [service, what is done to it, what the rule must name]. Each at something of its own, so that one copy serves all.
const corruptions = () => {
  const { paid, refunded, canceled, kept, made, halted, machine, product, client, gone, work_order } = life;
  const lost = (from, to, type) => [to, `delete from inbox where source = '/${from}' and type like '${type}'`, /^evn_/];
  const invented = (from, to) => [to, `insert into inbox (source, id, type) values ('/${from}', 'evn_of_${from}_nobody_told', 'x')`, `evn_of_${from}_nobody_told`];
  const unsent = (service) => [service, `insert into outbox (id, type, subject, version, data, routed_at) values ('evn_lost_by_${service}', 'x', 'x', 1, '{}', now())`,
    `evn_lost_by_${service}`];
  const stuck = (service) => [service, `with o as (insert into outbox (id, type, subject, version, data, routed_at) values ('evn_stuck', 'x', 'stuck', 1, '{}', now()) returning seq)
    insert into event_deliveries (id, destination, seq, event_id, type, subject, state, created_at)
    select 'dlv_stuck_in_${service}', 'x', seq, 'evn_stuck', 'x', 'stuck', 'waiting', now() - interval '1 hour' from o`, `dlv_stuck_in_${service}`];
  const event_of = (order) => `(select event_id from payment_facts where order_id = '${order.id}' limit 1)`;
  return {
    orders_total_is_its_lines: ['orders', `update order_lines set quantity = 7 where order_id = '${canceled.id}'`, canceled.id],
    orders_paid_is_the_fold_of_facts: ['orders', `update orders set paid_minor = 1 where id = '${refunded.id}'`, refunded.id],
    orders_timeline_is_whole: ['orders', `update orders set version = version + 1 where id = '${kept.id}'`, kept.id],
    orders_states_follow_the_timeline: ['orders', `update orders set payment_state = 'disputed' where id = '${paid.id}'`, paid.id],
    orders_fulfilment_follows_the_timeline: ['orders', `update orders set fulfilment_state = 'returned' where id = '${made.id}'`, made.id],
    orders_ship_what_was_ordered: ['orders', `update shipment_lines set quantity = 99 where shipment_id in (select id from shipments where order_id = '${paid.id}')`, paid.id],
    orders_kept_answers_are_true: ['orders', `update idempotency_keys set body = '{"id": "ord_gone"}' where key like '%a-kept-answer'`, /a-kept-answer/],
    payment_events_keep_their_bodies: ['payment', `delete from event_bodies where event_id = (select id from events where order_id = '${paid.id}' limit 1)`, /^evt_/],
    payment_attempts_are_counted: ['payment', `update events set attempts = 9 where order_id = '${paid.id}'`, /9 tries, 1 in the log/],
    payment_applied_events_were_applied: ['payment', `update event_attempts set outcome = 'refused' where event_id in (select id from events where order_id = '${made.id}')`, /^evt_/],
    payment_payments_are_of_one_order: ['payment', `update payments set order_id = 'ord_other' where order_id = '${made.id}'`, /ord_other/],
    payment_refunds_no_more_than_captured: ['payment', `update events set fact_amount_minor = 9999999 where fact_kind = 'refunded_total' and order_id = '${refunded.id}'`, /pi_refunded/],
    applied_events_are_facts_of_their_order: ['orders', `delete from payment_facts where order_id = '${made.id}'`, new RegExp(made.id)],
    facts_were_reported_to_payment: ['orders', `update payment_facts set event_id = 'evt_nobody_sent' where order_id = '${halted.id}' and kind = 'captured'`, /evt_nobody_sent/],
    applied_facts_were_told: ['payment', `delete from published_facts where key like '%pi_halted/captured%'`, /captured/],
    stock_is_the_sum_of_its_movements: ['catalog', `update stock set on_hand_micro = on_hand_micro + 1 where item = 'part:${machine.part}'`, `part:${machine.part}`],
    machine_messages_are_taken_once: ['catalog', 'insert into production_events select * from production_events where seq = 1', `${machine.name}/1/1`],
    machine_messages_have_taken_numbers: ['catalog', 'update production_events set seq = 2 where seq = 4', `${machine.name}/1/2`],
    machine_numbers_have_messages: ['catalog', 'update machine_boots set last_seq = last_seq + 5', `${machine.name}/1`],
    machine_gaps_are_of_their_boot: ['catalog', `insert into machine_gaps (id, machine, boot, from_seq, to_seq, missing) values ('gap_twice', '${machine.name}', 1, 2, 3, '{[2,4)}')`, /misses/],
    production_of_hours_is_that_of_counters: ['catalog', 'update production_hours set good_micro = good_micro + 1', `${machine.name}/${machine.part}`],
    production_moved_stock: ['catalog', "update stock_movements set on_hand_micro = on_hand_micro - 1 where kind = 'produce' and id = (select max(id) from stock_movements)", `part:${machine.part}`],
    work_orders_are_what_was_counted_for_them: ['catalog', `update production_orders set good_micro = 5000000 where id = '${work_order}'`, work_order],
    product_prices_are_the_last_of_their_history: ['catalog', 'update products set price_minor = 1', product.id],
    work_orders_are_of_known_orders: ['catalog', `update production_orders set order_id = 'ord_unknown' where order_id = '${halted.id}'`, /ord_unknown/],
    work_orders_of_orders_are_the_catalogs: ['orders', `update work_orders set good = 77 where id = '${work_order}'`, work_order],
    sellers_are_not_newer_than_products: ['orders', 'update product_sellers set version = 9', product.sku],
    canceled_for_the_catalog_is_canceled: ['orders', `update orders set canceled_at = null where id = '${halted.id}'`, halted.id],
    clients_have_logins: ['clients', `with o as (insert into outbox (id, type, subject, version, data, routed_at) values ('evn_no_login', 'client.registered', 'cli_no_login', 1, '{}', now()) returning seq)
      insert into event_deliveries (id, destination, seq, event_id, type, subject, state, closed_at)
      select 'dlv_no_login', 'auth', seq, 'evn_no_login', 'client.registered', 'cli_no_login', 'delivered', now() from o`, 'cli_no_login'],
    clients_log_in_with_their_address: ['auth', `update users set email = 'before@example.com' where id = '${client.id}'`, client.id],
    logins_are_of_clients: ['auth', `insert into users (id, email, name, locale, role) values ('cli_stranger', 's@example.com', 'S', 'en', 'client')`, 'cli_stranger'],
    addresses_are_not_newer_than_clients: ['auth', `update event_versions set version = 99 where scope = 'client.email' and subject = '${client.id}'`, client.id],
    password_changes_agree: ['auth', "update password_changes set outcome = 'refused'", /^pch_/],
    the_erased_are_erased: ['clients', `insert into addresses (id, client_id, address, default_shipping, default_billing) values ('adr_1', '${gone.id}', '{}', false, false)`, gone.id],
    the_erased_have_no_login: ['auth', `update users set state = 'active', email = 'back@example.com', name = 'Back' where id = '${gone.id}'`, gone.id],
    the_erased_have_no_orders_in_their_name: ['orders', `update orders set shipping_address = '{"name": "Back"}' where client_id = '${gone.id}'`, life.forgotten.id],
    the_erased_of_others_are_in_the_journal: ['orders', "insert into erased_clients (client_id) values ('cli_erased_elsewhere')", 'cli_erased_elsewhere'],
    the_erased_are_in_no_body: ['payment', `update event_bodies set sent_sha256 = null; update events set received_at = now() - interval '1 day' where order_id = '${life.forgotten.id}'; update erased_orders set erased_at = now() - interval '1 day'`,
      new RegExp(life.forgotten.id)],
    audit_log_is_a_whole_chain: ['auth', "update audit_log set outcome = 'failed' where seq = 3", /^3 /],
    orders_events_took_effect_in_catalog: lost('orders', 'catalog', 'order.paid'),
    orders_events_took_effect_in_payment: lost('orders', 'payment', 'order.erased'),
    orders_events_took_effect_in_auth: lost('orders', 'auth', 'audit.recorded'),
    catalog_events_took_effect_in_orders: lost('catalog', 'orders', 'production.planned'),
    catalog_events_took_effect_in_auth: lost('catalog', 'auth', 'audit.recorded'),
    payment_events_took_effect_in_auth: lost('payment', 'auth', 'audit.recorded'),
    clients_events_took_effect_in_orders: lost('clients', 'orders', 'client.erased'),
    clients_events_took_effect_in_auth: lost('clients', 'auth', 'client.erased'),
    auth_events_took_effect_in_clients: lost('auth', 'clients', 'user.password_settled'),
    catalog_heard_only_what_orders_told: invented('orders', 'catalog'),
    payment_heard_only_what_orders_told: invented('orders', 'payment'),
    auth_heard_only_what_orders_told: invented('orders', 'auth'),
    orders_heard_only_what_catalog_told: invented('catalog', 'orders'),
    auth_heard_only_what_catalog_told: invented('catalog', 'auth'),
    auth_heard_only_what_payment_told: invented('payment', 'auth'),
    orders_heard_only_what_clients_told: invented('clients', 'orders'),
    auth_heard_only_what_clients_told: invented('clients', 'auth'),
    clients_heard_only_what_auth_told: invented('auth', 'clients'),
    ...Object.fromEntries(kServices.flatMap((service) => [[`${service}_told_events_are_on_their_way`, unsent(service)], [`${service}_deliveries_can_go_on`, stuck(service)]])),
  };
};

test('each rule names what breaks it', async () => {
  // One thing was told by payment to auth, too.
  await suite.api('POST', '/api/v1/payment/events/replay', { status: 'parked' });
  await suite.api('POST', `/api/v1/catalog/dead-letters/${(await suite.api('GET', '/api/v1/catalog/dead-letters')).json.data[0].id}/discard`);
  await suite.api('POST', '/api/v1/orders/subscriptions', { url: 'https://example.com/hook', types: ['order.paid'] });
  await quiet(suite);
  await copy_databases();
  await all_hold(suite, { rename: copy_of });
  const all = corruptions();
  for (const [service, sql] of Object.values(all)) await corrupt(service, sql);
  const found = await broken(suite, { rename: copy_of });
  for (const [rule, [, sql, named]] of Object.entries(all)) {
    const names = (line) => (named instanceof RegExp ? named.test(line) : line.startsWith(`${named}  `));
    assert.ok(found[rule].some(names), `${rule} does not name ${named} after: ${sql}\n${found[rule].join('\n')}`);
  }
});

test('what services have deleted by now, as they keep it so long only, is not missed', async () => {
  const made = (days) => `evn_${(Date.now() - days * 86_400_000).toString(16).padStart(12, '0')}${'0'.repeat(20)}`;
  await corrupt('catalog', `insert into inbox (source, id, type) values ('/orders', '${made(6)}', 'order.paid'), ('/orders', '${made(8)}', 'order.paid')`);
  for (const days of [29, 31]) {
    await corrupt('orders', `with o as (insert into outbox (id, type, subject, version, data, routed_at) values ('${made(days)}', 'order.paid', 'x', 1, '{}', now()) returning seq, id)
      insert into event_deliveries (id, destination, seq, event_id, type, subject, state, closed_at)
      select 'dlv_' || id, 'catalog', seq, id, 'order.paid', 'x', 'delivered', now() from o`);
  }
  const rules = ['catalog_heard_only_what_orders_told', 'orders_events_took_effect_in_catalog'];
  const found = await broken(suite, { rename: copy_of, rules });
  const named = (rule, days) => found[rule].some((line) => line.startsWith(made(days).slice(0, 10)));
  assert.deepEqual([6, 8].map((days) => named(rules[0], days)), [true, false], found[rules[0]].join('\n'));
  assert.deepEqual([29, 31].map((days) => named(rules[1], days)), [true, false], found[rules[1]].join('\n'));
});

test('the table says what is broken and the program ends with 1; what it can not read it says', async () => {
  const bad = await backup_script('check-invariants', ['stock_is_the_sum_of_its_movements'], database_urls(suite, copy_of));
  assert.equal(bad.code, 1);
  assert.match(bad.text, /BROKEN by 1\n +part:.* on hand .*\n1 invariants, 1 broken/);
  const away = await backup_script('check-invariants', [], { ORDERS_DATABASE_URL: 'postgresql://a:b@127.0.0.1:9/orders' });
  assert.equal(away.code, 1);
  assert.match(away.errors, /can't be read/);
  const none = await backup_script('check-invariants', [], {});
  assert.equal(none.code, 1);
  assert.match(none.errors, /no database is named/);
  const rules = ['stock_is_the_sum_of_its_movements'];
  assert.deepEqual(await broken(suite, { rules }), { [rules[0]]: [] }, 'the copied is left as it was');
});
