// Machine messages as `mqtt-bridge` hands them to `catalog`.
import assert from 'node:assert/strict';

export const kMachineEvents = '/internal/v1/machine-events';

let made = 0;

// A registered machine with a part and a material of its own, and what it says.
export async function new_machine(suite, { unit = 'H87', material_unit = 'KGM', makes } = {}) {
  const number = ++made;
  const [name, part, material] = [`press-${number}`, `PN-${number}`, `MAT-${number}`];
  const created = async (path, body) => {
    const answer = await suite.api('POST', `/api/v1/catalog/${path}`, body);
    assert.equal(answer.status, 201, answer.text);
  };
  await created('parts', { number: part, name: 'A plate', unit });
  await created('materials', { code: material, name: 'Steel', unit: material_unit });
  await created('machines', { name, site: 'lyon', area: 'pressing', line: 'line-1', makes: makes ?? [part] });
  return new Machine(suite, { name, part, material });
}

export class Machine {
  constructor(suite, { name, part, material }) {
    Object.assign(this, { suite, name, part, material, boot: 1, seq: 0 });
    this.topic = `factory/v1/lyon/pressing/line-1/${name}`;
  }

  // {topic, payload} of an event; the number is the next unless `at` names one.
  event(type, data, { boot = this.boot, seq = ++this.seq, ...envelope } = {}) {
    return this.raw(`evt/${type}`, JSON.stringify({
      v: 1, id: `018f-${this.name}-${boot}-${seq}`, machine: this.name, boot, seq, ts: new Date().toISOString(), type, data,
      ...envelope,
    }));
  }

  count(good_total, { scrap_total = 0, work_order, rev, part = this.part, unit = 'H87', ...at } = {}) {
    return this.event('production-count', { part, rev, work_order, good_total, scrap_total, unit }, at);
  }

  raw(below, payload, rest = {}) {
    return { topic: `${this.topic}/${below}`, payload: Buffer.from(payload), ...rest };
  }

  reboot() {
    this.boot += 1;
    this.seq = 0;
  }

  async stock(part = this.part) {
    return (await this.get(`parts/${part}`)).stock;
  }

  async on_hand() {
    return (await this.stock()).on_hand;
  }

  shown() {
    return this.get(`machines/${this.name}`);
  }

  async gaps(state = 'open') {
    const { data } = await this.get(`machines/${this.name}/gaps?state=${state}`);
    return data.map(({ boot, missing }) => [boot, ...missing.map(({ from, to }) => [from, to])]);
  }

  async dead_letters(query = '') {
    return (await this.get(`dead-letters?machine=${this.name}${query}`)).data;
  }

  async get(path) {
    const answer = await this.suite.api('GET', `/api/v1/catalog/${path}`);
    assert.equal(answer.status, 200, answer.text);
    return answer.json;
  }
}

export function wire(message) {
  const { topic, payload, received_at = new Date().toISOString(), ...rest } = message;
  return { topic, payload: payload.toString('base64'), received_at, ...rest };
}

export const post_messages = (suite, messages, options) =>
  suite.api('POST', kMachineEvents, { events: messages.map(wire) }, {}, options);

// Answers the verdicts.
export async function say(suite, ...messages) {
  const answer = await post_messages(suite, messages);
  assert.equal(answer.status, 200, answer.text);
  return answer.json.verdicts;
}
