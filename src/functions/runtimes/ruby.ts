/**
 * Ruby runtimes run through their public runtime interface client, the gem `aws_lambda_ric`: the one
 * that is configured, that of the function's package or its layers, or the one that is installed.
 *
 * The client is started as its own executable starts it, but for `bundler/setup`, which would demand
 * a Gemfile: what Bundler has put into `vendor/bundle` is found through `GEM_PATH`, as on AWS.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/ruby-layers.html,
 * https://github.com/aws/aws-lambda-ruby-runtime-interface-client
 */
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { type FunctionSpec, RuntimeUnavailable } from "../function-host.ts";
import type { Finding, Planner, ProgramInterpreter, RuntimeFamily } from "./family.ts";
import type { Place, Probe, Probed } from "./interpreter-search.ts";
import { layersFirst } from "./layer-folders.ts";
import { installedVersion, versionNote, withClient } from "./versions.ts";

const RUNTIMES = ["ruby3.2", "ruby3.3", "ruby3.4", "ruby4.0"];
const GEM = "aws_lambda_ric";

interface ProbedRuby extends Probed {
  /** The `lib` of the newest client that is installed. */
  readonly client: string | undefined;
}

const PROBE: Probe<ProbedRuby> = {
  arguments: [
    "-e",
    `spec = Gem::Specification.find_all_by_name("${GEM}").max_by(&:version); ` +
      "puts RbConfig.ruby, RUBY_VERSION, spec ? spec.full_require_paths.first : ''",
  ],
  read(output) {
    const [program = "", version = "", client = ""] = output.split("\n");
    return { program, version, client: client === "" ? undefined : client };
  },
};

export const rubyFamily: RuntimeFamily = {
  name: "ruby",
  runtimes: RUNTIMES,
  title: RUNTIMES.join(", "),
  async find(runtime, finding): Promise<ProgramInterpreter> {
    const version = runtime.slice("ruby".length);
    const wanted = {
      runtime,
      version,
      programs: ["ruby"],
      folders: versionFolders(),
      probe: PROBE,
    };
    const found = await installedVersion(wanted, finding);
    if (!found) {
      throw new RuntimeUnavailable({
        runtime,
        problem: `No Ruby ${version} or later was found for ${runtime}.`,
        remedy:
          `Install it (rbenv install ${version}, mise use -g ruby@${version}, ` +
          `brew install ruby@${version}) and its client (gem install ${GEM}), ` +
          `or name an interpreter with --interpreter ${runtime}=PATH.`,
      });
    }
    const hasClient = (finding.client ?? found.client) !== undefined;
    return {
      kind: "program",
      program: found.program,
      version: found.version,
      ...withClient(
        versionNote("Ruby", found.version, version),
        hasClient
          ? undefined
          : { name: GEM, remedy: `Functions that do not bring it need it: ${howToGet(found)}` },
      ),
      plan: planWith(found, finding),
    };
  },
};

function howToGet({ program }: Probed): string {
  return `${path.join(path.dirname(program), "gem")} install ${GEM}`;
}

function planWith(ruby: ProbedRuby, { client: configured, search }: Finding): Planner {
  return async ({ spec }) => {
    const client =
      findClient(spec, configured) ??
      ruby.client ??
      // It may have been installed since.
      (await search.probe(ruby.program, PROBE))?.client;
    if (client === undefined) {
      throw new RuntimeUnavailable({
        runtime: spec.runtime,
        problem: `${spec.name} needs AWS's runtime interface client for Ruby, which was not found.`,
        remedy:
          `Install it (${howToGet(ruby)}), add the gem ${GEM} to the function, ` +
          "or say where it lies with --runtime-client ruby=FOLDER.",
      });
    }
    return {
      program: ruby.program,
      // Version 2 of the client takes the handler from its arguments, version 3 from _HANDLER.
      arguments: ["-I", client, "-r", `${GEM}/bootstrap`, "-e", "Bootstrap.start", spec.handler],
      workingDirectory: spec.codeDirectory,
      environment: {
        GEM_PATH: gemFolders(spec).join(path.delimiter),
        RUBYLIB: [spec.codeDirectory, ...layersFirst(spec, "ruby/lib")].join(path.delimiter),
      },
      takesWrapper: true,
      takesLogFrames: true,
    };
  };
}

/** Folders laid out like a gem home, those of the function first. */
function gemFolders(spec: FunctionSpec): readonly string[] {
  // Gems are kept by the version of Ruby's binary interface: 3.3.0 for all of 3.3.
  const version = `${spec.runtime.slice("ruby".length)}.0`;
  return [
    path.join(spec.codeDirectory, "vendor/bundle/ruby", version),
    ...layersFirst(spec, `ruby/gems/${version}`),
  ];
}

/** The folder that `require "aws_lambda_ric/bootstrap"` finds the client in. */
function findClient(spec: FunctionSpec, configured: string | undefined): string | undefined {
  const homes = configured === undefined ? gemFolders(spec) : [configured];
  const gems = homes.flatMap((home) => gemsIn(path.join(home, "gems")));
  const folders =
    configured === undefined
      ? [...gems, ...layersFirst(spec, "ruby/lib")]
      : [path.join(configured, "lib"), configured, ...gems];
  return folders.find((folder) => existsSync(path.join(folder, GEM, "bootstrap.rb")));
}

/** The newest first. */
function gemsIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.startsWith(`${GEM}-`))
      .sort((a, b) => b.localeCompare(a, "en", { numeric: true }))
      .map((name) => path.join(folder, name, "lib"));
  } catch {
    return [];
  }
}

/** Those of rbenv, mise, asdf, rvm, chruby and Homebrew. */
function versionFolders(): readonly Place[] {
  const home = homedir();
  const rbenv = process.env["RBENV_ROOT"] ?? path.join(home, ".rbenv");
  const inner = "bin";
  return [
    { parent: path.join(rbenv, "versions"), name: /^\d/, inner },
    { parent: path.join(home, ".local/share/mise/installs/ruby"), name: /^\d/, inner },
    { parent: path.join(home, ".asdf/installs/ruby"), name: /^\d/, inner },
    { parent: path.join(home, ".rvm/rubies"), name: /^ruby-\d/, inner },
    { parent: path.join(home, ".rubies"), name: /^ruby-\d/, inner },
    { parent: "/opt/rubies", name: /^ruby-\d/, inner },
    { parent: "/opt/homebrew/opt", name: /^ruby(@|$)/, inner },
  ];
}
