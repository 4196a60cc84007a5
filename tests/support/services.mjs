// The services of the suite as a test runs them: the built programs, each instance on a free port.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { request } from './http.mjs';
import { Program, eventually } from './processes.mjs';

export const kRoot = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
export const kBuild = resolve(kRoot, process.env.QUITTANCE_BUILD ?? 'build/release');
export const kServiceToken = 'service-token-of-a-test-0123456789';
export const kEventsSecret = 'whsec_' + Buffer.from('events-secret-of-a-test-32-bytes').toString('base64');
// What `auth` opens sealed passwords with, and the key that is known to seal them.
export const kSealPublicKey = 'SjgH0GTQdxgcwHCYnnaJHSDcpVWVSNwsd8GlAnOIKzg=';
export const kSealSecretKey = 'd3iPGgzqABomMdrl0F29BiAI1bMPULnim+sqeCIokAQ=';
// Locks the secrets of subscriptions.
export const kWebhookSecretsKey = Buffer.from('webhook-secrets-key-of-a-test-32').toString('base64');
export const kWebhookSecret = 'whsec_test_0123456789abcdefghijklmnop';

const kSwaggerUi = join(kRoot, 'libs/runtime/swagger-ui/node_modules/swagger-ui-dist');

export function program_path(name) {
  const path = join(kBuild, 'bin', name);
  if (!existsSync(path)) throw new Error(`${path} is not built`);
  return path;
}

const lsan_options = (file) => `suppressions=${kRoot}/tests/${file}:print_suppressions=0`;

const kOwnVariables = {
  payment: { ORDERS_DEADLINE_MS: 1000, ANSWER_DEADLINE_MS: 4000, ORDER_GRACE_MS: 60_000, BACKOFF_INITIAL_MS: 200,
    BACKOFF_MAX_MS: 1000, STRIPE_WEBHOOK_SECRET: kWebhookSecret },
  orders: {},
  catalog: {},
  auth: {},
  clients: { PASSWORD_SEAL_PUBLIC_KEY: kSealPublicKey },
  'mqtt-bridge': { BACKOFF_MAX_MS: 500, ACK_INTERVAL_MS: 50, COMMAND_POLL_MS: 100, CATALOG_DEADLINE_MS: 3000,
    LSAN_OPTIONS: lsan_options('lsan-bridge.supp') },
};

// One running program of a service. Its port is the one it found first, also after a restart.
export class Instance {
  constructor({ name, number, folder, database_url, restart, env, port = 0 }) {
    this.name = name;
    this.port = port;
    this.changed = {};
    this.program = new Program({
      name: `${name}-${number}`,
      folder,
      restart,
      argv: () => [program_path(name)],
      env: () => ({
        LISTEN: `127.0.0.1:${this.port}`,
        DATABASE_URL: database_url,
        JWKS_POLL_MS: 200,
        METRICS_POLL_MS: 200,
        SERVICE_TOKEN: kServiceToken,
        EVENTS_SECRET: kEventsSecret,
        WEBHOOK_SECRETS_KEY: kWebhookSecretsKey,
        RELAY_POLL_MS: 100,
        RELAY_BACKOFF_INITIAL_MS: 100,
        RELAY_BACKOFF_MAX_MS: 500,
        DRAIN_MS: 100,
        SWAGGER_UI_DIR: kSwaggerUi,
        ASAN_OPTIONS: 'abort_on_error=0:exitcode=86:detect_leaks=1',
        LSAN_OPTIONS: lsan_options('lsan.supp'),
        UBSAN_OPTIONS: 'print_stacktrace=1',
        TSAN_OPTIONS: `suppressions=${kRoot}/tests/tsan.supp exitcode=86`,
        ...kOwnVariables[name],
        ...env,
        ...this.changed,
      }),
    });
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  async start() {
    this.program.start();
    this.port = await eventually(() => this.#listening(), `${this.name} listens\n${this.program.log().slice(-2000)}`);
    await this.ready();
  }

  #listening() {
    const line = this.program.log().match(/^.*"message":"listening".*$/m)?.[0];
    if (!line && !this.program.alive) throw new Error(`it ended: ${this.program.log().slice(-2000)}`);
    return line && JSON.parse(line).port;
  }

  ready(within_ms = 20_000) {
    const asks = async () => (await request(this.url, 'GET', '/readyz', undefined, {}, { timeout_ms: 2000 })).status === 200;
    return eventually(asks, `${this.program.name} is ready`, { within_ms });
  }

  kill(signal) {
    return this.program.kill(signal);
  }

  // With variables of its own from now on.
  async restart(changed = {}) {
    Object.assign(this.changed, changed);
    await this.program.stop();
    await this.start();
  }

  stop() {
    return this.program.stop();
  }
}
