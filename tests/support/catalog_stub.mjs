// A catalog that only takes production requests: an HTTP server in the test, on a port that stays its own.
//
//   const catalog = await start_catalog_stub();       // suite: env: { orders: { CATALOG_URL: catalog.url } }
//   catalog.makes = (line) => line.sku.startsWith('MADE');
//   catalog.respond = (requests) => ({ status: 503 });  // instead of the answer; undefined for that
//   catalog.asked                                      // every request heard, in order: {order_id, lines}
//   await catalog.away(); await catalog.back();
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { kServiceToken } from './services.mjs';

export async function start_catalog_stub() {
  const stub = new CatalogStub();
  await stub.back();
  return stub;
}

class CatalogStub {
  asked = [];
  lists = [];
  work_orders = new Map();  // order/position → id: asked again, the same
  makes = () => true;
  respond = () => undefined;
  port = 0;

  get url() {
    return `http://127.0.0.1:${this.port}`;
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
    const right = request.method === 'POST' && request.url === '/internal/v1/production-requests' &&
      request.headers.authorization === `Bearer ${kServiceToken}`;
    if (!right) return response.writeHead(403).end();
    const { requests } = JSON.parse(Buffer.concat(parts));
    this.lists.push(requests);
    this.asked.push(...requests);
    const { status = 200, body } = (await this.respond(requests)) ?? {};
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? { answers: requests.map((one) => this.#answer(one)) }));
  }

  #answer({ order_id, lines }) {
    const work_orders = lines.filter(this.makes).map(({ position, quantity }) =>
      ({ id: this.work_order(order_id, position), position, quantity }));
    return { order_id, outcome: work_orders.length ? 'taken' : 'nothing_to_make', work_orders };
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
