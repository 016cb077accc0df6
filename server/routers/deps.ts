import type { Host } from "#server/orchestrator/host.ts";
import type { Clock } from "#server/orchestrator/ports.ts";

export type RouterDeps = {
  readonly clock: Clock;
  /** Where its files lie and its commands run. */
  readonly host: Host;
  /** Whether that is this machine: then its socket is opened from here. */
  readonly isHere: boolean;
  /** What was sent to change something, and what came back: to be shown and copied. */
  readonly sent: (what: {
    readonly server: string | null;
    readonly where: string;
    readonly text: string;
    readonly result: string;
  }) => void;
};
