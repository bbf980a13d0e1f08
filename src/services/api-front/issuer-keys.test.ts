import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { createMemoryLog } from "../../platform/log.ts";
import { createScriptedHttp, httpAnswer } from "../../testing/scripted-http.ts";
import { createTestStore } from "../../testing/test-store.ts";
import { createIssuerKeys } from "./issuer-keys.ts";

const ISSUER = "https://id.example/pool";
const jwk = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({ format: "jwk" });

function bench() {
  const { clock } = createTestStore();
  const http = createScriptedHttp();
  const log = createMemoryLog();
  let keyIds = ["k1"];
  const answering = () =>
    http.script(({ url }) =>
      httpAnswer(
        200,
        url.endsWith("/.well-known/openid-configuration")
          ? '{"jwks_uri":"https://id.example/keys"}'
          : JSON.stringify({ keys: keyIds.map((kid) => ({ ...jwk, kid })) }),
      ),
    );
  answering();
  return {
    clock,
    http,
    log,
    answering,
    keys: createIssuerKeys({ http, clock, log }),
    rotate: (...ids: string[]) => {
      keyIds = ids;
    },
  };
}

test("keyOf: looks once for many, and again after two hours", async () => {
  const { keys, http, clock } = bench();
  const found = await Promise.all([keys.keyOf(ISSUER, "k1"), keys.keyOf(ISSUER, "k1")]);
  expect(found.every((result) => "key" in result)).toBe(true);
  expect(http.requests.map(({ url }) => url)).toEqual([
    `${ISSUER}/.well-known/openid-configuration`,
    "https://id.example/keys",
  ]);
  await clock.advance(2 * 60 * 60 * 1000 - 1);
  await keys.keyOf(ISSUER, "k1");
  expect(http.requests.length).toBe(2);
  await clock.advance(1);
  await keys.keyOf(ISSUER, "k1");
  expect(http.requests.length).toBe(4);
});

test("keyOf: an unknown key is looked for again, though not at once", async () => {
  const { keys, http, clock, rotate } = bench();
  await keys.keyOf(ISSUER, "k1");
  rotate("k2");
  expect(await keys.keyOf(ISSUER, "k2")).toHaveProperty("problem");
  expect(http.requests.length).toBe(2);
  await clock.advance(10_000);
  expect(await keys.keyOf(ISSUER, "k2")).toHaveProperty("key");
});

test("keyOf: what goes wrong is said, logged and not kept", async () => {
  const { keys, http, log, answering } = bench();
  http.script(() => ({ kind: "failure", reason: "connection", message: "getaddrinfo ENOTFOUND" }));
  expect(await keys.keyOf(ISSUER, "k1")).toEqual({
    problem: "OIDC discovery endpoint communication error",
  });
  expect(JSON.stringify(log.records)).toMatch(/id\.example.*ENOTFOUND/);
  http.script(({ url }) =>
    url.endsWith("configuration") ? httpAnswer(200, '{"jwks_uri":"https://k"}') : httpAnswer(500),
  );
  expect(await keys.keyOf(ISSUER, "k1")).toEqual({ problem: "JWKS communication error" });
  answering();
  expect(await keys.keyOf(ISSUER, "k1")).toHaveProperty("key");
});
