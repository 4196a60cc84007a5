// HAProxy in front of a test's services, with the configuration the project's own renderer writes.
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { request } from './http.mjs';
import { free_port } from './postgres.mjs';
import { Program, eventually } from './processes.mjs';
import { kRoot, kServiceToken } from './services.mjs';
import { test_key, write_jwks } from './tokens.mjs';

const kSyncSigningKeys = join(kRoot, 'deploy/gateway/sync-signing-keys');
const kNoLimits = Object.fromEntries(['PER_ADDRESS', 'PER_SUBJECT', 'SIGN_IN', 'WEBHOOKS', 'DENIALS'].map((name) => [`GATEWAY_RATE_${name}`, '1000000000']));

// Where services call each other, each at the port of its first instance, which listens at another loopback address.
export const kBetweenServices = '127.0.0.2';

class Gateway {
  constructor(suite) {
    this.suite = suite;
    this.folder = join(suite.folder, 'gateway');
    this.program = new Program({
      name: 'gateway',
      folder: suite.folder,
      restart: suite.options.supervise,
      cwd: this.folder,
      argv: () => ['haproxy', '-W', '-p', 'haproxy.pid', '-f', 'haproxy.cfg'],
      env: { SERVICE_TOKEN: kServiceToken },
      good_ends: [0, 143],  // the master passes on that it was asked to end
    });
    this.follower = new Program({ name: 'gateway-keys', folder: suite.folder, argv: () => [kSyncSigningKeys],
      env: () => ({ ...this.#environment(), GATEWAY_KEYS_EVERY: '0.2' }), good_ends: [0, 143] });
  }

  async start() {
    mkdirSync(this.folder);
    [this.port, this.tls_port, this.metrics_port, this.peers_port] =
      [await free_port(), await free_port(), await free_port(), await free_port()];
    this.url = `http://127.0.0.1:${this.port}`;
    this.tls_url = `https://127.0.0.1:${this.tls_port}`;
    this.metrics_url = `http://127.0.0.1:${this.metrics_port}`;
    this.#make_certificate();
    await this.render();
    this.program.start();
    await this.ready();
    this.follower.start();
  }

  #make_certificate() {
    const [key, certificate] = ['key.pem', 'certificate.pem'].map((name) => join(this.folder, name));
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1',
      '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', key, '-out', certificate],
    { stdio: 'ignore' });
    writeFileSync(join(this.folder, 'tls.pem'), readFileSync(certificate, 'utf8') + readFileSync(key, 'utf8'));
  }

  #environment() {
    const servers = (name) => this.suite.instances[name].map(({ port }) => `127.0.0.1:${port}`).join(',');
    const names = Object.keys(this.suite.instances).filter((name) => name !== 'mqtt-bridge' && this.suite.instances[name].length);
    return {
      PATH: process.env.PATH,
      SERVICES: names.join(' '),
      ...Object.fromEntries(names.map((name) => [`${name.toUpperCase()}_SERVERS`, servers(name)])),
      GATEWAY_PORT: String(this.port),
      GATEWAY_TLS_PORT: String(this.tls_port),
      GATEWAY_CERTIFICATE: join(this.folder, 'tls.pem'),
      GATEWAY_METRICS_PORT: String(this.metrics_port),
      GATEWAY_PEERS_PORT: String(this.peers_port),
      GATEWAY_FOLDER: this.folder,
      ...(this.suite.options.gateway === 'between' && { GATEWAY_INTERNAL_BIND: kBetweenServices }),
      JWKS_URL: `file://${this.suite.jwks_file}`,
      ...kNoLimits,
      ...this.suite.options.gateway_env,
    };
  }

  // The configuration for the services as they are, and the keys as they are published.
  async render() {
    if (!this.suite.jwks_file) {
      this.suite.jwks_file = join(this.suite.folder, 'jwks.json');
      write_jwks(this.suite.jwks_file, test_key);
    }
    await promisify(execFile)(kSyncSigningKeys, ['once'], { env: this.#environment() });  // the keys may be published by this test
  }

  ready() {
    const asks = async () => (await request(this.url, 'GET', '/readyz', undefined, {}, { timeout_ms: 2000 })).status === 200;
    return eventually(asks, `the gateway is ready\n${this.program.log().slice(-2000)}`);
  }

  // A new worker with the configuration as it is now; the old one ends when its connections have.
  async reload() {
    const workers = () => this.program.log().match(/Loading success/g)?.length ?? 0;
    const before = workers();
    for (let tries = 0; workers() === before; ++tries) {
      if (tries === 8) throw new Error('HAProxy has not reloaded');
      this.program.child.kill('SIGUSR2');  // a signal that comes while it is still reloading may be lost
      await eventually(() => workers() > before, 'HAProxy reloads', { within_ms: 4000 }).catch(() => {});
    }
  }

  // Whether its health checks have seen every instance of the service ready.
  async knows_all(name) {
    const { text } = await request(this.metrics_url, 'GET', '/metrics');
    const up = text.match(new RegExp(`^haproxy_server_status\\{proxy="${name}",server="[^"]*",state="UP"\\} 1$`, 'gm'));
    return up?.length === this.suite.instances[name].length;
  }

  // The access log's lines; between them HAProxy writes notices that are not JSON.
  access_log() {
    return this.program.log().split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  }
}

export async function start_gateway(suite) {
  const gateway = new Gateway(suite);
  suite.gateway = gateway;
  await gateway.start();
}
