// The suite in containers, private to one test: an engine, images, a Compose project of its own on free ports.
//
//   const stack = new Stack();
//   await stack.start_engine(); await stack.build(); await stack.up();
//   await stack.whole()                          // every container healthy, every service behind the gateway
//   await stack.docker('kill', id); await stack.compose('logs', 'payment');
//   await stack.remove();                        // containers, volumes, networks, images, the engine if it is ours
// KEEP_IMAGES=1 leaves the images, so that building them again is quick.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { program_token } from './auth.mjs';
import { serve_compiler_cache } from './compiler_cache.mjs';
import { request } from './http.mjs';
import { free_port } from './postgres.mjs';
import { eventually } from './processes.mjs';
import { kRoot } from './services.mjs';

const kProfiles = ['--profile', 'observe'];
const kCachePort = 8190;  // always the same: Docker builds anew when an argument changes
export const kStateless = ['auth', 'payment', 'orders', 'catalog', 'clients'];
export const kServices = [...kStateless, 'mqtt-bridge'];

export class Stack {
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'quittance-containers-'));
    this.env = { ...process.env, COMPOSE_PROJECT_NAME: `quittance-test-${process.pid}`, QUITTANCE_TAG: 'test' };
  }

  // Answers standard output; rejects with everything that was said.
  async run(program, args, { minutes = 3, env = {} } = {}) {
    const options = { env: { ...this.env, ...env }, cwd: kRoot, timeout: minutes * 60_000, maxBuffer: 1 << 28 };
    try {
      return (await promisify(execFile)(program, args, options)).stdout;
    } catch (error) {
      const said = `${error.stdout ?? ''}${error.stderr ?? ''}`.slice(-3000);
      throw new Error(`${program} ${args.join(' ')} ended with ${error.code ?? error.signal}:\n${said}`);
    }
  }

  docker(...args) {
    return this.run('docker', args);
  }

  compose(...args) {
    return this.run('docker/compose', args);
  }

  async start_engine() {
    const host = (await this.run('docker/engine', ['start', join(this.folder, 'engine')])).trim();
    if (host) this.env.DOCKER_HOST = host;
    this.own_engine = Boolean(host);
    await this.run('docker/local-base.sh', [], { minutes: 10 });
  }

  // What this machine's compiler has made already is not made again.
  async build() {
    const folder = (await this.run('ccache', ['--get-config', 'cache_dir'])).trim();
    const [{ IPAM: { Config: [{ Gateway, Subnet }] } }] = JSON.parse(await this.docker('network', 'inspect', 'bridge'));
    const host = Gateway || Subnet.replace(/0\/\d+$/, '1');
    const cache = await serve_compiler_cache(folder, host, kCachePort);
    try {
      this.env.CCACHE_REMOTE_STORAGE = cache.url;
      await this.run('docker/compose', [...kProfiles, 'build'], { minutes: 30 });
      return cache.counts;
    } finally {
      await cache.close();
    }
  }

  // Answers how long it took until everything was healthy.
  async up() {
    for (const name of ['GATEWAY_PORT', 'GATEWAY_TLS_PORT', 'MQTT_TLS_PORT', 'PROMETHEUS_PORT']) this.env[name] = String(await free_port());
    this.env.DOCKER_FOLDER = (await this.docker('info', '--format', '{{.DockerRootDir}}')).trim();
    const started = performance.now();
    await this.run('docker/compose', [...kProfiles, 'up', '-d', '--no-build'], { minutes: 5 });
    await this.whole({ within_ms: 180_000 });
    const seconds = (performance.now() - started) / 1000;
    await this.#read_dev_env();
    return seconds;
  }

  async #read_dev_env() {
    const file = (await this.run('docker/dev-env', [join(this.folder, 'env')])).trim();
    this.dev_env = Object.fromEntries(readFileSync(file, 'utf8').trim().split('\n').map((line) => line.split(/=(.*)/s).slice(0, 2)));
    this.url = this.dev_env.QUITTANCE_URL;
  }

  // Every container of this project: {id, name, service, state, health, exit_code, image, …} as `docker inspect` has them.
  async containers() {
    const ids = (await this.docker('ps', '-aq', '--filter', `label=com.docker.compose.project=${this.env.COMPOSE_PROJECT_NAME}`)).split('\n').filter(Boolean);
    if (!ids.length) return [];
    return JSON.parse(await this.docker('inspect', ...ids)).map((inspected) => ({
      id: inspected.Id,
      name: inspected.Name.slice(1),
      service: inspected.Config.Labels['com.docker.compose.service'],
      image: inspected.Config.Image,
      state: inspected.State.Status,
      health: inspected.State.Health?.Status,
      exit_code: inspected.State.ExitCode,
      pid: inspected.State.Pid,
      inspected,
    }));
  }

  async running(service) {
    return (await this.containers()).filter((container) => container.state === 'running' && (!service || container.service === service));
  }

  // Runs to its end and is not there any more: what makes secrets and schemas.
  static is_job({ service }) {
    return service === 'secrets' || service.startsWith('migrate-');
  }

  async #ailing() {
    const all = await this.containers();
    const ill = all.filter((container) => (Stack.is_job(container)
      ? container.state !== 'exited' || container.exit_code !== 0 : container.state !== 'running' || container.health !== 'healthy'));
    if (ill.length || !all.length) return ill.map(({ name, state, health }) => `${name} ${state} ${health ?? ''}`);
    const { status, text } = await request(`http://127.0.0.1:${this.env.GATEWAY_PORT}`, 'GET', '/readyz', undefined, {}, { timeout_ms: 3000 });
    return status === 200 ? [] : [`the gateway says ${status}: ${text}`];
  }

  whole({ within_ms = 60_000 } = {}) {
    const is_whole = async () => {
      const ill = await this.#ailing();
      if (ill.length) throw new Error(ill.join(', '));
      return true;
    };
    return eventually(is_whole, 'every container is healthy', { within_ms, every_ms: 300 });
  }

  async token() {
    const id = this.dev_env.QUITTANCE_CLIENT_ID;
    if (!this.given || this.given.until < Date.now()) {
      const answer = await program_token(this.url, { id, secret: this.dev_env.QUITTANCE_CLIENT_SECRET });
      if (answer.status !== 200) throw new Error(`no token: ${answer.status} ${answer.text}`);
      this.given = { token: answer.json.access_token, until: Date.now() + 120_000 };
    }
    return this.given.token;
  }

  async api(method, path, body, headers = {}) {
    return request(this.url, method, path, body, { authorization: `Bearer ${await this.token()}`, ...headers }, { timeout_ms: 15_000 });
  }

  async print_logs() {
    for (const { name, id, state } of await this.containers().catch(() => [])) {
      const log = await this.run('sh', ['-c', 'docker logs --tail 25 "$1" 2>&1', 'sh', id]).catch((error) => error.message);
      console.error(`--- ${name} (${state})\n${log}`);
    }
  }

  async remove() {
    await this.run('docker/compose', [...kProfiles, 'down', '--volumes', '--remove-orphans', '--timeout', '5'], { minutes: 5 });
    if (!process.env.KEEP_IMAGES && !this.own_engine) await this.#remove_images();
    if (this.own_engine) await this.run('docker/engine', ['stop', join(this.folder, 'engine')]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #remove_images() {
    const ids = (await this.docker('images', '-q', '--filter', 'reference=quittance/*:test')).split('\n').filter(Boolean);
    if (ids.length) await this.docker('rmi', '--force', ...new Set(ids));
    await this.docker('image', 'prune', '--force', '--filter', 'label=com.quittance.stage');
  }
}
