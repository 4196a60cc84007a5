// Stripe's side of the wire: events built of the objects Stripe publishes, signed by Stripe's own library.
// stripe-fixtures.json: github.com/stripe/openapi, openapi/fixtures3.json (six of its objects), MIT licence.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import Stripe from 'stripe';

const fixtures = JSON.parse(readFileSync(new URL('stripe-fixtures.json', import.meta.url), 'utf8'));
const stripe = new Stripe('sk_test_never_used');

export const stripe_id = (prefix) => `${prefix}_3${randomBytes(12).toString('hex').slice(0, 23)}`;

// What a payload's Stripe-Signature is; options as in the library: secret, timestamp (seconds), scheme, signature.
export function sign(payload, options) {
  return stripe.webhooks.generateTestHeaderString({ payload, ...options });
}

const kIntentStatus = {
  created: 'requires_payment_method', processing: 'processing', requires_action: 'requires_action',
  amount_capturable_updated: 'requires_capture', partially_funded: 'requires_payment_method',
  payment_failed: 'requires_payment_method', canceled: 'canceled', succeeded: 'succeeded',
};
const kDisputeStatus = {
  created: 'needs_response', updated: 'under_review', closed: 'won',
  funds_withdrawn: 'needs_response', funds_reinstated: 'won',
};
const kSession = {
  completed: ['complete', 'paid'], async_payment_succeeded: ['complete', 'paid'],
  async_payment_failed: ['complete', 'unpaid'], expired: ['expired', 'unpaid'],
};

function payment_intent(what, o) {
  return {
    ...fixtures.payment_intent,
    id: o.payment,
    amount: o.amount,
    amount_received: o.captured ?? (what === 'succeeded' ? o.amount : 0),
    amount_capturable: o.capturable ?? (what === 'amount_capturable_updated' ? o.amount : 0),
    capture_method: what === 'amount_capturable_updated' ? 'manual' : 'automatic',
    currency: o.currency,
    status: kIntentStatus[what],
    canceled_at: what === 'canceled' ? o.created : null,
    latest_charge: ['created', 'processing', 'requires_action'].includes(what) ? null : o.charge,
    last_payment_error: what !== 'payment_failed' ? null
      : { type: 'card_error', code: 'card_declined', charge: o.charge, message: 'Your card was declined.' },
    metadata: o.metadata,
  };
}

function charge(what, o) {
  const captured = o.captured ?? (['succeeded', 'captured', 'updated', 'refunded'].includes(what) ? o.amount : 0);
  const refunded = o.refunded ?? (what === 'refunded' ? o.amount : 0);
  return {
    ...fixtures.charge,
    id: o.charge,
    amount: o.amount,
    amount_captured: captured,
    amount_refunded: refunded,
    captured: captured > 0,
    refunded: refunded > 0 && refunded === captured,
    paid: !['failed', 'pending'].includes(what),
    currency: o.currency,
    payment_intent: o.payment,
    status: { failed: 'failed', pending: 'pending' }[what] ?? 'succeeded',
    metadata: o.metadata,
  };
}

function refund(what, o) {
  return {
    ...fixtures.refund,
    id: o.refund,
    amount: o.amount,
    currency: o.currency,
    charge: o.charge,
    payment_intent: o.payment,
    status: what === 'failed' ? 'failed' : 'succeeded',
    metadata: {},
  };
}

function dispute(what, o) {
  return {
    ...fixtures.dispute,
    id: o.dispute,
    amount: o.amount,
    currency: o.currency,
    charge: o.charge,
    payment_intent: o.payment,
    status: kDisputeStatus[what],
    metadata: {},
  };
}

function checkout_session(what, o) {
  const [status, payment_status] = kSession[what];
  return {
    ...fixtures['checkout.session'],
    id: o.session,
    amount_subtotal: o.amount,
    amount_total: o.amount,
    currency: o.currency,
    payment_intent: o.payment,
    status,
    payment_status,
    metadata: o.metadata,
  };
}

function build_object(type, o) {
  if (type.startsWith('charge.dispute.')) return dispute(type.slice(15), o);
  if (type === 'charge.refund.updated') return refund('updated', o);
  const [family, what] = [type.slice(0, type.lastIndexOf('.')), type.slice(type.lastIndexOf('.') + 1)];
  const make = { payment_intent, charge, refund, 'checkout.session': checkout_session }[family];
  return make ? make(what, o) : fixtures.event.data.object;
}

// Stripe sends these two with two decimals, always 00, though ISO 4217 gives them none.
const kTwoZeros = new Set(['isk', 'ugx']);

// An event as Stripe would send it. Options, all optional:
//   order      an order (or its id): metadata.order_id, and the amount and currency where none are given
//   amount     in Stripe's units: of the payment, the refund or the dispute;  currency  in lower case
//   captured   so far (amount_received, amount_captured);  capturable;  refunded  so far
//   payment pi_…, charge ch_…, refund re_…, dispute dp_…, session cs_…: given to several events they belong together
//   metadata   instead of {order_id};  object, event: members that replace those of data.object, of the event
export function stripe_event(type, options = {}) {
  const { order } = options;
  const order_id = typeof order === 'string' ? order : order?.id;
  const currency = (options.currency ?? order?.total?.currency ?? 'eur').toLowerCase();
  const o = {
    created: Math.floor(Date.now() / 1000),
    amount: (order?.total?.amount ?? 4200) * (kTwoZeros.has(currency) ? 100 : 1),
    payment: stripe_id('pi'), charge: stripe_id('ch'), refund: stripe_id('re'),
    dispute: stripe_id('dp'), session: stripe_id('cs_test'),
    metadata: order_id ? { order_id } : {},
    ...options,
    currency,
  };
  return {
    ...fixtures.event,
    id: stripe_id('evt'),
    api_version: '2026-06-24.dahlia',
    created: o.created,
    pending_webhooks: 1,
    type,
    ...options.event,
    data: { object: { ...build_object(type, o), created: o.created, ...options.object } },
  };
}

// Stripe sends its events indented by two.
export const payload_of = (event) => (typeof event === 'string' || Buffer.isBuffer(event) ? event : JSON.stringify(event, null, 2));
