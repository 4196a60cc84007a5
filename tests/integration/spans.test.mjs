// Spans go to an OpenTelemetry collector by OTLP/HTTP; the collector here is a server in the test.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { start_suite } from '../support/suite.mjs';

const collector = { posts: [], status: 200 };
let suite;
before(async () => {
  collector.server = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    if (collector.hang) return;
    collector.posts.push({ url: request.url, headers: request.headers, body: JSON.parse(Buffer.concat(parts)), status: collector.status });
    response.writeHead(collector.status, { 'content-type': 'application/json' }).end('{"partialSuccess":{}}');
  });
  await new Promise((resolve) => collector.server.listen(0, '127.0.0.1', resolve));
  const spans = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.server.address().port}/`,
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20b3RlbA%3D%3D, x-tenant=shop' };
  suite = await start_suite({ catalog: 1, env: { payment: spans, catalog: () => ({ ...spans, EVENT_SINKS: '' }),
    orders: (one) => ({ ...spans, EVENT_SINKS: `catalog order.paid ${one.events_at('catalog')}` }) } });
});
after(async () => {
  await suite?.stop();
  collector.server.closeAllConnections();
  collector.server.close();
});

const value_of = ({ value }) => ('intValue' in value ? Number(value.intValue) : value.stringValue);
const named = (attributes) => Object.fromEntries(attributes.map((one) => [one.key, value_of(one)]));
const taken = () => collector.posts.filter(({ status }) => status === 200).flatMap(({ body }) => body.resourceSpans.flatMap(({ resource, scopeSpans }) =>
  scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ ...span, service: named(resource.attributes)['service.name'], attributes: named(span.attributes) })))));
const of_trace = (trace_id) => taken().filter((span) => span.traceId === trace_id);

async function pay({ sampled = true, order } = {}) {
  const trace_id = randomUUID().replaceAll('-', '');
  const paid = order ?? await suite.orders.create();
  const answer = await suite.post(suite.event('payment_intent.succeeded', { order: paid }),
    { headers: { traceparent: `00-${trace_id}-00f067aa0ba902b7-0${sampled ? 1 : 0}` } });
  return { trace_id, answer, order: paid };
}

test('a webhook is one tree of spans: payment, its call, orders, the event, catalog', async () => {
  const { trace_id, order } = await pay();
  const spans = await suite.eventually(() => {
    const all = of_trace(trace_id);
    return all.some((span) => span.name === 'process order.paid') && all.some((span) => span.name === 'send order.paid')
      && all.some((span) => span.service === 'payment' && span.kind === 2) && all;
  }, 'all spans have come');
  const find = (service, name) => {
    const found = spans.filter((span) => span.service === service && span.name === name);
    assert.equal(found.length, 1, `${service} ${name}`);
    return found[0];
  };
  const webhook = find('payment', 'POST /api/v1/payment/webhooks/:account');
  assert.equal(webhook.parentSpanId, '00f067aa0ba902b7');
  assert.equal(webhook.kind, 2);
  assert.equal(webhook.attributes['http.response.status_code'], 200);
  assert.equal(webhook.attributes['http.route'], '/api/v1/payment/webhooks/:account');
  const list = find('payment', 'settle a list');
  assert.equal(list.parentSpanId, webhook.spanId);
  assert.deepEqual(list.links.map(({ spanId }) => spanId), [webhook.spanId]);
  const call = find('payment', 'POST /internal/v1/payment-facts');
  assert.deepEqual([call.kind, call.parentSpanId], [3, list.spanId]);
  const asked = find('orders', 'POST /internal/v1/payment-facts');
  assert.deepEqual([asked.kind, asked.parentSpanId], [2, call.spanId]);
  const fact = find('orders', 'take captured');
  assert.deepEqual([fact.kind, fact.parentSpanId, fact.attributes['quittance.order_id']], [5, webhook.spanId, order.id]);
  const sent = find('orders', 'send order.paid');
  assert.deepEqual([sent.kind, sent.parentSpanId], [4, fact.spanId]);
  const processed = find('catalog', 'process order.paid');
  assert.deepEqual([processed.kind, processed.parentSpanId, processed.attributes['quittance.outcome']], [5, fact.spanId, 'applied']);
  for (const span of spans) {
    assert.match(span.spanId, /^[0-9a-f]{16}$/);
    assert.ok(BigInt(span.startTimeUnixNano) <= BigInt(span.endTimeUnixNano), span.name);
    assert.ok(Math.abs(Number(BigInt(span.startTimeUnixNano) / 1_000_000n) - Date.now()) < 60_000);
    assert.deepEqual(span.status, {});
  }
  for (const { url, headers } of collector.posts) {
    assert.equal(url, '/v1/traces');
    assert.deepEqual([headers['content-type'], headers.authorization, headers['x-tenant']], ['application/json', 'Basic b3RlbA==', 'shop']);
  }
});

test('a trace its caller does not sample is not exported', async () => {
  const { trace_id } = await pay({ sampled: false });
  const { trace_id: later } = await pay();
  await suite.eventually(() => of_trace(later).some((span) => span.name === 'process order.paid'), 'a later one has come');
  assert.deepEqual(of_trace(trace_id), []);
});

test('health checks are no spans', () => {
  assert.deepEqual(taken().filter((span) => /readyz|livez|metrics/.test(span.name)), []);
});

test('many that share a list are linked with it', async () => {
  const orders = await Promise.all(Array.from({ length: 30 }, () => suite.orders.create()));
  const paid = await Promise.all(orders.map((order) => pay({ order })));
  const ids = new Set(paid.map(({ trace_id }) => trace_id));
  const list = await suite.eventually(() => taken().find((span) => span.name === 'settle a list' && span.links.length > 1), 'a list of several');
  assert.ok(!ids.has(list.traceId));
  for (const link of list.links) assert.ok(ids.has(link.traceId));
});

test('the parent of every span is one that came, or the caller\'s own', async () => {
  await suite.eventually(() => taken().some(({ name, kind }) => name === 'tell a list' && kind === 3), 'a call of the relay');
  const lost = () => {
    const known = new Set(taken().map(({ spanId }) => spanId).concat('00f067aa0ba902b7'));
    return taken().filter(({ parentSpanId }) => parentSpanId && !known.has(parentSpanId));
  };
  const names = () => JSON.stringify(lost().map(({ service, name }) => [service, name]));
  await suite.eventually(() => lost().length === 0, 'no span is left without its parent').catch((error) => { throw new Error(`${error.message}: ${names()}`); });
});

test('a collector that is away, or says 503, costs no request anything, and gets the spans later', async () => {
  collector.status = 503;
  const { trace_id, answer } = await pay();
  assert.equal(answer.status, 200);
  assert.ok(answer.took_ms < 1000, `${answer.took_ms} ms`);
  await suite.eventually(() => collector.posts.some(({ status }) => status === 503), 'it was tried');
  collector.status = 200;
  await suite.eventually(() => of_trace(trace_id).some((span) => span.service === 'payment' && span.kind === 2), 'the span comes', { within_ms: 15_000 });
  const { text } = await suite.api('GET', '/metrics', undefined, {}, { as: null });
  assert.match(text, /^spans_exported_total\{service="payment"\} [1-9]/m);
});

test('a collector that hangs costs no request anything', async () => {
  collector.hang = true;
  try {
    const took = [];
    for (let i = 0; i < 12; ++i) {
      const answers = await Promise.all(Array.from({ length: 100 }, () => suite.api('GET', '/api/v1/payment/events?limit=1')));
      for (const answer of answers) {
        assert.equal(answer.status, 200);
        took.push(answer.took_ms);
      }
    }
    assert.ok(Math.max(...took) < 5000, `${Math.max(...took)} ms`);
    const ending = performance.now();
    await suite.instance('payment').program.stop();
    assert.ok(performance.now() - ending < 8000, `${performance.now() - ending} ms`);
  } finally {
    await suite.restart('payment');
    collector.hang = false;
  }
});

test('what waits is sent before a service ends', async () => {
  const { trace_id } = await pay();
  await suite.instance('payment').program.stop();
  assert.ok(of_trace(trace_id).some((span) => span.service === 'payment' && span.kind === 2));
});
