// A private Mosquitto for one test file: passwords, ACL, persistence and TLS as in production, on free ports.
//
//   const broker = new Mosquitto(folder, { machines: ['press-07', 'press-08'] });
//   await broker.create();                        // and start
//   const machine = await broker.connect('press-07');        // an MQTT 5 client of the package mqtt
//   await machine.publishAsync(topic, JSON.stringify(event), { qos: 1 });
//   await broker.kill(); await broker.start();
import { execFileSync } from 'node:child_process';
import { chownSync, copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { free_port } from './postgres.mjs';
import { Program, eventually } from './processes.mjs';
import { kRoot } from './services.mjs';

export const kBridgeUser = 'mqtt-bridge';
export const password_of = (user) => `${user}-password-of-a-test`;

// As root Mosquitto becomes the user mosquitto by itself, which must own what it writes.
function own_by_mosquitto(folder) {
  if (process.getuid() !== 0) return;
  const id = (flag) => Number(execFileSync('id', [flag, 'mosquitto'], { encoding: 'utf8' }));
  for (const path of [folder, ...readdirSync(folder).map((name) => join(folder, name))]) chownSync(path, id('-u'), id('-g'));
}

export class Mosquitto {
  constructor(folder, { machines = ['press-07', 'press-08'], restart = false, settings = [] } = {}) {
    this.folder = join(folder, 'mosquitto');
    this.users = [kBridgeUser, ...machines];
    this.settings = settings;
    this.clients = new Set();
    this.program = new Program({
      name: 'mosquitto',
      folder,
      restart,
      argv: () => ['/usr/sbin/mosquitto', '-c', join(this.folder, 'mosquitto.conf')],
    });
  }

  // What a bridge connects with; each has a session of its own.
  bridge_env(number) {
    return { MQTT_URL: this.url, MQTT_USERNAME: kBridgeUser, MQTT_PASSWORD: password_of(kBridgeUser), MQTT_CLIENT_ID: `bridge-${number}` };
  }

  async create() {
    [this.port, this.tls_port] = [await free_port(), await free_port()];
    this.url = `mqtt://127.0.0.1:${this.port}`;
    this.tls_url = `mqtts://127.0.0.1:${this.tls_port}`;
    this.ca_file = join(this.folder, 'cert.pem');
    mkdirSync(this.folder, { recursive: true });
    this.#make_certificate();
    this.#write_passwords();
    this.#write_configuration();
    own_by_mosquitto(this.folder);
    await this.start();
  }

  #make_certificate() {
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1',
      '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1',
      '-keyout', join(this.folder, 'key.pem'), '-out', this.ca_file], { stdio: 'ignore' });
  }

  #write_passwords() {
    const file = join(this.folder, 'passwords');
    writeFileSync(file, this.users.map((user) => `${user}:${password_of(user)}\n`).join(''), { mode: 0o600 });
    execFileSync('mosquitto_passwd', ['-U', file]);
  }

  #write_configuration() {
    const path = (name) => join(this.folder, name);
    copyFileSync(join(kRoot, 'deploy/local/mosquitto.acl'), path('acl'));
    writeFileSync(path('mosquitto.conf'), [
      readFileSync(join(kRoot, 'deploy/local/mosquitto.conf'), 'utf8'),
      `persistence_location ${this.folder}/`,
      `password_file ${path('passwords')}`,
      `acl_file ${path('acl')}`,
      ...this.settings,
      `listener ${this.port} 127.0.0.1`,
      `listener ${this.tls_port} 127.0.0.1`,
      `certfile ${path('cert.pem')}`,
      `keyfile ${path('key.pem')}`,
      '',
    ].join('\n'));
  }

  async start() {
    this.program.start();
    await this.ready();
  }

  ready() {
    const connects = () => new Promise((resolve) => {
      const socket = net.connect(this.port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    return eventually(connects, `Mosquitto listens\n${this.program.log().slice(-2000)}`);
  }

  kill(signal) {
    return this.program.kill(signal);
  }

  // It forgets everything it held: sessions, queued and retained messages.
  forget() {
    rmSync(join(this.folder, 'mosquitto.db'), { force: true });
  }

  // Every session, as a process of the bridge or a machine; ends with the broker.
  async connect(user, options = {}) {
    const client = await mqtt.connectAsync(options.url ?? this.url, {
      protocolVersion: 5,
      username: user,
      password: password_of(user),
      reconnectPeriod: 100,
      ...options,
    }, false);
    client.on('error', () => {});
    this.clients.add(client);
    return client;
  }

  async stop() {
    await Promise.all([...this.clients].map((client) => client.endAsync(true).catch(() => {})));
    await this.program.stop();
  }
}
