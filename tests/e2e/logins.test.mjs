// Many logins at once on the program that runs in production: what they need of memory, and what others notice.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { hundred_logins, start_auth } from '../support/auth.mjs';

let auth;
before(async () => { auth = await start_auth({ env: { HASH_PASSES: 2, HASH_MEMORY_KIB: 19456 } }); });
after(() => auth?.stop());

test('a hundred logins at once stay under 256 MiB, and others are answered meanwhile', async () => {
  const { statuses, max_mib, median_ms, others } = await hundred_logins(auth, auth.instances[0], await auth.make_user());
  assert.deepEqual(statuses, { 200: 1, 401: 99 });
  assert.ok(max_mib < 256, `${max_mib} MiB`);
  assert.ok(median_ms < 100, `others waited ${median_ms} ms`);
  console.log(`100 logins: at most ${max_mib.toFixed(0)} MiB; ${others.length} others meanwhile, median ${median_ms.toFixed(1)} ms`);
});
