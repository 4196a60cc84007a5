// Programs that tell each other events and do nothing else (event_peer), on a private PostgreSQL.
//
//   const peers = await start_peers({ teller: { sinks: (at) => `listener thing.* ${at('listener')}` }, listener: {} });
//   await peers.change('teller', ['a', 'b']);            // a change and an event for each
//   await peers.effects('listener', 'a')                 // versions, in the order they took effect
//   await peers.deliveries('teller', { status: 'parked' })
//   peers.stop()
//
// A name's options: sinks, env, instances (1), supervise, crashes: true when its death is part of the test. Addresses of
// receivers that are no peers are taken as they are.
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create_databases } from './databases.mjs';
import { request } from './http.mjs';
import { Postgres, free_port } from './postgres.mjs';
import { eventually } from './processes.mjs';
import { Instance, kRoot, kServiceToken } from './services.mjs';
import { test_key, token as token_of, write_jwks } from './tokens.mjs';

export async function start_peers(options, { postgres } = {}) {
  const peers = new Peers(options, postgres);
  try {
    await peers.start();
    return peers;
  } catch (error) {
    peers.print_logs();
    await peers.stop().catch(() => {});
    throw error;
  }
}

class Peers {
  constructor(options, postgres) {
    this.options = options;
    this.folder = mkdtempSync(join(tmpdir(), 'quittance-test-'));
    chmodSync(this.folder, 0o755);
    this.postgres = new Postgres(this.folder, { settings: postgres ?? {} });
    this.instances = {};
    process.on('exit', (code) => this.#leave(code));
  }

  async start() {
    await this.postgres.create();
    this.jwks_file = join(this.folder, 'jwks.json');
    write_jwks(this.jwks_file, test_key);
    const names = Object.keys(this.options);
    const migrations = join(kRoot, 'tests/support/event_peer/migrations');
    this.databases = create_databases(this.postgres, names, () => migrations);
    this.ports = {};
    for (const name of names) this.ports[name] = await free_port();
    for (const name of names) await this.#start_all(name);
  }

  async #start_all(name) {
    const { sinks, env, instances = 1, supervise = false } = this.options[name];
    const at = (other) => `http://127.0.0.1:${this.ports[other]}/internal/v1/events`;
    this.instances[name] = [];
    for (let number = 1; number <= instances; ++number) {
      const instance = new Instance({
        name: 'event_peer',
        number: `${name}-${number}`,
        port: number === 1 ? this.ports[name] : 0,
        folder: this.folder,
        database_url: this.databases[name].url,
        restart: supervise,
        env: {
          JWKS_URL: `file://${this.jwks_file}`, PEER_NAME: name, EVENT_SINKS: sinks?.(at) ?? '', RELAY_POLL_MS: 50, RELAY_BACKOFF_INITIAL_MS: 100, RELAY_BACKOFF_MAX_MS: 400,
          RELAY_MAX_ATTEMPTS: 5, EVENTS_DEADLINE_MS: 1500, PEER_DIE_AFTER: this.die_file(name), ...env,
        },
      });
      this.instances[name].push(instance);
      await instance.start();
    }
  }

  die_file(name) {
    return join(this.folder, `${name}-dies`);
  }

  instance(name, which = 0) {
    return this.instances[name][which];
  }

  api(name, method, path, body, { which = 0, token, headers = {} } = {}) {
    const bearer = token ?? (path.startsWith('/internal/') ? kServiceToken : token_of());
    return request(this.instance(name, which).url, method, path, body, { authorization: `Bearer ${bearer}`, ...headers });
  }

  async change(name, subjects, { type = 'thing.changed', data = {}, which, ...rest } = {}) {
    const answer = await this.api(name, 'POST', '/internal/v1/changes', { type, subjects, data, ...rest }, { which });
    if (answer.status !== 200) throw new Error(`change refused: ${answer.status} ${answer.text}`);
  }

  // Every subject's effects are its versions 1 to its last, each once, in order.
  async expect_all_once(name, subjects, last) {
    const rows = await this.sql(name, 'select subject, array_agg(version order by position)::int[] as versions from effects group by subject');
    const seen = new Map(rows.map((row) => [row.subject, row.versions]));
    const wanted = Array.from({ length: last }, (_, i) => i + 1);
    for (const subject of subjects) assert.deepEqual(seen.get(subject) ?? [], wanted, subject);
  }

  sql(name, statement, values) {
    return this.postgres.query(name, statement, values);
  }

  // The versions of a subject that took effect, in order; of all subjects as "subject version" without one.
  async effects(name, subject) {
    const rows = await this.sql(name, 'select subject, version from effects where $1::text is null or subject = $1 order by position', [subject]);
    return rows.map((row) => (subject === undefined ? `${row.subject} ${row.version}` : Number(row.version)));
  }

  async cure(name, subject) {
    await this.sql(name, 'insert into cured values ($1) on conflict do nothing', [subject]);
  }

  async deliveries(name, query = {}) {
    const answer = await this.api(name, 'GET', `/api/v1/${name}/deliveries?${new URLSearchParams(query)}`);
    if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
    return answer.json.data;
  }

  // How many deliveries there are of each status.
  async statuses(name) {
    const rows = await this.sql(name, 'select state, count(*)::int as count from event_deliveries group by state');
    return Object.fromEntries(rows.map((row) => [row.state, row.count]));
  }

  async all_delivered(name, count, options) {
    await eventually(async () => {
      const [row] = await this.sql(name, `select count(*)::int as all, count(*) filter (where state = 'delivered')::int as done,
        (select count(*)::int from outbox where routed_at is null) as unrouted from event_deliveries`);
      return row.unrouted === 0 && row.done === row.all && (count === undefined || row.all === count);
    }, `everything ${name} told is delivered`, options);
  }

  eventually(ready, what, options) {
    return eventually(ready, what, options);
  }

  #programs() {
    return Object.values(this.instances).flat().map((instance) => instance.program);
  }

  async stop() {
    const programs = this.#programs();
    await Promise.all(programs.map((program) => program.stop()));
    await this.postgres.stop();
    for (const [name, instances] of Object.entries(this.instances)) {
      if (this.options[name].crashes) for (const { program } of instances) program.faults.length = 0;
    }
    const faults = programs.flatMap((program) => [...program.faults, program.sanitizer_report()].filter(Boolean));
    if (faults.length) throw new Error(`peers did not end well:\n${faults.join('\n')}`);
  }

  print_logs() {
    for (const program of [...this.#programs(), this.postgres.program]) {
      console.error(`--- ${program.name} (${program.log_file})\n${program.log().slice(-3000)}`);
    }
  }

  // The folder stays when the test failed.
  #leave(code) {
    if (code || process.exitCode) this.print_logs();
    else rmSync(this.folder, { recursive: true, force: true });
  }
}
