/**
 * `grpc.health.v1.Health/Check`, each time on a connection of its own, and never `Watch`: a stream of ours would be one
 * more thing that the server's exit waits for (seen with grpc-js 1.14: `tryShutdown` did not return until it was ended).
 */
import { status, type Client } from "@grpc/grpc-js";
import { service as healthService } from "grpc-health-check";
import { z } from "zod";
import { invariant } from "#lib/util/invariant.ts";
import { call, withClient, type Called, type Method, type Target } from "./rpc.ts";

/** NOT_FOUND: the server does not know the service; the protocol has no word for it outside of `Watch`. */
export type ServingStatus = "UNKNOWN" | "SERVING" | "NOT_SERVING" | "SERVICE_UNKNOWN" | "NOT_FOUND";

export type Health =
  | { readonly is: "told"; readonly of: readonly { readonly service: string; readonly status: ServingStatus }[] }
  /** It answers calls, and has no health service. */
  | { readonly is: "untold" }
  /** Nobody listens on the port: it leaves, or is gone. */
  | { readonly is: "refused" }
  | { readonly is: "silent"; readonly why: string };

const answer = z.object({ status: z.enum(["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"]) });

/** The library types its messages as objects; what comes is looked at below. */
const check: Method<object, object> = methodNamed("Check");

export async function checkHealth(
  target: Target,
  services: readonly string[],
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<Health> {
  const answers = await withClient(target, async (client) => {
    return await Promise.all(services.map(async (service) => ({ service, said: await ask(client, service, options) })));
  });
  return "got" in answers ? { is: "silent", why: answers.why } : healthOf(answers);
}

async function ask(
  client: Client,
  service: string,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<Called<object>> {
  return await call(client, check, { service }, options);
}

export function healthOf(answers: readonly { readonly service: string; readonly said: Called<object> }[]): Health {
  const of: { service: string; status: ServingStatus }[] = [];
  for (const { service, said } of answers) {
    if (said.got === "refused") return { is: "refused" };
    if (said.got === "silence") return { is: "silent", why: said.why };
    if (said.got === "status" && said.code === status.UNIMPLEMENTED) return { is: "untold" };
    if (said.got === "status" && said.code === status.NOT_FOUND) of.push({ service, status: "NOT_FOUND" });
    else if (said.got === "status") return { is: "silent", why: `${status[said.code]}: ${said.details}` };
    else {
      const read = answer.safeParse(said.value);
      if (!read.success) return { is: "silent", why: "an answer that is no health" };
      of.push({ service, status: read.data.status });
    }
  }
  return { is: "told", of };
}

function methodNamed(name: string): Method<object, object> {
  const method = healthService[name];
  invariant(method !== undefined, `The health service has no ${name}`);
  return method;
}
