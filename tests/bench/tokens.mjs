// What checking a token costs: the same small answer of one service through the gateway, without a token, with one that
// stays, and with a new one each time. CPU time of HAProxy and of the service, from the kernel's own count.
//
// Environment: BENCH_SECONDS (6) of each cell, QUITTANCE_BUILD (build/release).
import http from 'node:http';
import { readFileSync } from 'node:fs';
import { request } from '../support/http.mjs';
import { start_suite } from '../support/suite.mjs';
import { test_key, token } from '../support/tokens.mjs';
import { cpu_seconds } from './processes_cost.mjs';

const kSeconds = Number(process.env.BENCH_SECONDS ?? 6);
const kConnections = 16;
const suite = await start_suite({ gateway: true, payment: 0 });

const one = token();
const many = Array.from({ length: 20_000 }, () => test_key.token());
let turn = 0;
// Both answers are made without the database: a script of the documentation, and a name that is no order's.
const cells = {
  'no token': ['/api/v1/orders/docs/start.js', () => undefined, 200],
  'the same token': ['/api/v1/orders/x', () => one, 404],
  'another token each time': ['/api/v1/orders/x', () => many[turn++ % many.length], 404],
};

const haproxy = () => readFileSync(`/proc/${suite.gateway.program.pid}/task/${suite.gateway.program.pid}/children`, 'utf8').trim().split(' ').map(Number);
const cpu = () => [haproxy().reduce((sum, pid) => sum + cpu_seconds(pid), 0), cpu_seconds(suite.instance('orders').program.pid)];

async function measure([path, token_of, wanted]) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: kConnections });
  const until = performance.now() + kSeconds * 1000;
  const before = cpu();
  let asked = 0;
  await Promise.all(Array.from({ length: kConnections }, async () => {
    while (performance.now() < until) {
      const bearer = token_of();
      const { status } = await request(suite.gateway.url, 'GET', path, undefined, bearer ? { authorization: `Bearer ${bearer}` } : {}, { agent });
      if (status !== wanted) throw new Error(`${path}: ${status}`);
      asked += 1;
    }
  }));
  const [gateway, service] = cpu().map((now, i) => ((now - before[i]) / asked) * 1e6);
  agent.destroy();
  return { per_second: asked / kSeconds, gateway, service };
}

try {
  console.log(`\nWhat a token costs, ${kConnections} connections, ${kSeconds} s a cell: CPU µs of a request\n`);
  let first;
  for (const [what, cell] of Object.entries(cells)) {
    const { per_second, gateway, service } = await measure(cell);
    first ??= gateway;
    console.log(`${what.padEnd(26)} requests/s ${per_second.toFixed(0).padStart(6)}   gateway ${gateway.toFixed(0).padStart(4)} (${(gateway / first).toFixed(2)})   ` +
      `service ${service.toFixed(0).padStart(4)}`);
  }
} finally {
  await suite.stop();
}
