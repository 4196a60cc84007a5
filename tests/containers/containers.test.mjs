// The whole suite as docker/compose.yaml has it: built, started, put to work, killed container by container, restarted
// under load. Needs a Docker engine, or the right to start one; see tests/support/containers.mjs.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { Stack } from '../support/containers.mjs';
import { check_configuration } from './configuration.mjs';
import { check_images } from './images.mjs';
import { check_isolation } from './isolation.mjs';
import { check_kills } from './kills.mjs';
import { check_main_jobs } from './main_jobs.mjs';
import { check_operations } from './operations.mjs';
import { check_restarts } from './restarts.mjs';

const stack = new Stack();
let took_s;

before(async () => {
  await stack.start_engine();
  const { hits, misses } = await stack.build();
  console.log(`images are built; of the compiler's work ${hits} answers were there, ${misses} were not`);
  took_s = await stack.up();
  console.log(`all healthy after ${took_s.toFixed(0)} s`);
}, { timeout: 45 * 60_000 });

after(async () => {
  if (process.exitCode) await stack.print_logs();
  await stack.remove();
}, { timeout: 10 * 60_000 });

describe('in containers', () => {
  test('everything is healthy within three minutes of a start with nothing prepared', () => assert.ok(took_s < 180, `${took_s} s`));
  check_configuration(stack);
  check_images(stack);
  check_isolation(stack);
  check_main_jobs(stack);
  check_operations(stack);
  check_restarts(stack);
  check_kills(stack);
});
