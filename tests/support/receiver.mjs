// A service that only takes events: an HTTP server in the test, on a port that stays its own.
//
//   const receiver = await start_receiver();       // sinks: `receiver thing.* ${receiver.url}`
//   receiver.respond = (events) => ({ status: 503 });  // instead of the answer; {raw: 'text'}, {hang: true}, {destroy: true}
//   receiver.outcome = (event) => ({ outcome: 'failed', reason: 'no' });
//   receiver.lists                                  // every list heard
//   receiver.taken                                  // events answered as applied, in order
import { createServer } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { kEventsSecret, kServiceToken } from './services.mjs';

export async function start_receiver() {
  const receiver = new Receiver();
  await receiver.back();
  return receiver;
}

class Receiver {
  lists = [];
  taken = [];
  faults = [];
  respond = () => undefined;
  outcome = () => ({ outcome: 'applied' });
  port = 0;

  get url() {
    return `http://127.0.0.1:${this.port}/events`;
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
    const text = Buffer.concat(parts).toString('utf8');
    this.#check(request, text);
    const events = JSON.parse(text);
    this.lists.push(events);
    const { status = 200, raw, hang, destroy, headers } = (await this.respond(events)) ?? {};
    if (destroy) return request.socket.destroy();
    if (hang) return undefined;
    const results = this.#answer(events);
    if (status === 200 && raw === undefined) {
      for (const [i, result] of results.entries()) if (result.outcome === 'applied') this.taken.push(events[i]);
    }
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    return response.end(raw ?? JSON.stringify({ results }));
  }

  // As every consumer must: nothing of a subject is taken behind a failure of it.
  #answer(events) {
    const failed = new Set();
    return events.map((event) => {
      const answer = failed.has(event.subject) ? { outcome: 'failed', reason: 'waits' } : this.outcome(event);
      if (answer.outcome === 'failed') failed.add(event.subject);
      return { id: event.id, ...answer };
    });
  }

  // What every list must be, whatever the test is about.
  #check(request, text) {
    try {
      new Webhook(kEventsSecret).verify(text, request.headers);
      if (request.headers.authorization !== `Bearer ${kServiceToken}`) throw new Error('no service token');
      if (request.headers['content-type'] !== 'application/cloudevents-batch+json') throw new Error('no batch');
    } catch (error) {
      this.faults.push(error.message);
    }
  }

  versions(subject) {
    return this.taken.filter((event) => event.subject === subject).map((event) => event.aggregateversion);
  }
}
