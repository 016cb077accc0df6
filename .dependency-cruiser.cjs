/**
 * Who may know whom. The rules are those of docs/architecture.md: dependencies point one way,
 * server and browser meet only in lib. `npm run boundaries` enforces them, type imports included.
 */
const test = "(\\.(test|int\\.test|contract|prop\\.test)\\.tsx?$)|/testing/";

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "lib-is-shared",
      comment: "lib runs in Node and in the browser: it knows itself and zod.",
      severity: "error",
      from: { path: "^lib/", pathNot: test },
      to: { pathNot: ["^lib/", "^node_modules/zod/"] },
    },
    {
      name: "core-is-pure",
      severity: "error",
      from: { path: "^lib/run/", pathNot: test },
      to: { pathNot: "^lib/(run|cluster|util)/" },
    },
    {
      name: "orchestrator-sees-ports",
      severity: "error",
      from: { path: "^server/(orchestrator|services)/", pathNot: test },
      to: { path: "^server/(drivers|hosts|routers|journal|observer|transport|notify|main|config)" },
    },
    {
      name: "orchestrator-below-services",
      severity: "error",
      from: { path: "^server/orchestrator/" },
      to: { path: "^server/services/" },
    },
    {
      name: "drivers-are-strangers",
      comment:
        "A driver knows its own folder, what all share, and the base of those whose nodes are servers, never another driver.",
      severity: "error",
      from: { path: "^server/drivers/([^/]+)/", pathNot: test },
      to: { path: "^server/drivers/([^/]+)/", pathNot: "^server/drivers/($1|shared|servers)/" },
    },
    {
      name: "shared-knows-no-driver",
      severity: "error",
      from: { path: "^server/drivers/(shared|starrocks)/", pathNot: test },
      to: { path: "^server/drivers/servers/" },
    },
    {
      name: "only-main-composes",
      comment: "Adapters are named in main, the simulator and tests only.",
      severity: "error",
      from: {
        path: "^server/",
        pathNot: [
          "^server/(main|config|compose|sim)",
          "^server/(drivers|hosts|routers|journal|observer|transport|notify)/",
          test,
        ],
      },
      to: { path: "^server/(drivers|hosts|routers|journal|observer|transport|notify)/" },
    },
    {
      name: "adapters-are-strangers",
      comment: "The port that drivers have of a router, and how a router is configured, lie beside its kinds.",
      severity: "error",
      from: { path: "^server/(drivers|hosts|routers|journal|observer|transport|notify)/", pathNot: test },
      to: {
        path: "^server/(drivers|hosts|routers|journal|observer|transport|notify|main)",
        pathNot: ["^server/$1/", "^server/routers/(router|config)\\.ts$"],
      },
    },
    {
      name: "transport-calls-services",
      severity: "error",
      from: { path: "^server/transport/", pathNot: test },
      to: { path: "^server/", pathNot: "^server/(transport|services)/" },
    },
    {
      name: "ui-never-imports-server",
      severity: "error",
      from: { path: "^(app|components)/" },
      to: { path: "^(server|twin|cli|e2e)/" },
    },
    {
      name: "server-never-imports-ui",
      severity: "error",
      from: { path: "^(server|cli|twin|lib)/" },
      to: { path: "^(app|components)/" },
    },
    {
      name: "cli-speaks-the-api",
      severity: "error",
      from: { path: "^cli/" },
      to: { path: "^(server|twin|app|components)/" },
    },
    {
      name: "ui-kit-knows-no-domain",
      severity: "error",
      from: { path: "^components/ui/", pathNot: test },
      to: { path: ["^lib/(run|wire|forecast)/", "^components/(?!(ui|language)/)", "@tanstack", "zustand"] },
    },
    {
      name: "recharts-in-charts",
      severity: "error",
      from: { pathNot: "^components/charts/" },
      to: { path: "^node_modules/recharts/" },
    },
    {
      name: "ws-in-transport",
      severity: "error",
      from: { pathNot: ["^server/transport/", "^cli/", test, "^e2e/", "^bench/"] },
      to: { path: "^node_modules/(ws|@types/ws)/" },
    },
    {
      name: "components-below-app",
      severity: "error",
      from: { path: "^components/" },
      to: { path: "^app/" },
    },
    {
      name: "twin-is-apart",
      comment: "The twin stands in for a real cluster: it shares nothing with what is tested against it.",
      severity: "error",
      from: { path: "^twin/" },
      to: { path: "^(server|lib|app|components|cli)/" },
    },
    {
      name: "twin-for-tests-only",
      severity: "error",
      from: { path: "^(server|lib|cli)/", pathNot: test },
      to: { path: "^twin/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: ["^\\.next", "^docs", "next-env\\.d\\.ts"] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      conditionNames: ["import", "require", "node", "default", "types"],
      extensions: [".ts", ".tsx", ".js", ".cjs", ".mjs"],
    },
  },
};
