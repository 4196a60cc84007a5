// What compose.yaml says agrees with what the rest of the project says.
import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kRoot } from '../support/services.mjs';
import { kStateless } from '../support/containers.mjs';

// {name: entries} as `make up` has them, with the addresses of containers.
function sinks_of_make_up() {
  const script = `source deploy/local/lib.sh; source deploy/local/event_sinks.sh; RUN=/tmp
    for name in $(services); do printf -v "$(upper "$name")_PORT" '%s' "$(default_port "$name")"; done
    for name in "$@"; do printf '%s\\t%s\\n' "$name" "$(MAIL_SINK=file:///var/spool/quittance event_sinks "$name")"; done`;
  const told = execFileSync('bash', ['-c', script, 'bash', ...kStateless], { cwd: kRoot, encoding: 'utf8' });
  const names = Object.fromEntries([...readFileSync(join(kRoot, 'deploy/local/services'), 'utf8').matchAll(/^([a-z-]+) +(\d+)/gm)].map(([, name, port]) => [port, name]));
  return Object.fromEntries(told.trim().split('\n').map((line) => line.split('\t')).map(([name, value]) => [name,
    value.replaceAll(/127\.0\.0\.1:(\d+)/g, (_, port) => { assert.ok(names[port]); return `gateway:${port}`; }).split(';')]));
}

export function check_configuration(stack) {
  describe('its configuration', () => {
    test('each service tells the same others the same events as under make up', async () => {
      const told = sinks_of_make_up();
      for (const name of kStateless) {
        const [{ inspected }] = await stack.running(name);
        const value = inspected.Config.Env.find((line) => line.startsWith('EVENT_SINKS=')).slice('EVENT_SINKS='.length);
        assert.deepEqual(value.trim().split(/; */), told[name], name);
      }
    });

    test('no secret is in an environment or on a command line: they are files', async () => {
      const secrets = Object.entries(stack.dev_env).filter(([name]) => /SECRET|PASSWORD/.test(name)).map(([, value]) => value);
      assert.ok(secrets.length >= 5);
      for (const { name, inspected } of await stack.containers()) {
        const visible = JSON.stringify([inspected.Config, inspected.Args]);
        for (const secret of secrets) assert.ok(!visible.includes(secret), name);
      }
    });
  });
}
