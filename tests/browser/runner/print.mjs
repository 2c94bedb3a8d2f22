/** One suite's verdict: a line, and below it what didn't simply pass. */
export function printVerdict({ engine, suite, version, seconds, ...verdict }) {
  const { passed, failed, skipped, failures, skips, notes } = verdict;
  const counts = [`${passed} passed`];
  if (failed) counts.push(`${failed} FAILED`);
  if (skipped) counts.push(`${skipped} skipped`);
  const name = `${engine}/${suite}`.padEnd(28);
  console.log(`  ${name} ${counts.join(", ")} in ${seconds.toFixed(1)} s (${version ?? "not started"})`);
  for (const { title, message } of failures) {
    console.log(`    FAILED ${title}\n${message.replace(/^/gm, "           ")}`);
  }
  for (const { title, message } of skips) console.log(`    skipped ${title}: ${message}`);
  for (const { title, text } of notes) console.log(`    ${title}: ${text}`);
}
