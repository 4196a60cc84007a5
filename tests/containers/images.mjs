// What is in the images, and how they run.
import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { Stack, kServices } from '../support/containers.mjs';

const kMegabyte = 1e6;
// Reads files of other users, so it is root, without any of root's rights.
const kAsRoot = ['log-shipper'];

// What must not be in an image is printed.
const kSearch = `
  for name in gcc g++ cc c++ cc1 cc1plus clang ld make cmake ninja git npm node debootstrap; do command -v $name; done
  ls -d /usr/lib/gcc /usr/include/c++ /source /var/lib/apt/lists/*_* /var/cache/apt/archives/*.deb 2>/dev/null
  grep -rlsIE -e '-----BEGIN ([A-Z]+ )?PRIVATE KEY|whsec_[0-9A-Za-z+/]{20}' /etc /opt /root /home /srv /usr/local /usr/share/quittance /var
  true`;

export function check_images(stack) {
  describe('the images', () => {
    const images = async () => [...new Set((await stack.containers()).map(({ image }) => image))];

    test('of services are smaller than 120 MB each', async () => {
      for (const name of kServices) {
        const size = Number(await stack.docker('image', 'inspect', '--format', '{{.Size}}', `quittance/${name}:test`));
        assert.ok(size < 120 * kMegabyte, `${name}: ${(size / kMegabyte).toFixed(1)} MB`);
      }
    });

    test('have no compiler, no package lists and no secret inside', async () => {
      for (const image of await images()) {
        const found = await stack.docker('run', '--rm', '--user', '0', '--network', 'none', '--entrypoint', 'sh', image, '-c', kSearch);
        assert.equal(found.trim(), '', image);
      }
    });

    test('tell no secret in the history of how they were made', async () => {
      for (const image of await images()) {
        const history = await stack.docker('history', '--no-trunc', '--format', '{{.CreatedBy}}', image);
        assert.doesNotMatch(history, /whsec_|BEGIN|PASSWORD=[^"$\s]|SECRET=[^"$\s]|TOKEN=[^"$\s]/, image);
      }
    });

    test('run as somebody without rights, who can write nowhere but in volumes and /tmp', async () => {
      for (const { name, service, inspected: { Config, HostConfig } } of await stack.containers()) {
        assert.match(Config.User, kAsRoot.includes(service) ? /^(0(:0)?|)$/ : /^[1-9]\d*:[1-9]\d*$/, name);
        assert.ok(HostConfig.ReadonlyRootfs, `${name}: its file system can be written`);
        assert.deepEqual(HostConfig.CapDrop, ['ALL'], name);
        assert.ok(!HostConfig.CapAdd?.length && !HostConfig.Privileged, name);
        assert.ok(HostConfig.SecurityOpt.some((option) => option.startsWith('no-new-privileges')), name);
        assert.ok(HostConfig.Memory > 0 && HostConfig.PidsLimit > 0 && HostConfig.NanoCpus > 0, `${name} has no limits`);
        assert.ok(HostConfig.LogConfig.Config['max-size'] && HostConfig.LogConfig.Config['max-file'], `${name}: its log grows for ever`);
      }
    });

    test('are asked for their health, and come back when they end', async () => {
      for (const container of (await stack.containers()).filter((one) => !Stack.is_job(one))) {
        assert.equal(container.health, 'healthy', container.name);
        assert.equal(container.inspected.HostConfig.RestartPolicy.Name, 'unless-stopped', container.name);
      }
    });
  });
}
