/** What a run should know of a gRPC server before it touches it. */
import type { Check } from "#lib/run/check.ts";
import type { NodeId } from "#lib/cluster/node.ts";
import { fails, passes, unknown, type Question } from "../shared/check-parts.ts";
import type { GrpcConfig } from "./config.ts";
import type { Counts } from "./counts.ts";
import type { Health } from "./health.ts";

export type Looked = {
  readonly nodeId: NodeId;
  readonly health: Health;
  readonly counts: Counts | null;
  /** The routers that stand before this node, by name. */
  readonly routers: readonly string[];
};

export function checksOf(clients: GrpcConfig["clients"], looked: Looked): readonly Check[] {
  return [healthCheck(looked), clientsCheck(clients, looked), countCheck(looked)];
}

function healthCheck({ nodeId, health }: Looked): Check {
  const question: Question = { id: "grpc-health", nodeId, title: "Health can be asked for", severity: "needsReason" };
  switch (health.is) {
    case "told": {
      const unserved = health.of.filter(({ status }) => status === "NOT_FOUND" || status === "SERVICE_UNKNOWN");
      if (unserved.length === 0) return passes(question, "grpc.health.v1.Health/Check answers for every service");
      const names = unserved.map(({ service }) => JSON.stringify(service)).join(", ");
      return fails(question, `It knows nothing of ${names}`, "Name under services: what the server itself reports on.");
    }
    case "untold":
      return fails(
        question,
        "grpc.health.v1.Health/Check: UNIMPLEMENTED",
        "Add the health service to the server. Without it a server that answers is taken for one that serves.",
      );
    case "refused":
      return unknown(question, "connection refused", "Start it, or correct its address.");
    case "silent":
      return unknown(question, health.why, "See that the console reaches it, and that tls: says what it speaks.");
    default:
      return health satisfies never;
  }
}

/** NOT_SERVING keeps away nobody who does not ask for it: a new call succeeded on such a server (grpc-js 1.14). */
function clientsCheck(clients: GrpcConfig["clients"], { nodeId, routers }: Looked): Check {
  const question: Question = {
    id: "grpc-clients",
    nodeId,
    title: "Its clients will go elsewhere",
    severity: "needsReason",
  };
  switch (clients) {
    case "behindRouter":
      return routers.length > 0
        ? passes(question, `New calls come through ${routers.join(", ")}, which is told first`)
        : fails(
            question,
            "clients: behindRouter, and no router stands before this node",
            "Name it under routers: with this node in its servers, or say how the clients find out: byGoaway.",
          );
    case "healthChecked":
      return routers.length > 0
        ? passes(question, `Clients ask for its health, and ${routers.join(", ")} is told first`)
        : passes(question, "Clients ask for its health; that the server says NOT_SERVING before GOAWAY is up to it");
    case "byGoaway":
      return passes(
        question,
        "Clients obey GOAWAY and go on with another server. Calls that cross it on the wire are rejected by servers of the C core (C++, Python): there a retry policy for UNAVAILABLE and CANCELLED is needed",
      );
    default:
      return clients satisfies never;
  }
}

function countCheck({ nodeId, counts }: Looked): Check {
  const question: Question = { id: "grpc-count", nodeId, title: "RPCs in flight can be counted", severity: "note" };
  if (counts === null)
    return unknown(
      question,
      "Neither admin nor metrics is given: what is in flight is not measurable",
      "Give the node a port with channelz (admin) or its page of counters (metrics), open until the process ends.",
    );
  switch (counts.is) {
    case "told":
      return passes(question, `${counts.by}: ${counts.inFlight} in flight`);
    case "over":
      return unknown(question, `${counts.by} tells of no server`, "See that it is a port of the server's own process.");
    case "refused":
      return unknown(question, "connection refused", "Correct the port, or open it.");
    case "silent":
      return unknown(question, counts.why, "Add channelz to that port: addAdminServicesToServer and the like.");
    default:
      return counts satisfies never;
  }
}
