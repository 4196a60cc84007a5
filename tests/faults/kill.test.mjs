// kill -9 of payment, orders and PostgreSQL under load: what was answered 200 is there, applied exactly once.
//
// A supervisor starts again whatever was killed, as in production; nobody else helps. SEED replays the choice of
// victims and moments, FAULTS_ROUNDS and FAULTS_SENDERS change how long and how hard.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { insert_orders } from '../support/bulk_orders.mjs';
import { seeded_random } from '../support/random.mjs';
import { stripe_event, stripe_id } from '../support/stripe.mjs';
import { start_suite } from '../support/suite.mjs';

const kRounds = Number(process.env.FAULTS_ROUNDS ?? 20);
const kSenders = Number(process.env.FAULTS_SENDERS ?? 24);
const kVictims = ['payment', 'orders', 'postgres'];
const random = seeded_random();          // of the kills
const senders_random = seeded_random(random.seed + 1);

let suite;
before(async () => { suite = await start_suite({ supervise: true }); });
after(() => suite?.stop());

// A provider: sends each event until it is answered 200, some of them twice at once, as Stripe does.
class Provider {
  constructor(orders) {
    this.orders = orders;
    this.told = new Map();  // event id → {order, refund, settled_at: when the first 200 came}
    this.answers = {};
    this.stopped = false;
  }

  async #deliver(event) {
    for (let pause_ms = 100; ; pause_ms = Math.min(pause_ms * 2, 1000)) {
      const answer = await suite.post(event, { timeout_ms: 10_000 }).catch(({ code }) => ({ status: code ?? 'cut off' }));
      this.answers[answer.status] = (this.answers[answer.status] ?? 0) + 1;
      if (answer.status === 200) {
        this.told.get(event.id).settled_at ??= Date.now();
        return;
      }
      assert.ok(answer.status !== 500 && !(answer.status >= 400 && answer.status < 500), `${answer.status} ${answer.text}`);
      await sleep(pause_ms + senders_random.between(0, 50));
    }
  }

  async #tell(type, order, options) {
    const event = stripe_event(type, { order, currency: 'eur', ...options });
    this.told.set(event.id, { order, refund: type === 'refund.created' });
    await Promise.all(senders_random.next() < 0.05 ? [this.#deliver(event), this.#deliver(event)] : [this.#deliver(event)]);
  }

  async send() {
    while (!this.stopped && this.orders.length) {
      const order = this.orders.pop();
      const payment = { payment: stripe_id('pi'), charge: stripe_id('ch'), amount: 4200 };
      await this.#tell('payment_intent.succeeded', order, payment);
      if (senders_random.next() < 0.2) await this.#tell('refund.created', order, { ...payment, amount: 1000 });
      await sleep(senders_random.between(10, 50));
    }
  }
}

async function kill_one(round) {
  const victim = random.one_of(kVictims);
  await sleep(random.between(50, 1200));
  const started = Date.now();
  await suite.kill(victim, 'SIGKILL');
  if (victim === 'postgres') await suite.postgres.ready();
  for (const name of ['payment', 'orders']) await suite.instance(name).ready();
  console.log(`round ${round}: ${victim} killed, all ready again after ${Date.now() - started} ms`);
}

async function expect_exactly_once(told) {
  const events = await suite.sql('payment', 'select id, provider_event_id, status from events');
  assert.deepEqual(events.filter((event) => event.status !== 'applied'), []);
  assert.deepEqual(new Set(events.map((event) => event.provider_event_id)), new Set(told.keys()), 'events stored and sent differ');
  assert.equal(events.length, told.size, 'an event is stored twice');

  const facts = await suite.sql('orders', 'select event_id, order_id, kind, amount_minor, applied_at from payment_facts');
  assert.equal(facts.length, told.size, 'not one fact for each event');
  const sent_as = new Map(events.map((event) => [event.id, told.get(event.provider_event_id)]));
  for (const fact of facts) {
    const sent = sent_as.get(fact.event_id);
    assert.ok(sent, `nobody sent ${JSON.stringify(fact)}`);
    const expected = sent.refund ? ['refunded', 1000] : ['captured', 4200];
    assert.deepEqual([fact.order_id, fact.kind, fact.amount_minor], [sent.order, ...expected]);
    assert.ok(fact.applied_at.getTime() <= sent.settled_at, `answered 200 before it was applied: ${JSON.stringify(fact)}`);
  }
}

async function expect_sums(told) {
  const refunded = new Set([...told.values()].filter(({ refund }) => refund).map(({ order }) => order));
  const touched = new Set([...told.values()].map(({ order }) => order));
  const orders = await suite.sql('orders', 'select id, payment_state, paid_minor, refunded_minor from orders');
  for (const order of orders) {
    const expected = !touched.has(order.id) ? ['unpaid', 0, 0]
      : refunded.has(order.id) ? ['partially_refunded', 4200, 1000] : ['paid', 4200, 0];
    assert.deepEqual([order.payment_state, order.paid_minor, order.refunded_minor], expected, order.id);
  }
}

test(`${kRounds} kills, seed ${random.seed}`, { timeout: 600_000 }, async () => {
  const orders = await insert_orders(suite.postgres, `kill${random.seed}`, kRounds * 2000);
  const provider = new Provider(orders);
  const senders = Promise.all(Array.from({ length: kSenders }, () => provider.send()));
  const kills = (async () => {
    for (let round = 1; round <= kRounds; ++round) await kill_one(round);
  })();
  await Promise.race([kills, senders.then(() => kills)]);
  provider.stopped = true;
  await senders;
  console.log(`${provider.told.size} events, answers ${JSON.stringify(provider.answers)}`);
  await suite.settled(60_000);
  assert.ok(provider.told.size > kRounds * 20, 'hardly any load');
  await expect_exactly_once(provider.told);
  await expect_sums(provider.told);
});
