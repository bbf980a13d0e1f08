import { describe, expect, test } from "vitest";
import type { Dispatcher } from "../../outbox/dispatcher.ts";
import { createMemoryLog } from "../../platform/log.ts";
import { callService, serviceCaller } from "../../testing/service-harness.ts";
import { createTestStore } from "../../testing/test-store.ts";
import { createSecretsManager } from "../secretsmanager/service.ts";
import { createSsm } from "./service.ts";

/** Parameter Store and Secrets Manager over one store. */
function fixture() {
  const core = { ...createTestStore(), log: createMemoryLog() };
  const refuse = async () => {
    throw new Error("rotations call functions");
  };
  const { service } = createSecretsManager({
    ...core,
    dispatcher: { call: refuse, callByName: refuse },
  });
  const secrets = serviceCaller<"secretsmanager">(service, core.clock);
  const callByName: Dispatcher["callByName"] = (_, __, operation, input) =>
    callService(service, operation, input, { nowMs: core.clock.nowMs() });
  const dispatcher = { callByName, call: callByName as Dispatcher["call"] };
  const call = serviceCaller<"ssm">(createSsm({ ...core, dispatcher }), core.clock);
  return { call, secrets };
}

describe("parameters that stand for secrets", () => {
  const Name = "/aws/reference/secretsmanager/app/db";

  test("are read decrypted, alone and with others", async () => {
    const { call, secrets } = fixture();
    const { ARN, VersionId } = await secrets("CreateSecret", { Name: "app/db", SecretString: "1" });
    await secrets("PutSecretValue", { SecretId: "app/db", SecretString: "2" });
    const { Parameter } = await call("GetParameter", { Name, WithDecryption: true });
    expect(Parameter).toMatchObject({ Name, Type: "SecureString", Value: "2", Version: 0, ARN });
    expect(JSON.parse(Parameter?.SourceResult ?? "")).toMatchObject({
      Name: "app/db",
      SecretString: "2",
      VersionStages: ["AWSCURRENT"],
    });
    await call("PutParameter", { Name: "plain", Value: "p", Type: "String" });
    const some = await call("GetParameters", {
      Names: ["plain", `${Name}:AWSPREVIOUS`, `${Name}:${VersionId}`, `${Name}2`],
      WithDecryption: true,
    });
    expect(some.Parameters?.map(({ Value, Selector }) => [Value, Selector])).toEqual([
      ["1", ":AWSPREVIOUS"],
      ["1", `:${VersionId}`],
      ["p", undefined],
    ]);
    expect(some.InvalidParameters).toEqual([`${Name}2`]);
  });

  test("are not read otherwise", async () => {
    const { call } = fixture();
    await expect(call("GetParameter", { Name })).rejects.toMatchObject({
      code: "ValidationException",
      message: "WithDecryption flag must be True for retrieving a Secret Manager secret.",
    });
    await expect(call("GetParameter", { Name, WithDecryption: true })).rejects.toMatchObject({
      code: "ParameterNotFound",
      message: expect.stringContaining("when referencing Secrets Manager"),
    });
    await expect(
      (async () => call("GetParameter", { Name: "/aws/reference/other/x" }))(),
    ).rejects.toMatchObject({ code: "NotImplemented" });
  });
});
