import { beforeEach, describe, expect, test } from "vitest";
import { utf8Decode, utf8Encode } from "../../base/bytes.ts";
import { createLambdaFixture, type LambdaFixture, ZIP } from "../../testing/lambda-fixture.ts";

let fixture: LambdaFixture;

beforeEach(async () => {
  fixture = await createLambdaFixture();
  await fixture.createFunction("orders", { Description: "first" });
});

const FUNCTION = { FunctionName: "orders" };
const ARN = "arn:aws:lambda:us-east-1:000000000000:function:orders";

function publish(description?: string) {
  return fixture.call("PublishVersion", { ...FUNCTION, Description: description });
}

async function change(timeout: number) {
  await fixture.call("UpdateFunctionConfiguration", { ...FUNCTION, Timeout: timeout });
}

describe("versions", () => {
  test("publish: gives $LATEST as it is the next number", async () => {
    expect(await publish("one")).toMatchObject({
      Version: "1",
      FunctionArn: `${ARN}:1`,
      Description: "one",
      Timeout: 3,
    });
    await change(5);
    expect(await publish()).toMatchObject({ Version: "2", Description: "first", Timeout: 5 });
    const first = await fixture.call("GetFunctionConfiguration", { ...FUNCTION, Qualifier: "1" });
    expect(first).toMatchObject({ Version: "1", Timeout: 3, FunctionArn: `${ARN}:1` });
  });

  test("publish: answers the last version when nothing has changed", async () => {
    const first = await publish("one");
    expect(await publish("another")).toEqual(first);
    await change(3);
    expect(await publish()).toEqual(first);
  });

  test("publish: refuses another code or revision than it was asked for", async () => {
    await expect(
      fixture.call("PublishVersion", { ...FUNCTION, CodeSha256: "other" }),
    ).rejects.toThrow(/^CodeSHA256 \(other\) is different from current CodeSHA256 in \$LATEST/);
    await expect(
      fixture.call("PublishVersion", { ...FUNCTION, RevisionId: "other" }),
    ).rejects.toMatchObject({ code: "PreconditionFailedException", status: 412 });
  });

  test("create and update code: publish when asked to", async () => {
    await expect(fixture.createFunction("other", { Publish: true })).resolves.toMatch(/:other:1$/);
    const updated = await fixture.call("UpdateFunctionCode", {
      ...FUNCTION,
      ZipFile: ZIP,
      Publish: true,
    });
    expect(updated.Version).toBe("1");
  });

  test("list: $LATEST and every version, page by page", async () => {
    for (const timeout of [4, 5, 6]) {
      await change(timeout);
      await publish();
    }
    const seen: (string | undefined)[] = [];
    let Marker: string | undefined;
    do {
      const page = await fixture.call("ListVersionsByFunction", {
        ...FUNCTION,
        MaxItems: 2,
        Marker,
      });
      seen.push(...(page.Versions ?? []).map(({ Version }) => Version));
      Marker = page.NextMarker;
    } while (Marker !== undefined);
    expect(seen).toEqual(["$LATEST", "1", "2", "3"]);
  });

  test("delete: takes one version, unless an alias names it; numbers are not given again", async () => {
    await publish();
    await fixture.call("CreateAlias", { ...FUNCTION, Name: "live", FunctionVersion: "1" });
    await expect(fixture.call("DeleteFunction", { ...FUNCTION, Qualifier: "1" })).rejects.toThrow(
      "Unable to delete version because the following aliases reference it: [live]",
    );
    await fixture.call("DeleteAlias", { ...FUNCTION, Name: "live" });
    await fixture.call("DeleteFunction", { ...FUNCTION, Qualifier: "1" });
    await expect(fixture.call("GetFunction", { ...FUNCTION, Qualifier: "1" })).rejects.toThrow(
      `Function not found: ${ARN}:1`,
    );
    expect((await publish()).Version).toBe("2");
    expect(fixture.host.retired).toEqual([`${ARN}:1`]);
  });

  test("invoke: runs the version that is named, each as the host knows it", async () => {
    await publish();
    const { ExecutedVersion } = await fixture.call("Invoke", { ...FUNCTION, Qualifier: "1" });
    expect(ExecutedVersion).toBe("1");
    const { spec, invocation } = fixture.host.calls[0] ?? {};
    expect(spec).toMatchObject({ arn: `${ARN}:1`, version: "1" });
    expect(invocation?.invokedArn).toBe(`${ARN}:1`);
    await expect(fixture.call("Invoke", { ...FUNCTION, Qualifier: "7" })).rejects.toThrow(
      `Function not found: ${ARN}:7`,
    );
  });

  test("reserved concurrency: holds for versions too", async () => {
    await publish();
    await fixture.call("PutFunctionConcurrency", {
      ...FUNCTION,
      ReservedConcurrentExecutions: 0,
    });
    await expect(fixture.call("Invoke", { ...FUNCTION, Qualifier: "1" })).rejects.toMatchObject({
      code: "TooManyRequestsException",
    });
  });
});

describe("aliases", () => {
  beforeEach(async () => {
    await publish();
    await change(9);
    await publish();
  });

  test("create, get, update, list, delete", async () => {
    const created = await fixture.call("CreateAlias", {
      ...FUNCTION,
      Name: "live",
      FunctionVersion: "1",
    });
    expect(created).toEqual({
      AliasArn: `${ARN}:live`,
      Name: "live",
      FunctionVersion: "1",
      Description: "",
      RevisionId: created.RevisionId,
    });
    const updated = await fixture.call("UpdateAlias", {
      ...FUNCTION,
      Name: "live",
      FunctionVersion: "2",
      RevisionId: created.RevisionId,
    });
    expect(updated.FunctionVersion).toBe("2");
    const shown = await fixture.call("GetFunctionConfiguration", {
      ...FUNCTION,
      Qualifier: "live",
    });
    expect(shown).toMatchObject({ Version: "2", FunctionArn: `${ARN}:live`, Timeout: 9 });
    const { Aliases } = await fixture.call("ListAliases", { ...FUNCTION, FunctionVersion: "2" });
    expect(Aliases).toEqual([updated]);
    await fixture.call("DeleteAlias", { ...FUNCTION, Name: "live" });
    await expect(fixture.call("GetAlias", { ...FUNCTION, Name: "live" })).rejects.toThrow(
      `Cannot find alias arn: ${ARN}:live`,
    );
  });

  test("refuses a second of the same name, versions that are not there, and strange weights", async () => {
    const create = (FunctionVersion: string, weights?: Record<string, number>) =>
      fixture.call("CreateAlias", {
        ...FUNCTION,
        Name: "live",
        FunctionVersion,
        RoutingConfig: { AdditionalVersionWeights: weights ?? {} },
      });
    await expect(create("9")).rejects.toThrow(`Function not found: ${ARN}:9`);
    await expect(create("$LATEST", { "1": 0.5 })).rejects.toThrow(
      "$LATEST is not supported for an alias pointing to more than 1 version",
    );
    await expect(create("1", { "1": 0.5 })).rejects.toMatchObject({
      code: "InvalidParameterValueException",
    });
    await create("1");
    await expect(create("2")).rejects.toThrow(`Alias already exists: ${ARN}:live`);
  });

  test("weights: a share of the invocations goes to the second version", async () => {
    await fixture.call("CreateAlias", {
      ...FUNCTION,
      Name: "live",
      FunctionVersion: "1",
      RoutingConfig: { AdditionalVersionWeights: { "2": 0.25 } },
    });
    const counts: Record<string, number> = { "1": 0, "2": 0 };
    for (let call = 0; call < 400; call += 1) {
      const { ExecutedVersion = "" } = await fixture.call("Invoke", {
        FunctionName: "orders:live",
      });
      counts[ExecutedVersion] = (counts[ExecutedVersion] ?? 0) + 1;
    }
    expect(counts["1"]).toBeGreaterThan(250);
    expect(counts["2"]).toBeGreaterThan(50);
    expect(fixture.host.calls[0]?.invocation.invokedArn).toBe(`${ARN}:live`);
  });

  test("policies and event invoke configurations: each qualifier has its own", async () => {
    await fixture.call("CreateAlias", { ...FUNCTION, Name: "live", FunctionVersion: "1" });
    const permission = {
      ...FUNCTION,
      StatementId: "s",
      Action: "lambda:InvokeFunction",
      Principal: "events.amazonaws.com",
    };
    await fixture.call("AddPermission", { ...permission, Qualifier: "live" });
    await expect(fixture.call("GetPolicy", FUNCTION)).rejects.toMatchObject({ status: 404 });
    const { Policy = "" } = await fixture.call("GetPolicy", { ...FUNCTION, Qualifier: "live" });
    expect(JSON.parse(Policy).Statement[0].Resource).toBe(`${ARN}:live`);
    await expect(
      fixture.call("AddPermission", { ...permission, Qualifier: "$LATEST" }),
    ).rejects.toThrow("We currently do not support adding policies for $LATEST.");

    await fixture.call("PutFunctionEventInvokeConfig", {
      ...FUNCTION,
      Qualifier: "live",
      MaximumRetryAttempts: 0,
    });
    await fixture.call("PutFunctionEventInvokeConfig", { ...FUNCTION, MaximumRetryAttempts: 1 });
    const { FunctionEventInvokeConfigs = [] } = await fixture.call(
      "ListFunctionEventInvokeConfigs",
      FUNCTION,
    );
    expect(
      FunctionEventInvokeConfigs.map(({ FunctionArn, MaximumRetryAttempts }) => [
        FunctionArn,
        MaximumRetryAttempts,
      ]),
    ).toEqual([
      [`${ARN}:$LATEST`, 1],
      [`${ARN}:live`, 0],
    ]);
  });

  test("asynchronous invocations: the alias's own rules and version", async () => {
    await fixture.call("CreateAlias", { ...FUNCTION, Name: "live", FunctionVersion: "1" });
    await fixture.call("PutFunctionEventInvokeConfig", {
      ...FUNCTION,
      Qualifier: "live",
      MaximumRetryAttempts: 0,
      DestinationConfig: {
        OnFailure: { Destination: "arn:aws:sqs:us-east-1:000000000000:failed" },
      },
    });
    fixture.host.script("orders", () => {
      throw new Error("no");
    });
    await fixture.call("Invoke", {
      FunctionName: "orders:live",
      InvocationType: "Event",
      Payload: utf8Encode("{}"),
    });
    await fixture.clock.advance(1_000);
    const [record] = await fixture.taken();
    expect(JSON.parse(String(record?.envelope.payload))).toMatchObject({
      requestContext: { functionArn: `${ARN}:live`, condition: "RetriesExhausted" },
      responseContext: { executedVersion: "1" },
    });
  });
});

describe("provisioned concurrency", () => {
  const config = { ...FUNCTION, Qualifier: "live" };

  beforeEach(async () => {
    await publish();
    await fixture.call("CreateAlias", { ...FUNCTION, Name: "live", FunctionVersion: "1" });
  });

  test("keeps environments of the alias's version, and follows it", async () => {
    const put = await fixture.call("PutProvisionedConcurrencyConfig", {
      ...config,
      ProvisionedConcurrentExecutions: 2,
    });
    expect(put.Status).toBe("IN_PROGRESS");
    await fixture.clock.advance(1);
    expect(await fixture.call("GetProvisionedConcurrencyConfig", config)).toMatchObject({
      Status: "READY",
      AllocatedProvisionedConcurrentExecutions: 2,
      AvailableProvisionedConcurrentExecutions: 2,
    });
    expect(fixture.host.kept.get(`${ARN}:1`)).toMatchObject({
      count: 2,
      spec: { keptAs: "provisioned-concurrency" },
    });
    await change(8);
    await publish();
    await fixture.call("UpdateAlias", { ...FUNCTION, Name: "live", FunctionVersion: "2" });
    await fixture.clock.advance(1);
    expect(fixture.host.kept.get(`${ARN}:1`)?.count).toBe(0);
    expect(fixture.host.kept.get(`${ARN}:2`)?.count).toBe(2);
    await fixture.call("DeleteProvisionedConcurrencyConfig", config);
    await fixture.clock.advance(1);
    expect(fixture.host.kept.get(`${ARN}:2`)?.count).toBe(0);
    await expect(fixture.call("GetProvisionedConcurrencyConfig", config)).rejects.toMatchObject({
      code: "ProvisionedConcurrencyConfigNotFoundException",
      message: "No Provisioned Concurrency Config found for this function",
    });
  });

  test("says why it failed when the host cannot start any", async () => {
    fixture.host.breakDown("no interpreter");
    await fixture.call("PutProvisionedConcurrencyConfig", {
      ...config,
      ProvisionedConcurrentExecutions: 1,
    });
    await fixture.clock.advance(1);
    expect((await fixture.call("GetProvisionedConcurrencyConfig", config)).Status).toBe("FAILED");
  });

  test("refuses $LATEST, a version twice, and more than is reserved", async () => {
    const put = (Qualifier: string, ProvisionedConcurrentExecutions = 1) =>
      fixture.call("PutProvisionedConcurrencyConfig", {
        ...FUNCTION,
        Qualifier,
        ProvisionedConcurrentExecutions,
      });
    await expect(put("$LATEST")).rejects.toThrow(
      "Provisioned Concurrency Configs cannot be applied to unpublished function versions.",
    );
    await put("1");
    await expect(put("live")).rejects.toThrow(
      "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version",
    );
    await fixture.call("PutFunctionConcurrency", { ...FUNCTION, ReservedConcurrentExecutions: 2 });
    await expect(put("1", 3)).rejects.toThrow(
      "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function",
    );
  });
});

describe("loops", () => {
  const lineage = (invocation: { readonly trace?: string | undefined } | undefined) =>
    /Lineage=(.*)$/.exec(invocation?.trace ?? "")?.[1];

  /** A function that is told of its own trace, as an SDK inside it hands it on. */
  async function invokeInChain(count: number) {
    let trace: string | undefined;
    for (let call = 0; call < count; call += 1) {
      await fixture.call("Invoke", FUNCTION, { trace });
      trace = fixture.host.calls.at(-1)?.invocation.trace;
    }
  }

  test("the seventeenth invocation within one chain of events is stopped", async () => {
    await invokeInChain(16);
    expect(lineage(fixture.host.calls.at(-1)?.invocation)).toMatch(/^[0-9a-f]{8}:16$/);
    await expect(invokeInChain(17)).rejects.toMatchObject({
      code: "RecursiveInvocationException",
      status: 400,
    });
  });

  test("a function may be allowed to", async () => {
    await fixture.call("PutFunctionRecursionConfig", { ...FUNCTION, RecursiveLoop: "Allow" });
    expect(await fixture.call("GetFunctionRecursionConfig", FUNCTION)).toEqual({
      RecursiveLoop: "Allow",
    });
    await invokeInChain(20);
    expect(fixture.host.calls).toHaveLength(20);
  });

  test("an event that is stopped goes to the dead-letter queue", async () => {
    const queue = "arn:aws:sqs:us-east-1:000000000000:dead";
    await fixture.call("UpdateFunctionConfiguration", {
      ...FUNCTION,
      DeadLetterConfig: { TargetArn: queue },
    });
    await invokeInChain(16);
    const trace = fixture.host.calls.at(-1)?.invocation.trace;
    await fixture.call(
      "Invoke",
      { ...FUNCTION, InvocationType: "Event", Payload: utf8Encode('{"a":1}') },
      { trace },
    );
    await fixture.clock.advance(1_000);
    const [dead] = await fixture.taken();
    expect(dead).toMatchObject({ target: queue, envelope: { payload: '{"a":1}' } });
    expect(fixture.host.calls).toHaveLength(16);
    expect(
      utf8Decode(utf8Encode(String(dead?.envelope.attributes?.["ErrorMessage"]?.value))),
    ).toMatch(/recursive loop/);
  });
});
