// A factory for a test: catalog with its database, a broker, the bridge between them, and `quittance simulate factory`.
//
//   const factory = await start_factory({ machines: ['press-07', 'press-08'] });
//   const run = factory.simulate(['--rate', '0', '--count', '1000', '--record', factory.file('run.jsonl')]);
//   await run.end                                  // {code, output}
//   await factory.check('run.jsonl')               // {code, output}
//   await factory.stop();
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Mosquitto, kBridgeUser, password_of } from './mosquitto.mjs';
import { Instance, program_path } from './services.mjs';
import { token } from './tokens.mjs';
import { start_suite } from './suite.mjs';

export async function start_factory({ machines = ['press-07', 'press-08'], orders = 0, payment = 0 } = {}) {
  const factory = new Factory(await start_suite({ payment, orders, catalog: 1 }), machines);
  try {
    await factory.start();
    return factory;
  } catch (error) {
    await factory.stop().catch(() => {});
    throw error;
  }
}

class Factory {
  constructor(suite, machines) {
    Object.assign(this, { suite, machines, running: new Set() });
    this.broker = new Mosquitto(suite.folder, { machines });
  }

  async start() {
    await this.broker.create();
    this.bridge = new Instance({
      name: 'mqtt-bridge', number: 1, folder: this.suite.folder,
      env: { MQTT_URL: this.broker.url, MQTT_USERNAME: kBridgeUser, MQTT_PASSWORD: password_of(kBridgeUser),
        MQTT_CLIENT_ID: 'bridge', CATALOG_URL: this.suite.instance('catalog').url },
    });
    await this.bridge.start();
    this.credentials = this.file('credentials');
    writeFileSync(this.credentials, this.machines.map((name) => `${name} ${name} ${password_of(name)}\n`).join(''), { mode: 0o600 });
  }

  file(name) {
    return join(this.suite.folder, name);
  }

  simulate(options) {
    const machines = this.machines.flatMap((name) => ['--machine', `lyon/pressing/line-1/${name}`]);
    const credentials = options.includes('--credentials') ? [] : ['--credentials', this.credentials];
    return this.#run(['simulate', 'factory', '--register', ...credentials, ...machines, ...options]);
  }

  check(record, options = ['--within', '20']) {
    return this.#run(['check', 'factory', '--record', this.file(record), ...options]).end;
  }

  #run(argv) {
    const child = spawn(program_path('quittance'), argv, {
      cwd: this.suite.folder,
      env: { PATH: process.env.PATH, MQTT_URL: this.broker.url, QUITTANCE_URL: this.suite.instance('catalog').url,
        QUITTANCE_TOKEN: token(), ASAN_OPTIONS: 'exitcode=86', UBSAN_OPTIONS: 'print_stacktrace=1' },
    });
    this.running.add(child);
    const run = { child, output: '' };
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => { run.output += data; });
    run.end = new Promise((resolve) => child.once('close', (code, signal) => {
      this.running.delete(child);
      resolve({ code, signal, output: run.output });
    }));
    return run;
  }

  async stop() {
    for (const child of this.running) child.kill('SIGKILL');
    await this.bridge?.program.stop();
    await this.broker.stop();
    await this.suite.stop();
    const { program } = this.bridge;
    const faults = [...program.faults, program.sanitizer_report()].filter(Boolean);
    if (faults.length) throw new Error(`the bridge did not end well:\n${faults.join('\n')}`);
  }
}
