/** The service in Node. `ADMIN_PORT` has channelz on a server of its own, which stays until the process ends. */
import { setTimeout as delay } from "node:timers/promises";
import {
  addAdminServicesToServer,
  Server,
  ServerCredentials,
  type sendUnaryData,
  type ServerUnaryCall,
  type ServerWritableStream,
} from "@grpc/grpc-js";
import { HealthImplementation } from "grpc-health-check";
import { slow } from "../slow.ts";

const { PORT = "0", ADMIN_PORT = "", NAME = "node", LIMIT_MS = "5000" } = process.env;
const health = new HealthImplementation({ "": "SERVING", "fixture.Slow": "SERVING" });
const server = new Server();
health.addToServer(server);
server.addService(slow, {
  wait: (call: ServerUnaryCall<number, string>, answer: sendUnaryData<string>): void => {
    void delay(call.request).then(() => answer(null, NAME));
  },
  tick: (call: ServerWritableStream<number, string>): void => {
    const timer = setInterval(() => call.write(NAME), call.request);
    call.on("cancelled", () => clearInterval(timer));
  },
});

process.on("SIGTERM", () => {
  const toldAtMs = performance.now();
  const sinceMs = (): number => Math.round(performance.now() - toldAtMs);
  console.log("GRACEFUL_SHUTDOWN");
  for (const service of ["", "fixture.Slow"]) health.setStatus(service, "NOT_SERVING");
  const timer = setTimeout(() => {
    console.log(`TIMER_EXPIRED ${sinceMs()}`);
    server.forceShutdown();
  }, Number(LIMIT_MS));
  server.tryShutdown(() => {
    clearTimeout(timer);
    console.log(`TERMINATED ${sinceMs()}`);
    process.exit(0);
  });
});

await listen(server, PORT);
if (ADMIN_PORT !== "") {
  const admin = new Server();
  addAdminServicesToServer(admin);
  await listen(admin, ADMIN_PORT);
}
console.log("SERVING");

async function listen(on: Server, port: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    on.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error) =>
      error === null ? resolve() : reject(error),
    );
  });
}
