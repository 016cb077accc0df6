import { describe, expect, it } from "vitest";
import { accessFor, peerOf, proxyList, type Peer } from "./access.ts";

function at(
  listen: { readonly host: string; readonly port: number },
  publicUrl: string | null,
  proxies: readonly string[] = [],
) {
  const list = proxies.length === 0 ? null : proxyList(proxies);
  return accessFor({ listen, publicUrl, tls: false, proxies: list, localPort: null });
}

describe("where requests may come from", () => {
  it("on this machine: its own names, with its own port", () => {
    const access = at({ host: "127.0.0.1", port: 8188 }, null);
    expect(access.baseUrl).toBe("http://127.0.0.1:8188");
    expect([...access.hosts].sort()).toEqual(["127.0.0.1:8188", "[::1]:8188", "localhost:8188"]);
    expect(access.origins.has("http://localhost:8188")).toBe(true);
    expect(access.origins.has("https://localhost:8188")).toBe(false);
    expect(access.origins.has("http://localhost:8189")).toBe(false);
  });

  it("behind a proxy: the public address for people, the listening one for this machine", () => {
    const access = at({ host: "0.0.0.0", port: 8188 }, "https://sluice.example.com/");
    expect(access.baseUrl).toBe("https://sluice.example.com");
    expect(access.localUrl).toBe("http://127.0.0.1:8188");
    expect(access.hosts.has("sluice.example.com")).toBe(true);
    expect(access.origins.has("https://sluice.example.com")).toBe(true);
    expect(access.origins.has("http://sluice.example.com")).toBe(false);
    expect(access.hosts.has("0.0.0.0:8188")).toBe(false);
  });

  it("on one address: that one is reached, and named as URLs name it", () => {
    expect(at({ host: "10.0.0.5", port: 80 }, null).localUrl).toBe("http://10.0.0.5:80");
    const v6 = at({ host: "fd00::5", port: 8188 }, null);
    expect(v6.localUrl).toBe("http://[fd00::5]:8188");
    expect(v6.hosts.has("[fd00::5]:8188")).toBe(true);
  });

  it("two consoles on one machine keep their cookies apart", () => {
    const names = [8188, 8189].map((port) => at({ host: "127.0.0.1", port }, null).cookieName);
    expect(new Set(names).size).toBe(2);
  });
});

describe("who is at the other end", () => {
  const access = at({ host: "0.0.0.0", port: 8188 }, "https://sluice.example.com", ["10.0.0.2", "10.9.0.0/16"]);
  const from = (remoteAddress: string, headers: Readonly<Record<string, string>> = {}, encrypted = false): Peer =>
    peerOf(access, { headers, socket: { remoteAddress, encrypted } });
  const https = { "x-forwarded-proto": "https" };

  it("is who a named proxy says it is, and its TLS counts", () => {
    expect(from("10.0.0.2", { ...https, "x-forwarded-for": "203.0.113.9" })).toEqual({
      address: "203.0.113.9",
      viaProxy: true,
      secure: true,
      refused: null,
    });
    expect(from("::ffff:10.9.3.4", { ...https, "x-forwarded-for": "203.0.113.9" }).address).toBe("203.0.113.9");
  });

  it("is the nearest that is no proxy of ours: what a client wrote in front of itself is not believed", () => {
    const headers = { ...https, "x-forwarded-for": "127.0.0.1, 198.51.100.1, 203.0.113.9, 10.9.0.7" };
    expect(from("10.0.0.2", headers).address).toBe("203.0.113.9");
    expect(from("10.0.0.2", { ...https, "x-forwarded-for": "nonsense" }).address).toBe("10.0.0.2");
  });

  it("is believed of nobody else: past the proxy there is no way in but from this machine", () => {
    const forged = { ...https, "x-forwarded-for": "127.0.0.1" };
    expect(from("203.0.113.9", forged)).toMatchObject({ address: "203.0.113.9", secure: false, refused: "pastProxy" });
    expect(from("10.0.0.2")).toMatchObject({ viaProxy: false, refused: "pastProxy" });
    expect(from("127.0.0.1", forged)).toMatchObject({
      address: "127.0.0.1",
      viaProxy: false,
      secure: false,
      refused: null,
    });
    expect(from("203.0.113.9", {}, true)).toMatchObject({ secure: true, refused: null });
  });

  it("came without TLS to the proxy: then it is sent to where there is some", () => {
    const headers = { "x-forwarded-proto": "http", "x-forwarded-for": "203.0.113.9" };
    expect(from("10.0.0.2", headers)).toMatchObject({ secure: false, refused: "plain" });
  });

  it("where no proxy is named, nobody is one", () => {
    const plain = at({ host: "127.0.0.1", port: 8188 }, null);
    const asked = { headers: { ...https, "x-forwarded-for": "1.2.3.4" }, socket: { remoteAddress: "127.0.0.1" } };
    expect(peerOf(plain, asked)).toEqual({ address: "127.0.0.1", viaProxy: false, secure: false, refused: null });
  });

  it("a list of proxies is addresses and networks, and nothing else", () => {
    for (const wrong of ["proxy.example.com", "10.0.0.0/33", "10.0.0.0/8/8", "", "10.0.0.0/x", "::/129"]) {
      expect(proxyList([wrong])).toBeNull();
    }
    expect(proxyList(["fd00::/8"])?.has("fd12::1")).toBe(true);
  });
});
