// Events as one service tells them to another: a signed list, each with its answer.
import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { expect_status } from './expect.mjs';
import { request } from './http.mjs';
import { kEventsSecret, kServiceToken } from './services.mjs';

export const event_id = () => `evn_${randomUUID().replaceAll('-', '')}`;

export const new_event = (source, type, subject, data, aggregateversion = 1) => ({ specversion: '1.0', id: event_id(), source, type, subject,
  time: new Date().toISOString(), datacontenttype: 'application/json', aggregateversion, data });

export function post_events(url, events) {
  const text = JSON.stringify(events);
  const at = new Date();
  return request(url, 'POST', '/internal/v1/events', text, { 'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'content-type': 'application/cloudevents-batch+json', authorization: `Bearer ${kServiceToken}`,
    ...signature(text, at) });
}

function signature(text, at) {
  const id = event_id();
  return { 'webhook-id': id, 'webhook-signature': new Webhook(kEventsSecret).sign(id, at, text) };
}

// Answers the outcomes. As a relay does, it tells them again when the answer is to come back later.
export async function tell_events(url, ...events) {
  let answer;
  do answer = await post_events(url, events);
  while (answer.status === 503);
  return expect_status(answer, 200).json.results.map((one) => one.outcome);
}
