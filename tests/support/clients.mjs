// Clients as a test needs them, and what `auth` would tell of them.
import { createHmac, randomUUID } from 'node:crypto';
import { expect_status } from './expect.mjs';
import { request } from './http.mjs';
import { kEventsSecret, kServiceToken } from './services.mjs';
import { bearer } from './tokens.mjs';

export const kClients = '/api/v1/clients';
export const kPassword = 'correct horse battery';

let made = 0;
export const a_registration = (rest = {}) => ({ email: `client-${++made}-${randomUUID().slice(0, 8)}@example.com`, password: kPassword,
  name: `Ada Example ${made}`, ...rest });

// A client an admin registered; `as` is what suite.api wants to act as that client.
export async function new_client(suite, rest) {
  const registration = a_registration(rest);
  const client = expect_status(await suite.api('POST', kClients, registration), 201).json;
  return { ...client, registration, path: `${kClients}/${client.id}`, as: { as: { role: 'client', subject: client.id } } };
}

export const publicly = (suite, method, path, body, headers) =>
  request(suite.instance('clients').url, method, path, body, headers);

export const as_client = (id) => bearer({ role: 'client', subject: id });

// What was told of a subject, in order.
export async function told(suite, database, subject) {
  return suite.sql(database, 'select type, version, data, forget_data from outbox where subject = $1 order by seq', [subject]);
}

export const an_event = (source, type, subject, data, rest = {}) => ({ specversion: '1.0', id: `evn_${randomUUID().replaceAll('-', '')}`,
  source, type, subject, time: new Date().toISOString(), datacontenttype: 'application/json', aggregateversion: 1, data, ...rest });

// Tells a service a list of events as another one would; answers what became of each.
export async function tell(instance, events) {
  const body = JSON.stringify(events);
  const id = `msg_${randomUUID()}`;
  const time = Math.floor(Date.now() / 1000);
  const key = Buffer.from(kEventsSecret.slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${time}.${body}`).digest('base64');
  const answer = await request(instance.url, 'POST', '/internal/v1/events', body, { authorization: `Bearer ${kServiceToken}`,
    'content-type': 'application/cloudevents-batch+json', 'webhook-id': id, 'webhook-timestamp': String(time),
    'webhook-signature': `v1,${signature}` });
  return expect_status(answer, 200).json.results;
}
