/**
 * How a BE or CN leaves (fact sheet 4.2):
 *
 *   running --SIGTERM, SIGINT--> waiting --nothing waited for, or time up--> step 1 --> steps 2.. --> gone
 *
 * The same "step 1" line is logged whether the work ended or the time was up.
 */
import type { BackendConfig } from "./config.ts";
import type { BackendLog } from "./log.ts";
import type { BackendProfile } from "./profile.ts";
import type { RunningWork } from "./work.ts";

/** The main loop looks once a second, and so does the wait (daemon.cpp, exec_env.cpp). */
export const lookEveryMs = 1000;

/** What others see of the exit, and tell it. */
export class ExitState {
  private signalled = false;
  private aware = false;

  exiting(): boolean {
    return this.signalled;
  }
  frontendAware(): boolean {
    return this.aware;
  }
  /** False: it was on its way already, and a further signal does nothing. */
  signal(): boolean {
    const first = !this.signalled;
    this.signalled = true;
    return first;
  }
  /** A SHUTDOWN answer went out. "Aware" means sent, not that every FE has replayed it. */
  told(): void {
    this.aware = true;
  }
}

export type Part = {
  readonly says: string;
  readonly leave: () => Promise<void>;
};

export type ExitParts = {
  readonly role: "BE" | "CN";
  readonly state: ExitState;
  readonly config: BackendConfig;
  readonly profile: BackendProfile;
  readonly work: RunningWork;
  readonly log: BackendLog;
  readonly wait: (ms: number) => Promise<void>;
};

/** Resolves when the wait is over, with what was still running then. */
export async function waitForWork(parts: ExitParts): Promise<number> {
  const { state, config, profile, work, log } = parts;
  const steps = config.number("loop_count_wait_fragments_finish") * 10;
  for (let step = 0; step < steps; step += 1) {
    const running = work.waitedFor();
    const unaware =
      profile.waitsForFrontend && config.on("graceful_exit_wait_for_frontend_heartbeat") && !state.frontendAware();
    if (running === 0 && !unaware) break;
    const still = `${running} fragment(s) are still running...`;
    log.info(
      "exec_env.cpp:914",
      profile.waitsForFrontend ? `Frontend is aware of exit: ${state.frontendAware() ? 1 : 0}, ${still}` : still,
    );
    await parts.wait(lookEveryMs);
  }
  return work.waitedFor();
}

/** Step 1, then each part in its order; the time for all of them is spread evenly. */
export async function takeDown(parts: ExitParts, steps: readonly Part[]): Promise<void> {
  const { role, log, config } = parts;
  log.info("starrocks_be.cpp:265", `${role} exit step 1: wait exec engine tasks finish successfully`);
  const pauseMs = config.number("twin_exit_steps_ms") / steps.length;
  let number = 2;
  for (const step of steps) {
    await step.leave();
    log.info("starrocks_be.cpp:265", `${role} exit step ${number}: ${step.says} successfully`);
    number += 1;
    await parts.wait(pauseMs);
  }
  log.info("starrocks_main.cpp:311", `${role} exited successfully`);
}
