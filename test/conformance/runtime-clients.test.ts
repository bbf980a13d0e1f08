/**
 * AWS's public runtime interface clients, unmodified, programs that speak the Runtime API by
 * themselves, and a public extension: what this machine has of them.
 *
 * | client                        | needs                                                          |
 * |-------------------------------|----------------------------------------------------------------|
 * | aws-lambda-ric (npm)          | `AWS_LAMBDA_RIC`: the folder of an installed one               |
 * | aws-lambda-go                 | `go`, and `AWS_LAMBDA_GO`: a `GOPROXY` that has the module     |
 * | a program in Rust             | `rustc`                                                        |
 * | Sentry's extension (npm)      | `SENTRY_LAMBDA_EXTENSION`: `build/lambda-extension` of the     |
 * |                               | package `@sentry/aws-serverless`; Linux; port 9000             |
 */
import { execFile } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FunctionSpec } from "../../src/functions/function-host.ts";
import { createTestHost, type TestHost, writeFiles } from "../../src/functions/test-host.ts";

const run = promisify(execFile);
const has = async (command: string, ...args: readonly string[]): Promise<boolean> =>
  run(command, args).then(
    () => true,
    () => false,
  );

const RIC = process.env["AWS_LAMBDA_RIC"];
const hasGo = process.env["AWS_LAMBDA_GO"] !== undefined && (await has("go", "version"));
const hasRust = await has("rustc", "--version");
const BUILD_MS_MAX = 300_000;

let t: TestHost;
let built: string;

beforeAll(async () => {
  t = await createTestHost();
  built = mkdtempSync(path.join(tmpdir(), "millrace-clients-"));
});

afterAll(async () => {
  await t.close();
  rmSync(built, { recursive: true, force: true });
});

/** The same questions to every client: two events, an error, and what the context holds. */
async function expectConversation(spec: FunctionSpec): Promise<void> {
  for (const n of [1, 2]) {
    const answer = await t.invoke(spec, { n });
    expect(answer.value).toEqual({ n, id: expect.stringMatching(/^request-/), arn: spec.arn });
    expect(answer.logTail).toContain(`handling ${n}\n`);
    expect(answer.report.initDurationMs !== undefined).toBe(n === 1);
  }
  const failed = await t.invoke(spec, { n: 3, fail: true });
  expect(failed.functionError).toBe("Unhandled");
  expect(failed.value).toMatchObject({ errorMessage: "not that" });
  expect((await t.invoke(spec, { n: 4 })).value).toMatchObject({ n: 4 });
}

describe.skipIf(RIC === undefined)("aws-lambda-ric (needs AWS_LAMBDA_RIC)", () => {
  const entry = ["index.mjs", "bin/index.mjs"]
    .map((file) => path.join(RIC ?? "", file))
    .find(existsSync);

  const define = (handler: string): FunctionSpec =>
    t.define(
      {
        bootstrap: `#!/bin/sh\nexec ${process.execPath} ${entry} "$_HANDLER"\n`,
        "index.cjs": handler,
      },
      { runtime: "provided.al2023" },
    );

  test("invoke: events, results, errors, the context", async () => {
    await expectConversation(
      define(`exports.handler = async (event, context) => {
        console.log("handling " + event.n);
        if (event.fail) throw new Error("not that");
        return { n: event.n, id: context.awsRequestId, arn: context.invokedFunctionArn };
      };`),
    );
  });

  test("stream: a handler that streams its response", async () => {
    const answer = await t.invoke(
      define(`exports.handler = awslambda.streamifyResponse(async (event, stream) => {
        stream.setContentType("text/plain");
        stream.write("one ");
        stream.end("two");
      });`),
    );
    expect(Buffer.from(answer.payload).toString()).toBe("one two");
    expect(answer.streamedContentType).toBe("text/plain");
  });

  test("start: a handler that is not there", async () => {
    const answer = await t.invoke(define("exports.other = 1;"));
    expect(answer.value).toMatchObject({ errorType: "Runtime.HandlerNotFound" });
  });
});

describe.skipIf(!hasGo)("aws-lambda-go (needs go and AWS_LAMBDA_GO)", () => {
  const GO = `package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

type event struct {
	N    int  \`json:"n"\`
	Fail bool \`json:"fail"\`
}

func main() {
	lambda.Start(func(ctx context.Context, e event) (map[string]any, error) {
		lc, _ := lambdacontext.FromContext(ctx)
		fmt.Println("handling", e.N)
		if e.Fail {
			return nil, errors.New("not that")
		}
		return map[string]any{"n": e.N, "id": lc.AwsRequestID, "arn": lc.InvokedFunctionArn}, nil
	})
}
`;

  test(
    "invoke: events, results, errors, the context",
    async () => {
      const folder = path.join(built, "go");
      writeFiles(folder, {
        "main.go": GO,
        "go.mod":
          "module example.com/bootstrap\n\ngo 1.18\n\nrequire github.com/aws/aws-lambda-go v1.46.0\n",
      });
      const env = { ...process.env, GOPROXY: process.env["AWS_LAMBDA_GO"], GOSUMDB: "off" };
      await run("go", ["mod", "tidy"], { cwd: folder, env });
      await run("go", ["build", "-o", "code/bootstrap", "."], { cwd: folder, env });
      const spec = t.define({ "readme.txt": "" }, { runtime: "provided.al2023" });
      await expectConversation({ ...spec, codeDirectory: path.join(folder, "code") });
    },
    BUILD_MS_MAX,
  );
});

describe.skipIf(!hasRust)("a program in Rust (needs rustc)", () => {
  /** Without a crate: HTTP as it is written, one connection a request. */
  const RUST = `
use std::io::{Read, Write};
use std::net::TcpStream;

fn call(method: &str, path: &str, body: &str) -> (String, String) {
    let api = std::env::var("AWS_LAMBDA_RUNTIME_API").unwrap();
    let mut stream = TcpStream::connect(&api).unwrap();
    write!(stream, "{method} /2018-06-01/runtime/{path} HTTP/1.1\\r\\nHost: {api}\\r\\nConnection: close\\r\\nContent-Length: {}\\r\\n\\r\\n{body}", body.len()).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, rest) = text.split_once("\\r\\n\\r\\n").unwrap();
    (head.to_string(), rest.to_string())
}

fn header<'a>(head: &'a str, name: &str) -> &'a str {
    head.lines()
        .find_map(|line| line.split_once(": ").filter(|(key, _)| key.eq_ignore_ascii_case(name)))
        .map(|(_, value)| value)
        .unwrap_or("")
}

fn main() {
    loop {
        let (head, event) = call("GET", "invocation/next", "");
        let id = header(&head, "Lambda-Runtime-Aws-Request-Id");
        let n: String = event.chars().skip_while(|c| !c.is_ascii_digit()).take_while(|c| c.is_ascii_digit()).collect();
        println!("handling {n}");
        if event.contains("fail") {
            let error = "{\\"errorType\\":\\"Error\\",\\"errorMessage\\":\\"not that\\"}";
            call("POST", &format!("invocation/{id}/error"), error);
        } else {
            let arn = header(&head, "Lambda-Runtime-Invoked-Function-Arn");
            let result = format!("{{\\"n\\":{n},\\"id\\":\\"{id}\\",\\"arn\\":\\"{arn}\\"}}");
            call("POST", &format!("invocation/{id}/response"), &result);
        }
    }
}
`;

  test(
    "invoke: events, results, errors, the context",
    async () => {
      const folder = path.join(built, "rust");
      writeFiles(folder, { "main.rs": RUST, "code/readme.txt": "" });
      await run("rustc", ["main.rs", "-o", "code/bootstrap"], { cwd: folder });
      const spec = t.define({ "readme.txt": "" }, { runtime: "provided.al2" });
      await expectConversation({ ...spec, codeDirectory: path.join(folder, "code") });
    },
    BUILD_MS_MAX,
  );
});

const SENTRY = process.env["SENTRY_LAMBDA_EXTENSION"];
const canSentry = SENTRY !== undefined && process.platform === "linux";

describe.skipIf(!canSentry)("Sentry's extension (needs SENTRY_LAMBDA_EXTENSION, Linux)", () => {
  test("invoke: what the function hands to it is sent on", async () => {
    const layer = path.join(built, "sentry");
    for (const folder of ["extensions", "sentry-extension"]) {
      mkdirSync(path.join(layer, folder), { recursive: true });
    }
    const from = (name: string) => path.join(SENTRY ?? "", name);
    copyFileSync(from("sentry-extension"), path.join(layer, "extensions/sentry-extension"));
    copyFileSync(from("index.mjs"), path.join(layer, "sentry-extension/index.mjs"));
    for (const name of ["extensions/sentry-extension", "sentry-extension/index.mjs"]) {
      chmodSync(path.join(layer, name), 0o755);
    }
    const taken: string[] = [];
    const sentry = createServer((request, response) => {
      taken.push(request.url ?? "");
      request.resume().on("end", () => response.end("{}"));
    });
    await new Promise<void>((resolve) => sentry.listen(0, "127.0.0.1", resolve));
    const dsn = `http://key@127.0.0.1:${(sentry.address() as AddressInfo).port}/7`;
    const spec = t.define(
      {
        "index.js": `exports.handler = async () => {
          const envelope = JSON.stringify({ dsn: process.env.SENTRY_DSN }) + "\\n";
          const answer = await fetch("http://localhost:9000/envelope", { method: "POST", body: envelope });
          return answer.status;
        };`,
      },
      { layerDirectories: [layer], environment: { SENTRY_DSN: dsn } },
    );
    expect((await t.invoke(spec)).value).toBe(200);
    expect((await t.invoke(spec)).value).toBe(200);
    await expect.poll(() => taken.length).toBe(2);
    expect(taken[0]).toMatch(/^\/api\/7\/envelope\//);
    expect(t.logLines.join("")).toContain("EXTENSION\tName: sentry-extension\tState: Ready");
    sentry.close();
  });
});
