/**
 * What the twin's own processes say to each other where real ones speak brpc or thrift that nobody else sees: JSON over
 * HTTP. What outsiders see (MySQL, HTTP API, heartbeats, reports, scripts, files) follows the real systems.
 */

/** FE -> BE/CN, `POST http://<node>:<brpc_port>/fragment`; answered when the fragment has ended. */
export type FragmentRequest = {
  readonly queryId: string;
  readonly fragmentId: string;
  /** The FE that coordinates, `host:http_port`. */
  readonly coordinator: string;
  /** How long the fragment works. */
  readonly workMs: number;
  /** `load`: a write on behalf of a load coordinated elsewhere; served during an exit, and not waited for. */
  readonly kind: "query" | "load";
};
export type FragmentAnswer =
  | { readonly status: "ok" }
  /** brpc EINTERNAL "BE is shutting down": the FE puts the node on its AUTO blacklist and retries. */
  | { readonly status: "shutting down" }
  | { readonly status: "cancelled"; readonly reason: string };

/** FE -> BE/CN, `POST http://<node>:<brpc_port>/cancel`. */
export type CancelRequest = { readonly queryId: string; readonly reason: string };

/** BE -> leader FE, `POST http://<fe>:<http_port>/twin/txn/begin | commit | abort`; a follower answers 307 to the leader. */
export type TxnBegin = {
  readonly label: string;
  readonly db: string;
  readonly table: string;
  /** `BE: 127.0.10.11` for a stream load; `FE: ...` else. */
  readonly coordinator: string;
  readonly source: "BACKEND_STREAMING" | "BATCH_LOAD_JOB" | "INSERT_STREAMING" | "ROUTINE_LOAD_TASK";
  readonly timeoutMs: number;
  /** Whose load it is; empty for a routine load's task. */
  readonly user: string;
};
export type TxnBeginAnswer =
  { readonly ok: true; readonly txnId: number } | { readonly ok: false; readonly reason: string };
export type TxnEnd = { readonly txnId: number; readonly reason: string };
export type TxnEndAnswer = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** FE -> BE, `POST http://<node>:<brpc_port>/task`: one routine- or broker-load task, coordinated by the FE's leader. */
export type LoadTask = {
  readonly label: string;
  readonly kind: "routine" | "broker";
  readonly workMs: number;
};
export type LoadTaskAnswer =
  | { readonly status: "ok" }
  | { readonly status: "refused"; readonly reason: string }
  | { readonly status: "cancelled"; readonly reason: string };

/**
 * One line of the truth log (`truth.jsonl` in the twin's root), appended by every process of the twin. Tests compare what
 * the console shows with it.
 */
export type Truth =
  | {
      readonly atMs: number;
      readonly what: "started";
      readonly node: string;
      readonly pid: number;
      readonly version: string;
    }
  | { readonly atMs: number; readonly what: "serving"; readonly node: string; readonly pid: number }
  | {
      readonly atMs: number;
      readonly what: "signal";
      readonly node: string;
      readonly pid: number;
      readonly signal: string;
    }
  | {
      readonly atMs: number;
      readonly what: "exited";
      readonly node: string;
      readonly pid: number;
      readonly how: "graceful" | "time up" | "forcibly";
      readonly left: number;
    }
  | {
      readonly atMs: number;
      readonly what: "script";
      readonly node: string;
      readonly script: string;
      readonly args: readonly string[];
    }
  | { readonly atMs: number; readonly what: "leader"; readonly node: string }
  | {
      readonly atMs: number;
      readonly what: "blacklist";
      readonly node: string;
      readonly id: string;
      readonly act: "add" | "delete";
      readonly kind: "MANUAL" | "AUTO";
    }
  | {
      readonly atMs: number;
      readonly what: "config";
      readonly node: string;
      readonly key: string;
      readonly value: string;
    }
  | {
      readonly atMs: number;
      readonly what: "retry";
      readonly node: string;
      readonly queryId: string;
      readonly because: string;
    }
  /** Something that goes wrong on demand: `on` names the nodes, or the two parties of a cut. */
  | {
      readonly atMs: number;
      readonly what: "fault";
      readonly is: "began" | "ended" | "happened";
      readonly id: string;
      readonly kind: string;
      readonly on: readonly string[];
    }
  /** What the client of the load saw: one line when it sends, one when it ends. */
  | {
      readonly atMs: number;
      readonly what: "sent";
      readonly id: string;
      readonly kind: WorkKind;
      readonly fe: string;
      readonly expectedMs: number;
    }
  | {
      readonly atMs: number;
      readonly what: "ended";
      readonly id: string;
      readonly kind: WorkKind;
      readonly outcome: "ok" | "failed" | "cut" | "refused";
      readonly error: string | null;
      readonly ranMs: number;
      /** How often the client had to send it again, as its own rules allow. */
      readonly clientRetries: number;
    };

export type WorkKind = "short" | "medium" | "long" | "stream" | "broker" | "routine";

/**
 * What an UPDATE or SELECT of information_schema.be_configs does on a node: `GET http://<node>:<brpc_port>/configs`
 * answers `BackendConfigRow[]`, `POST .../config` takes `{ name, value }` and answers `{ ok, reason }`.
 */
export type BackendConfigRow = {
  readonly name: string;
  readonly value: string;
  readonly type: string;
  readonly default: string;
  readonly mutable: boolean;
};
