// Programs a test starts: their output goes to a file, they end with the test, and a supervisor brings them back.
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));

// Asks until `ready` answers something true.
export async function eventually(ready, what, { within_ms = 20_000, every_ms = 25 } = {}) {
  const until = Date.now() + within_ms;
  let last;
  for (;;) {
    try {
      const answer = await ready();
      if (answer) return answer;
      last = `answered ${JSON.stringify(answer)}`;
    } catch (error) {
      last = error.message;
    }
    if (Date.now() > until) throw new Error(`not within ${within_ms} ms: ${what} (${last})`);
    await sleep(every_ms);
  }
}

// `restart`: as a supervisor, start it again whenever it ends without having been stopped.
// `argv` is asked again at each start, so that a program can come back at the port it found at first.
export class Program {
  constructor({ name, folder, argv, cwd, env = {}, restart = false, stop_signal = 'SIGTERM', good_ends = [0] }) {
    Object.assign(this, { name, argv, cwd, env, restart, stop_signal, good_ends });
    this.log_file = join(folder, `${name}.log`);
    this.faults = [];
    this.starts = 0;
  }

  get pid() {
    return this.child?.pid;
  }

  get alive() {
    return Boolean(this.child && running.has(this.child));
  }

  start() {
    this.stopping = false;
    this.starts += 1;
    const [command, ...args] = this.argv();
    const log = openSync(this.log_file, 'a');
    const env = typeof this.env === 'function' ? this.env() : this.env;
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', command, ...args], {
      stdio: ['ignore', log, log],
      cwd: this.cwd,
      env: { PATH: process.env.PATH, LANG: 'C.UTF-8', ...env },
    });
    closeSync(log);
    running.add(child);
    this.child = child;
    this.ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
    this.ended.then((end) => this.#after(child, end));
  }

  async #after(child, { code, signal }) {
    running.delete(child);
    const killed_here = signal && signal === this.killed_with;
    this.killed_with = undefined;
    if (!killed_here && (signal || !this.good_ends.includes(code))) this.faults.push(`${this.name} ended with ${signal ?? `code ${code}`}`);
    if (!this.restart || this.stopping || child !== this.child) return;
    await sleep(this.starts > 1 ? 200 : 50);
    if (!this.stopping && child === this.child) this.start();
  }

  // Sends a signal; with one that kills, resolves when the program has ended.
  async kill(signal = 'SIGKILL') {
    const { ended } = this;
    if (!this.alive) return;
    if (['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGQUIT'].includes(signal)) this.killed_with = signal;
    this.child.kill(signal);
    if (this.killed_with) await ended;
  }

  async stop() {
    this.stopping = true;
    if (!this.alive) return;
    this.child.kill('SIGCONT');
    this.child.kill(this.stop_signal);
    const too_slow = setTimeout(() => {
      this.faults.push(`${this.name} did not end by itself`);
      this.killed_with = 'SIGKILL';
      this.child.kill('SIGKILL');
    }, 15_000);
    await this.ended;
    clearTimeout(too_slow);
  }

  log() {
    return existsSync(this.log_file) ? readFileSync(this.log_file, 'utf8') : '';
  }

  // What a sanitizer said, if it said anything.
  sanitizer_report() {
    return this.log().match(/^.*(?:AddressSanitizer|LeakSanitizer|ThreadSanitizer|runtime error:)[^]{0,4000}/m)?.[0];
  }
}
