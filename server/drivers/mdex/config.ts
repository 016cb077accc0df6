/** What the section of a cluster of Dgraphs says: how each is asked, who ends it, and how long that may take. */
import { z } from "zod";
import { ownerConfig, serverNodeShape, serversShape, whatFitsTogether, type ServersConfig } from "../servers/config.ts";
import { controllerConfig, eacOwner, ownerByController, type ControllerConfig } from "./eac.ts";
import type { DgraphSettings } from "./world.ts";

const path = z.string().regex(/^\//, "Not a path. Begin it with a slash, as in /graph?node=0.");

const asked = {
  /** A cheap query of the application's own. 200 means that it is served; a ping means nothing of the kind. */
  query: path,
  admin: path.default("/admin"),
  /** After it was told to leave: 503 (2.1.1), or a closed port (6.5.2), where it hears nothing more. */
  onExit: z.enum(["refuse", "close"]).default("refuse"),
  /** Its host counts the established connections to its port with ss: idle ones that clients keep are among them. */
  countConnections: z.boolean().default(false),
} as const;

const limit = z.union([z.number().min(1).max(86_400), z.literal("none")], {
  error:
    "No exit limit is chosen. Write seconds, after which queries, updates and merges are cut, or none, and it may take hours to finish a merge.",
});

const node = z.strictObject({
  ...serverNodeShape,
  owner: z.discriminatedUnion("kind", [ownerConfig, eacOwner]),
  query: path.optional(),
  admin: path.optional(),
});

export const mdexConfig = z
  .strictObject({
    ...serversShape,
    ...asked,
    system: z.literal("mdex"),
    exitLimitS: limit,
    /** The Application Controller that owns the nodes whose owner is eac. */
    controller: controllerConfig.optional(),
    nodes: z.array(node).min(1, "No node is named. Give each with its name, address, host, home and owner."),
  })
  .superRefine(whatFitsTogether, { when: () => true })
  .superRefine(({ controller, nodes }, context) => {
    for (const [index, { owner }] of nodes.entries()) {
      if (owner.kind !== "eac") continue;
      if (controller === undefined) {
        const message = "Its controller is not named. Add controller: with eaccmd and app to the cluster.";
        context.addIssue({ code: "custom", path: ["nodes", index, "owner"], message });
      }
    }
    if (new Set(nodes.map(exitByOf)).size > 1) {
      const message =
        "Some of these are ended by their owner and some by their own exit. Put them into two clusters, one of each.";
      context.addIssue({ code: "custom", path: ["nodes"], message });
    }
  });
export type MdexConfig = z.infer<typeof mdexConfig>;
type MdexNode = MdexConfig["nodes"][number];

/** A controller, or whatever the operator's own commands stand for, undoes an exit that it did not order. */
function exitByOf({ owner }: Pick<MdexNode, "owner">): "engine" | "owner" {
  return owner.kind === "eac" || owner.kind === "command" ? "owner" : "engine";
}

export function exitBy({ nodes }: MdexConfig): "engine" | "owner" {
  return nodes.some((each) => exitByOf(each) === "owner") ? "owner" : "engine";
}

export function settingsOf(config: MdexConfig, nodeId: string): DgraphSettings {
  const own = config.nodes.find(({ name }) => name === nodeId);
  const { onExit, countConnections } = config;
  return {
    query: own?.query ?? config.query,
    admin: own?.admin ?? config.admin,
    errorLog: own?.log ?? null,
    onExit,
    countConnections,
  };
}

/** As the base reads it: a controller is a list of commands to it. */
export function serversConfigOf(config: MdexConfig): ServersConfig {
  const { controller } = config;
  return { ...config, nodes: config.nodes.map((each) => ({ ...each, owner: ownerOf(each.owner, controller) })) };
}

function ownerOf(
  owner: MdexNode["owner"],
  controller: ControllerConfig | undefined,
): ServersConfig["nodes"][number]["owner"] {
  if (owner.kind !== "eac") return owner;
  // The configuration was refused if it named no controller.
  return ownerByController(owner, controller ?? { eaccmd: [], app: "", shutdownTimeOutS: 30 });
}
