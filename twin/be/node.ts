import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { BackendConfig } from "./config.ts";
import type { ExitState } from "./exit.ts";
import type { BackendLog } from "./log.ts";
import type { BackendProfile } from "./profile.ts";
import type { Tablets } from "./tablets.ts";
import type { RunningWork } from "./work.ts";

/** Everything that the servers of one backend share. */
export type Backend = {
  readonly role: "be" | "cn";
  readonly name: string;
  readonly home: string;
  readonly host: string;
  readonly ports: { readonly be: number; readonly http: number; readonly heartbeat: number; readonly brpc: number };
  /** What the installed `lib` says, read once at the start, as a loaded binary would keep it. */
  readonly version: string;
  readonly profile: BackendProfile;
  readonly config: BackendConfig;
  readonly work: RunningWork;
  readonly tablets: Tablets;
  readonly exit: ExitState;
  readonly log: BackendLog;
  readonly startedAtMs: number;
  readonly leader: LeaderAddress;
};

/** Who sent the last heartbeat: the leader, as far as this node knows. */
export class LeaderAddress {
  /** This node's own address, from which it speaks. */
  readonly own: string;
  private known: { readonly host: string; readonly rpcPort: number; readonly httpPort: number } | null = null;
  private epoch = 0;

  constructor(own: string) {
    this.own = own;
  }

  now(): { readonly host: string; readonly rpcPort: number; readonly httpPort: number } | null {
    return this.known;
  }
  /**
   * Whether it is believed: a front end that led before and has not noticed yet is not (heartbeat_server.cpp,
   * compare_master_info). An epoch of 0 tells nothing.
   */
  heard(host: string, rpcPort: number, httpPort: number, epoch: number): boolean {
    const another = this.known !== null && (this.known.host !== host || this.known.rpcPort !== rpcPort);
    if (another && epoch !== 0 && epoch <= this.epoch) return false;
    this.known = { host, rpcPort, httpPort };
    this.epoch = Math.max(this.epoch, epoch);
    return true;
  }
}

export function installedVersion(home: string): string {
  return readFileSync(join(home, "lib", "version"), "utf8").trim();
}
