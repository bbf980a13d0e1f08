/** Functions of container images, with every sandbox that works on this machine. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testUnless } from "../../testing/test-unless.ts";
import { type FunctionSpec, RuntimeUnavailable } from "../function-host.ts";
import { findSandboxTool, sandboxCandidates } from "../sandbox/tool.ts";
import { createTestHost, specOf, type TestHost } from "../test-host.ts";
import { functionImage, IMAGE_RUNTIME, type ImageOverride } from "./image-program.ts";
import { openImage } from "./image-source.ts";
import { createImageStore, type UnpackedImage } from "./image-store.ts";
import { compileRuntime, MACHINE, writeLayout } from "./test-images.ts";

const directory = mkdtempSync(path.join(tmpdir(), "millrace-image-functions-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const program = compileRuntime(directory);
const noCompiler = program === undefined ? "no C compiler makes static programs here." : undefined;
const tools = await Promise.all(
  sandboxCandidates().map(async (candidate) => {
    const found = await findSandboxTool([candidate]);
    return { candidate, problem: found.name === undefined ? found.problem : noCompiler };
  }),
);

let image: UnpackedImage;
beforeAll(async () => {
  if (program === undefined) {
    return;
  }
  const layout = path.join(directory, "layout");
  writeLayout(layout, [
    {
      layers: [
        [
          { name: "usr/bin/runtime", content: readFileSync(program), mode: 0o755 },
          { name: "bin", type: "symlink", target: "usr/bin" },
          { name: "foreign", content: foreignElf(), mode: 0o755 },
          { name: "plain", content: "not executable" },
          { name: "var/task/", type: "directory" },
        ],
      ],
      config: {
        Entrypoint: ["/bin/runtime"],
        Cmd: ["from.image"],
        WorkingDir: "/var/task",
        Env: ["FROM_IMAGE=yes", "FROM_FUNCTION=no"],
      },
    },
  ]);
  const store = createImageStore({ directory: path.join(directory, "store") });
  image = await store.unpack(await openImage(layout, { architecture: MACHINE }));
});

/** The header of a program for a processor that is not this one. */
function foreignElf(): Buffer {
  const header = Buffer.alloc(64);
  header.write("\x7fELF", 0, "latin1");
  header.writeUInt16LE(process.arch === "x64" ? 183 : 62, 18);
  return header;
}

function imageSpec(
  name: string,
  override: ImageOverride = {},
  more: Partial<FunctionSpec> = {},
): FunctionSpec {
  return specOf(name, "/var/task", {
    runtime: IMAGE_RUNTIME,
    handler: "",
    image: functionImage(image.rootDirectory, image.configuration, override),
    ...more,
  });
}

describe.for(tools)("an image in a sandbox by $candidate.name", ({ candidate, problem }) => {
  const testHere = testUnless(problem);
  let host: TestHost;
  beforeAll(async () => {
    host = await createTestHost({ findSandbox: () => findSandboxTool([candidate]) });
  });
  afterAll(() => host.close());

  testHere("runs its entry point with its command, in its folder, with its variables", async () => {
    const environment = { FROM_FUNCTION: "yes" };
    const { value, logTail } = await host.invoke(imageSpec("plain", {}, { environment }));
    expect(value).toEqual({
      argument: "from.image",
      count: 2,
      folder: "/var/task",
      image: "yes",
      function: "yes",
      tmp: "written",
      root: "refused",
      uid: 993,
      pid: expect.any(Number),
      task: "/var/task",
    });
    expect(logTail).toContain("REPORT");
    expect(host.logLines.join("")).toMatch(/started \/bin\/runtime\nto stderr\n/);
  });

  testHere("runs what the function says instead", async () => {
    const { value } = await host.invoke(
      imageSpec("changed", {
        entryPoint: ["runtime"],
        command: ["one", "two"],
        workingDirectory: "/tmp",
      }),
    );
    expect(value).toMatchObject({ argument: "one", count: 3, folder: "/tmp" });
  });

  testHere("its end is told as that of other programs", async () => {
    const spec = imageSpec("ends");
    const { value, report } = await host.invoke(spec, "exit 9");
    expect(report.errorType).toBe("Runtime.ExitError");
    expect(value).toMatchObject({ errorMessage: expect.stringContaining("exit status 9") });
    expect((await host.invoke(spec)).functionError).toBeUndefined();
  });

  testHere("a warm environment is the same process", async () => {
    const spec = imageSpec("warm");
    const first = (await host.invoke(spec)).value;
    expect((await host.invoke(spec)).value).toEqual(first);
  });

  testHere.for<[string, ImageOverride, string, string]>([
    [
      "a program that is not there",
      { entryPoint: ["/bin/none"] },
      "Runtime.InvalidEntrypoint",
      "fork/exec /bin/none: no such file or directory",
    ],
    [
      "a file that is no program",
      { entryPoint: ["/plain"] },
      "Runtime.InvalidEntrypoint",
      "fork/exec /plain: permission denied",
    ],
    [
      "a folder that is not there",
      { workingDirectory: "/none" },
      "Runtime.InvalidWorkingDir",
      "chdir /none: no such file or directory",
    ],
  ])("%s is told as on AWS", async ([title, override, errorType, text]) => {
    const { value, report } = await host.invoke(imageSpec(title.replaceAll(" ", "-"), override));
    expect(report.errorType).toBe(errorType);
    expect(value).toMatchObject({ errorType, errorMessage: expect.stringContaining(text) });
    expect(host.logLines.some((line) => line.startsWith(`IMAGE\tLaunch error: ${text}\t`))).toBe(
      true,
    );
  });

  testHere("a program or an image for another processor is refused by name", async () => {
    await expect(host.invoke(imageSpec("elf", { entryPoint: ["/foreign"] }))).rejects.toThrow(
      RuntimeUnavailable,
    );
    const spec = imageSpec("other");
    const foreign = { ...spec, image: { ...(spec.image as object), architecture: "s390x" } };
    await expect(host.invoke(foreign as FunctionSpec)).rejects.toThrow("is for Linux on s390x");
  });
});

test("an image is refused by name where the machine has no sandbox", async () => {
  const host = await createTestHost({
    findSandbox: async () => ({ name: undefined, problem: "There is none.", remedy: "Get one." }),
  });
  try {
    const spec = specOf("boxless", "/var/task", {
      runtime: IMAGE_RUNTIME,
      image: {
        ...functionImage(
          "/",
          {
            architecture: MACHINE,
            entryPoint: [process.execPath],
            command: [],
            workingDirectory: "/",
            environment: {},
          },
          {},
        ),
      },
    });
    await expect(host.invoke(spec)).rejects.toThrow(
      process.platform === "linux" ? "There is none. Get one." : "this machine is",
    );
  } finally {
    await host.close();
  }
});
