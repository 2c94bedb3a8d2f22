// The verdicts of the browser runner as a table: client × how × ending.

import { matrixOf } from "./lib/matrix.mjs";
import { versionOf } from "./packages.mjs";

/** Of each suite; where it is not the suite's name. */
const PACKAGES = {
  "ag-ui": "@ag-ui/client",
  "ai-sdk-react": "@ai-sdk/react",
  "anthropic": "@anthropic-ai/sdk",
  "anthropic-stream": "@anthropic-ai/sdk",
  "axios-progress": "axios",
  "beside-interceptors": "@mswjs/interceptors",
  "beside-opentelemetry": "@opentelemetry/instrumentation-fetch",
  "beside-sentry": "@sentry/browser",
  "beside-sentry-streams": "@sentry/browser",
  "fetch-event-source": "@microsoft/fetch-event-source",
  "google-genai": "@google/genai",
  "ky-progress": "ky",
  "langgraph-sdk": "@langchain/langgraph-sdk",
  "openai-responses": "openai",
};

/**
 * The lines to print, and how many cells are neither ok nor empty for a stated
 * reason. What should have run is counted here, not there.
 */
export function tableOf(verdicts, { engines, clients, folder }) {
  const counts = { ok: 0, difference: 0, empty: 0, missing: 0 };
  const reasons = new Set();
  const lines = engines.flatMap((engine) => {
    const of = (client) => verdicts.find((verdict) => verdict.engine === engine && verdict.suite === client);
    const rowsOf = (client, { hows, endings, titleOf }) =>
      hows.map((how, n) => {
        const name = n === 0 ? `${client} ${versionOf(folder, PACKAGES[client] ?? client)}` : "";
        const cells = endings.map((ending) => {
          const cell = cellOf(of(client), titleOf(how, ending));
          counts[cell.state]++;
          if (cell.state === "empty") reasons.add(`– ${client}, ${ending}: ${cell.reason}`);
          return cell.state === "empty" ? "–" : cell.state;
        });
        return [name, how, ...cells];
      });
    // A table for each set of columns.
    return [...Map.groupBy(clients, matrixOf)].flatMap(([matrix, clients]) => {
      const head = [of(clients[0])?.version ?? engine, "", ...matrix.endings];
      return ["", ...table([head, ...clients.flatMap((client) => rowsOf(client, matrix))])];
    });
  });
  const { ok, difference, empty, missing } = counts;
  lines.push("", ...reasons);
  lines.push(`${ok + difference + empty + missing} cells: ${ok} ok, ${difference} different, ${empty} empty for a reason, ${missing} missing`);
  return { lines, wrong: difference + missing };
}

/** A case that passes leaves a note: what is not told of did not run. */
function cellOf(verdict, title) {
  const about = (list) => list?.find((entry) => entry.title === title);
  if (about(verdict?.failures)) return { state: "difference" };
  const skip = about(verdict?.skips);
  if (skip) return { state: "empty", reason: skip.message };
  return { state: about(verdict?.notes) ? "ok" : "missing" };
}

function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column])).join("  ").trimEnd());
}
