// A password is changed while clients, auth, PostgreSQL and RabbitMQ are killed at random: the new one works, the old one
// does not, and exactly one change was applied. Once with auth told over HTTP, once through RabbitMQ.
//
// SEED replays the choice of victims and moments, FAULTS_ROUNDS changes how many passwords are changed.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { a_registration, kClients, kPassword } from '../support/clients.mjs';
import { request } from '../support/http.mjs';
import { neighbours } from '../support/neighbours.mjs';
import { RabbitMq } from '../support/rabbitmq.mjs';
import { seeded_random } from '../support/random.mjs';
import { start_suite } from '../support/suite.mjs';

const kRounds = Number(process.env.FAULTS_ROUNDS ?? 20);
const random = seeded_random();

let suite;
let broker;

const lasting = { RELAY_MAX_ATTEMPTS: 1000, RELAY_BACKOFF_MAX_MS: 2000 };
const start = (more = {}) => start_suite({ auth: 1, clients: 1, payment: 0, orders: 0, supervise: true,
  env: neighbours({ clients: { ...lasting, ...more.clients }, auth: { ...lasting, ...more.auth } }) });

async function start_with_broker(folder) {
  broker = new RabbitMq(folder);
  await broker.create();
  suite = await start({
    clients: { EVENT_SINKS: `auth client.* ${broker.url}; mail mail.requested file://${folder}` },
    auth: { AMQP_URL: broker.url, AMQP_BINDINGS: 'client.*', AMQP_TRIES: 100, AMQP_BACKOFF_MAX_MS: 1000 },
  });
}

// Asks until the answer is one of `wanted`: what came in between was cut off, or is a 503.
async function until(wanted, ask) {
  for (let pause_ms = 50; ; pause_ms = Math.min(pause_ms * 2, 500)) {
    const answer = await ask().catch(({ code }) => ({ status: code ?? 'cut off', text: '' }));
    if (wanted.includes(answer.status)) return answer;
    assert.ok(typeof answer.status === 'string' || answer.status === 503, `${answer.status} ${answer.text}`);
    await sleep(pause_ms);
  }
}

const log_in = (email, password) => until([200, 401, 429],
  () => request(suite.instance('auth').url, 'POST', '/api/v1/auth/login', { email, password }, {}, { timeout_ms: 5000 }));

async function register() {
  const registration = a_registration();
  const client = (await until([201], () => suite.api('POST', kClients, registration, { 'idempotency-key': registration.email }, { timeout_ms: 5000 }))).json;
  await suite.eventually(async () => (await log_in(client.email, kPassword)).status === 200, 'auth knows the client', { within_ms: 60_000, every_ms: 200 });
  return client;
}

function change(client, old_password, new_password, key) {
  return until([202], () => suite.api('POST', `${kClients}/${client.id}/password`, { old_password, new_password }, { 'idempotency-key': key },
    { as: { role: 'client', subject: client.id }, timeout_ms: 5000 }));
}

async function settled(client, { id }) {
  const path = `${kClients}/${client.id}/password-changes/${id}`;
  const ask = () => suite.api('GET', path, undefined, {}, { as: { role: 'client', subject: client.id }, timeout_ms: 5000 });
  return suite.eventually(async () => {
    const { json } = await until([200], ask);
    return json.status !== 'pending' && json;
  }, 'auth says what became of it', { within_ms: 60_000, every_ms: 100 });
}

const victims = () => ['clients', 'auth', 'postgres', ...(broker ? ['rabbitmq'] : [])];

async function kill(victim) {
  if (victim !== 'rabbitmq') await suite.kill(victim, 'SIGKILL');
  else await broker.kill();
  if (victim === 'postgres') await suite.postgres.ready();
  if (victim === 'rabbitmq') await broker.start();
}

// Kills while `work` goes on, once at least.
async function killing(work) {
  let done = false;
  const killed = [];
  const kills = (async () => {
    do {
      await sleep(random.between(0, 300));
      const victim = random.one_of(victims());
      killed.push(victim);
      await kill(victim);
      await sleep(random.between(100, 900));
    } while (!done && killed.length < 6);
  })();
  try {
    return { result: await work(), killed };
  } finally {
    done = true;
    await kills;
    await Promise.all(['clients', 'auth'].map((name) => suite.instance(name).ready()));
  }
}

async function change_under_kills() {
  for (let round = 1; round <= kRounds; ++round) {
    const client = await register();
    const wanted = `password of round ${round}`;
    const { result, killed } = await killing(async () => {
      const asked = (await change(client, kPassword, wanted, `right-${client.id}`)).json;
      const right = await settled(client, asked);
      const wrong = (await change(client, 'never was the password', 'nor will be this one', `wrong-${client.id}`)).json;
      return { asked, ends: [right, await settled(client, wrong)] };
    });
    assert.deepEqual(result.ends.map(({ status }) => status), ['applied', 'refused'], `round ${round}`);
    assert.equal((await log_in(client.email, wanted)).status, 200, `round ${round}: the new password works`);
    assert.equal((await log_in(client.email, kPassword)).status, 401, `round ${round}: the old one does not`);
    const here = await suite.sql('clients', 'select id, status from password_changes where client_id = $1 order by id', [client.id]);
    assert.deepEqual(here.map(({ status }) => status), ['applied', 'refused'], `round ${round}: two were asked for`);
    const there = await suite.sql('auth', 'select change_id, outcome from password_changes where user_id = $1 order by change_id', [client.id]);
    assert.deepEqual(there.map(({ change_id, outcome }) => [change_id, outcome]), [[result.asked.id, 'applied'], [here[1].id, 'refused']]);
    const noted = await suite.sql('auth', "select count(*) from audit_log where object = $1 and action like '%password%' and outcome = 'done'", [client.id]);
    assert.equal(noted[0].count, 1, `round ${round}: noted once`);
    console.log(`round ${round}: ${killed.join(', ')} killed; applied once`);
  }
}

const of_rounds = `of ${kRounds} changes under kills each is applied exactly once (SEED=${random.seed})`;

describe('over HTTP', () => {
  before(async () => { suite = await start(); });
  after(() => suite?.stop());
  test(of_rounds, change_under_kills);
});

describe('through RabbitMQ', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quittance-test-'));
  before(() => start_with_broker(folder));
  after(async () => {
    await suite?.stop();
    await broker?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('a change that is taken while auth and RabbitMQ are down is applied once both are up', async () => {
    const client = await register();
    // RabbitMQ 3.10 knows a quorum queue for good only some seconds after it was declared: killed before, it forgets its leader.
    await sleep(12_000);
    await Promise.all([broker.kill(), suite.instance('auth').stop()]);
    const asked = (await change(client, kPassword, 'a password for later', `later-${client.id}`)).json;
    assert.equal(asked.status, 'pending');
    await Promise.all([broker.start(), suite.instance('auth').start()]);
    assert.equal((await settled(client, asked)).status, 'applied');
    assert.equal((await log_in(client.email, 'a password for later')).status, 200);
    assert.equal((await log_in(client.email, kPassword)).status, 401);
  });

  test(of_rounds, change_under_kills);
});
