// The alert rules, their tests and the runbook, as tests ask about them.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kRoot } from './services.mjs';

const yaml = (path) => JSON.parse(execFileSync('python3', ['-c', 'import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))', path]));
const observe = (name) => join(kRoot, 'deploy/observability', name);

export const promtool = (args, options = {}) => execFileSync('promtool', args, { cwd: observe(''), encoding: 'utf8', stdio: 'pipe', ...options });

// [{alert, expr, for, labels, annotations}]
export const alert_rules = () => yaml(observe('alerts.yml')).groups.flatMap(({ rules }) => rules);

// [{alertname, eval_time, exp_alerts}]
export const alert_cases = (file) => yaml(observe(file)).tests.flatMap(({ alert_rule_test }) => alert_rule_test);

// The names of metrics in an expression: what is left without texts, labels and PromQL's own words.
export function metrics_of(expr) {
  const left = expr.replace(/'[^']*'|"[^"]*"|\{[^}]*\}|\[[^\]]*\]|\b\d[\w.]*/g, '')
    .replace(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, '');
  const words = left.match(/[a-zA-Z_:][\w:]*(?!\w)(?!\s*\()/g) ?? [];
  return [...new Set(words)].filter((word) => !/^(and|or|unless|bool|offset|sum|max|min|count)$/.test(word));
}

// The names of metrics on a page; of a histogram also those of its series.
export function metrics_on(page) {
  return new Set(page.split('\n').flatMap((line) => line.match(/^[a-zA-Z_:][\w:]*/) ?? []));
}

const runbook = () => readFileSync(join(kRoot, 'docs/runbook.md'), 'utf8');

// {commands every paragraph begins with, paragraphs: [{alert, text, commands}]}
export function read_runbook() {
  const blocks = (text) => [...text.matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, commands]) => commands);
  const [head, ...parts] = runbook().split(/^## /m);
  const paragraphs = parts.map((part) => {
    const [alert] = part.split('\n', 1);
    const rest = part.slice(alert.length).split(/^# /m)[0];
    return { alert, text: rest.split('```')[0].trim(), commands: blocks(rest).join('') };
  });
  return { begin: blocks(head).join(''), paragraphs };
}
