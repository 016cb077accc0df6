/** What each operation answers, in the engine's own words where the guides give them. */
import { secondsOf } from "./deadline.ts";

export type Answered = { readonly code: number; readonly text: string };

/** What a request asks for. `alone`: the engine finishes what it has, does this, and lets the rest wait meanwhile. */
export type Asked =
  | { readonly is: "query" }
  | { readonly is: "ping" | "help" | "stats" | "statsreset" }
  | { readonly is: "update"; readonly alone: boolean }
  | { readonly is: "exit"; readonly limitSeconds: number | null }
  | { readonly is: "mistake"; readonly why: string };

export function askedBy(url: URL, adminPath: string, noExit: boolean): Asked {
  if (url.pathname === `${parentOf(adminPath)}/config`) return configOf(url.searchParams.get("op"));
  if (url.pathname !== adminPath) return { is: "query" };
  const op = url.searchParams.get("op") ?? "";
  switch (op) {
    case "ping":
    case "help":
    case "stats":
    case "statsreset":
      return { is: op };
    case "update":
      return { is: "update", alone: false };
    case "exit":
      return noExit ? mistake("exit is not allowed: this engine was started with -A") : exitOf(url.searchParams);
    default:
      return mistake(`"${op}" is no operation of this engine; see ?op=help`);
  }
}

function configOf(op: string | null): Asked {
  if (op === "update") return { is: "update", alone: true };
  return op === "help" ? { is: "help" } : mistake(`"${op ?? ""}" is no configuration operation of this engine`);
}

/** The guides do not tell what a bad value is answered with; here it is a mistake, and nothing is shut down. */
function exitOf(parameters: URLSearchParams): Asked {
  const given = parameters.getAll("timelimit");
  if (given.length === 0) return { is: "exit", limitSeconds: null };
  const limitSeconds = given.length === 1 ? secondsOf(given[0] ?? "") : null;
  return limitSeconds === null
    ? mistake(`timelimit is a positive integer, not "${given.join('", "')}"`)
    : { is: "exit", limitSeconds };
}

function mistake(why: string): Asked {
  return { is: "mistake", why };
}

function parentOf(adminPath: string): string {
  return adminPath.slice(0, adminPath.lastIndexOf("/"));
}

export function exitText(limitSeconds: number | null, date: string): string {
  const within = limitSeconds === null ? "" : ` within ${limitSeconds} seconds`;
  return `Dgraph admin, OK\nDgraph shutting down${within} at ${date}\n`;
}

export function mistakeText(why: string): string {
  return `Dgraph admin, error\n${why}\n`;
}

export const HELP = `Dgraph admin (simulation)
/admin?op=help        this page
/admin?op=ping        is it alive
/admin?op=stats       statistics
/admin?op=statsreset  statistics from now on
/admin?op=update      apply a partial update
/admin?op=exit[&timelimit=seconds]
/config?op=help
/config?op=update     apply a configuration
`;
