/** How a system writes its own name, in every language. */
import { msg, t } from "#components/language/t.ts";

const NAMES: Readonly<Record<string, string>> = {
  starrocks: msg("StarRocks"),
  process: msg("Processes"),
  grpc: msg("gRPC"),
  mdex: msg("MDEX"),
  kubernetes: msg("Kubernetes"),
};

export function systemName(system: string): string {
  const name = NAMES[system];
  return name === undefined ? system : t(name);
}
