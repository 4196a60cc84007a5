// Each container is killed, one at a time, while orders are paid and a machine counts: nothing that was acknowledged is lost.
import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { CountingMachine, Load } from '../support/container_load.mjs';
import { eventually } from '../support/processes.mjs';

export function check_kills(stack) {
  describe('kills', () => {
    test('of every container in turn lose nothing that was acknowledged, and heal', async (t) => {
      const load = new Load(stack, { senders: 3, patient: true, pause_ms: 50 });
      const machine = new CountingMachine(stack, 'press-08', 'PN-89');
      await machine.register();
      await machine.connect(stack.dev_env.PRESS_08_PASSWORD);
      let counting = true;
      const counted = (async () => {
        for (; counting; await sleep(100)) await machine.count(1);
      })();
      const victims = (await stack.running()).map(({ id, name }) => ({ id, name }));
      try {
        for (const { id, name } of victims) {
          await t.test(name, async () => {
            await stack.docker('kill', id);
            await sleep(1500);
            await stack.docker('start', id);
            await stack.whole();
          });
        }
      } finally {
        counting = false;
        await Promise.all([load.stop(), Promise.race([counted, sleep(20_000)])]);
      }
      await machine.count(1);  // a machine says its total again, whatever was lost on the way
      await eventually(async () => await machine.on_hand() === machine.total, `the stock is ${machine.total}`, { within_ms: 30_000 });
      await machine.disconnect();
      assert.ok(load.orders.length > 100, `only ${load.orders.length} orders`);
      assert.deepEqual(await load.lost(), []);
      console.log(`${victims.length} containers killed; ${load.orders.length} orders paid, ${load.failures.length} requests repeated, none lost`);
    }, { timeout: 12 * 60_000 });
  });
}
