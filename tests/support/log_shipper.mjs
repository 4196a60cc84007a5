// A private log shipper: rsyslog with the project's configuration, following files of the test, and the store it fills.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create_databases } from './databases.mjs';
import { Postgres } from './postgres.mjs';
import { Program, eventually } from './processes.mjs';
import { kRoot, program_path } from './services.mjs';

const kObserve = join(kRoot, 'deploy/observability');

// A PostgreSQL of its own with the database `logs`.
export class LogDatabase {
  constructor(folder) {
    this.folder = join(folder, 'store');
    mkdirSync(this.folder);
    this.postgres = new Postgres(this.folder);
  }

  async create() {
    await this.postgres.create();
    this.url = create_databases(this.postgres, ['logs']).logs.url;
  }

  lines(where = 'true', values = []) {
    return this.postgres.query('logs', `select * from log_lines where ${where} order by at, key`, values);
  }

  async count(where = 'true') {
    return Number((await this.postgres.query('logs', `select count(*) as count from log_lines where ${where}`))[0].count);
  }

  has(count, where, options) {
    return eventually(async () => await this.count(where) >= count, `${count} lines where ${where ?? 'anything'}`, { within_ms: 60_000, ...options });
  }
}

export class LogShipper {
  constructor({ folder, files, database_url, output = 'to-store.conf', env = {} }) {
    this.queue = join(folder, 'shipper');
    mkdirSync(this.queue, { recursive: true });
    const store = join(folder, 'store-logs');
    writeFileSync(store, `#!/bin/sh\nexec ${program_path('quittance')} store-logs\n`, { mode: 0o755 });
    this.program = new Program({
      name: 'rsyslog',
      folder,
      argv: () => ['rsyslogd', '-n', '-i', 'NONE', '-f', join(kObserve, 'rsyslog.conf')],
      env: { LOG_FILES: files, LOG_HOST: 'box', LOG_QUEUE: this.queue, LOG_QUEUE_MAX: '1g', LOG_STORE: store,
        LOG_OUTPUT: join(kObserve, output), DATABASE_URL: database_url, ...env },
    });
  }

  start() {
    this.program.start();
  }

  stop() {
    return this.program.stop();
  }

  // With what it has started.
  async kill() {
    await this.program.kill('SIGKILL');
  }
}
