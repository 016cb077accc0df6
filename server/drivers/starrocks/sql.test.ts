import { expect, it } from "vitest";
import { failureOf } from "./sql.ts";
import { recordedFailure } from "./testing/recorded.contract.ts";
import { explain } from "./world.ts";

it("a refused login is final, and the remedy names the setting", () => {
  const failure = failureOf({ errno: 1045, code: "ER_ACCESS_DENIED_ERROR", message: "Access denied for user 'root'" });
  expect(failure.kind).toBe("auth");
  expect(explain(failure, "root")).toContain("account.password");
});

it("a missing right is final, and the remedy is the GRANTs", () => {
  const failure = recordedFailure("SHOW BACKENDS", "user without rights");
  expect(failure.kind).toBe("privilege");
  expect(explain(failure, "weak")).toContain("GRANT OPERATE, BLACKLIST ON SYSTEM TO USER 'weak'@'%'");
});

it("what the statement itself is wrong about is final: another FE would say the same", () => {
  expect(recordedFailure("THIS IS NOT SQL").kind).toBe("rejected");
  expect(recordedFailure("SHOW PROC '/nonsense'").kind).toBe("rejected");
  expect(recordedFailure("ADD BACKEND BLACKLIST 99999").kind).toBe("rejected");
  expect(recordedFailure('ADMIN SET FRONTEND CONFIG ("no_such_thing" = "1")').kind).toBe("rejected");
  expect(recordedFailure("SHOW WAREHOUSES").kind).toBe("rejected");
});

it.each([
  "Socket is closed by peer.",
  "java.net.SocketException: Connection reset",
  "java.net.ConnectException: Connection refused (Connection refused)",
])("a statement that could not be forwarded to a leader may be asked of another FE: %s", (message) => {
  expect(failureOf({ errno: 1064, code: "ER_PARSE_ERROR", message }).kind).toBe("unwell");
});

it("what needs a query on a backend and finds none is no verdict about the statement", () => {
  expect(
    recordedFailure("SELECT * FROM information_schema.be_configs WHERE NAME = 'loop_count_wait_fragments_finish'").kind,
  ).toBe("unwell");
});

it("a closed port, no answer and a lost connection are told apart", () => {
  expect(failureOf({ code: "ECONNREFUSED", errno: -111, message: "connect" }).kind).toBe("refused");
  expect(failureOf({ code: "PROTOCOL_SEQUENCE_TIMEOUT", message: "Query inactivity timeout" }).kind).toBe("timeout");
  expect(failureOf({ code: "PROTOCOL_CONNECTION_LOST", message: "Connection lost" }).kind).toBe("lost");
  expect(failureOf({ code: "ECONNRESET", errno: -104, message: "read ECONNRESET" }).kind).toBe("lost");
});
