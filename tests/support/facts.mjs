// Payment facts as `payment` tells them to `orders`.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';

export const kFacts = '/internal/v1/payment-facts';
export const money = (amount, currency = 'EUR') => ({ amount, currency });
export const payment_id = () => `pi_${randomBytes(8).toString('hex')}`;

const kMoneyless = ['processing', 'requires_action', 'failed', 'canceled'];

// By default about the whole total, of a payment of its own.
export function fact(order, kind, { payment = payment_id(), subject = '', amount, currency, ...rest } = {}) {
  const told = amount ?? (kMoneyless.includes(kind) ? 0 : order.total.amount);
  return {
    order_id: order.id, account: 'stripe', payment, kind, subject, amount: money(told, currency ?? order.total.currency),
    event_id: `evt_${randomBytes(8).toString('hex')}`, occurred_at: '2026-11-21T05:47:52Z', ...rest,
  };
}

export const post_facts = (suite, facts, headers) => suite.api('POST', kFacts, { facts }, headers);

// Answers the outcomes. As `payment` does, it tells them again when the answer is to come back later.
export async function tell(suite, ...facts) {
  let answer;
  do answer = await post_facts(suite, facts);
  while (answer.status === 503);
  assert.equal(answer.status, 200, answer.text);
  return answer.json.answers.map((one) => one.outcome);
}

export async function pay(suite, order) {
  assert.deepEqual(await tell(suite, fact(order, 'captured')), ['applied']);
}
