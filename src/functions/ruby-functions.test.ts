import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FunctionSpec } from "./function-host.ts";
import { systemSearch } from "./runtimes/interpreter-search.ts";
import { createTestHost, type TestHost, writeFiles } from "./test-host.ts";

/** Any Ruby will do here: what is tested is how its client is started. */
const [ruby] = await systemSearch.candidates("ruby", []);

let t: TestHost;

/**
 * A client by the book, in place of AWS's gem: it has the names by which that is started, and knows no
 * more of the Runtime API than what AWS's documentation says.
 */
const CLIENT = `
require "json"
require "net/http"

$stdout.sync = true

module Bootstrap
  LOG = File.open("/proc/self/fd/#{ENV.fetch("_LAMBDA_TELEMETRY_LOG_FD")}", "wb").tap { |file| file.sync = true }

  def self.log(message)
    LOG.write([0xa55a0001, message.bytesize].pack("L>L>") + message)
  end

  def self.start
    base = "http://#{ENV.fetch("AWS_LAMBDA_RUNTIME_API")}/2018-06-01/runtime"
    file, owner, name = ENV.fetch("_HANDLER").match(/\\A(.*?)\\.(?:(.*)\\.)?([^.]*)\\z/).captures
    $LOAD_PATH.unshift(Dir.pwd)
    begin
      require file
    rescue LoadError => e
      send_error(URI("#{base}/init/error"), "Init<LoadError>", e)
      exit(-4)
    end
    target = owner.nil? ? self : owner.split("::").inject(Object) { |scope, part| scope.const_get(part) }
    loop do
      request = Net::HTTP.get_response(URI("#{base}/invocation/next"))
      id = request["Lambda-Runtime-Aws-Request-Id"]
      begin
        result = target.send(name, event: JSON.parse(request.body), context: id)
        Net::HTTP.post(URI("#{base}/invocation/#{id}/response"), JSON.generate(result))
      rescue StandardError => e
        send_error(URI("#{base}/invocation/#{id}/error"), "Function<#{e.class}>", e)
      end
    end
  end

  def self.send_error(uri, type, error)
    body = JSON.generate(errorType: type, errorMessage: error.message, stackTrace: error.backtrace)
    Net::HTTP.post(uri, body, "Lambda-Runtime-Function-Error-Type" => type)
  end
end
`;

const APP = `
require "greeting"
module App
  class Handler
    def self.process(event:, context:)
      warn "to standard error"
      puts "handling #{event["n"]}"
      Bootstrap.log("one event\nof two lines")
      raise ArgumentError, "not #{event["n"]}" if event["fail"]
      { n: event["n"], greeting: Greeting::TEXT, gems: Gem.path, execution: ENV["AWS_EXECUTION_ENV"] }
    end
  end
end
`;

beforeAll(async () => {
  t = await createTestHost({ interpreters: ruby === undefined ? {} : { "ruby3.3": ruby } });
});

afterAll(async () => {
  await t.close();
});

function define(
  files: Readonly<Record<string, string>>,
  spec: Partial<FunctionSpec> = {},
): FunctionSpec {
  const client =
    "vendor/bundle/ruby/3.3.0/gems/aws_lambda_ric-3.1.3/lib/aws_lambda_ric/bootstrap.rb";
  return t.define(
    { [client]: CLIENT, ...files },
    { runtime: "ruby3.3", handler: "app.App::Handler.process", ...spec },
  );
}

describe.skipIf(ruby === undefined)("ruby functions (needs ruby on this machine)", () => {
  test("invoke: events, results, log lines, gems of the package and of layers", async () => {
    const layer = path.join(t.directory, "ruby-layer");
    writeFiles(layer, { "ruby/lib/greeting.rb": `module Greeting; TEXT = "hello"; end` });
    const spec = define({ "app.rb": APP }, { layerDirectories: [layer] });
    for (const n of [1, 2]) {
      const answer = await t.invoke(spec, { n });
      expect(answer.value).toMatchObject({
        n,
        greeting: "hello",
        execution: "AWS_Lambda_ruby3.3",
      });
      const { gems } = answer.value as { readonly gems: readonly string[] };
      expect(gems).toContain(path.join(layer, "ruby/gems/3.3.0"));
      expect(answer.logTail).toContain("to standard error\n");
      expect(answer.logTail).toContain(`handling ${n}\n`);
      expect(answer.logTail).toContain("one event\nof two lines\n");
      expect(answer.report.initDurationMs !== undefined).toBe(n === 1);
    }
    expect(t.logLines).toContain("one event\nof two lines\n");
    expect(t.logLines.some((line) => /^INIT_START Runtime Version: ruby:\d/.test(line))).toBe(true);
  });

  test("errors: those of the handler and of its file are results", async () => {
    const files = { "app.rb": APP, "greeting.rb": "module Greeting; TEXT = 1; end" };
    const failed = await t.invoke(define(files), { n: 3, fail: true });
    expect(failed.functionError).toBe("Unhandled");
    expect(failed.value).toMatchObject({
      errorType: "Function<ArgumentError>",
      errorMessage: "not 3",
    });
    const missing = await t.invoke(define({ "app.rb": APP }));
    expect(missing.value).toMatchObject({ errorType: "Init<LoadError>" });
  });

  test("wrapper: a layer's program starts the interpreter, with its arguments", async () => {
    const layer = path.join(t.directory, "wrapper-layer");
    writeFiles(layer, { "wrap.sh": '#!/bin/sh\nexport WRAPPED="$#"\nexec "$@"\n' });
    const handler = `def handle(event:, context:) = ENV["WRAPPED"]`;
    const spec = define(
      { "app.rb": handler },
      {
        handler: "app.handle",
        layerDirectories: [layer],
        environment: { AWS_LAMBDA_EXEC_WRAPPER: "/opt/wrap.sh" },
      },
    );
    expect((await t.invoke(spec)).value).toBe("8");
  });
});
