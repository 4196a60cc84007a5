// Backups of a test's PostgreSQL, as `make backup` makes them: an encrypted repository, WAL archived continuously.
//
//   const suite = await start_world({ postgres: archiving });
//   const archive = await start_archive(suite.postgres);
//   await archive.back_up('full')            // resolves when it is made
//   await archive.drill(time)                // {code, text, errors}
import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import assert from 'node:assert/strict';
import { kRoot } from './services.mjs';
import { backup_script } from './world.mjs';

export const archiving = { archive_mode: 'on', archive_command: "'true'" };
const kPassword = 'backup-of-a-test';

export async function start_archive(postgres) {
  const archive = new Archive(postgres);
  await archive.start();
  return archive;
}

class Archive {
  constructor(postgres) {
    this.postgres = postgres;
    this.folder = join(postgres.folder, 'backup');
    this.env = { PGBACKREST_CONFIG: join(this.folder, 'pgbackrest.conf') };
  }

  #write(name, lines) {
    const file = join(this.folder, name);
    writeFileSync(file, lines, { mode: 0o600 });
    this.#give(file);
  }

  // To whoever PostgreSQL runs as.
  #give(path) {
    const { uid, gid } = statSync(this.postgres.data);
    chownSync(path, uid, gid);
  }

  async start() {
    const { postgres, folder } = this;
    mkdirSync(folder);
    this.#give(folder);
    execFileSync('psql', ['--no-psqlrc', '--quiet', '--file', join(kRoot, 'migrations/provision_backup.sql'), '--dbname', postgres.url('postgres')],
      { env: { ...process.env, BACKUP_PASSWORD: kPassword } });
    const common = execFileSync('cat', [join(kRoot, 'deploy/backup/pgbackrest.conf')], { encoding: 'utf8' });
    this.#write('pgbackrest.conf', `${common}repo1-path=${folder}/repository\nrepo1-cipher-pass=a-passphrase-of-a-test\nlock-path=${folder}/lock\n
[quittance]\npg1-path=${postgres.data}\npg1-port=${postgres.port}\npg1-socket-path=${postgres.folder}\npg1-user=backup\npg1-database=postgres\n`);
    this.#write('pgpass', `*:*:*:backup:${kPassword}\n`);
    const made = await backup_script('init', [], this.env);
    assert.equal(made.code, 0, made.errors);
    await postgres.query('postgres', `alter system set archive_command = 'pgbackrest --config=${folder}/pgbackrest.conf --stanza=quittance archive-push "%p"'`);
    await postgres.query('postgres', "alter system set archive_timeout = '60s'");
    await postgres.query('postgres', 'select pg_reload_conf()');
  }

  async back_up(...kind) {
    const made = await backup_script('run-backup', kind, this.env);
    assert.equal(made.code, 0, made.text + made.errors);
    return made.text;
  }

  // What is committed is in the repository when this resolves.
  async flush() {
    const checked = await backup_script('check', [], this.env);
    assert.equal(checked.code, 0, checked.text + checked.errors);
  }

  drill(time, env) {
    return backup_script('drill', time ? [time] : [], { ...this.env, ...env });
  }
}
