// What two runs of a client differ in.

/**
 * The headers of a run, without the values of those that `other` has with
 * another value or natively never are the same; and their names (`varying`).
 */
export function headersOf(run, other) {
  const known = new Set(run.varying ?? []);
  if (!run.varying) {
    run.headers.forEach((list, request) => {
      for (const [name, value] of list) {
        const there = other.headers[request]?.find((pair) => pair[0] === name);
        if (there && there[1] !== value) known.add(name);
      }
    });
  }
  const of = run.varying ? other : run;
  return {
    varying: [...known],
    headers: of.headers.map((list) => list.map(([name, value]) => [name, known.has(name) ? "…" : value])),
  };
}

/** The first difference with what is around it; `undefined` if there is none. */
export function differenceOf(native, measured) {
  const before = linesOf(native);
  const after = linesOf(measured);
  const at = before.findIndex((line, n) => line !== after[n]);
  const first = at < 0 && after.length > before.length ? before.length : at;
  if (first < 0) return undefined;
  return [
    ...before.slice(Math.max(0, first - 2), first).map((line) => `    ${line}`),
    ...before.slice(first, first + 3).map((line) => `  - ${line}`),
    ...after.slice(first, first + 3).map((line) => `  + ${line}`),
  ]
    .map((line) => line.slice(0, 600))
    .join("\n");
}

function linesOf({ app, server, headers }) {
  return [...app, ...server, ...headers.flatMap((list) => list.map((pair) => `server: header ${pair.join(": ")}`))];
}
