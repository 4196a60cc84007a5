// Replicas are exchanged under load, and programs that end come back.
import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { Load } from '../support/container_load.mjs';
import { eventually } from '../support/processes.mjs';
import { kStateless } from '../support/containers.mjs';

export function check_restarts(stack) {
  describe('restarts', () => {
    test('every replica is replaced, one after the other, and no request fails', async () => {
      const replicas = async () => (await stack.running()).filter(({ service }) => kStateless.includes(service)).map(({ id }) => id);
      const before = await replicas();
      const load = new Load(stack);
      await stack.run('docker/rolling-restart', [], { minutes: 12 }).finally(() => load.stop());
      const now = await replicas();
      assert.deepEqual([before.length, now.length], [10, 10]);
      assert.deepEqual(now.filter((id) => before.includes(id)), [], 'these are the old ones');
      assert.ok(load.requests > 200, `only ${load.requests} requests`);
      assert.deepEqual(load.failures, [], `of ${load.requests} requests`);
      assert.deepEqual(await load.lost(), []);
      console.log(`${load.requests} requests while ${now.length} replicas were replaced, none failed`);
    }, { timeout: 14 * 60_000 });

    test('a program that dies is started again by the engine', async () => {
      const [{ id, pid }] = await stack.running('orders');
      await stack.docker('run', '--rm', '--pid', 'host', '--user', '0', '--entrypoint', 'sh', 'quittance/orders:test', '-c', `kill -9 ${pid}`);
      await eventually(async () => (await stack.running('orders')).some((one) => one.id === id && one.pid !== pid), 'it runs again', { within_ms: 30_000 });
      await stack.whole();
    });
  });
}
