// A private RabbitMQ for one test file, on free ports, in a temporary folder.
//
//   const broker = new RabbitMq(folder);
//   await broker.create();                         // and start
//   const channel = await broker.channel();        // of amqplib
//   await broker.count('listener.dead')            // messages that are ready
//   await broker.kill(); await broker.start();     // durable messages are there again
//   await broker.stop();
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import amqp from 'amqplib';
import { free_port } from './postgres.mjs';
import { Program, eventually } from './processes.mjs';

const kUser = 'quittance';
const kPassword = 'rabbitmq-password-of-a-test';

export class RabbitMq {
  constructor(folder) {
    this.folder = join(folder, 'rabbitmq');
    // Erlang starts its name server by itself otherwise, and leaves it behind.
    this.names = new Program({ name: 'epmd', folder, good_ends: [0, 1], argv: () => ['epmd', '-port', String(this.names_port), '-address', '127.0.0.1'] });
    this.program = new Program({
      name: 'rabbitmq',
      folder,
      good_ends: [0, 1, 143],
      argv: () => ['/usr/lib/rabbitmq/bin/rabbitmq-server'],
      env: () => this.#environment(),
    });
  }

  async create() {
    mkdirSync(this.folder, { recursive: true });
    [this.port, this.names_port, this.node_port] = [await free_port(), await free_port(), await free_port()];
    writeFileSync(join(this.folder, 'rabbitmq.conf'), [
      `listeners.tcp.1 = 127.0.0.1:${this.port}`,
      `default_user = ${kUser}`,
      `default_pass = ${kPassword}`,
      'disk_free_limit.absolute = 50MB',
      'log.console = true',
      'log.console.level = warning',
      '',
    ].join('\n'));
    writeFileSync(join(this.folder, 'plugins'), '[].\n');
    this.names.start();
    await this.start();
  }

  get url() {
    return `amqp://${kUser}:${kPassword}@127.0.0.1:${this.port}`;
  }

  #environment() {
    return {
      HOME: this.folder,
      RABBITMQ_NODENAME: `test${this.port}@localhost`,
      RABBITMQ_MNESIA_BASE: join(this.folder, 'data'),
      RABBITMQ_LOG_BASE: join(this.folder, 'log'),
      RABBITMQ_CONFIG_FILE: join(this.folder, 'rabbitmq'),
      RABBITMQ_ENABLED_PLUGINS_FILE: join(this.folder, 'plugins'),
      RABBITMQ_DIST_PORT: String(this.node_port),
      ERL_EPMD_PORT: String(this.names_port),
      ERL_EPMD_ADDRESS: '127.0.0.1',
      RUNNING_UNDER_SYSTEMD: 'true',  // so that the program started is Erlang itself, not a shell beside it
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1} +S 2:2',
    };
  }

  async start() {
    this.program.start();
    await eventually(() => this.#answers(), 'RabbitMQ answers', { within_ms: 60_000, every_ms: 200 });
  }

  async #answers() {
    if (!this.program.alive) throw new Error(`RabbitMQ ended:\n${this.program.log().slice(-2000)}`);
    const connection = await amqp.connect(this.url);
    await connection.close();
    return true;
  }

  async channel() {
    if (!this.connection) {
      const connection = await amqp.connect(this.url);
      connection.on('error', () => {});
      connection.on('close', () => { if (this.connection === connection) this.connection = undefined; });
      this.connection = connection;
    }
    const channel = await this.connection.createChannel();
    channel.on('error', () => {});
    return channel;
  }

  async #with_channel(run) {
    const channel = await this.channel();
    try {
      return await run(channel);
    } finally {
      await channel.close().catch(() => {});
    }
  }

  // Messages ready in a queue.
  count(queue) {
    return this.#with_channel(async (channel) => (await channel.checkQueue(queue)).messageCount);
  }

  // Takes all that is ready: [{content, fields, properties}].
  take(queue) {
    return this.#with_channel(async (channel) => {
      const messages = [];
      for (;;) {
        const message = await channel.get(queue, { noAck: true });
        if (!message) return messages;
        messages.push(message);
      }
    });
  }

  do(run) {
    return this.#with_channel(run);
  }

  async kill(signal = 'SIGKILL') {
    this.connection = undefined;
    await this.program.kill(signal);
  }

  async stop() {
    await this.connection?.close().catch(() => {});
    await this.program.stop();
    await this.names.stop();
    this.program.faults.length = 0;
  }
}
