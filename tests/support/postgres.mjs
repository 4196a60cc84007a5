// A private PostgreSQL for one test file: as durable as in production, on a free port, in a temporary folder.
import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { Program, eventually } from './processes.mjs';

const kSettings = new URL('../../deploy/local/postgresql.conf', import.meta.url);
const kPrograms = process.env.POSTGRES_BIN ?? '/usr/lib/postgresql/15/bin';

export function free_port() {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

// PostgreSQL refuses to run as root.
function as_postgres(argv) {
  if (process.getuid() !== 0) return argv;
  return ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', '--pdeathsig', 'KILL', '--', ...argv];
}

function own_by_postgres(path) {
  if (process.getuid() !== 0) return;
  const id = (flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  chownSync(path, id('-u'), id('-g'));
}

export class Postgres {
  constructor(folder, { restart = false, settings = {} } = {}) {
    this.folder = join(folder, 'postgres');
    this.data = join(this.folder, 'data');
    this.password = 'superuser-of-a-test';
    this.settings = settings;
    this.program = new Program({
      name: 'postgres',
      folder,
      restart,
      stop_signal: 'SIGINT',
      argv: () => as_postgres([`${kPrograms}/postgres`, '-D', this.data]),
    });
  }

  async create() {
    this.port = await free_port();
    mkdirSync(this.folder, { recursive: true });
    own_by_postgres(this.folder);
    const password_file = join(this.folder, 'password');
    writeFileSync(password_file, this.password);
    own_by_postgres(password_file);
    const [command, ...args] = as_postgres([`${kPrograms}/initdb`, '-D', this.data, '-U', 'postgres', '-E', 'UTF8',
      '--locale=C.UTF-8', '-A', 'scram-sha-256', `--pwfile=${password_file}`, '--no-sync', '--data-checksums']);
    execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'], cwd: '/' });
    const settings = { port: this.port, unix_socket_directories: `'${this.folder}'`, ...this.settings };
    const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`);
    writeFileSync(join(this.data, 'postgresql.conf'), readFileSync(kSettings, 'utf8') + lines.join(''));
    await this.start();
  }

  // After a SIGKILL the first starts fail until the orphaned backends have gone.
  async start() {
    const until = Date.now() + 30_000;
    for (;;) {
      if (!this.program.alive) this.program.start();
      if (await this.#answers()) return;
      if (Date.now() > until) throw new Error(`PostgreSQL did not start:\n${this.program.log().slice(-2000)}`);
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  async #answers() {
    try {
      await this.query('postgres', 'select 1');
      return true;
    } catch {
      return false;
    }
  }

  url(database, role = 'postgres', password = this.password) {
    return `postgresql://${role}:${password}@127.0.0.1:${this.port}/${database}`;
  }

  // Rows of one statement, as the superuser, on a connection of its own.
  async query(database, sql, values = [], schema = 'public') {
    const client = new pg.Client({ connectionString: this.url(database), connectionTimeoutMillis: 5000,
      options: `-c search_path=${schema}` });
    client.on('error', () => {});
    try {
      await client.connect();
      return (await client.query(sql, values)).rows;
    } finally {
      await client.end().catch(() => {});
    }
  }

  // Kills it and waits for what it left behind, so that the next start works at once.
  async kill(signal = 'SIGKILL') {
    await this.program.kill(signal);
  }

  async stop() {
    await this.program.stop();
    this.program.faults.length = 0;  // what the kills of a test left in its exit codes is not of interest
  }

  async ready() {
    await eventually(() => this.#answers(), 'PostgreSQL answers');
  }
}
