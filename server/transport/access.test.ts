import { describe, expect, it } from "vitest";
import { accessFor } from "./access.ts";

describe("where requests may come from", () => {
  it("on this machine: its own names, with its own port", () => {
    const access = accessFor({ host: "127.0.0.1", port: 8188 }, null);
    expect(access.baseUrl).toBe("http://127.0.0.1:8188");
    expect([...access.hosts].sort()).toEqual(["127.0.0.1:8188", "[::1]:8188", "localhost:8188"]);
    expect(access.origins.has("http://localhost:8188")).toBe(true);
    expect(access.origins.has("https://localhost:8188")).toBe(false);
    expect(access.origins.has("http://localhost:8189")).toBe(false);
  });

  it("behind a proxy: the public address for people, the listening one for this machine", () => {
    const access = accessFor({ host: "0.0.0.0", port: 8188 }, "https://sluice.example.com/");
    expect(access.baseUrl).toBe("https://sluice.example.com");
    expect(access.localUrl).toBe("http://127.0.0.1:8188");
    expect(access.hosts.has("sluice.example.com")).toBe(true);
    expect(access.origins.has("https://sluice.example.com")).toBe(true);
    expect(access.origins.has("http://sluice.example.com")).toBe(false);
    expect(access.hosts.has("0.0.0.0:8188")).toBe(false);
  });

  it("on one address: that one is reached, and named as URLs name it", () => {
    expect(accessFor({ host: "10.0.0.5", port: 80 }, null).localUrl).toBe("http://10.0.0.5:80");
    const v6 = accessFor({ host: "fd00::5", port: 8188 }, null);
    expect(v6.localUrl).toBe("http://[fd00::5]:8188");
    expect(v6.hosts.has("[fd00::5]:8188")).toBe(true);
  });

  it("two consoles on one machine keep their cookies apart", () => {
    const names = [8188, 8189].map((port) => accessFor({ host: "127.0.0.1", port }, null).cookieName);
    expect(new Set(names).size).toBe(2);
  });
});
