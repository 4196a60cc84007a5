// What processes cost the machine, from /proc.
import { readFileSync, readdirSync } from 'node:fs';

const kTicksPerSecond = 100;

function stat(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [ppid, utime, stime, cutime, cstime] = [fields[1], ...fields.slice(11, 15)].map(Number);
  return { ppid, own: utime + stime, reaped: cutime + cstime };
}

const try_stat = (pid) => {
  try {
    return stat(pid);
  } catch {
    return undefined;  // it ended meanwhile
  }
};

// Seconds of CPU of a process and of its children, living and reaped.
export function cpu_seconds(pid) {
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(try_stat).filter((s) => s?.ppid === pid);
  const { own, reaped } = stat(pid);
  return children.reduce((sum, child) => sum + child.own + child.reaped, own + reaped) / kTicksPerSecond;
}

export function rss_mib(pid) {
  return Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+) kB/)[1]) / 1024;
}
