// An integrator's program that is told of events: an HTTP server in the test that verifies with the standardwebhooks library.
//
//   const subscriber = await start_subscriber();       // subscriber.url
//   subscriber.respond = (event, path) => ({ status: 503, headers: { 'retry-after': '1' } });   // {hang: true}; undefined: 204
//   subscriber.secrets.push(secret);                   // of which one must verify each delivery
//   subscriber.heard                                   // {event, headers, path, at, verified: [secret, …]}, in order
import { createServer } from 'node:http';
import { Webhook } from 'standardwebhooks';

export async function start_subscriber() {
  const subscriber = new Subscriber();
  await new Promise((resolve) => subscriber.server.listen(0, '127.0.0.1', resolve));
  return subscriber;
}

class Subscriber {
  heard = [];
  secrets = [];
  respond = () => undefined;
  server = createServer((request, response) => this.#take(request, response));

  get url() {
    return `http://127.0.0.1:${this.server.address().port}`;
  }

  stop() {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }

  async #take(request, response) {
    const parts = [];
    for await (const part of request) parts.push(part);
    const text = Buffer.concat(parts).toString('utf8');
    const verified = this.secrets.filter((secret) => verifies(secret, text, request.headers));
    const event = JSON.parse(text);
    this.heard.push({ event, headers: request.headers, path: request.url, at: Date.now(), verified });
    const { status = 204, headers, body = '', hang } = (await this.respond(event, request.url)) ?? {};
    if (hang) return undefined;
    return response.writeHead(status, headers).end(body);
  }

  of(subject) {
    return this.heard.filter((one) => one.event.subject === subject);
  }
}

function verifies(secret, text, headers) {
  try {
    new Webhook(secret).verify(text, headers);
    return true;
  } catch {
    return false;
  }
}
