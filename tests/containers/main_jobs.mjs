// The two jobs everything is there for, from outside.
import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { CountingMachine } from '../support/container_load.mjs';
import { request } from '../support/http.mjs';
import { eventually } from '../support/processes.mjs';

export function check_main_jobs(stack) {
  describe('the main jobs', () => {
    test('the command line\'s signed event settles an order through the gateway, and a forged one does not', async () => {
      const address = { name: 'Ada', line1: '1 Main Street', city: 'Paris', postal_code: '75001', country: 'FR' };
      const placed = await stack.api('POST', '/api/v1/orders', { currency: 'EUR', email: 'ada@example.com', shipping_address: address,
        lines: [{ sku: 'MUG-01', description: 'A mug', quantity: 2, unit_price: { amount: 2100, currency: 'EUR' } }] });
      assert.equal(placed.status, 201, placed.text);
      const state = async () => (await stack.api('GET', `/api/v1/orders/${placed.json.id}`)).json.payment_state;
      const send = (...more) => stack.run('build/release/bin/quittance',
        ['send', 'stripe', 'payment_intent.succeeded', '--order', placed.json.id, ...more], { env: stack.dev_env });
      await assert.rejects(send('--tamper'), /400/);
      assert.equal(await state(), 'unpaid');
      assert.match(await send(), /^ *200 .*applied/m);
      assert.equal(await state(), 'paid');
    });

    test('a machine\'s count over TLS raises the stock, once', async () => {
      const machine = new CountingMachine(stack);
      await machine.register();
      await machine.connect();
      await machine.count(12);
      await eventually(async () => await machine.on_hand() === 12, 'the stock is 12');
      machine.seq -= 1;
      await machine.count(0);  // the same number again
      await machine.count(3);
      await eventually(async () => await machine.on_hand() === 15, 'the stock is 15');
      await machine.disconnect();
    });

    test('a machine is added, let in, and kept out again by a command', async () => {
      const machine = new CountingMachine(stack, 'press-99');
      const password = (await stack.compose('exec', '-T', 'mosquitto', 'machine', 'press-99')).trim();
      await machine.connect(password);
      await machine.disconnect();
      await stack.compose('exec', '-T', 'mosquitto', 'machine', '--remove', 'press-99');
      await assert.rejects(new CountingMachine(stack, 'press-99').connect(password), /[Nn]ot authorized/);
    });

    test('TLS at the gateway has the certificate dev-env hands out; the documentation is served', async () => {
      const docs = await request(stack.dev_env.QUITTANCE_TLS_URL, 'GET', '/api/v1/payment/docs/swagger-ui-bundle.js');
      assert.equal(docs.status, 200);
      assert.ok(docs.bytes.length > 500_000);
    });
  });
}
