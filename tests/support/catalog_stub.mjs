// A catalog that is only told what was paid, and says what it makes of it: an HTTP server in the test, on a port that stays
// its own.
//
//   const catalog = await start_catalog_stub();       // suite: env: { orders: { EVENT_SINKS: catalog.sink } }
//   catalog.orders_url = suite.instance('orders').url;
//   catalog.makes = (line) => line.sku.startsWith('MADE');
//   catalog.respond = (events) => ({ status: 503 });  // instead of the answer; undefined for that
//   catalog.silent = true;                             // it hears, and says nothing of what it makes
//   catalog.asked                                      // every paid order heard, in order: {order_id, lines}
//   await catalog.away(); await catalog.back();
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { kServiceToken } from './services.mjs';
import { new_event, tell_events } from './telling.mjs';

export async function start_catalog_stub() {
  const stub = new CatalogStub();
  await stub.back();
  return stub;
}

class CatalogStub {
  asked = [];
  canceled = [];
  work_orders = new Map();  // order/position → id: asked again, the same
  makes = () => true;
  respond = () => undefined;
  silent = false;
  port = 0;

  get sink() {
    return `catalog order.paid,order.canceled http://127.0.0.1:${this.port}/internal/v1/events`;
  }

  back() {
    this.server = createServer((request, response) => this.#take(request, response));
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(this.port, '127.0.0.1', () => {
        this.port = this.server.address().port;
        resolve();
      });
    });
  }

  away() {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }

  async #take(request, response) {
    const parts = [];
    for await (const part of request) parts.push(part);
    const right = request.method === 'POST' && request.url === '/internal/v1/events' && request.headers.authorization === `Bearer ${kServiceToken}`;
    if (!right) return response.writeHead(403).end();
    const events = JSON.parse(Buffer.concat(parts));
    const paid = events.filter((event) => event.type === 'order.paid');
    this.asked.push(...paid.map(({ subject, data }) =>
      ({ order_id: subject, lines: data.lines.map(({ sku, quantity }, i) => ({ position: i + 1, sku, quantity })) })));
    this.canceled.push(...events.filter((event) => event.type === 'order.canceled').map((event) => event.subject));
    const { status = 200, outcome = () => 'applied' } = (await this.respond(events)) ?? {};
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ results: events.map((event) => ({ id: event.id, outcome: outcome(event), reason: '' })) }));
    if (status !== 200 || this.silent) return undefined;
    return this.plan(...paid.filter((event) => outcome(event) === 'applied').map((event) => event.subject));
  }

  // Says what it makes of orders it heard of.
  async plan(...order_ids) {
    if (order_ids.length) await tell_events(this.orders_url, ...order_ids.map((id) => this.#planned(id)));
  }

  #planned(order_id) {
    const { lines } = this.asked.findLast((one) => one.order_id === order_id);
    const work_orders = lines.filter(this.makes).map(({ position, quantity }) => ({ id: this.work_order(order_id, position), position, quantity }));
    return new_event('/catalog', 'production.planned', order_id, { order_id, work_orders });
  }

  work_order(order_id, position) {
    const key = `${order_id}/${position}`;
    if (!this.work_orders.has(key)) this.work_orders.set(key, `wo_${randomBytes(16).toString('hex')}`);
    return this.work_orders.get(key);
  }

  times_asked(order) {
    return this.asked.filter((one) => one.order_id === order.id).length;
  }
}
