// The processes of a run as Linux counts them: what they computed and hold.

import { readFileSync, readdirSync } from "node:fs";

/**
 * `root` and all that descends from it: `{ pid, name, ticks }`, where `ticks`
 * is the processor time in hundredths of a second, that of children which were
 * waited for included.
 *
 * @throws where there is no /proc to ask.
 */
export function descendants(root = process.pid) {
  const all = new Map();
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const stat = readProc(pid, "stat");
    if (!stat) continue;
    // The name in parentheses may hold anything.
    const name = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = fields.slice(11, 15).reduce((sum, count) => sum + Number(count), 0);
    all.set(Number(pid), { pid: Number(pid), name, parent: Number(fields[1]), ticks });
  }
  return [...all.values()].filter(({ pid }) => {
    for (let at = pid; at; at = all.get(at)?.parent) if (at === root) return true;
    return false;
  });
}

/** Processor time of the process's first thread, in milliseconds: the main
 * thread of a page's process. Counted to the nanosecond, and only what it ran,
 * so a loaded machine does not make it longer. */
export function mainThreadMs(pid) {
  const spent = readProc(pid, `task/${pid}/schedstat`);
  return spent && Number(spent.split(" ")[0]) / 1e6;
}

/** Bytes a process holds in memory; what it shares with others by its part. */
export function residentBytes(pid) {
  const [, kilobytes] = /^Pss: +(\d+) kB$/m.exec(readProc(pid, "smaps_rollup") ?? "") ?? [];
  return Number(kilobytes ?? 0) * 1024;
}

/** Undefined where the process has ended since. */
function readProc(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return undefined;
  }
}
