// Mailjet's Send API v3.1 as its documentation has it, on this machine: what is sent is checked and kept.
//
//   const mailjet = await start_mailjet();     // sink: `mail mail.requested mailjet+${mailjet.url}`
//   mailjet.sent                               // messages that were accepted, in order
//   mailjet.calls                              // how many messages each call had
//   mailjet.refuse = (message) => ({ code: 'mj-0013', status: 400, related: ['To[0].Email'] });    // one message
//   mailjet.respond = (messages) => ({ status: 429, headers: { 'retry-after': '1' }, raw: '…' });  // a whole call
// https://dev.mailjet.com/email/guides/send-api-v31/
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';

export const kMailjetKey = 'mailjet-key-of-a-test-0123456789';
export const kMailjetSecret = 'mailjet-secret-of-a-test-0123456789';

const kMembers = ['From', 'To', 'Subject', 'TextPart', 'HTMLPart', 'TemplateID', 'TemplateLanguage', 'Variables', 'CustomID', 'TrackClicks', 'TrackOpens'];

export async function start_mailjet() {
  const mailjet = new Mailjet();
  await new Promise((resolve) => mailjet.server.listen(0, '127.0.0.1', resolve));
  return mailjet;
}

class Mailjet {
  sent = [];
  calls = [];
  refuse = () => undefined;
  respond = () => undefined;
  server = createServer((request, response) => this.#take(request, response));

  get url() {
    return `http://127.0.0.1:${this.server.address().port}`;
  }

  stop() {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }

  reset() {
    this.refuse = () => undefined;
    this.respond = () => undefined;
    this.sent = [];
    this.calls = [];
  }

  async #take(request, response) {
    const parts = [];
    for await (const part of request) parts.push(part);
    const answer = (status, body, headers = {}) => {
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    };
    if (request.method !== 'POST' || request.url !== '/v3.1/send') return answer(404, fault('mj-0002', 404, 'Object not found'));
    const basic = `Basic ${Buffer.from(`${kMailjetKey}:${kMailjetSecret}`).toString('base64')}`;
    if (request.headers.authorization !== basic)
      return answer(401, fault('mj-0001', 401, 'API key authentication/authorization failure.'));
    let messages;
    try {
      ({ Messages: messages } = JSON.parse(Buffer.concat(parts).toString('utf8')));
    } catch {
      return answer(400, fault('mj-0031', 400, 'Malformed JSON, please review the syntax and properties types.'));
    }
    if (!Array.isArray(messages) || !messages.length || messages.length > 50)
      return answer(400, fault('mj-0025', 400, 'Messages must have 1 to 50 items.'));
    this.calls.push(messages.length);
    const whole = await this.respond(messages);
    if (whole) return answer(whole.status, whole.raw ?? fault('mj-0000', whole.status, 'no'), whole.headers);
    const results = messages.map((message) => this.#one(message));
    return answer(results.some(({ Status }) => Status === 'error') ? 400 : 200, { Messages: results });
  }

  #one(message) {
    const wrong = this.refuse(message) ?? faults_of(message);
    if (wrong) {
      return { Status: 'error', CustomID: message.CustomID, Errors: [{ ErrorIdentifier: randomUUID(), ErrorCode: wrong.code, StatusCode: wrong.status,
        ErrorMessage: `"${message.To?.[0]?.Email}" is refused.`, ErrorRelatedTo: wrong.related }] };
    }
    this.sent.push(message);
    return { Status: 'success', CustomID: message.CustomID, To: message.To.map(({ Email }) => ({ Email, MessageUUID: randomUUID(),
      MessageID: String(this.sent.length), MessageHref: `${this.url}/v3/REST/message/${this.sent.length}` })), Cc: [], Bcc: [] };
  }
}

const fault = (code, status, text) => ({ ErrorIdentifier: randomUUID(), ErrorCode: code, StatusCode: status, ErrorMessage: text });

function faults_of(message) {
  const unknown = Object.keys(message).find((name) => !kMembers.includes(name));
  if (unknown) return { code: 'mj-0004', status: 400, related: [unknown] };
  if (!message.From?.Email) return { code: 'mj-0003', status: 400, related: ['From.Email'] };
  if (!/^[^@\s]+@[^@\s]+$/.test(message.To?.[0]?.Email ?? '')) return { code: 'mj-0013', status: 400, related: ['To[0].Email'] };
  if (!message.TextPart && !message.HTMLPart && !message.TemplateID) return { code: 'send-0003', status: 400, related: ['HTMLPart', 'TemplateID'] };
  return undefined;
}
