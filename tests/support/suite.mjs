// The whole suite, private to one test file: PostgreSQL, provisioned and migrated databases, services, the gateway.
//
//   import { start_suite } from '../support/suite.mjs';
//   let suite;
//   before(async () => { suite = await start_suite(); });          // {payment: 1, orders: 1, catalog: 0} instances
//   after(() => suite?.stop());                                    // fails when a service ended badly
//
//   const order = await suite.orders.create({ lines: [{ quantity: 2 }] });   // fills in what is missing
//   const answer = await suite.post(suite.event('payment_intent.succeeded', { order }));
//   await suite.api('GET', `/api/v1/orders/${order.id}`)           // {status, headers, text, json}; as an admin
//   await suite.api('GET', path, undefined, {}, { as: { role: 'seller', subject: 'usr_1', scopes: [...] } })
//   await suite.sql('orders', 'select count(*) from orders')       // rows, as the superuser
//   await suite.kill('payment', 'SIGKILL'); await suite.restart('payment');
//
// Options: auth, payment, orders, catalog, clients, bridge: how many instances (0: none); a bridge brings suite.broker, a Mosquitto that
//   knows `machines` · env: {payment: {…}, orders: (suite) => ({…})} ·
//   gateway: true for HAProxy in front, 'between' for between payment and orders as well, gateway_env: {GATEWAY_RATE_…} ·  supervise: true brings killed programs back by itself ·
//   postgres: settings of PostgreSQL.
// Environment: QUITTANCE_BUILD (build/release) is the build folder whose bin/ is tested.
import { mkdtempSync, chmodSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { auth_env } from './auth.mjs';
import { create_databases, database_of } from './databases.mjs';
import { kBetweenServices, start_gateway } from './gateway.mjs';
import { raw_exchange, request } from './http.mjs';
import { Mosquitto } from './mosquitto.mjs';
import { Postgres, free_port } from './postgres.mjs';
import { eventually } from './processes.mjs';
import { Instance, kSealPublicKey, kSealSecretKey, kServiceToken, kWebhookSecret } from './services.mjs';
import { payload_of, sign, stripe_event } from './stripe.mjs';
import { bearer, test_key, write_jwks } from './tokens.mjs';

pg.types.setTypeParser(pg.types.builtins.INT8, Number);

const kServices = ['auth', 'catalog', 'orders', 'payment', 'clients', 'mqtt-bridge'];  // in the order they start
export const kWebhookPath = '/api/v1/payment/webhooks/stripe';

export async function start_suite(options = {}) {
  const suite = new Suite(options);
  try {
    await suite.start();
    return suite;
  } catch (error) {
    suite.print_logs();
    await suite.stop().catch(() => {});
    throw error;
  }
}

class Suite {
  constructor({ auth = 0, payment = 1, orders = 1, catalog = 0, clients = 0, bridge = 0, machines, env = {}, gateway = false, gateway_env = {},
    supervise = false, postgres = {} }) {
    this.options = { count: { auth, payment, orders, catalog, clients, 'mqtt-bridge': bridge }, env, gateway, gateway_env, supervise };
    this.folder = mkdtempSync(join(tmpdir(), 'quittance-test-'));
    chmodSync(this.folder, 0o755);
    this.postgres = new Postgres(this.folder, { restart: supervise, settings: postgres });
    this.broker = bridge ? new Mosquitto(this.folder, { machines, restart: supervise }) : undefined;
    this.ports = {};  // of first instances
    this.instances = { auth: [], payment: [], orders: [], catalog: [], clients: [], 'mqtt-bridge': [] };
    this.gateway = undefined;
    this.turn = 0;
    this.orders = { create: (order) => this.#create_order(order), get: (id) => this.#get(`/api/v1/orders/${id}`) };
    this.events = {
      list: (query = {}) => this.#get(`/api/v1/payment/events?${new URLSearchParams(query)}`),
      get: (id) => this.#get(`/api/v1/payment/events/${id}`),
    };
    process.on('exit', (code) => this.#leave(code));
  }

  async start() {
    this.jwks_file = join(this.folder, 'jwks.json');
    write_jwks(this.jwks_file, test_key);
    await this.postgres.create();
    this.databases = create_databases(this.postgres, kServices.filter((name) => this.options.count[name] && name !== 'mqtt-bridge'));
    await this.broker?.create();
    for (const name of kServices) if (this.options.count[name]) this.ports[name] = await free_port();
    for (const name of kServices) {
      for (let number = 1; number <= this.options.count[name]; ++number) await this.#start_instance(name, number);
    }
    if (this.options.gateway) await start_gateway(this);
  }

  async #start_instance(name, number) {
    const { catalog, orders } = this.instances;
    const instance = new Instance({
      port: number === 1 ? this.ports[name] : 0,  // chosen before any runs, because they call each other
      name,
      number,
      folder: this.folder,
      database_url: this.databases[name]?.url,
      restart: this.options.supervise,
      env: {
        JWKS_URL: `file://${this.jwks_file}`,
        ...(name === 'payment' && orders.length && { ORDERS_URL: this.#orders_url(orders[(number - 1) % orders.length]) }),
        ...(name === 'clients' && { ORDERS_URL: orders[0]?.url ?? 'http://127.0.0.1:9' }),
        ...(name === 'auth' && { ...auth_env(), PASSWORD_SEAL_PUBLIC_KEY: kSealPublicKey, PASSWORD_SEAL_SECRET_KEY: kSealSecretKey }),
        ...(name === 'catalog' && this.ports.orders && { EVENT_SINKS: `orders production.*,product.created,product.changed ${this.events_at('orders')}` }),
        ...(name === 'orders' && this.ports.catalog && { EVENT_SINKS: `catalog order.paid,order.canceled ${this.events_at('catalog')}` }),
        ...(name === 'mqtt-bridge' && { ...this.broker.bridge_env(number), CATALOG_URL: catalog[(number - 1) % catalog.length].url }),
        ...this.#env_of(name),
      },
    });
    this.instances[name].push(instance);
    await instance.start();
  }

  #orders_url(instance) {
    return this.options.gateway === 'between' ? `http://${kBetweenServices}:${this.ports.orders}` : instance.url;
  }

  #env_of(name) {
    const env = this.options.env[name];
    return typeof env === 'function' ? env(this) : env;
  }

  // Where a service takes events.
  events_at(name) {
    return `http://127.0.0.1:${this.ports[name]}/internal/v1/events`;
  }

  // The address a request goes to: the gateway when there is one, else the service's instances in turn.
  address(path, which) {
    if (this.gateway && which === undefined) return this.gateway.url;
    const instances = this.instances[this.#service_of(path)];
    return instances[(which ?? this.turn++) % instances.length].url;
  }

  #service_of(path) {
    if (path.startsWith('/internal/v1/machine-')) return 'catalog';
    if (path.startsWith('/internal/')) return 'orders';
    const name = path.split(/[/?]/)[3];
    return kServices.includes(name) ? name : 'payment';
  }

  // `as`: {role, subject, scopes}, an admin unless it is said; null for nobody.
  api(method, path, body, headers = {}, { which, as = {}, ...rest } = {}) {
    return request(this.address(path, which), method, path, body, { ...this.#authorization(path, as), ...headers }, rest);
  }

  #authorization(path, as) {
    if (as === null) return {};
    if (path.startsWith('/internal/')) return { authorization: `Bearer ${kServiceToken}` };
    return bearer(as);
  }

  async #get(path) {
    const answer = await this.api('GET', path);
    if (answer.status !== 200) throw new Error(`GET ${path}: ${answer.status} ${answer.text}`);
    return answer.json;
  }

  async #create_order({ currency = 'EUR', amount, lines = [{}], ...rest } = {}) {
    const address = { name: 'Ada Example', line1: '1 Main Street', city: 'Paris', postal_code: '75001', country: 'FR' };
    const answer = await this.api('POST', '/api/v1/orders', {
      currency,
      email: 'ada@example.com',
      client_id: null,
      client_reference: null,
      shipping_address: address,
      billing_address: address,
      lines: lines.map((line) => ({ sku: 'SKU-1', description: 'A thing', quantity: 1,
        unit_price: { amount: amount ?? 4200, currency }, ...line })),
      metadata: {},
      ...rest,
    });
    if (answer.status !== 201) throw new Error(`order refused: ${answer.status} ${answer.text}`);
    return answer.json;
  }

  event(type, options) {
    return stripe_event(type, options);
  }

  // Posts an event (an object, or bytes) as Stripe would. `signature` replaces the header, null leaves it out.
  post(event, { secret = kWebhookSecret, timestamp, signature, headers = {}, path = kWebhookPath, ...rest } = {}) {
    const payload = payload_of(event);
    const value = signature === undefined ? sign(payload.toString(), { secret, timestamp }) : signature;
    return request(this.address(path, rest.which), 'POST', path, payload,
      { ...(value !== null && { 'stripe-signature': value }), ...headers }, rest);
  }

  // Builds, posts and expects 200; answers the event.
  async tell(type, options) {
    const event = stripe_event(type, options);
    const answer = await this.post(event);
    if (answer.status !== 200) throw new Error(`${type}: ${answer.status} ${answer.text}`);
    return event;
  }

  raw(parts, options, path = kWebhookPath) {
    return raw_exchange(this.address(path, options?.which), parts, options);
  }

  sql(database, statement, values) {
    return this.postgres.query(database_of(database), statement, values);
  }

  // One instance by its number (0 the first).
  instance(name, which = 0) {
    return this.instances[name][which];
  }

  // Sends the signal to every instance of a service (or to 'postgres' or 'mosquitto').
  async kill(name, signal = 'SIGKILL') {
    if (name === 'postgres') return this.postgres.kill(signal);
    if (name === 'mosquitto') return this.broker.kill(signal);
    await Promise.all(this.instances[name].map((instance) => instance.kill(signal)));
  }

  async restart(name) {
    if (name === 'postgres') return this.postgres.start();
    if (name === 'mosquitto') return this.broker.start();
    await Promise.all(this.instances[name].map((instance) => instance.restart()));
  }

  eventually(ready, what, options) {
    return eventually(ready, what, options);
  }

  // Resolves when no event is open any more.
  settled(within_ms = 30_000) {
    const none_open = async () => (await this.events.list({ status: 'open', limit: 1 })).data.length === 0;
    return eventually(none_open, 'no event is open', { within_ms, every_ms: 100 });
  }

  #programs() {
    return [...(this.gateway ? [this.gateway.follower, this.gateway.program] : []),
      ...[...kServices].reverse().flatMap((name) => this.instances[name].map((instance) => instance.program))];
  }

  async stop() {
    const programs = this.#programs();
    await Promise.all(programs.map((program) => program.stop()));
    await this.broker?.stop();
    await this.postgres.stop();
    this.stopped = true;
    const faults = programs.flatMap((program) => [...program.faults, program.sanitizer_report()].filter(Boolean));
    if (faults.length) throw new Error(`services did not end well:\n${faults.join('\n')}`);
  }

  print_logs() {
    const broker = this.broker ? [this.broker.program] : [];
    for (const program of [...this.#programs(), ...broker, this.postgres.program]) {
      console.error(`--- ${program.name} (${program.log_file})\n${program.log().slice(-3000)}`);
    }
  }

  // The folder stays when the test failed.
  #leave(code) {
    if (code || process.exitCode) this.print_logs();
    else rmSync(this.folder, { recursive: true, force: true });
  }
}
