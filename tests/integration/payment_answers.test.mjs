// What payment answers a provider, and that nothing is kept of what it refuses.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { expect_come_back, expect_order, expect_problem, expect_status } from '../support/expect.mjs';
import { status_of } from '../support/http.mjs';
import { kWebhookSecret } from '../support/services.mjs';
import { payload_of, sign, stripe_event, stripe_id } from '../support/stripe.mjs';
import { kWebhookPath, start_suite } from '../support/suite.mjs';

const kOldSecret = 'whsec_test_old_0123456789abcdefghijk';
const kGraceMs = 1500;
let suite;
let order;
let stuck;  // a sender that stops half-way: what it was told in the end

before(async () => {
  suite = await start_suite({
    env: { payment: { STRIPE_WEBHOOK_SECRET: `${kWebhookSecret},${kOldSecret}`, ORDER_GRACE_MS: kGraceMs } },
  });
  order = await suite.orders.create();
  const payload = event_for();
  stuck = suite.raw([head_of(payload, `Content-Length: ${payload.length}`), payload.slice(0, 1000)], { wait_ms: 20_000 });
});
after(() => suite?.stop());

const now_s = () => Math.floor(Date.now() / 1000);
const stored = async () => (await suite.sql('payment', 'select count(*) as n from events'))[0].n;
const post_as = (signature, payload) => suite.post(payload, { signature });

// Posts something that must leave no trace but its answer.
async function refused(status, post) {
  const before_it = await stored();
  const answer = await post();
  expect_status(answer, status);
  assert.equal(await stored(), before_it, 'something was stored');
  await expect_order(suite, order.id, { payment_state: 'unpaid' });
  expect_status(await suite.api('GET', '/livez'), 200);
  return answer;
}

const event_for = (options) => payload_of(stripe_event('payment_intent.succeeded', { order, ...options }));

test('a signature that does not prove the sender is refused with one and the same 400', async (t) => {
  const payload = event_for();
  const t0 = now_s();
  const good = sign(payload, { secret: kWebhookSecret });
  const v1 = good.match(/v1=([0-9a-f]+)/)[1];
  const cases = {
    'with another secret': sign(payload, { secret: 'whsec_someone_else_0123456789' }),
    'older than the tolerance': sign(payload, { secret: kWebhookSecret, timestamp: t0 - 310 }),
    'from the future': sign(payload, { secret: kWebhookSecret, timestamp: t0 + 310 }),
    'that is missing': null,
    'that is empty': '',
    'of the scheme v0 only': good.replace('v1=', 'v0='),
    'of an unknown scheme only': good.replace('v1=', 'v2='),
    'without a time stamp': `v1=${v1}`,
    'with a time stamp that is no number': good.replace(/t=\d+/, 't=now'),
    'with a huge time stamp': good.replace(/t=\d+/, `t=${'9'.repeat(40)}`),
    'with a negative time stamp': good.replace(/t=\d+/, 't=-5'),
    'in upper case': good.replace(v1, v1.toUpperCase()),
    'cut short': good.slice(0, -2),
    'longer than it should be': `${good}00`,
    'over a body that was changed': sign(payload.replace('4200', '4201'), { secret: kWebhookSecret }),
    'over a body with one more newline': sign(`${payload}\n`, { secret: kWebhookSecret }),
    'that is not text of this shape at all': 'Bearer 12345',
    'with a hundred wrong v1': `t=${t0},${Array(100).fill(`v1=${'0'.repeat(64)}`).join(',')}`,
  };
  const bodies = new Set();
  for (const [what, signature] of Object.entries(cases)) {
    await t.test(what, async () => {
      const answer = await refused(400, () => post_as(signature, payload));
      const { request_id, ...rest } = answer.json;
      bodies.add(JSON.stringify(rest));
    });
  }
  assert.equal(bodies.size, 1, `a forger learns from the difference: ${[...bodies]}`);
});

test('a signature is good', async (t) => {
  const good_cases = {
    'with the secret that is being rolled out': (p) => sign(p, { secret: kOldSecret }),
    'with several v1 of which one is right': (p) => {
      const [t0, v1] = sign(p, { secret: kWebhookSecret }).split(',');
      return `${t0},v1=${'0'.repeat(64)},${v1},v0=${'1'.repeat(64)}`;
    },
    'when both live secrets signed': (p) => {
      const timestamp = now_s();
      return `${sign(p, { secret: kOldSecret, timestamp })},${sign(p, { secret: kWebhookSecret, timestamp }).split(',')[1]}`;
    },
    'at the edge of the tolerance': (p) => sign(p, { secret: kWebhookSecret, timestamp: now_s() - 290 }),
    'with a clock a little ahead': (p) => sign(p, { secret: kWebhookSecret, timestamp: now_s() + 280 }),
  };
  for (const [what, signature_of] of Object.entries(good_cases)) {
    await t.test(what, async () => {
      const payload = payload_of(stripe_event('customer.created'));
      expect_status(await post_as(signature_of(payload), payload), 200);
    });
  }
});

test('a signed body that is no event is refused', async (t) => {
  const event = stripe_event('payment_intent.succeeded', { order });
  const text = JSON.stringify(event);
  const cases = {
    'an empty body': '',
    'not JSON': 'hello',
    'half of the JSON': text.slice(0, text.length / 2),
    'JSON and more behind it': `${text}{}`,
    'a JSON array': `[${text}]`,
    'a JSON string': '"event"',
    'JSON null': 'null',
    'a raw NUL in a string': text.replace(event.id, `${event.id}\0`),
    'a raw NUL behind it': `${text}\0`,
    'nesting ten thousand deep': `{"id":"evt_deep","object":"event","type":"x.y","data":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`,
    'arrays hundred thousand deep': `{"id":"evt_deep","data":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    'invalid UTF-8': Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from(',"x":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]),
    'no id': JSON.stringify({ ...event, id: undefined }),
    'an id that is no text': JSON.stringify({ ...event, id: 7 }),
    'an empty id': JSON.stringify({ ...event, id: '' }),
    'an id with NUL': text.replace(event.id, 'evt_\\u0000'),
    'no type': JSON.stringify({ ...event, type: undefined }),
  };
  for (const [what, body] of Object.entries(cases)) {
    await t.test(what, () => refused(400, () => {
      const signature = sign_bytes(body);
      return suite.post(body, { signature });
    }));
  }
});

// The library signs strings only; these bytes are not all UTF-8.
function sign_bytes(body) {
  if (typeof body === 'string') return sign(body, { secret: kWebhookSecret });
  const t0 = now_s();
  const v1 = createHmac('sha256', kWebhookSecret).update(`${t0}.`).update(body).digest('hex');
  return `t=${t0},v1=${v1}`;
}

test('an escaped NUL inside an event is kept byte for byte', async () => {
  const event = stripe_event('customer.created');
  event.data.object.name = 'a\u0000b';
  const payload = payload_of(event);
  expect_status(await suite.post(payload), 200);
  const body = await suite.api('GET', `/api/v1/payment/events/${event.id}/body`);
  assert.deepEqual(body.bytes, Buffer.from(payload));
});

test('an amount that is no amount never settles anything', async (t) => {
  for (const amount of [-4200, 42.5, '4200', 1e30, null, true, {}]) {
    await t.test(`amount ${JSON.stringify(amount)}`, async () => {
      const event = stripe_event('payment_intent.succeeded', { order, object: { amount, amount_received: amount } });
      const answer = await suite.post(event);
      assert.ok([400, 422].includes(answer.status), `${answer.status} ${answer.text}`);
      await expect_order(suite, order.id, { payment_state: 'unpaid' });
    });
  }
});

test('an unknown provider account is 404', () =>
  refused(404, () => suite.post(event_for(), { path: '/api/v1/payment/webhooks/nobody' })));

test('GET on the webhook path is 405 with Allow', async () => {
  const answer = expect_status(await suite.api('GET', kWebhookPath), 405);
  assert.match(answer.headers.allow, /POST/);
});

test('ten megabytes are 413', () => refused(413, async () => {
  const payload = event_for({ object: { description: 'x'.repeat(10 << 20) } });
  const head = `POST ${kWebhookPath} HTTP/1.1\r\nHost: a\r\nStripe-Signature: ${sign(payload, { secret: kWebhookSecret })}\r\n`;
  const raw = await suite.raw([`${head}Content-Length: ${Buffer.byteLength(payload)}\r\n\r\n`, payload], { wait_ms: 3000 });
  return { status: status_of(raw), text: raw };
}));

const chunk = (data) => `${Buffer.byteLength(data).toString(16)}\r\n${data}\r\n`;
const head_of = (payload, length) =>
  `POST ${kWebhookPath} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n` +
  `Stripe-Signature: ${sign(payload, { secret: kWebhookSecret })}\r\n${length}\r\n\r\n`;

test('ten megabytes in chunks are 413 as well', () => refused(413, async () => {
  const payload = event_for({ object: { description: 'x'.repeat(10 << 20) } });
  const raw = await suite.raw([head_of(payload, 'Transfer-Encoding: chunked'), chunk(payload), '0\r\n\r\n'], { wait_ms: 3000 });
  return { status: status_of(raw), text: raw };
}));

test('a chunked body is put together before it is verified, or refused with 411', async () => {
  const event = stripe_event('customer.created');
  const payload = payload_of(event);
  const raw = await suite.raw([head_of(payload, 'Transfer-Encoding: chunked'), chunk(payload.slice(0, 1000)), 20,
    chunk(payload.slice(1000)), '0\r\n\r\n'], { wait_ms: 3000 });
  assert.ok([200, 411].includes(status_of(raw)), raw);
});

test('a sender that is slow but in time is served', async () => {
  const payload = payload_of(stripe_event('customer.created'));
  const raw = await suite.raw([head_of(payload, `Content-Length: ${Buffer.byteLength(payload)}`), 200,
    payload.slice(0, 500), 200, payload.slice(500)], { wait_ms: 3000 });
  assert.equal(status_of(raw), 200, raw);
});

test('a body that is cut off leaves nothing behind', async () => {
  const payload = event_for();
  const before_it = await stored();
  await suite.raw([head_of(payload, `Content-Length: ${Buffer.byteLength(payload)}`), payload.slice(0, -1)],
    { wait_ms: 300, end: true });
  assert.equal(await stored(), before_it);
  await expect_order(suite, order.id, { payment_state: 'unpaid' });
});

test('a sender that stops half-way is told 408, and leaves nothing behind', async () => {
  assert.equal(status_of(await stuck), 408);
  await expect_order(suite, order.id, { payment_state: 'unpaid' });
});

test('white space and escapes are stored as they came', async () => {
  const event = stripe_event('customer.created');
  const payload = ` \n${JSON.stringify(event).replace('"object":"event"', '"object" :\t"event"')}\r\n `;
  expect_status(await suite.post(payload), 200);
  const body = await suite.api('GET', `/api/v1/payment/events/${event.id}/body`);
  assert.deepEqual(body.bytes, Buffer.from(payload));
});

test('a capture is applied and answered 200, and again 200 when it is told again', async () => {
  const mine = await suite.orders.create();
  const event = stripe_event('payment_intent.succeeded', { order: mine });
  assert.equal(expect_status(await suite.post(event), 200).json.status, 'applied');
  assert.equal(expect_status(await suite.post(event), 200).json.status, 'already_applied');
  await expect_order(suite, mine.id, { payment_state: 'paid', paid: 4200 });
});

test('a type nobody knows is stored and answered 200', async () => {
  const event = stripe_event('treasury.received_credit.created');
  assert.equal(expect_status(await suite.post(event), 200).json.status, 'ignored');
  const kept = await suite.events.get(event.id);
  assert.equal(kept.status, 'ignored');
  assert.equal(kept.type, 'treasury.received_credit.created');
});

test('a thin event is stored and answered 200', async () => {
  const id = stripe_id('evt');
  const thin = { id, object: 'v2.core.event', type: 'v1.billing.meter.error_report_triggered',
    created: new Date().toISOString(), livemode: false,
    related_object: { id: 'mtr_1', type: 'billing.meter', url: '/v1/billing/meters/mtr_1' } };
  expect_status(await suite.post(thin), 200);
  assert.equal((await suite.events.get(id)).status, 'ignored');
});

for (const [what, change, reason] of [
  ['amount', { amount: 4199 }, 'amount_mismatch'],
  ['amount by one zero too many', { amount: 42_000 }, 'amount_mismatch'],
  ['currency', { currency: 'usd' }, 'currency_mismatch'],
]) {
  test(`a wrong ${what} is 422 with its reason, parked, and never marks the order paid`, async () => {
    const mine = await suite.orders.create();
    const event = stripe_event('payment_intent.succeeded', { order: mine, ...change });
    const answer = await suite.post(event);
    expect_problem(answer, 422);
    assert.match(answer.text, new RegExp(reason));
    const kept = await suite.events.get(event.id);
    assert.deepEqual([kept.status, kept.reason], ['parked', reason]);
    await expect_order(suite, mine.id, { payment_state: 'unpaid', paid: 0 });
    expect_problem(await suite.post(event), 422);
  });
}

test('an order that is not there yet is 503 for a while, then 422 and parked', async () => {
  const id = `ord_${'0123456789abcdef'.repeat(2)}`;
  const event = stripe_event('payment_intent.succeeded', { order: id, amount: 4200 });
  expect_come_back(await suite.post(event));
  assert.equal((await suite.events.get(event.id)).status, 'open');
  await suite.eventually(async () => (await suite.events.get(event.id)).status === 'parked', 'it is parked',
    { within_ms: kGraceMs + 10_000 });
  expect_problem(await suite.post(event), 422);
  assert.equal((await suite.events.get(event.id)).reason, 'order_unknown');
});

test('an event without any order is kept and does not make the provider come back for ever', async () => {
  const event = stripe_event('payment_intent.succeeded', { amount: 4200 });
  const answer = await suite.post(event);
  assert.ok([200, 503].includes(answer.status), `${answer.status} ${answer.text}`);
  assert.ok(['open', 'ignored', 'parked'].includes((await suite.events.get(event.id)).status));
});

test('an order id that no order can have is refused with a reason', async (t) => {
  for (const order_id of ['', 'x', "ord_'; drop table orders; --", `ord_${'z'.repeat(32)}`, 'ord_\u0000', 'x'.repeat(500)]) {
    await t.test(JSON.stringify(order_id.slice(0, 40)), async () => {
      const event = stripe_event('payment_intent.succeeded', { amount: 4200, metadata: { order_id } });
      const answer = await suite.post(event);
      assert.ok([200, 400, 422, 503].includes(answer.status), `${answer.status} ${answer.text}`);
      assert.notEqual(answer.status, 500);
    });
  }
});
