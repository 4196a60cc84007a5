// A plain HTTP client for tests: keep-alive, every header and byte visible, no retries of its own.
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';

const agents = {
  'http:': new http.Agent({ keepAlive: true, maxSockets: 512 }),
  'https:': new https.Agent({ keepAlive: true, maxSockets: 64, rejectUnauthorized: false }),
};

// `body` is sent as it is when it is a string or a Buffer, else as JSON.
// Answers {status, headers, bytes, text, json, took_ms}; rejects when no answer came.
export function request(base_url, method, path, body, headers = {}, { timeout_ms = 20_000, agent } = {}) {
  const url = new URL(base_url);
  const raw = body === undefined || typeof body === 'string' || Buffer.isBuffer(body);
  const payload = raw ? body : JSON.stringify(body);
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const sent = (url.protocol === 'https:' ? https : http).request(
      {
        host: url.hostname,
        port: url.port,
        path,
        method,
        agent: agent ?? agents[url.protocol],
        headers: {
          ...(payload !== undefined && {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(payload),
          }),
          ...headers,
        },
      },
      (answer) => {
        const parts = [];
        answer.on('data', (part) => parts.push(part));
        answer.on('error', reject);
        answer.on('end', () => {
          const bytes = Buffer.concat(parts);
          resolve({
            status: answer.statusCode,
            headers: answer.headers,
            bytes,
            text: bytes.toString('utf8'),
            get json() {
              return JSON.parse(this.text);
            },
            took_ms: performance.now() - started,
          });
        });
      },
    );
    sent.setTimeout(timeout_ms, () => sent.destroy(new Error(`no answer within ${timeout_ms} ms: ${method} ${path}`)));
    sent.on('error', reject);
    sent.end(payload);
  });
}

// Sends `parts` (strings or Buffers, or numbers: milliseconds to wait) as they are, and answers all that came back
// until the other side closed or `wait_ms` passed in silence.
export function raw_exchange(base_url, parts, { wait_ms = 1000, end = false } = {}) {
  const url = new URL(base_url);
  return new Promise((resolve) => {
    const socket = net.connect({ host: url.hostname, port: Number(url.port), noDelay: true });
    const received = [];
    const finish = () => {
      socket.destroy();
      resolve(Buffer.concat(received).toString('latin1'));
    };
    socket.setTimeout(wait_ms, finish);
    socket.on('data', (data) => received.push(data));
    socket.on('close', finish);
    socket.on('error', finish);
    socket.on('connect', async () => {
      for (const part of parts) {
        if (socket.destroyed) return;
        if (typeof part === 'number') await new Promise((done) => setTimeout(done, part));
        else socket.write(part);
      }
      if (end) socket.end();
    });
  });
}

export const status_of = (raw) => Number(raw.match(/^HTTP\/1\.1 (\d{3})/)?.[1]);
