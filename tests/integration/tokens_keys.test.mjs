// The keys of tokens change, and `auth` goes away: what services and the gateway do then.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect_come_back, expect_problem, expect_status } from '../support/expect.mjs';
import { request } from '../support/http.mjs';
import { free_port } from '../support/postgres.mjs';
import { start_suite } from '../support/suite.mjs';
import { SigningKey, bearer, jwks } from '../support/tokens.mjs';

const kOrders = '/api/v1/orders';

// What `auth` publishes; `document` is what it answers.
class Publisher {
  constructor(port) {
    this.port = port;
    this.asked = 0;
  }
  publish(...keys) {
    this.document = jwks(...keys);
  }
  start() {
    this.server = http.createServer((asked, answer) => {
      this.asked += 1;
      answer.writeHead(this.document ? 200 : 503, { 'content-type': 'application/json' }).end(this.document);
    });
    return new Promise((resolve) => this.server.listen(this.port, '127.0.0.1', resolve));
  }
  stop() {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    return closed;
  }
}

let suite;
let auth;
let doors;
const [first, second, third] = [new SigningKey(), new SigningKey(), new SigningKey('third_key-3')];
before(async () => {
  auth = new Publisher(await free_port());
  auth.publish(first);
  await auth.start();
  const env = { JWKS_URL: `http://127.0.0.1:${auth.port}/internal/v1/jwks.json` };
  suite = await start_suite({ gateway: true, env: { payment: env, orders: env }, gateway_env: env });
  doors = [suite.gateway.url, suite.instance('orders').url];
});
after(async () => {
  await suite?.stop();
  await auth.stop();
});

const ask = (door, key, who) => request(door, 'GET', `${kOrders}?limit=1`, undefined, bearer(who, key));
const everywhere = (key, status) => suite.eventually(async () =>
  (await Promise.all(doors.map((door) => ask(door, key)))).every((answer) => answer.status === status), `every door answers ${status}`);

// Asks all the time with what `key()` signs now, at every door; answers what was not 200, and how many there were.
function load(key) {
  const failures = [];
  let [asked, stopped] = [0, false];
  const loops = doors.flatMap((door) => Array.from({ length: 4 }, async () => {
    while (!stopped) {
      asked += 1;
      // A new token each time: none is remembered.
      const answer = await request(door, 'GET', `${kOrders}?limit=1`, undefined, { authorization: `Bearer ${key().token()}` })
        .catch((error) => ({ status: error.message }));
      if (answer.status !== 200) failures.push(`${door}: ${answer.status} ${answer.text}`);
    }
  }));
  return async () => {
    stopped = true;
    await Promise.all(loops);
    return { failures, asked };
  };
}

test('keys are rotated under load, and no request fails', async () => {
  let signing = first;
  const stop = load(() => signing);
  let seen;
  try {
    for (const next of [second, third]) {
      const old = signing;
      auth.publish(old, next);
      await everywhere(next, 200);
      signing = next;
      await sleep(300);
      auth.publish(next);
      await everywhere(old, 401);
    }
  } finally {
    seen = await stop();
  }
  const { failures, asked } = seen;
  assert.deepEqual(failures, []);
  assert.ok(asked > 200, `${asked} requests`);
});

test('a token of a key that is gone counts no more, though it was good a moment ago', async () => {
  auth.publish(third, first);
  await everywhere(first, 200);
  auth.publish(third);
  await everywhere(first, 401);
  for (const door of doors) expect_status(await ask(door, third), 200);
});

test('a service fetches a key it does not know at once', async () => {
  const slow = { JWKS_POLL_MS: '600000' };
  Object.assign(suite.options.env, { orders: { ...suite.options.env.orders, ...slow } });
  const { program } = suite.instance('orders');
  const { env } = program;
  program.env = () => ({ ...env(), ...slow });
  await suite.restart('orders');
  auth.publish(third, second);
  await sleep(1100);
  expect_status(await ask(doors[1], second), 200);
  const before_flood = auth.asked;
  const strangers = await Promise.all(Array.from({ length: 30 }, () => ask(doors[1], new SigningKey())));
  for (const answer of strangers) expect_problem(answer, 401);
  assert.ok(auth.asked - before_flood < 15, `${auth.asked - before_flood} fetches`);  // payment and the gateway ask as well
  program.env = env;
  await suite.restart('orders');
});

test('while auth is away the last keys are used, and payments settle', async () => {
  await everywhere(second, 200);
  await auth.stop();
  await sleep(700);
  for (const door of doors) expect_status(await ask(door, second), 200);
  const order = (await request(doors[0], 'POST', kOrders, {
    currency: 'EUR', email: 'ada@example.com', client_id: null, client_reference: null, metadata: {},
    ...Object.fromEntries(['shipping_address', 'billing_address'].map((name) =>
      [name, { name: 'Ada', line1: '1 Main Street', city: 'Paris', postal_code: '75001', country: 'FR' }])),
    lines: [{ sku: 'SKU-1', description: 'A thing', quantity: 1, unit_price: { amount: 4200, currency: 'EUR' } }],
  }, bearer({}, second))).json;
  await suite.tell('payment_intent.succeeded', { order });
  assert.equal((await request(doors[0], 'GET', `${kOrders}/${order.id}`, undefined, bearer({}, second))).json.payment_state, 'paid');
  await auth.start();
});

test('a service that starts while auth is away is ready, lets nobody in, and does when auth is back', async () => {
  await auth.stop();
  await suite.restart('orders');
  expect_status(await request(doors[1], 'GET', '/readyz'), 200);
  expect_come_back(await ask(doors[1], second));
  expect_problem(await request(doors[1], 'GET', kOrders), 401);
  await suite.restart('payment');
  await suite.gateway.ready();
  expect_status(await suite.post(suite.event('customer.created')), 200);
  await auth.start();
  await everywhere(second, 200);
});

test('an answer that is no set of keys changes nothing', async () => {
  const good = auth.document;
  for (const rubbish of ['', '{', '[]', '{"keys":[]}', '{"keys":[{"kty":"RSA","kid":"x"}]}', JSON.stringify({ keys: [first.jwk, { ...second.jwk, kid: first.kid }] }),
    JSON.stringify({ keys: [{ ...first.jwk, kid: '../../tls' }] }), '<html>']) {
    auth.document = rubbish;
    await sleep(450);
    for (const door of doors) expect_status(await ask(door, second), 200);
    for (const door of doors) expect_problem(await ask(door, first), 401);
  }
  auth.document = good;
});
