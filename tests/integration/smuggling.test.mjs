// Requests that two programs could take for different ones: front and back must agree on where each ends, or the front
// refuses. A request hidden in another one's body never becomes one of its own behind the gateway.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { raw_exchange, request } from '../support/http.mjs';
import { start_suite } from '../support/suite.mjs';
import { bearer } from '../support/tokens.mjs';

let suite;
before(async () => {
  suite = await start_suite({ gateway: true });
});
after(() => suite?.stop());

const kOuter = '/api/v1/orders/ord_outer/cancel';
const hidden = (mark) => `GET /api/v1/orders/ord_hidden_${mark} HTTP/1.1\r\nHost: a\r\n\r\n`;

// Headers, and the body made of the hidden request.
const chunk = (text, { size = text.length.toString(16), extension = '', end = '\r\n' } = {}) => `${size}${extension}${end}${text}${end}`;
const kVectors = {
  'both lengths, chunked is short': (h) => [[`Content-Length: ${h.length + 5}`, 'Transfer-Encoding: chunked'], `0\r\n\r\n${h}`],
  'both lengths, the length is short': (h) => [['Content-Length: 4', 'Transfer-Encoding: chunked'], `${chunk(h)}0\r\n\r\n`],
  'both lengths, the other order': (h) => [['Transfer-Encoding: chunked', 'Content-Length: 4'], `${chunk(h)}0\r\n\r\n`],
  'two lengths': (h) => [['Content-Length: 0', `Content-Length: ${h.length}`], h],
  'two lengths in one': (h) => [[`Content-Length: 0, ${h.length}`], h],
  'one length twice': (h) => [[`Content-Length: ${h.length}`, `Content-Length: ${h.length}`], h],
  'a signed length': (h) => [[`Content-Length: +${h.length}`], h],
  'a hexadecimal length': (h) => [[`Content-Length: 0x${h.length.toString(16)}`], h],
  'a negative length': (h) => [['Content-Length: -1'], h],
  'an enormous length': (h) => [['Content-Length: 18446744073709551616'], h],
  'a length and a letter': (h) => [['Content-Length: 0a'], h],
  'an empty length': (h) => [['Content-Length:'], h],
  'a blank before the colon': (h) => [[`Content-Length : ${h.length}`], h],
  'a form feed in the length': (h) => [[`Content-Length:\f${h.length}`], h],
  'an unknown coding': (h) => [['Transfer-Encoding: xchunked'], `0\r\n\r\n${h}`],
  'chunked and identity': (h) => [['Transfer-Encoding: chunked, identity'], `0\r\n\r\n${h}`],
  'identity and chunked': (h) => [['Transfer-Encoding: identity, chunked'], `0\r\n\r\n${h}`],
  'identity': (h) => [['Transfer-Encoding: identity', 'Content-Length: 0'], h],
  'chunked twice': (h) => [['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'], `0\r\n\r\n${h}`],
  'chunked, then something': (h) => [['Transfer-Encoding: chunked', 'Transfer-Encoding: cow'], `0\r\n\r\n${h}`],
  'chunked in quotes': (h) => [['Transfer-Encoding: "chunked"'], `0\r\n\r\n${h}`],
  'chunked with a tab': (h) => [['Transfer-Encoding:\tchunked', 'Content-Length: 4'], `${chunk(h)}0\r\n\r\n`],
  'chunked with a vertical tab': (h) => [['Transfer-Encoding: \x0bchunked', `Content-Length: ${h.length}`], h],
  'chunked with a NUL': (h) => [['Transfer-Encoding: chunked\0', `Content-Length: ${h.length}`], h],
  'chunked after a folded line': (h) => [['Transfer-Encoding:\r\n chunked', 'Content-Length: 4'], `${chunk(h)}0\r\n\r\n`],
  'chunked hidden in a folded line': (h) => [['X: y\r\n Transfer-Encoding: chunked', 'Content-Length: 4'], `${chunk(h)}0\r\n\r\n`],
  'a blank before the colon of chunked': (h) => [['Transfer-Encoding : chunked', 'Content-Length: 4'], `${chunk(h)}0\r\n\r\n`],
  'an underscore for the hyphen': (h) => [['Transfer_Encoding: chunked', `Content-Length: ${h.length}`], h],
  'chunked behind a bare CR': (h) => [['X: y\rTransfer-Encoding: chunked', 'Content-Length: 4'], `${chunk(h)}0\r\n\r\n`],
  'chunked behind a bare LF': (h) => [['X: y\nTransfer-Encoding: chunked', 'Content-Length: 4'], `${chunk(h)}0\r\n\r\n`],
  'a header without a colon': (h) => [['Transfer-Encoding chunked', 'Content-Length: 4'], h],
  'a chunk with an extension': (h) => [['Transfer-Encoding: chunked'], `${chunk('{}', { extension: ';a=b' })}0;x=y\r\n\r\n${h}`],
  'an extension with a line break': (h) => [['Transfer-Encoding: chunked'], `2;a\n${h}xx\r\n0\r\n\r\n`],
  'an extension with a CR': (h) => [['Transfer-Encoding: chunked'], `2;\ra=b\r\n{}\r\n0\r\n\r\n${h}`],
  'a chunk size with 0x': (h) => [['Transfer-Encoding: chunked'], `0x2\r\n{}\r\n0\r\n\r\n${h}`],
  'a chunk size with a sign': (h) => [['Transfer-Encoding: chunked'], `+2\r\n{}\r\n0\r\n\r\n${h}`],
  'a chunk size with a blank before': (h) => [['Transfer-Encoding: chunked'], ` 2\r\n{}\r\n0\r\n\r\n${h}`],
  'a chunk size beyond all numbers': (h) => [['Transfer-Encoding: chunked'], `10000000000000002\r\n{}\r\n0\r\n\r\n${h}`],
  'a chunk size with underscores': (h) => [['Transfer-Encoding: chunked'], `0_2\r\n{}\r\n0\r\n\r\n${h}`],
  'chunks that end with LF': (h) => [['Transfer-Encoding: chunked'], `${chunk('{}', { end: '\n' })}0\n\n${h}`],
  'a chunk that is longer than it says': (h) => [['Transfer-Encoding: chunked'], `2\r\n{}xx0\r\n\r\n${h}`],
  'a length in the trailer': (h) => [['Transfer-Encoding: chunked'], `${chunk('{}')}0\r\nContent-Length: ${h.length}\r\n\r\n${h}`],
  'a coding in the trailer': (h) => [['Transfer-Encoding: chunked'], `${chunk('{}')}0\r\nTransfer-Encoding: chunked\r\n\r\n${h}`],
  'waiting for 100': (h) => [['Expect: 100-continue', `Content-Length: ${h.length}`], h],
  'an upgrade': (h) => [['Connection: Upgrade', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA', 'Content-Length: 0'], h],
  'the length named as a hop': (h) => [['Connection: Content-Length', `Content-Length: ${h.length}`], h],
};
const kLines = {
  'POST with 1.1': (path) => `POST ${path} HTTP/1.1`,
  'POST with 1.0': (path) => `POST ${path} HTTP/1.0`,
  'GET with a body': () => 'GET /api/v1/orders?limit=1 HTTP/1.1',
  'HEAD with a body': () => 'HEAD /api/v1/orders?limit=1 HTTP/1.1',
};

let number = 0;
for (const [line, write_line] of Object.entries(kLines)) {
  test(`front and back agree: ${line}`, async () => {
    const marks = [];
    await Promise.all(Object.entries(kVectors).map(async ([what, make]) => {
      const mark = `mark${++number}`;
      const [headers, body] = make(hidden(mark));
      const { authorization } = bearer();
      const raw = await raw_exchange(suite.gateway.url, [[write_line(kOuter), 'Host: a', `Authorization: ${authorization}`, ...headers, '', ''].join('\r\n') + body],
        { wait_ms: 700 });
      marks.push({ mark, what, raw });
    }));
    // A connection to the service that was left in the middle would answer somebody else now.
    for (let turn = 0; turn < 20; ++turn) {
      const answer = await request(suite.gateway.url, 'GET', `/api/v1/orders/ord_after_${turn}`, undefined, bearer());
      assert.equal(answer.status, 404, answer.text);
      assert.match(answer.text, new RegExp(`ord_after_${turn}\\b`));
    }
    const log = suite.instance('orders').program.log();
    const passed = marks.filter(({ mark }) => new RegExp(`ord_hidden_${mark}\\b`).test(log)).map(({ what, raw }) => `${what}: ${raw.slice(0, 80)}`);
    assert.deepEqual(passed, [], 'a hidden request reached the service');
    // Those that came to the gateway as requests of their own had no token.
    for (const { what, raw } of marks) {
      const answers = [...raw.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status)).filter((status) => status !== 100);
      assert.ok(answers.slice(1).every((status) => [400, 401, 408].includes(status)), `${what}: ${answers}`);
    }
  });
}
