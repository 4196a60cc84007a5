// The service `auth` as a test runs it: real PostgreSQL, the built program, its first admin and first program.
//
//   let auth;
//   before(async () => { auth = await start_auth(); });      // {instances: 2, env: {…}}
//   after(() => auth?.stop());
//
//   await auth.admin('GET', '/api/v1/auth/users')             // with the first program's token
//   await auth.log_in(email, password, { address: '10.0.0.1' })
//   await auth.make_user({ role: 'seller' })                  // {id, email, password}
//   await auth.sql('select …')                                // rows, as the superuser
import { createHmac, generateKeyPairSync, randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { create_databases } from './databases.mjs';
import { request } from './http.mjs';
import { Postgres, free_port } from './postgres.mjs';
import { eventually } from './processes.mjs';
import { Instance, kEventsSecret, kServiceToken } from './services.mjs';

const sodium = createRequire(import.meta.url)('libsodium-wrappers');  // its ES module does not find its other half
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

export const kFirstAdmin = { email: 'first@example.com', password: 'the first of all admins' };
export const kFirstProgram = { id: `prg_${'0123456789abcdef'.repeat(2)}`, secret: 'secret-of-the-first-program-of-a-test' };
export const kKeySecret = Buffer.alloc(32, 7).toString('base64');

// X25519, as libsodium's boxes have it.
export const kSeal = (() => {
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  const last = (key, type) => key.export({ format: 'der', type }).subarray(-32).toString('base64');
  return { public: last(publicKey, 'spki'), secret: last(privateKey, 'pkcs8') };
})();

// Cheap hashes, unless a test is about their price.
export const auth_env = () => ({
  PASSWORD_SEAL_PUBLIC_KEY: kSeal.public, PASSWORD_SEAL_SECRET_KEY: kSeal.secret,
  AUTH_KEY_SECRET: kKeySecret, HASH_PASSES: 1, HASH_MEMORY_KIB: 1024, KEYS_POLL_MS: 100,
  BOOTSTRAP_ADMIN_EMAIL: kFirstAdmin.email, BOOTSTRAP_ADMIN_PASSWORD: kFirstAdmin.password,
  BOOTSTRAP_CLIENT_ID: kFirstProgram.id, BOOTSTRAP_CLIENT_SECRET: kFirstProgram.secret,
});

export async function program_token(url, { id, secret } = kFirstProgram, more = {}) {
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: id, client_secret: secret, ...more });
  return request(url, 'POST', '/api/v1/auth/token', form.toString(), { 'content-type': 'application/x-www-form-urlencoded' });
}

export async function start_auth(options = {}) {
  const auth = new Auth(options);
  try {
    await auth.start();
    return auth;
  } catch (error) {
    auth.print_logs();
    await auth.stop().catch(() => {});
    throw error;
  }
}

class Auth {
  constructor({ instances = 1, env = {} }) {
    this.options = { instances, env };
    this.folder = mkdtempSync(join(tmpdir(), 'quittance-test-'));
    chmodSync(this.folder, 0o755);
    this.postgres = new Postgres(this.folder);
    this.instances = [];
    process.on('exit', (code) => this.#leave(code));
  }

  // Whoever this service tells events: it takes them all.
  async #listen() {
    this.events = [];
    this.receiver = http.createServer((asked, answer) => {
      const parts = [];
      asked.on('data', (part) => parts.push(part));
      asked.on('end', () => {
        const events = JSON.parse(Buffer.concat(parts));
        this.events.push(...events);
        answer.setHeader('content-type', 'application/json');
        answer.end(JSON.stringify({ results: events.map(({ id }) => ({ id, outcome: 'applied' })) }));
      });
    });
    await new Promise((listening) => this.receiver.listen(0, '127.0.0.1', listening));
    this.sink = `test * http://127.0.0.1:${this.receiver.address().port}/events`;
  }

  async start() {
    await this.#listen();
    await this.postgres.create();
    this.database = create_databases(this.postgres, ['auth']).auth;
    for (let number = 1; number <= this.options.instances; ++number) await this.add();
  }

  async add(env = {}) {
    const instance = await this.#make(env);
    this.instances.push(instance);
    await instance.start();
    return instance;
  }

  // One that ends by itself: {code, log}.
  async run(env) {
    const { program } = await this.#make(env);
    program.start();
    const { code } = await program.ended;
    return { code, log: program.log() };
  }

  async #make(env) {
    return new Instance({ name: 'auth', number: this.instances.length + 1, folder: this.folder, port: await free_port(),
      database_url: this.database.url, env: { ...auth_env(), EVENT_SINKS: this.sink, RELAY_POLL_MS: 50, ...this.options.env, ...env } });
  }

  get url() {
    return this.instances[0].url;
  }

  call(method, path, body, headers = {}, options) {
    return request(this.url, method, path, body, headers, options);
  }

  async token() {
    if (!(this.kept?.until > Date.now())) {
      const answer = await program_token(this.url);
      if (answer.status !== 200) throw new Error(`no token: ${answer.status} ${answer.text}`);
      this.kept = { token: answer.json.access_token, until: Date.now() + answer.json.expires_in * 500 };
    }
    return this.kept.token;
  }

  async admin(method, path, body, headers = {}) {
    return this.call(method, path, body, { authorization: `Bearer ${await this.token()}`, ...headers });
  }

  internal(method, path, body, headers = {}) {
    return this.call(method, path, body, { authorization: `Bearer ${kServiceToken}`, ...headers });
  }

  log_in(email, password, { address, url = this.url } = {}) {
    return request(url, 'POST', '/api/v1/auth/login', { email, password }, address ? { 'x-forwarded-for': address } : {},
      { timeout_ms: 60_000 });
  }

  refresh(refresh_token) {
    return this.call('POST', '/api/v1/auth/refresh', { refresh_token });
  }

  async make_user({ role = 'seller', email = `u-${randomBytes(6).toString('hex')}@example.com`, password = 'a password of a test' } = {}) {
    const answer = await this.admin('POST', '/api/v1/auth/users', { email, name: 'Somebody', role, password });
    if (answer.status !== 201) throw new Error(`no user: ${answer.status} ${answer.text}`);
    return { id: answer.json.id, email, password };
  }

  sql(statement, values) {
    return this.postgres.query('credentials', statement, values);
  }

  // As `clients` seals passwords.
  async seal(text) {
    await sodium.ready;
    return Buffer.from(sodium.crypto_box_seal(text, Buffer.from(kSeal.public, 'base64'))).toString('base64');
  }

  // A list of events, as another service's relay delivers it.
  tell(events) {
    const body = JSON.stringify(events);
    const [id, timestamp] = [`msg_${randomBytes(8).toString('hex')}`, Math.floor(Date.now() / 1000)];
    const key = Buffer.from(kEventsSecret.slice('whsec_'.length), 'base64');
    const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
    return this.internal('POST', '/internal/v1/events', body, { 'content-type': 'application/cloudevents-batch+json',
      'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` });
  }

  // Events told of one type: at least `least` of `subject`.
  told(type, subject, least = 0) {
    const found = () => this.events.filter((event) => event.type === type && (!subject || event.subject === subject));
    return eventually(() => found().length >= least && found(), `${type} is told of ${subject ?? 'somebody'}`);
  }

  // The last token mailed to somebody.
  mailed(email, template) {
    return eventually(async () => {
      const mails = (await this.told('mail.requested')).filter(({ data }) => data?.to.email === email && data.template === template);
      return mails.at(-1)?.data.variables.token;
    }, `a mail ${template} to ${email}`);
  }

  // Newest first.
  async audit(query = {}) {
    const answer = await this.admin('GET', `/api/v1/auth/audit?${new URLSearchParams({ limit: 100, ...query })}`);
    if (answer.status !== 200) throw new Error(`no audit log: ${answer.status} ${answer.text}`);
    return answer.json.data;
  }

  async metric(name, which = 0) {
    const text = (await request(this.instances[which].url, 'GET', '/metrics')).text;
    const lines = text.split('\n').filter((line) => line.startsWith(name) && /[ {]/.test(line[name.length]));
    return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  }

  async stop() {
    const programs = this.instances.map((instance) => instance.program);
    await Promise.all(programs.map((program) => program.stop()));
    await this.postgres.stop();
    this.receiver?.close();
    this.receiver?.closeAllConnections();
    const faults = programs.flatMap((program) => [...program.faults, program.sanitizer_report()].filter(Boolean));
    if (faults.length) throw new Error(`auth did not end well:\n${faults.join('\n')}`);
  }

  print_logs() {
    for (const program of [...this.instances.map((instance) => instance.program), this.postgres.program])
      console.error(`--- ${program.name} (${program.log_file})\n${program.log().slice(-3000)}`);
  }

  #leave(code) {
    if (code || process.exitCode) this.print_logs();
    else rmSync(this.folder, { recursive: true, force: true });
  }
}

// A hundred at once, one of them right; meanwhile others ask for something else. Answers what became of all of them.
export async function hundred_logins(auth, instance, user) {
  const rss_mib = () => Number(readFileSync(`/proc/${instance.program.pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1]) / 1024;
  const done = { logins: 0, statuses: {}, others: [], max_mib: 0 };
  const logins = Array.from({ length: 100 }, async (_, i) => {
    const { status } = await auth.log_in(i ? `nobody-${i}@example.com` : user.email, user.password, { url: instance.url });
    done.statuses[status] = (done.statuses[status] ?? 0) + 1;
    ++done.logins;
  });
  while (done.logins < 100) {
    const { status, took_ms } = await request(instance.url, 'GET', '/api/v1/auth/jwks.json');
    if (status !== 200) throw new Error(`somebody else got ${status}`);
    if (done.logins < 90) done.others.push(took_ms);
    done.max_mib = Math.max(done.max_mib, rss_mib());
  }
  await Promise.all(logins);
  done.others.sort((a, b) => a - b);
  done.median_ms = done.others[done.others.length >> 1];
  return done;
}
