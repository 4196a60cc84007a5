// Who reaches whom.
import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { kStateless } from '../support/containers.mjs';

export function check_isolation(stack) {
  const one = async (service) => (await stack.running(service))[0];
  const addresses = ({ inspected }) => Object.values(inspected.NetworkSettings.Networks).map(({ IPAddress }) => IPAddress);
  const reaches = async (from, host, port) => {
    const script = `exec 3<>/dev/tcp/${host}/${port}`;
    return stack.docker('exec', from.id, 'timeout', '1', 'bash', '-c', script).then(() => true, () => false);
  };

  describe('the networks', () => {
    test('only the gateway and the broker\'s TLS port are published, on the loopback until somebody says otherwise', async () => {
      const published = {};
      for (const { service, inspected } of await stack.running()) {
        for (const [inner, bindings] of Object.entries(inspected.HostConfig.PortBindings ?? {})) {
          (published[service] ??= []).push(inner);
          for (const { HostIp } of bindings) assert.equal(HostIp, '127.0.0.1', service);
        }
      }
      delete published.prometheus;  // for people on this machine
      assert.deepEqual(published, { gateway: ['8080/tcp', '8443/tcp'], mosquitto: ['8883/tcp'] });
    });

    test('a service reaches its own database and no other, by name or by address', async () => {
      for (const name of kStateless) {
        const from = await one(name);
        assert.ok(await reaches(from, `postgres-${name}`, 5432), `${name} does not reach its own`);
        const others = kStateless.filter((other) => other !== name);
        const tries = await Promise.all(others.map(async (other) => {
          const tried = [`postgres-${other}`, ...addresses(await one(`postgres-${other}`))];
          return (await Promise.all(tried.map((host) => reaches(from, host, 5432)))).some(Boolean) ? [other] : [];
        }));
        assert.deepEqual(tries.flat(), [], `${name} reaches databases of others`);
      }
    });

    test('the broker\'s door without TLS is for the bridge alone', async () => {
      assert.ok(await reaches(await one('mqtt-bridge'), 'mosquitto', 1883));
      for (const name of [...kStateless, 'gateway']) {
        const from = await one(name);
        for (const host of ['mosquitto', ...addresses(await one('mosquitto'))]) assert.ok(!await reaches(from, host, 1883), name);
      }
    });

    test('the broker reaches no service and no listener the gateway has for services', async () => {
      for (const host of addresses(await one('gateway'))) assert.ok(!await reaches(await one('mosquitto'), host, 8102), host);
    });

    test('/internal/ of a service is not to be had from outside', async () => {
      const answer = await stack.api('GET', '/internal/v1/jwks.json');
      assert.equal(answer.status, 404);
    });

    test('each container has its own secrets and no other\'s, and can\'t change them', async () => {
      const list = async (service) => (await stack.docker('exec', (await one(service)).id, 'ls', '/run/secrets')).trim().split('\n').sort();
      assert.deepEqual(await list('payment'), ['DATABASE_URL', 'EVENTS_SECRET', 'SERVICE_TOKEN', 'STRIPE_WEBHOOK_SECRET', 'WEBHOOK_SECRETS_KEY']);
      assert.deepEqual(await list('gateway'), ['SERVICE_TOKEN', 'TLS']);
      assert.deepEqual(await list('mqtt-bridge'), ['MQTT_CLIENT_ID', 'MQTT_PASSWORD', 'SERVICE_TOKEN']);
      const { id } = await one('payment');
      await assert.rejects(stack.docker('exec', id, 'touch', '/run/secrets/x'), /Permission denied|Read-only/);
    });
  });
}
