import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { createHttpClient } from "./http-client.ts";
import { createSimulatedClock } from "./simulated-clock.ts";

const servers: http.Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: http.RequestListener): Promise<string> {
  const server = http.createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A server that takes requests and answers none; `asked` resolves with the first. */
async function serveSilence(): Promise<{ host: string; asked: Promise<void> }> {
  let ask = (): void => undefined;
  const asked = new Promise<void>((resolve) => {
    ask = resolve;
  });
  return { host: await serve(() => ask()), asked };
}

function fixture() {
  const clock = createSimulatedClock();
  return { clock, client: createHttpClient({ clock }) };
}

const post = { method: "POST", headers: {}, timeoutMs: 1_000 } as const;

describe("http client", () => {
  test("request: sends method, headers and body, and answers status, headers and body", async () => {
    const seen: { method?: string | undefined; headers?: http.IncomingHttpHeaders; body?: string } =
      {};
    const host = await serve((request, reply) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        Object.assign(seen, { method: request.method, headers: request.headers });
        seen.body = Buffer.concat(chunks).toString();
        reply.writeHead(201, { "X-Kind": "a" }).end("done");
      });
    });
    const { client } = fixture();
    const result = await client.request({
      ...post,
      url: `http://user:p%40ss@${host}/path?x=1`,
      headers: { "X-Given": "yes" },
      body: "grüße",
    });
    expect(result).toMatchObject({ kind: "response", status: 201, headers: { "x-kind": "a" } });
    expect(result.kind === "response" && Buffer.from(result.body).toString()).toBe("done");
    expect(seen).toMatchObject({
      method: "POST",
      body: "grüße",
      headers: {
        "x-given": "yes",
        "content-length": "7",
        authorization: `Basic ${Buffer.from("user:p@ss").toString("base64")}`,
      },
    });
  });

  test("request: follows no redirect", async () => {
    const host = await serve((_, reply) => reply.writeHead(302, { location: "/other" }).end());
    const { client } = fixture();
    expect(await client.request({ ...post, url: `http://${host}/` })).toMatchObject({
      status: 302,
      headers: { location: "/other" },
    });
  });

  test("request: reads no more of an answer than it may hold", async () => {
    const host = await serve((_, reply) => reply.end("x".repeat(100_000)));
    const { client } = fixture();
    const result = await client.request({ ...post, url: `http://${host}/`, bodyBytesMax: 10 });
    expect(result).toMatchObject({ isTruncated: true, body: Buffer.from("xxxxxxxxxx") });
  });

  test("request: ends by its time limit on the clock", async () => {
    const { host, asked } = await serveSilence();
    const { client, clock } = fixture();
    const result = client.request({ ...post, url: `http://${host}/` });
    await asked;
    await clock.advance(1_000);
    expect(await result).toMatchObject({ kind: "failure", reason: "timeout" });
    expect(clock.nextDueMs()).toBeUndefined();
  });

  test("request: a connection that nobody takes, or that breaks, is a failure", async () => {
    const host = await serve((request) => request.socket.destroy());
    const { client } = fixture();
    expect(await client.request({ ...post, url: `http://${host}/` })).toMatchObject({
      kind: "failure",
      reason: "connection",
    });
    servers.splice(0)[0]?.close();
    expect(await client.request({ ...post, url: `http://${host}/` })).toMatchObject({
      kind: "failure",
      reason: "connection",
      message: expect.stringContaining("ECONNREFUSED"),
    });
  });

  test("request: can be given up, before and while it runs", async () => {
    const { host, asked } = await serveSilence();
    const { client } = fixture();
    const controller = new AbortController();
    const abort = controller.signal;
    const result = client.request({ ...post, url: `http://${host}/`, abort });
    await asked;
    controller.abort();
    expect(await result).toMatchObject({ reason: "aborted" });
    const again = await client.request({ ...post, url: `http://${host}/`, abort });
    expect(again).toMatchObject({ reason: "aborted" });
  });

  test("close: gives up what is under way, and what comes later", async () => {
    const { host, asked } = await serveSilence();
    const { client } = fixture();
    const result = client.request({ ...post, url: `http://${host}/` });
    await asked;
    client.close();
    expect(await result).toMatchObject({ reason: "aborted" });
    const later = await client.request({ ...post, url: `http://${host}/` });
    expect(later).toMatchObject({ reason: "aborted" });
  });

  test("request: refuses what is no HTTP URL, and a header that is none", async () => {
    const { client } = fixture();
    expect(await client.request({ ...post, url: "ftp://example.com" })).toMatchObject({
      reason: "invalid-url",
    });
    const headers = { "X-Bad": "a\r\nb: c" };
    const result = await client.request({ ...post, url: "http://127.0.0.1:9/", headers });
    expect(result).toMatchObject({ reason: "connection" });
  });
});
