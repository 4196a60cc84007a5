// The main job through the front door: an order is created, Stripe's signed webhook settles it, an admin sees it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect_order, expect_problem, expect_status } from '../support/expect.mjs';
import { raw_exchange, request, status_of } from '../support/http.mjs';
import { kServiceToken, kWebhookSecret } from '../support/services.mjs';
import { payload_of, sign, stripe_event, stripe_id } from '../support/stripe.mjs';
import { kWebhookPath, start_suite } from '../support/suite.mjs';
import { bearer as bearer_of, token } from '../support/tokens.mjs';

let suite;
before(async () => {
  const env = { DRAIN_MS: 1500 };  // as in production: three health checks of the gateway
  suite = await start_suite({ gateway: true, payment: 2, orders: 2, env: { payment: env, orders: env } });
});
after(() => suite?.stop());

const bearer = bearer_of();

test('an order is placed, paid, refunded in part and shown, over HTTP and over TLS', async (t) => {
  for (const scheme of ['http', 'https']) {
    await t.test(scheme, async () => {
      const base = scheme === 'http' ? suite.gateway.url : suite.gateway.tls_url;
      const order = await suite.orders.create({ lines: [{ quantity: 2, unit_price: { amount: 2100, currency: 'EUR' } }] });
      assert.deepEqual([order.payment_state, order.total], ['unpaid', { amount: 4200, currency: 'EUR' }]);
      const told = { order, payment: stripe_id('pi'), charge: stripe_id('ch') };
      for (const [type, options] of [['payment_intent.succeeded', {}], ['charge.succeeded', {}], ['refund.created', { amount: 1200 }]]) {
        const payload = payload_of(stripe_event(type, { ...told, ...options }));
        const answer = await request(base, 'POST', kWebhookPath, payload,
          { 'stripe-signature': sign(payload, { secret: kWebhookSecret }) });
        expect_status(answer, 200);
      }
      const shown = expect_status(await request(base, 'GET', `/api/v1/orders/${order.id}`, undefined, bearer), 200).json;
      assert.deepEqual([shown.payment_state, shown.paid.amount, shown.refunded.amount], ['partially_refunded', 4200, 1200]);
    });
  }
});

describe('who may pass', () => {
  test('the webhook path asks for no token, everything else does', async () => {
    expect_status(await suite.post(stripe_event('customer.created')), 200);
    for (const path of ['/api/v1/orders', '/api/v1/payment/events', '/api/v1/payment/payments']) {
      expect_problem(await request(suite.gateway.url, 'GET', path), 401);
      expect_problem(await request(suite.gateway.url, 'GET', path, undefined, { authorization: 'Bearer wrong-token-wrong-token' }), 401);
      expect_status(await request(suite.gateway.url, 'GET', path, undefined, bearer), 200);
    }
  });

  test('a forged webhook is refused through the gateway as well', async () => {
    expect_problem(await suite.post(stripe_event('customer.created'), { secret: 'whsec_of_somebody_else_01234' }), 400);
  });

  test('what is between services only does not exist outside, whatever token one has', async () => {
    for (const path of ['/internal/v1/payment-facts', '/internal', '/metrics', '/api/v1/orders/../../../internal/v1/payment-facts']) {
      for (const shown of [token(), kServiceToken]) {
        const answer = await request(suite.gateway.url, 'POST', path, { facts: [] }, { authorization: `Bearer ${shown}` });
        assert.ok([400, 401, 404].includes(answer.status), `${path}: ${answer.status}`);
      }
    }
  });

  test('paths with more than one reading are refused', async () => {
    for (const path of ['/api/v1//payment/events', '/api/v1/payment/webhooks/../events', '/api/v1/payment/webhooks/%2e%2e/events',
      '/api/v1/payment/%65vents', '/api/v1/payment/./events', '/api/v1/payment/webhooks/..', '//api/v1/orders',
      '/api/v1/orders\\..\\x', '/api/v1/orders/%00', '/api/v1/payment/webhooks/stripe%0d%0aX: y']) {
      const raw = await raw_exchange(suite.gateway.url, [`GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`]);
      assert.equal(status_of(raw), 400, `${path}: ${raw.slice(0, 100)}`);
    }
  });

  test('two Authorization headers are refused', async () => {
    const raw = await raw_exchange(suite.gateway.url, ['GET /api/v1/orders HTTP/1.1\r\nHost: a\r\nConnection: close\r\n',
      `Authorization: Bearer ${token()}\r\nAuthorization: Bearer x\r\n\r\n`]);
    assert.equal(status_of(raw), 401);
  });
});

describe('size and time', () => {
  const payload = payload_of(stripe_event('customer.created'));
  const head = (length) => `POST ${kWebhookPath} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n` +
    `Stripe-Signature: ${sign(payload, { secret: kWebhookSecret })}\r\n${length}\r\n\r\n`;

  test('too much is 413, be it announced or in chunks', async () => {
    const announced = await suite.raw([head('Content-Length: 10485760')]);
    assert.equal(status_of(announced), 413);
    const part = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    const chunked = await suite.raw([head('Transfer-Encoding: chunked'), ...Array(64).fill(part), '0\r\n\r\n'], { wait_ms: 5000 });
    assert.equal(status_of(chunked), 413);
  });

  test('a body up to a megabyte passes, byte for byte', async () => {
    const event = stripe_event('customer.created', { object: { description: 'é'.repeat(400_000) } });
    expect_status(await suite.post(event), 200);
    const body = await suite.api('GET', `/api/v1/payment/events/${event.id}/body`);
    assert.ok(body.bytes.equals(Buffer.from(payload_of(event))));
  });

  test('a sender that never finishes is told 408, and holds nobody else up', async () => {
    const slow = [
      [`POST ${kWebhookPath} HTTP/1.1\r\nHost: a\r\n`],
      [head(`Content-Length: ${payload.length}`), payload.slice(0, 100)],
      [head(`Content-Length: ${payload.length}`), ...payload.slice(0, 13).split('').flatMap((byte) => [byte, 1000])],
    ].map((parts) => suite.raw(parts, { wait_ms: 20_000 }));
    const served = expect_status(await suite.post(stripe_event('customer.created')), 200);
    assert.ok(served.took_ms < 1000);
    for (const raw of await Promise.all(slow)) assert.equal(status_of(raw), 408, raw.slice(0, 200));
  });
});

describe('what can be followed', () => {
  test('a sane request id goes in, through and out; another is replaced', async () => {
    const mine = 'test-request-0001';
    const answer = await suite.api('GET', '/api/v1/orders', undefined, { 'x-request-id': mine });
    assert.equal(answer.headers['x-request-id'], mine);
    const logs = suite.instances.orders.map((instance) => instance.program.log()).join('');
    assert.ok(logs.includes(mine), 'the service did not log it');
    for (const bad of ['x', 'a"b\\c<script>', 'x'.repeat(200)]) {
      const other = await suite.api('GET', '/api/v1/orders', undefined, { 'x-request-id': bad });
      assert.match(other.headers['x-request-id'], /^[0-9A-Za-z._-]{8,64}$/);
      assert.notEqual(other.headers['x-request-id'], bad);
    }
    const refused = await request(suite.gateway.url, 'GET', '/api/v1/orders');
    assert.equal(refused.json.request_id, refused.headers['x-request-id']);
  });

  test('the trace a caller began goes on', async () => {
    const trace_id = '0af7651916cd43dd8448eb211c80319c';
    const answer = await suite.api('GET', '/api/v1/orders', undefined, { traceparent: `00-${trace_id}-b7ad6b7169203331-01` });
    assert.match(answer.headers.traceparent ?? '', new RegExp(`^00-${trace_id}-`));
  });

  test('the access log is JSON, a line for each request, whatever clients send', async () => {
    await raw_exchange(suite.gateway.url, ['GET /api/v1/"\\\u00e9<>{} HTTP/1.1\r\nHost: a\r\nX-Request-Id: "\\\r\nConnection: close\r\n\r\n']);
    const id = 'in-the-access-log-01';
    await suite.api('GET', '/api/v1/orders?limit=1', undefined, { 'x-request-id': id });
    await suite.eventually(() => suite.gateway.access_log().some((line) => line.request_id === id), 'it is logged');
    const line = suite.gateway.access_log().find((one) => one.request_id === id);
    assert.deepEqual([line.method, line.path, line.status, line.backend], ['GET', '/api/v1/orders', 200, 'orders']);  // a query may say whom it is about
    assert.ok(!suite.gateway.program.log().includes('eyJ'), 'a token is in the log');
  });

  test('HAProxy\'s own metrics are served, beside the front door', async () => {
    const answer = expect_status(await request(suite.gateway.metrics_url, 'GET', '/metrics'), 200);
    assert.match(answer.text, /haproxy_backend_http_responses_total/);
  });
});

describe('the contract of each service', () => {
  for (const service of ['payment', 'orders']) {
    const read = async () => expect_status(await request(suite.gateway.url, 'GET', `/api/v1/${service}/openapi.json`), 200).json;

    test(`${service}: openapi.json is public and OpenAPI 3.1`, async () => {
      assert.match((await read()).openapi, /^3\.1\./);
    });

    test(`${service}: Swagger UI loads, with everything it needs from here`, async () => {
      const docs = `/api/v1/${service}/docs`;
      const page = await request(suite.gateway.url, 'GET', docs);
      expect_status(page, 200);
      assert.match(page.headers['content-type'], /^text\/html/);
      const assets = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url);
      assert.ok(assets.length >= 2, page.text);
      for (const asset of assets) {
        const { pathname, host } = new URL(asset, `http://gateway${docs}`);
        assert.equal(host, 'gateway', `${asset} is somewhere else`);
        expect_status(await request(suite.gateway.url, 'GET', pathname), 200);
      }
    });

    test(`${service}: each path takes the methods the contract names, and no other`, async () => {
      const { paths } = await read();
      assert.ok(Object.keys(paths).length > 3);
      const methods_of = (item) => Object.keys(item).filter((key) => /^(get|post|put|patch|delete)$/.test(key));
      for (const path of Object.keys(paths)) {
        const real = path.replace(/\{[^}]+\}/g, 'x1');
        const fits = ([template]) => new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(real);
        const documented = new Set(Object.entries(paths).filter(fits).flatMap(([, item]) => methods_of(item)));
        const answer = expect_status(await suite.api('OPTIONS', real, undefined, {}, { which: 0 }), 405);
        const allowed = answer.headers.allow.toLowerCase().split(', ').filter((method) => method !== 'head');
        assert.deepEqual(new Set(allowed), documented, path);
      }
    });

    test(`${service}: a path nobody documented does not exist`, async () => {
      for (const path of [`/api/v1/${service}/nothing/here`, `/api/v1/${service}x`, `/api/v2/${service}`]) {
        expect_status(await suite.api('GET', path, undefined, {}, { which: 0 }), 404);
      }
    });
  }
});

describe('changes under load lose nothing', () => {
  // Posts from a few senders until `change` is done; every answer must be 200 and every order paid.
  async function under_load(change) {
    let done = false;
    const orders = [];
    const sender = async () => {
      while (!done) {
        const order = await suite.orders.create();
        orders.push(order);
        expect_status(await suite.post(stripe_event('payment_intent.succeeded', { order })), 200);
      }
    };
    const senders = Array.from({ length: 8 }, sender);
    await Promise.race([change(), Promise.all(senders)]);
    done = true;
    await Promise.all(senders);
    assert.ok(orders.length > 20, `only ${orders.length} orders`);
    const [{ unpaid }] = await suite.sql('orders', 'select count(*) as unpaid from orders where id = any($1) and payment_state <> $2',
      [orders.map(({ id }) => id), 'paid']);
    assert.equal(unpaid, 0);
  }

  test('reloading HAProxy three times', () => under_load(async () => {
    for (let i = 0; i < 3; ++i) {
      await sleep(400);
      await suite.gateway.reload();
    }
    await sleep(400);
  }));

  test('stopping one of two instances of payment politely, and starting it again', () => under_load(async () => {
    await sleep(300);
    await suite.instance('payment', 0).restart();
    await suite.eventually(async () => /server="payment1"[^\n]*state="UP"[^\n]* 1$/m.test(
      (await request(suite.gateway.metrics_url, 'GET', '/metrics')).text), 'HAProxy sees it again');
    await sleep(300);
  }));
});
