// AUTH_KEY_SECRET, which locks the keys tokens are signed with, is exchanged for another.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { kKeySecret, program_token, start_auth } from '../support/auth.mjs';

let auth;
before(async () => { auth = await start_auth(); });
after(() => auth?.stop());

const kNew = randomBytes(32).toString('base64');
const stored = () => auth.sql('select kid, locked_private from signing_keys order by kid');

test('what locks the keys is exchanged, the keys stay, and the old secret opens nothing any more', async () => {
  const [instance] = auth.instances;
  const before = await stored();
  await instance.restart({ AUTH_KEY_SECRET: `${kKeySecret},${kNew}` });
  assert.deepEqual(await stored(), before, 'the first one locks');
  await instance.restart({ AUTH_KEY_SECRET: `${kNew},${kKeySecret}` });
  const anew = await stored();
  assert.deepEqual(anew.map(({ kid }) => kid), before.map(({ kid }) => kid));
  for (const [i, { locked_private }] of anew.entries()) assert.notEqual(locked_private, before[i].locked_private);
  await instance.restart({ AUTH_KEY_SECRET: kNew });
  assert.equal((await program_token(instance.url)).status, 200);
  assert.deepEqual(await stored(), anew);
  const { code, log } = await auth.run({ AUTH_KEY_SECRET: kKeySecret });
  assert.equal(code, 1);
  assert.match(log, /a signing key is locked with another AUTH_KEY_SECRET/);
});
