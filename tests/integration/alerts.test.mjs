// Alert rules without anything running: they are valid, tested and explained.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alert_cases, alert_rules, metrics_of, promtool, read_runbook } from '../support/alerts.mjs';

const rules = alert_rules();
const names = rules.map(({ alert }) => alert);

test('Prometheus takes its configuration and the rules', () => {
  assert.match(promtool(['check', 'config', 'prometheus.yml']), /prometheus\.yml is valid/);
  assert.match(promtool(['check', 'rules', 'alerts.yml']), new RegExp(`SUCCESS: ${rules.length} rules found`));
});

test('every alert fires when it should, and is silent when it should', () => {
  promtool(['test', 'rules', 'alerts_test.yml', 'alerts_quiet_test.yml']);
});

test('every alert has a test in which it fires and one in which all is well', () => {
  const firing = alert_cases('alerts_test.yml').filter(({ exp_alerts }) => exp_alerts.length).map(({ alertname }) => alertname);
  const quiet = alert_cases('alerts_quiet_test.yml').filter(({ exp_alerts }) => !exp_alerts.length).map(({ alertname }) => alertname);
  for (const name of names) assert.deepEqual([firing.includes(name), quiet.includes(name)], [true, true], name);
  assert.deepEqual([...new Set([...firing, ...quiet])].filter((name) => !names.includes(name)), [], 'a test of no alert');
});

test('every alert says how bad it is, what is wrong, and where to read on', () => {
  const paragraphs = new Map(read_runbook().paragraphs.map((paragraph) => [paragraph.alert, paragraph]));
  assert.equal(new Set(names).size, names.length);
  for (const { alert, labels, annotations } of rules) {
    assert.match(labels.severity, /^(critical|warning)$/, alert);
    assert.ok(annotations.summary, alert);
    assert.equal(annotations.runbook, `docs/runbook.md#${alert.toLowerCase()}`, alert);
    assert.ok(paragraphs.get(alert)?.text.length > 60, `the runbook does not explain ${alert}`);
    assert.ok(paragraphs.get(alert).commands, `the runbook has no commands for ${alert}`);
  }
  assert.deepEqual([...paragraphs.keys()].filter((name) => !names.includes(name)), [], 'a paragraph of no alert');
});

test('the names of metrics are found in an expression', () => {
  assert.deepEqual(metrics_of('sum by (service, le) (rate(a_total{status="5xx"}[5m])) / max(b) > 0.5 and on (x) c offset 5m'), ['a_total', 'b', 'c']);
  assert.deepEqual(metrics_of('time() - max by (stanza) (d_seconds) > 26 * 3600 or absent(up{job="auth"})'), ['d_seconds', 'up']);
});
