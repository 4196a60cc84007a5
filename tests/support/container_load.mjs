// Work for the suite in containers: senders of orders and payments, and a machine that counts.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import mqtt from 'mqtt';
import { kWebhookPath } from './suite.mjs';
import { request } from './http.mjs';
import { payload_of, sign, stripe_event } from './stripe.mjs';

const address = { name: 'Ada Example', line1: '1 Main Street', city: 'Paris', postal_code: '75001', country: 'FR' };
const new_order = {
  currency: 'EUR', email: 'ada@example.com', shipping_address: address,
  lines: [{ sku: 'MUG-01', description: 'A mug', quantity: 2, unit_price: { amount: 2100, currency: 'EUR' } }],
};

// Orders placed and paid, by several senders at once. `patient` ones repeat what failed, as shops and providers do; to the others
// every answer but a good one is a failure. What was acknowledged is in `orders`.
export class Load {
  constructor(stack, { senders = 4, patient = false, pause_ms = 20 } = {}) {
    Object.assign(this, { stack, patient, pause_ms, stopped: false, orders: [], failures: [], requests: 0 });
    this.senders = Array.from({ length: senders }, () => this.#send());
  }

  async #send() {
    while (!this.stopped) {
      const key = randomUUID();
      const order = await this.#until_good(201, () => this.stack.api('POST', '/api/v1/orders', new_order, { 'idempotency-key': key }));
      const event = order && payload_of(stripe_event('payment_intent.succeeded', { order: order.json }));
      const answer = event && await this.#until_good(200, () => this.#post(event));
      if (answer) this.orders.push(order.json.id);
      await sleep(this.pause_ms);
    }
  }

  #post(payload) {
    const signature = sign(payload.toString(), { secret: this.stack.dev_env.STRIPE_WEBHOOK_SECRET });
    return request(this.stack.url, 'POST', kWebhookPath, payload, { 'stripe-signature': signature });
  }

  async #until_good(status, ask) {
    for (const until = Date.now() + 90_000; ;) {
      this.requests += 1;
      const answer = await ask().catch((error) => ({ status: 0, text: error.message }));
      if (answer.status === status) return answer;
      this.failures.push(`${new Date().toISOString()} ${answer.status} ${answer.text}`.slice(0, 300));
      if (!this.patient) return undefined;
      if (Date.now() > until) throw new Error(`not good within 90 s: ${this.failures.at(-1)}`);
      await sleep(250);
    }
  }

  async stop() {
    this.stopped = true;
    await Promise.all(this.senders);
  }

  // Acknowledged orders that are not paid.
  async lost() {
    const lost = [];
    for (const id of this.orders) {
      const ask = () => this.stack.api('GET', `/api/v1/orders/${id}`);
      let answer = await ask();
      for (; answer.status === 429; answer = await ask()) await sleep(1000);  // so many are asked for
      if (answer.json.payment_state !== 'paid') lost.push(`${id}: ${answer.status} ${answer.json.payment_state}`);
    }
    return lost;
  }
}

// A machine that says over TLS how many it has made: totals, as machines do.
export class CountingMachine {
  constructor(stack, name = 'press-07', part = 'PN-88') {
    Object.assign(this, { stack, name, part, boot: Math.floor(Date.now() / 1000), seq: 0, total: 0 });
    this.topic = `factory/v1/lyon/pressing/line-1/${name}`;
  }

  async register() {
    const made = async (path, body) => {
      const answer = await this.stack.api('POST', `/api/v1/catalog/${path}`, body);
      if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${answer.text}`);
    };
    await made('parts', { number: this.part, name: 'Press plate', unit: 'H87' });
    await made('machines', { name: this.name, site: 'lyon', area: 'pressing', line: 'line-1', makes: [this.part] });
  }

  async connect(password = this.stack.dev_env.PRESS_07_PASSWORD) {
    this.client = await mqtt.connectAsync(this.stack.dev_env.MQTT_TLS_URL, {
      ca: readFileSync(this.stack.dev_env.MQTT_CA_FILE), username: this.name, password, protocolVersion: 5, clientId: this.name,
      clean: false, properties: { sessionExpiryInterval: 3600 }, reconnectPeriod: 300,
    }, false);
    this.client.on('error', () => {});  // the broker is away; it connects again
  }

  // Resolves when the broker has acknowledged.
  count(pieces) {
    this.total += pieces;
    const event = { v: 1, machine: this.name, boot: this.boot, seq: ++this.seq, ts: new Date().toISOString(), type: 'production-count',
      data: { part: this.part, good_total: this.total, unit: 'H87' } };
    return this.client.publishAsync(`${this.topic}/evt/production-count`, JSON.stringify(event), { qos: 1 });
  }

  async on_hand() {
    const { json } = await this.stack.api('GET', `/api/v1/catalog/parts/${this.part}`);
    return Number(json.stock.on_hand);
  }

  async disconnect() {
    await this.client?.endAsync(true);
  }
}
