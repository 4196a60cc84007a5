// Everything is lost under load, and restored as it was at a second chosen while the load ran: what was acknowledged before it
// is there, once. Then orders alone is put back to that second, and told again what it has lost.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { archiving, start_archive } from '../support/archive.mjs';
import { insert_orders } from '../support/bulk_orders.mjs';
import { expect_status } from '../support/expect.mjs';
import { start_gateway } from '../support/gateway.mjs';
import { say } from '../support/machines.mjs';
import { backup_script, broken, live, only_broken, quiet, read_table, start_world } from '../support/world.mjs';
import { bearer } from '../support/tokens.mjs';

let suite, archive, life, target, kept;
before(async () => {
  suite = await start_world({ postgres: archiving });
  archive = await start_archive(suite.postgres);
  life = await live(suite);
  await archive.back_up('full');
});
after(async () => {
  kept?.end();
  await suite?.stop();
});

// What was answered, and when.
class Load {
  acknowledged = [];
  counted = [];
  running = true;

  constructor(orders) {
    this.orders = orders;
    this.work = [...Array.from({ length: 6 }, () => this.#pay()), this.#count(), this.#order()];
  }

  async #while(step) {
    while (this.running) {
      // While PostgreSQL is away nothing is acknowledged.
      if (!await step().catch(() => false)) await sleep(50);
    }
  }
  #pay() {
    return this.#while(async () => {
      const id = this.orders.pop();
      const event = suite.event('payment_intent.succeeded', { order: { id, total: { amount: 4200, currency: 'EUR' } }, amount: 4200, currency: 'eur' });
      const { status } = await suite.post(event);
      if (status === 200) this.acknowledged.push({ event: event.id, order: id, at: Date.now() });
      return status === 200;
    });
  }
  #count() {
    let total = 100;
    life.machine.reboot();
    return this.#while(async () => {
      const verdicts = await say(suite, life.machine.count(++total));
      this.counted.push({ total: total - 100, at: Date.now() });
      return verdicts;
    });
  }
  #order() {
    return this.#while(async () => {
      const { id } = await suite.orders.create({ lines: [{ sku: life.product.sku, quantity: 1 }] });
      this.acknowledged.push({ order: id, at: Date.now() });
      await sleep(20);
      return true;
    });
  }
  async end() {
    this.running = false;
    await Promise.all(this.work);
  }
}

// A database of the servers that the drill has left running.
function restored(folder) {
  const ask = async (database, sql, values) => {
    const client = new pg.Client({ host: folder, port: 5432, user: 'postgres', database });
    await client.connect();
    try {
      return (await client.query(sql, values)).rows;
    } finally {
      await client.end();
    }
  };
  const end = () => {
    const as = process.getuid() === 0 ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', '--'] : ['env'];
    execFileSync(as[0], [...as.slice(1), '/usr/lib/postgresql/15/bin/pg_ctl', '-D', `${folder}/data`, '-m', 'immediate', '--silent', 'stop'], { cwd: '/' });
    execFileSync('rm', ['-r', folder.replace(/\/[^/]*$/, '')]);
  };
  return { folder, ask, end };
}

test('what was acknowledged before the chosen second is restored, once', async () => {
  const orders = await insert_orders(suite.postgres, 'restore', 20_000);
  const load = new Load(orders);
  await sleep(2000);
  await archive.back_up('full');
  await sleep(1000);
  await archive.back_up('incr');
  await sleep(2000);
  target = new Date();
  await sleep(1500);
  await archive.flush();
  await suite.kill('postgres');
  await load.end();

  const drill = await archive.drill(target.toISOString(), { KEEP: 1, TZ: 'EST5' });
  assert.equal(drill.code, 0, drill.text + drill.errors);
  console.log(drill.text.split('\n').filter((line) => !/ ok$/.test(line)).join('\n'));
  assert.deepEqual(only_broken(read_table(drill.text)), {});
  kept = restored(drill.text.match(/--host=(\S+)\/STANZA/)[1] + '/quittance');

  const due = load.acknowledged.filter(({ at }) => at < target.getTime());
  assert.ok(due.length > 200, `only ${due.length} were acknowledged before ${target.toISOString()}`);
  const events = new Map((await kept.ask('payment', 'select id, provider_event_id, status from events')).map((event) => [event.provider_event_id, event]));
  const facts = new Map((await kept.ask('orders', 'select event_id, count(*)::int as n from payment_facts group by 1')).map(({ event_id, n }) => [event_id, n]));
  const ids = new Set((await kept.ask('orders', 'select id from orders')).map(({ id }) => id));
  const lost = due.filter(({ event, order }) => !ids.has(order) ||
    (event && (events.get(event)?.status !== 'applied' || facts.get(events.get(event).id) !== 1)));
  assert.deepEqual(lost, []);
  const before_target = Math.max(...load.counted.filter(({ at }) => at < target.getTime()).map(({ total }) => total));
  const [{ good }] = await kept.ask('catalog', 'select max(good_total_micro) / 1000000 as good from production_counters where boot = $1', [life.machine.boot]);
  assert.ok(good - 100 >= before_target, `${before_target} were acknowledged, ${good - 100} are restored`);
  const later = load.acknowledged.filter(({ event, at }) => event && at > target.getTime() + 500);
  assert.ok(later.length > 0 && later.every(({ event }) => events.get(event)?.status !== 'applied'), 'it ends at the second it is to end at');
  console.log(`${due.length} acknowledged before ${target.toISOString()}: 0 lost; ${before_target} machine messages: 0 lost`);
});

test('what is wrong with a target or a repository is said', async () => {
  const early = await archive.drill('2020-01-01 00:00:00+00');
  assert.deepEqual([early.code, /its oldest backup is of .* which is after 2020-01-01/.test(early.errors)], [1, true], early.errors);
  const nonsense = await archive.drill('yesterday-ish');
  assert.deepEqual([nonsense.code, /this is no time: yesterday-ish/.test(nonsense.errors)], [1, true], nonsense.errors);
});

test('orders put back to that second is told again what it has lost', async () => {
  await suite.restart('postgres');
  const api = (method, path, body) => suite.api(method, path, body);
  await suite.eventually(async () => (await api('GET', `/api/v1/orders/${life.made.id}`)).status === 200, 'orders has its database again');
  // After that second: goods are finished, somebody is erased, and an order is placed that orders will not know any more.
  await say(suite, life.machine.count(3, { work_order: life.work_order, boot: 1, seq: 6 }));
  expect_status(await suite.api('POST', `${life.client.path}/erase`, { email: life.client.email }, {}, life.client.as), 200);
  const gone = await suite.orders.create();
  await suite.tell('payment_intent.succeeded', { order: gone });
  await suite.settled();
  await quiet(suite);
  assert.deepEqual(only_broken(await broken(suite)), {});

  await suite.instance('orders').stop();
  const restored = await backup_script_with_superuser('restore-database', ['orders', kept.folder]);
  assert.equal(restored.code, 0, restored.errors);
  await suite.restart('orders');
  const until = new Date().toISOString();
  const wrong = Object.keys(only_broken(await broken(suite)));
  for (const rule of ['applied_events_are_facts_of_their_order', 'clients_events_took_effect_in_orders', 'catalog_events_took_effect_in_orders']) {
    assert.ok(wrong.includes(rule), `${rule} sees nothing: ${wrong}`);
  }

  await start_gateway(suite);
  const token = bearer({ role: 'admin', subject: 'usr_admin' }).authorization.replace('Bearer ', '');
  const recovered = await backup_script('recover', ['orders', target.toISOString()], { QUITTANCE_URL: suite.gateway.url, QUITTANCE_TOKEN: token });
  assert.equal(recovered.code, 0, recovered.text + recovered.errors);
  console.log(recovered.text);
  await quiet(suite);
  const found = only_broken(await broken(suite, { restored: `orders ${target.toISOString()} ${until}` }));
  const of_lost = (line) => line.includes(gone.id);
  assert.deepEqual(Object.entries(found).filter(([, lines]) => !lines.every(of_lost)), []);
  assert.equal((await suite.orders.get(life.made.id)).fulfilment_state, 'ready');
  const [lost] = (await suite.events.list({ order_id: gone.id })).data;
  assert.deepEqual([['open', 'parked'].includes(lost.status), lost.reason], [true, 'order_unknown']);
});

const backup_script_with_superuser = (name, args) => backup_script(name, args,
  { PGHOST: '127.0.0.1', PGPORT: suite.postgres.port, PGUSER: 'postgres', PGPASSWORD: suite.postgres.password });
