import { execFile } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DebuggerNotice } from "./environments/debuggers.ts";
import type { FunctionSpec } from "./function-host.ts";
import { systemSearch } from "./runtimes/interpreter-search.ts";
import { createTestHost, type TestHost, writeFiles } from "./test-host.ts";

const run = promisify(execFile);
const [javac] = await systemSearch.candidates("javac", []);
const [jar] = await systemSearch.candidates("jar", []);
const hasJava = javac !== undefined && jar !== undefined && process.platform === "linux";

let t: TestHost;
let built: string;

/**
 * A client by the book, in place of AWS's: of its class's name, loading the function as that does
 * (the working folder, its `lib`, `/opt/java/lib`), and with its way through SnapStart.
 */
const CLIENT = `
package com.amazonaws.services.lambda.runtime.api.client;

import java.io.*;
import java.lang.reflect.*;
import java.net.*;
import java.nio.charset.StandardCharsets;
import java.util.*;

public class AWSLambda {
  static final String BASE = "http://" + System.getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime";

  public static void main(String[] args) throws Exception {
    String[] parts = args[0].split("::");
    List<URL> urls = new ArrayList<>();
    urls.add(new File(System.getProperty("user.dir") + "/").toURI().toURL());
    for (String folder : new String[] {System.getProperty("user.dir") + "/lib", "/opt/java/lib"}) {
      File[] jars = new File(folder).listFiles((d, name) -> name.endsWith(".jar"));
      for (File jar : jars == null ? new File[0] : jars) urls.add(jar.toURI().toURL());
    }
    Method handler;
    Object target;
    try {
      Class<?> type = Class.forName(parts[0], true, new URLClassLoader(urls.toArray(new URL[0])));
      handler = type.getMethod(parts[1], String.class);
      target = type.getConstructor().newInstance();
    } catch (Throwable t) {
      Throwable cause = t instanceof InvocationTargetException ? t.getCause() : t;
      post("/init/error", error(cause));
      System.exit(1);
      return;
    }
    if ("snap-start".equals(System.getenv("AWS_LAMBDA_INITIALIZATION_TYPE"))) snap(target);
    while (true) {
      HttpURLConnection next = (HttpURLConnection) new URL(BASE + "/invocation/next").openConnection();
      String event = read(next.getInputStream());
      String id = next.getHeaderField("Lambda-Runtime-Aws-Request-Id");
      try {
        post("/invocation/" + id + "/response", (String) handler.invoke(target, event));
      } catch (InvocationTargetException e) {
        post("/invocation/" + id + "/error", error(e.getCause()));
      }
    }
  }

  static void snap(Object target) throws Exception {
    try {
      hook(target, "beforeCheckpoint");
      ((HttpURLConnection) new URL(BASE + "/restore/next").openConnection()).getInputStream().close();
    } catch (InvocationTargetException e) {
      post("/init/error", error(e.getCause()));
      System.exit(64);
    }
    try {
      hook(target, "afterRestore");
    } catch (InvocationTargetException e) {
      post("/restore/error", error(e.getCause()));
      System.exit(64);
    }
  }

  static void hook(Object target, String name) throws Exception {
    for (Method m : target.getClass().getMethods()) if (m.getName().equals(name)) m.invoke(target);
  }

  static String error(Throwable t) {
    return "{\\"errorType\\":\\"" + t.getClass().getName() + "\\",\\"errorMessage\\":\\"" + t.getMessage() + "\\"}";
  }

  static void post(String path, String body) throws IOException {
    HttpURLConnection to = (HttpURLConnection) new URL(BASE + path).openConnection();
    to.setDoOutput(true);
    to.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
    to.getResponseCode();
  }

  static String read(InputStream in) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    for (int n = in.read(buffer); n != -1; n = in.read(buffer)) out.write(buffer, 0, n);
    return out.toString("UTF-8");
  }
}
`;

const SHOP = `
package shop;

public class Handler {
  private String restored = "no";
  public void beforeCheckpoint() { System.out.println("before checkpoint"); }
  public void afterRestore() {
    if (System.getenv("FAIL_RESTORE") != null) throw new IllegalStateException("not restored");
    restored = "yes";
    System.out.println("after restore");
  }
  public Handler() {
    if (System.getenv("FAIL_INIT") != null) throw new IllegalStateException("no start");
  }
  public String handle(String event) throws Exception {
    System.out.println("handling " + event);
    if (event.contains("fail")) throw new IllegalArgumentException("not that");
    String greeting = event.contains("layer")
        ? (String) Class.forName("layered.Greeting").getField("TEXT").get(null)
        : System.getProperty("java.io.tmpdir");
    return "{\\"heap\\":" + Runtime.getRuntime().maxMemory() + ",\\"greeting\\":\\"" + greeting
        + "\\",\\"restored\\":\\"" + restored + "\\"}";
  }
}
`;

beforeAll(async () => {
  built = mkdtempSync(path.join(tmpdir(), "millrace-java-"));
  t = await createTestHost({ runtimeClients: { java: path.join(built, "client") } });
  if (javac === undefined || jar === undefined) {
    return;
  }
  const client = "com/amazonaws/services/lambda/runtime/api/client/AWSLambda";
  writeFiles(path.join(built, "source"), {
    [`${client}.java`]: CLIENT,
    "shop/Handler.java": SHOP,
    "layered/Greeting.java": `package layered; public class Greeting { public static final String TEXT = "hello"; }`,
  });
  const files = [client, "shop/Handler", "layered/Greeting"].map((name) =>
    path.join(built, "source", `${name}.java`),
  );
  await run(javac, ["-nowarn", "-d", path.join(built, "classes"), ...files]);
  mkdirSync(path.join(built, "client"));
  mkdirSync(path.join(built, "layer/java/lib"), { recursive: true });
  const pack = (file: string, folder: string) =>
    run(jar, ["-cf0", path.join(built, file), "-C", path.join(built, "classes"), folder]);
  await Promise.all([
    pack("client/aws-lambda-java-runtime-interface-client-0.0.1.jar", "com"),
    pack("client/aws-lambda-java-core-0.0.1.jar", "com"),
    pack("client/aws-lambda-java-serialization-0.0.1.jar", "com"),
    pack("layer/java/lib/greeting.jar", "layered"),
  ]);
});

afterAll(async () => {
  await t.close();
  rmSync(built, { recursive: true, force: true });
});

/** Its class lies in a folder with its package's name alone: the client is elsewhere. */
function define(spec: Partial<FunctionSpec> = {}): FunctionSpec {
  const { codeDirectory, ...rest } = t.define({ "readme.txt": "" });
  cpSync(path.join(built, "classes/shop"), path.join(codeDirectory, "shop"), { recursive: true });
  return {
    ...rest,
    codeDirectory,
    runtime: "java17",
    handler: "shop.Handler::handle",
    memoryMb: 512,
    ...spec,
  };
}

describe.skipIf(!hasJava)("java functions (need a JDK on this machine)", () => {
  test("invoke: events, results, log lines, the heap and folders of the function", async () => {
    const spec = define();
    for (const n of [1, 2]) {
      const { value, logTail, report } = await t.invoke(spec, { n });
      const { heap, greeting } = value as { readonly heap: number; readonly greeting: string };
      // The collector keeps a part of it for itself.
      expect(heap > 400 * 1024 * 1024 && heap <= 445_645 * 1024).toBe(true);
      expect(greeting).toMatch(/environments\/[0-9a-f]+\/tmp$/);
      expect(logTail).toContain(`handling {"n":${n}}\n`);
      expect(report.initDurationMs !== undefined).toBe(n === 1);
    }
    expect(t.logLines.some((line) => /^INIT_START Runtime Version: java:\d/.test(line))).toBe(true);
  });

  test("errors: of the handler, and of its start", async () => {
    const failed = await t.invoke(define(), { fail: true });
    expect(failed.value).toEqual({
      errorType: "java.lang.IllegalArgumentException",
      errorMessage: "not that",
    });
    const start = await t.invoke(define({ environment: { FAIL_INIT: "1" } }));
    expect(start.value).toEqual({
      errorType: "java.lang.IllegalStateException",
      errorMessage: "no start",
    });
  });

  test("layers: classes of java/lib; JAVA_TOOL_OPTIONS of the function", async () => {
    const spec = define({
      layerDirectories: [path.join(built, "layer")],
      environment: { JAVA_TOOL_OPTIONS: "-Xmx64m" },
    });
    const { value } = await t.invoke(spec, { layer: true });
    expect(value).toMatchObject({ greeting: "hello" });
    expect((value as { readonly heap: number }).heap).toBeLessThanOrEqual(64 * 1024 * 1024);
    expect(t.logLines).toContain("Picked up JAVA_TOOL_OPTIONS: -Xmx64m\n");
  });

  test("SnapStart: its hooks run before the snapshot and after the restore", async () => {
    const spec = define({ keptAs: "snap-start" });
    expect(await t.host.keep(spec, 1)).toEqual({ readyCount: 1 });
    await expect.poll(() => t.logLines).toContain("before checkpoint\n");
    expect(t.logLines).not.toContain("after restore\n");
    const { value, logTail } = await t.invoke(spec, {});
    expect(value).toMatchObject({ restored: "yes" });
    expect(logTail).toContain("Restore Duration: ");
    await t.host.keep(spec, 0);
    const failing = define({ keptAs: "snap-start", environment: { FAIL_RESTORE: "1" } });
    expect((await t.invoke(failing)).value).toEqual({
      errorType: "java.lang.IllegalStateException",
      errorMessage: "not restored",
    });
  });

  test("debugger: answers at the port that is told", async () => {
    const notices: DebuggerNotice[] = [];
    const runtimeClients = { java: path.join(built, "client") };
    const onDebugger = (notice: DebuggerNotice) => notices.push(notice);
    const other = await createTestHost({ runtimeClients, debug: { shop: 0 }, onDebugger });
    const spec = define({ name: "shop" });
    expect((await other.invoke(spec, {})).functionError).toBeUndefined();
    const [notice] = notices;
    const socket = connect(notice?.port ?? 0, "127.0.0.1");
    socket.write("JDWP-Handshake");
    const [answer] = await once(socket, "data");
    expect(String(answer)).toBe("JDWP-Handshake");
    socket.destroy();
    await other.close();
  });
});
