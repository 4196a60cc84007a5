// What goes on at the front door while something is done to what is behind it: webhooks, orders made and read, lists. Some callers keep
// their connection, some open one for each request. Nothing is sent twice: whatever is not answered well is a failure.
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { insert_orders } from './bulk_orders.mjs';
import { stripe_event, stripe_id } from './stripe.mjs';

const kCallers = 8;
const kPause_ms = 20;

export class SteadyLoad {
  constructor(suite) {
    this.suite = suite;
    this.failures = [];
    this.answered = 0;
    this.settled = [];  // orders whose webhook was answered 200
  }

  async start(name) {
    this.name = name;
    this.unpaid = await insert_orders(this.suite.postgres, name, 20_000);
    this.running = true;
    this.callers = Array.from({ length: kCallers }, (_, number) => this.#call(number % 2 === 0));
    return this;
  }

  async stop() {
    this.running = false;
    await Promise.all(this.callers);
  }

  async #call(keeps) {
    const agent = new Agent({ keepAlive: keeps, maxSockets: 1 });
    const steps = [() => this.#webhook(agent), () => this.#make_order(agent), () => this.#get(agent, '/api/v1/payment/events?limit=2'),
      () => this.#get(agent, '/api/v1/catalog/parts?limit=2'), () => this.#get(agent, `/api/v1/orders/${this.settled.at(-1) ?? ''}`)];
    for (let turn = 0; this.running; ++turn) {
      await steps[turn % steps.length]();
      await sleep(kPause_ms);
    }
    agent.destroy();
  }

  async #webhook(agent) {
    const order = this.unpaid.pop();
    const event = stripe_event('payment_intent.succeeded',
      { order, currency: 'eur', amount: 4200, payment: stripe_id('pi'), charge: stripe_id('ch') });
    if (await this.#expect(200, 'webhook', () => this.suite.post(event, { agent }))) this.settled.push(order);
  }

  #make_order(agent) {
    return this.#expect(201, 'POST order', () => this.suite.api('POST', '/api/v1/orders', {
      currency: 'EUR', email: 'ada@example.com', shipping_address: kAddress,
      lines: [{ sku: 'SKU-1', description: 'A thing', quantity: 1, unit_price: { amount: 4200, currency: 'EUR' } }],
    }, {}, { agent }));
  }

  #get(agent, path) {
    return this.#expect(200, `GET ${path}`, () => this.suite.api('GET', path, undefined, {}, { agent }));
  }

  async #expect(status, what, send) {
    const answer = await send().catch((error) => ({ status: error.code ?? error.message, text: '' }));
    if (answer.status === status) this.answered += 1;
    else this.failures.push(`${new Date().toISOString()} ${what}: ${answer.status} ${answer.text}`);
    return answer.status === status;
  }
}

const kAddress = { name: 'Ada Example', line1: '1 Main Street', city: 'Paris', postal_code: '75001', country: 'FR' };
