// The processes and files of one run. Whatever ends the run (success, failure,
// Ctrl-C, the death of `cargo xtask`), none of them outlives it.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const children = new Set();

/** A fresh folder that is removed at the end of the run. */
export const scratch = mkdtempSync(path.join(tmpdir(), "ttft-test-"));

/**
 * Starts a program in a process group of its own: browsers fork, and a signal
 * to the group reaches the forks too.
 */
export function start(program, args, options) {
  const child = spawn(program, args, { ...options, detached: true });
  adopt(child);
  return child;
}

/** Takes over a group leader that a library has spawned. */
export function adopt(child) {
  children.add(child);
  child.on("error", () => children.delete(child));
}

/** Resolves when the process has ended, with words for how. */
export function ended(child) {
  return new Promise((resolve) => {
    const words = () =>
      child.signalCode ? `was ended by ${child.signalCode}` : `ended with code ${child.exitCode}`;
    if (child.exitCode !== null || child.signalCode !== null) return resolve(words());
    child.once("exit", () => resolve(words()));
    child.once("error", (error) => resolve(`could not be started: ${error.message}`));
  });
}

/** Ends the process group: asks first, then makes sure. */
export async function stop(child, graceMs = 3000) {
  signal(child, "SIGTERM");
  let timer;
  await Promise.race([
    ended(child),
    new Promise((resolve) => {
      timer = setTimeout(resolve, graceMs);
    }),
  ]);
  clearTimeout(timer);
  kill(child);
}

/** Ends the process group at once, also what is left of it after its leader. */
export function kill(child) {
  signal(child, "SIGKILL");
  children.delete(child);
}

function signal(child, name) {
  try {
    process.kill(-child.pid, name);
  } catch {
    // The group is gone already.
  }
}

process.on("exit", () => {
  for (const child of children) kill(child);
  // Some process may still be writing while it dies.
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
});
for (const [name, code] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]]) {
  process.on(name, () => process.exit(code));
}

/**
 * Ends the run when whoever started it is gone: they hold the other end of our
 * standard input. A terminal's Ctrl-C reaches us anyway, a `kill` would not.
 */
export function endWithParent() {
  process.stdin.on("end", () => process.exit(143));
  process.stdin.on("error", () => process.exit(143));
  process.stdin.resume();
  process.stdin.unref?.();
}
