// The scripts of deploy/backup/ when what they call fails: each says so and ends with 1. What they call is played here.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { eventually } from '../support/processes.mjs';
import { kRoot } from '../support/services.mjs';
import { backup_script } from '../support/world.mjs';

const folder = mkdtempSync(join(tmpdir(), 'quittance-backup-'));
chmodSync(folder, 0o755);
after(() => rmSync(folder, { recursive: true }));

// Found first in PATH. Of pgbackrest, the script `on_<command>` of the folder says what becomes of a command.
function play(name, script) {
  writeFileSync(join(folder, 'bin', name), `#!/usr/bin/env bash\n${script}\n`, { mode: 0o755 });
}
const env = { PATH: `${join(folder, 'bin')}:${process.env.PATH}`, FOLDER: folder, PGBACKREST_CONFIG: join(folder, 'pgbackrest.conf') };
const run = (name, args = [], more = {}) => backup_script(name, args, { ...env, ...more });
const on = (command, script) => writeFileSync(join(folder, `on_${command}`), script);

const an_old_backup = JSON.stringify([{ name: 'quittance', status: { code: 0 }, backup: [{ type: 'full', label: 'OLD', error: false,
  timestamp: { start: 1_000, stop: 2_000 }, info: { size: 5, repository: { delta: 5 } } }] }]);

beforeEach(() => {
  rmSync(folder, { recursive: true });
  mkdirSync(join(folder, 'bin'), { recursive: true });
  writeFileSync(join(folder, 'pgbackrest.conf'), '[global]\n[quittance]\npg1-path=/nowhere\n');
  play('setpriv', 'while [[ $1 != -- ]]; do shift; done; shift; exec "$@"');
  play('psql', 'echo "2026-11-21 19:00:05"');
  play('pgbackrest', 'for word; do [[ $word == --* ]] || { command=$word; break; }; done\n[[ ! -f $FOLDER/on_$command ]] || . "$FOLDER/on_$command"');
  on('info', `echo '${an_old_backup}'`);
});

test('now: a backup that fails is not the one before', async () => {
  on('backup', 'exit 55');
  const failed = await run('run-backup');
  assert.deepEqual([failed.code, failed.text], [1, ''], failed.errors);
  assert.match(failed.errors, /quittance  FAILED/);
  on('backup', '');
  on('stanza-create', 'exit 55');
  assert.deepEqual((({ code, text }) => [code, text])(await run('run-backup')), [1, '']);
  on('stanza-create', '');
  const made = await run('run-backup');
  assert.deepEqual([made.code, /quittance  full  OLD/.test(made.text)], [0, true], made.errors);
});

test('now: what is there already can\'t be read', async () => {
  on('info', 'exit 55');
  const unknown = await run('run-backup');
  assert.deepEqual([unknown.code, unknown.text], [1, '']);
});

test('check: a segment that does not arrive', async () => {
  on('check', 'exit 82');
  const failed = await run('check');
  assert.deepEqual([failed.code, failed.text], [1, '']);
  assert.match(failed.errors, /quittance  can NOT be restored as of now/);
  on('check', '');
  const right = await run('check');
  assert.deepEqual([right.code, right.text], [0, '  quittance  last backup full of 1970-01-01T00:33:20Z, WAL archived at 2026-11-21 19:00:05 UTC\n'], right.errors);
});

test('check: the server does not answer', async () => {
  play('psql', 'exit 2');
  assert.equal((await run('check')).code, 1);
});

const metric = (text, name) => text.split('\n').filter((line) => line.startsWith(`quittance_backup_${name}{`));
test('metrics: a stanza is told of although there is no backup, or nobody knows', async () => {
  const told = async () => metric((await run('metrics')).text, 'last_completion_timestamp_seconds');
  assert.deepEqual(await told(), ['quittance_backup_last_completion_timestamp_seconds{stanza="quittance",type="full"} 2000']);
  const none = ['quittance_backup_last_completion_timestamp_seconds{stanza="quittance",type="full"} 0'];
  on('info', "echo '[]'");
  assert.deepEqual(await told(), none);
  on('info', "echo '[{\"name\": \"quittance\", \"status\": {\"code\": 99}, \"backup\": []}]'");
  assert.deepEqual(await told(), none);
  on('info', 'exit 55');
  assert.deepEqual(await told(), none);
});

// The schedule, in a place where it can be a container's.
function schedule(more = {}) {
  play('prometheus-node-exporter', 'exec sleep 600');
  mkdirSync(join(folder, 'metrics'));
  writeFileSync(join(folder, 'passphrase'), 'a passphrase of a test, long enough\n');
  const running = spawn(join(kRoot, 'deploy/backup/schedule'), [], { stdio: 'ignore', env: { ...env, STANZAS: 'quittance', METRICS_FOLDER: join(folder, 'metrics'),
    BACKUP_PASSPHRASE_FILE: join(folder, 'passphrase'), BACKUP_LOOK_EVERY_S: '600', ...more } });
  running.ended = new Promise((resolve) => running.once('exit', (code, signal) => resolve(code ?? signal)));
  return running;
}
const metrics = () => existsSync(join(folder, 'metrics/backup.prom')) && readFileSync(join(folder, 'metrics/backup.prom'), 'utf8');

test('schedule: what can\'t be read is due, and that it fails is told', async () => {
  on('info', 'exit 55');
  const running = schedule();
  try {
    const text = await eventually(metrics, 'the metrics are there');
    assert.deepEqual(metric(text, 'failed'), ['quittance_backup_failed{stanza="quittance"} 1']);
  } finally {
    running.kill();
  }
  assert.equal(await running.ended, 0);
});

test('schedule: ends at once in the middle of a backup, and ends that', async () => {
  on('backup', 'echo $$ >"$FOLDER/making"; exec sleep 600');
  const running = schedule();
  await eventually(() => existsSync(join(folder, 'making')) && readFileSync(join(folder, 'making'), 'utf8'), 'a backup is being made');
  const pid = Number(readFileSync(join(folder, 'making'), 'utf8'));
  running.kill();
  const ended = await Promise.race([running.ended, new Promise((resolve) => setTimeout(resolve, 5000, 'not within 5 s'))]);
  const lives = () => existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  for (let i = 0; i < 20 && lives(); ++i) await new Promise((resolve) => setTimeout(resolve, 100)); // a signal takes its time
  const runs = lives();
  if (runs) process.kill(pid);
  running.kill('SIGKILL');
  assert.deepEqual({ ended, runs }, { ended: 0, runs: false });
});

// The gateway: `answers` is a shell case over the path.
function gateway(answers) {
  play('curl', `cat >/dev/null; case "\${!#}" in ${answers} *) echo '{"resent": 3, "replayed": 2, "redelivered": 0, "erased": 0}' ;; esac`);
}
const recover = (service) => run('recover', [service, '2026-11-21T19:00:05Z'], { QUITTANCE_URL: 'http://gateway', QUITTANCE_TOKEN: 'token' });

test('recover: who does not answer is named', async () => {
  gateway('');
  const healed = await recover('auth');
  assert.deepEqual([healed.code, /tells again of 3 who registered[^]*erases again 2/.test(healed.text)], [0, true], healed.errors);
  for (const [path, service] of [['registrations/resend', 'auth'], ['erasures/resend', 'payment'], ['erasures/resend', 'clients'], ['deliveries/resend', 'catalog']]) {
    gateway(`*/${path}) echo '{"title": "unavailable"}'; exit 22 ;;`);
    const failed = await recover(service);
    assert.deepEqual([failed.code, /unavailable/.test(failed.errors)], [1, true], `${path}: ${failed.text}${failed.errors}`);
  }
  gateway("*) echo 'no JSON' ;;");
  for (const service of ['auth', 'catalog']) assert.notEqual((await recover(service)).code, 0, service);
});

// What newest_second answers for stanzas whose archives end and whose first backups are done at these times.
async function newest_second(reach, earliest) {
  const array = (name, times) => `${name}=(${times.map((time, i) => `[s${i}]="2026-11-21 ${time}"`).join(' ')})`;
  play('say-newest', `source ${join(kRoot, 'deploy/backup/lib.sh')}; source ${join(kRoot, 'deploy/backup/recovery_window.sh')}; ${array('reach', reach)}; ${array('earliest', earliest)}; newest_second`);
  const { text } = await run(join(folder, 'bin/say-newest'), [], { TZ: 'EST5' });
  return text.trim().replace('2026-11-21 ', '');
}

test('drill: the newest second is over for every stanza, so that the archive has a commit after it', async () => {
  const begun = ['10:00:00.000000', '11:00:00.000000'];
  assert.equal(await newest_second(['12:00:07.400000', '12:00:05.000001'], begun), '12:00:05.000000');
  assert.equal(await newest_second(['12:00:07.400000', '12:00:05.000000'], begun), '12:00:04.000000');
  assert.equal(await newest_second(['12:00:07.400000', '10:59:59.000000'], begun), '11:00:00.000000');
});
