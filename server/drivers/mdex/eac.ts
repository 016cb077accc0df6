/**
 * The Endeca Application Controller as the owner of a Dgraph (Platform Services guides, "eaccmd usage"). It takes an exit
 * that it did not order for a failure and starts the Dgraph again at once; its own stop asks by HTTP and kills when its time
 * is over. So where it is the owner, the exit goes through it.
 */
import { z } from "zod";
import type { OwnerConfig } from "../servers/config.ts";
import { absolutePath, argument } from "../shared/host-config.ts";

export const controllerConfig = z.strictObject({
  /** How it is called on the hosts of the nodes, up to the verb: [/opt/endeca/bin/eaccmd.sh, "eac-1:8888"]. */
  eaccmd: z.array(argument).min(1),
  app: z.string().min(1),
  /** `com.endeca.eac.process.shutdownTimeOutSecs` of its eac.properties: then it kills. */
  shutdownTimeOutS: z.number().min(0.1).max(86_400).default(30),
});
export type ControllerConfig = z.infer<typeof controllerConfig>;

export const eacOwner = z.strictObject({
  kind: z.literal("eac"),
  component: z.string().min(1),
  /** The Dgraph's own, as `--pidfile` names it: the controller tells no pid. */
  pidFile: absolutePath,
});
export type EacOwner = z.infer<typeof eacOwner>;

/** It tells one of Starting, Running, NotRunning and Failed. $1 the pid file, the rest is `eaccmd … status …`. */
const STATUS = `
file=$1; shift
said=$("$@" 2>&1) || { echo "$said"; exit 1; }
case $said in
  *NotRunning*|*Failed*) echo "$said" | tr -d 0-9; exit 3 ;;
  *Starting*|*Running*) echo "pid $(tr -dc 0-9 <"$file"), by its controller: $said" ;;
  *) echo "$said"; exit 1 ;;
esac
`;

export function ownerByController({ component, pidFile }: EacOwner, controller: ControllerConfig): OwnerConfig {
  const { eaccmd, app, shutdownTimeOutS } = controller;
  const told = (verb: string): string[] => [...eaccmd, verb, "--app", app, "--comp", component];
  return {
    kind: "command",
    status: ["/bin/sh", "-c", STATUS, "sluice-eac", pidFile, ...told("status")],
    stop: told("stop"),
    start: told("start"),
    stopLimitS: shutdownTimeOutS,
    restarts: true,
  };
}
