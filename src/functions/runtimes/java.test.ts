import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type FunctionSpec, RuntimeUnavailable } from "../function-host.ts";
import { specOf } from "../test-host.ts";
import { fakeMachine, javaAnswer } from "./fake-machine.ts";
import type { Finding, ProgramInterpreter } from "./family.ts";
import { javaFamily } from "./java.ts";
import { clientClassPath } from "./java-client.ts";
import { javaOptions } from "./java-options.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), "millrace-java-"));
  vi.stubEnv("HOME", path.join(directory, "home"));
  vi.stubEnv("GRADLE_USER_HOME", undefined);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true, force: true });
});

const MACHINE = {
  "/usr/bin/java": javaAnswer("/jvm/25", "25"),
  "/jvm/8/bin/java": javaAnswer("/jvm/8", "1.8.0_392"),
  "/jvm/17/bin/java": javaAnswer("/jvm/17", "17.0.15"),
};

function find(runtime: string, finding: Partial<Finding> = {}): Promise<ProgramInterpreter> {
  const search = fakeMachine(MACHINE);
  const found = javaFamily.find(runtime, {
    search,
    configured: undefined,
    client: undefined,
    ...finding,
  });
  return found as Promise<ProgramInterpreter>;
}

const at = (...parts: readonly string[]) => path.join(directory, ...parts);

function spec(changes: Partial<FunctionSpec> = {}): FunctionSpec {
  return specOf("f", at("code"), {
    runtime: "java17",
    handler: "shop.Handler::handle",
    layerDirectories: [at("first"), at("second")],
    ...changes,
  });
}

function write(...files: readonly string[]): void {
  for (const file of files) {
    mkdirSync(at(path.dirname(file)), { recursive: true });
    writeFileSync(at(file), "");
  }
}

const CLIENT = "aws-lambda-java-runtime-interface-client";
const CORE = "aws-lambda-java-core";
const SERIALIZATION = "aws-lambda-java-serialization";

const request = { isOptShown: true, debuggerPort: undefined };

describe("java", () => {
  test("find: its own version, else the nearest later one, which is said", async () => {
    expect(await find("java17")).toMatchObject({
      program: "/jvm/17/bin/java",
      version: "17.0.15",
    });
    const lacking = `without ${CLIENT}`;
    expect(await find("java17")).toMatchObject({
      note: lacking,
      remedy: `Functions that do not bring it need it: mvn dependency:get -Dartifact=com.amazonaws:${CLIENT}:LATEST`,
    });
    expect(await find("java8.al2")).toMatchObject({ version: "8.0_392" });
    expect(await find("java11")).toMatchObject({
      note: `runs on Java 17.0.15, ${lacking}`,
    });
    write(`given/${CLIENT}-2.3.0.jar`);
    expect((await find("java21", { client: at("given") })).note).toBe("runs on Java 25");
    await expect(find("java17", { search: fakeMachine({}) })).rejects.toThrow(
      "No Java 17 or later was found for java17. Install it (sdk install java 17-amzn, " +
        "brew install openjdk@17 or apt install openjdk-17-jre-headless), or name an " +
        "interpreter with --interpreter java17=PATH.",
    );
  });

  test("plan: starts the client with its class path, which loads the function", async () => {
    write(...[CLIENT, CORE, SERIALIZATION].map((name) => `code/lib/${name}-1.2.3.jar`));
    const { plan } = await find("java17");
    const planned = await plan({ ...request, spec: spec(), sandboxDirectory: at("box") });
    expect(planned).toMatchObject({ program: "/jvm/17/bin/java", workingDirectory: at("code") });
    expect(planned.arguments.slice(-5)).toEqual([
      `-Djava.io.tmpdir=${at("box/tmp")}`,
      "-classpath",
      [CLIENT, CORE, SERIALIZATION].map((name) => at(`code/lib/${name}-1.2.3.jar`)).join(":"),
      "com.amazonaws.services.lambda.runtime.api.client.AWSLambda",
      "shop.Handler::handle",
    ]);
  });

  test("plan: without a client it is refused by name, with the way to get it", async () => {
    const { plan } = await find("java17");
    const given = { ...request, spec: spec(), sandboxDirectory: at("box") };
    write(`code/lib/${CLIENT}-2.4.1.jar`);
    const error = await Promise.resolve(plan(given)).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(RuntimeUnavailable);
    expect((error as RuntimeUnavailable).message).toBe(
      "f needs AWS's runtime interface client for Java, which was not found. Fetch it " +
        `(mvn dependency:get -Dartifact=com.amazonaws:${CLIENT}:LATEST), add it to the ` +
        "function's dependencies, or say where its jars lie with --runtime-client java=FOLDER.",
    );
  });
});

describe("java client", () => {
  const search = { configured: undefined, isOptShown: true };

  test("class path: what is configured, the package, layers, caches, newest first", async () => {
    write(
      `code/lib/${CORE}-1.2.3.jar`,
      `first/java/lib/${SERIALIZATION}.jar`,
      ...["2.4.1", "2.10.0"].map(
        (v) => `home/.m2/repository/com/amazonaws/${CLIENT}/${v}/${CLIENT}-${v}.jar`,
      ),
      `home/.m2/repository/com/amazonaws/${CLIENT}/2.10.0/${CLIENT}-2.10.0-sources.jar`,
    );
    expect(await clientClassPath(spec(), search)).toEqual([
      at(`home/.m2/repository/com/amazonaws/${CLIENT}/2.10.0/${CLIENT}-2.10.0.jar`),
      at(`code/lib/${CORE}-1.2.3.jar`),
      at(`first/java/lib/${SERIALIZATION}.jar`),
    ]);
    write(`given/${CLIENT}-2.3.0.jar`, `given/${CORE}-1.0.0.jar`);
    expect(await clientClassPath(spec(), { ...search, configured: at("given") })).toEqual([
      at(`given/${CLIENT}-2.3.0.jar`),
      at(`given/${CORE}-1.0.0.jar`),
      at(`first/java/lib/${SERIALIZATION}.jar`),
    ]);
  });

  test("class path: Gradle's cache; another artifact with the same beginning is not it", async () => {
    const gradle = "home/.gradle/caches/modules-2/files-2.1/com.amazonaws";
    write(
      `${gradle}/${CLIENT}/2.5.0/abc/${CLIENT}-2.5.0.jar`,
      `${gradle}/${CORE}/1.2.0/abc/${CORE}-1.2.0.jar`,
      `code/lib/${SERIALIZATION}-extra-1.0.0.jar`,
    );
    expect(await clientClassPath(spec(), search)).toBeUndefined();
    write(`code/lib/${SERIALIZATION}-1.1.0.jar`);
    expect(await clientClassPath(spec(), search)).toEqual([
      at(`${gradle}/${CLIENT}/2.5.0/abc/${CLIENT}-2.5.0.jar`),
      at(`${gradle}/${CORE}/1.2.0/abc/${CORE}-1.2.0.jar`),
      at(`code/lib/${SERIALIZATION}-1.1.0.jar`),
    ]);
  });

  test("class path: classes of a shaded jar; layers follow where /opt is not shown", async () => {
    write(
      "code/com/amazonaws/services/lambda/runtime/api/client/AWSLambda.class",
      "first/java/lib/a.jar",
      "second/java/lib/b.jar",
    );
    expect(await clientClassPath(spec(), search)).toEqual([at("code")]);
    expect(await clientClassPath(spec(), { ...search, isOptShown: false })).toEqual([
      at("code"),
      at("second/java/lib/b.jar"),
      at("first/java/lib/a.jar"),
    ]);
  });
});

describe("java options", () => {
  test.each([
    [512, "445645k"],
    [3008, "2834432k"],
  ])("heap: with %i MB as seen on AWS", (memoryMb, heap) => {
    expect(javaOptions(spec({ memoryMb }), 17)).toContain(`-XX:MaxHeapSize=${heap}`);
  });

  test("options: modules are opened from Java 9 on; the first compiler is enough from 17 on", () => {
    const opens = "--add-opens=java.base/java.io=ALL-UNNAMED";
    const stops = "-XX:TieredStopAtLevel=1";
    expect(javaOptions(spec({ runtime: "java8.al2" }), 8)).not.toContain(opens);
    expect(javaOptions(spec({ runtime: "java11" }), 17)).toContain(opens);
    expect(javaOptions(spec({ runtime: "java11" }), 17)).not.toContain(stops);
    expect(javaOptions(spec(), 17)).toContain(stops);
    const kept = { keptAs: "provisioned-concurrency" as const };
    expect(javaOptions(spec({ ...kept, runtime: "java21" }), 21)).toContain(stops);
    expect(javaOptions(spec({ ...kept, runtime: "java25" }), 25)).not.toContain(stops);
  });

  test("options: what the function says itself in JAVA_TOOL_OPTIONS is left to it", () => {
    const own = "-Xmx64m -XX:+UseParallelGC -XX:TieredStopAtLevel=4";
    const options = javaOptions(spec({ environment: { JAVA_TOOL_OPTIONS: own } }), 17);
    expect(options.join(" ")).not.toMatch(/MaxHeapSize|GC|Tiered/);
  });
});
