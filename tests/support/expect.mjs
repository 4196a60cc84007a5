// What tests say over and over, with a message that shows the answer.
import assert from 'node:assert/strict';

export function expect_status(answer, status) {
  assert.equal(answer.status, status, `expected ${status}, got ${answer.status}: ${answer.text.slice(0, 500)}`);
  return answer;
}

export function expect_problem(answer, status) {
  expect_status(answer, status);
  assert.match(answer.headers['content-type'], /^application\/problem\+json/);
  assert.equal(answer.json.status, status);
  return answer.json;
}

// 503 as a provider needs it: with a Retry-After it can act on.
export function expect_come_back(answer) {
  expect_problem(answer, 503);
  assert.match(answer.headers['retry-after'] ?? '', /^[1-9][0-9]*$/, 'Retry-After is missing');
}

export async function expect_order(suite, id, expected) {
  const order = await suite.orders.get(id);
  const seen = {};
  for (const name of Object.keys(expected)) seen[name] = order[name]?.amount ?? order[name];
  assert.deepEqual(seen, expected);
  return order;
}
