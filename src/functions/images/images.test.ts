import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findContainerEngines } from "./container-engine.ts";
import { pinnedUri, resolvedUri } from "./image-reference.ts";
import { createImages, type ImagesOptions } from "./images.ts";
import { dockerArchive, MACHINE, type TestImage, writeLayout } from "./test-images.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), "millrace-images-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const place = (name: string): string => path.join(directory, name);
const ARCHITECTURE = MACHINE === "arm64" ? "arm64" : "x86_64";
const ECR = "000000000000.dkr.ecr.us-east-1.amazonaws.com";

function images(options: Partial<ImagesOptions> = {}): (uri: string) => Promise<string> {
  const made = createImages({
    directory: place("store"),
    findEngines: async () => ({ live: [], problems: ["docker is not installed."] }),
    ...options,
  });
  return (uri) =>
    made.withImage({ uri, architecture: ARCHITECTURE }, async ({ rootDirectory }) =>
      readFileSync(path.join(rootDirectory, "name"), "utf8"),
    );
}

const named = (name: string, tag?: string): TestImage => ({
  layers: [[{ name: "name", content: name }]],
  ...(tag === undefined ? {} : { tag }),
});

test("an address is a place: a path, a tag in it, a digest", async () => {
  const [one] = writeLayout(place("layout"), [named("one", "1"), named("two", "2")]);
  const nameOf = images();
  expect(await nameOf(`file:${place("layout")}#1`)).toBe("one");
  expect(await nameOf(`file://${place("layout")}#2`)).toBe("two");
  expect(await nameOf(`file:${place("layout")}@sha256:${one}`)).toBe("one");
  await expect(nameOf("file:relative")).rejects.toThrow("file: with an absolute path");
  await expect(nameOf("Not A Name")).rejects.toThrow("neither the name of an image");
});

test("an address is a name that was given a place, the most exact one first", async () => {
  writeLayout(place("layout"), [named("one", "1"), named("two", "2")]);
  writeLayout(place("other"), [named("other")]);
  const nameOf = images({
    places: {
      orders: place("layout"),
      "orders:3": `${place("layout")}#2`,
      [`${ECR}/paid`]: place("other"),
    },
  });
  expect(await nameOf(`${ECR}/orders:1`)).toBe("one");
  expect(await nameOf("orders:2")).toBe("two");
  expect(await nameOf(`${ECR}/orders:3`)).toBe("two");
  expect(await nameOf(`${ECR}/paid:whatever`)).toBe("other");
  await expect(nameOf("paid:1")).rejects.toThrow("--image paid:1=PATH");
});

/** A program that answers as `docker` would that has one image. */
function fakeDocker(reference: string): string {
  const bin = place("bin");
  mkdirSync(bin, { recursive: true });
  writeFileSync(place("saved.tar"), dockerArchive(named("saved"), reference));
  writeFileSync(
    path.join(bin, "docker"),
    `#!/bin/sh
case "$1" in
  version) exit 0 ;;
  image) [ "$3" = "${reference}" ] || { echo "No such image: $3" >&2; exit 1; } ;;
  save) [ "$4" = "${reference}" ] && cp "${place("saved.tar")}" "$3" ;;
  build) echo "$@" >"${place("built")}" ;;
esac
`,
  );
  chmodSync(path.join(bin, "docker"), 0o755);
  return `${bin}:/usr/bin:/bin`;
}

test("an address is a name that a container engine knows, with or without the registry", async () => {
  const searchPath = fakeDocker("orders:latest");
  const nameOf = images({ findEngines: () => findContainerEngines(searchPath) });
  expect(await nameOf("orders:latest")).toBe("saved");
  expect(await nameOf(`${ECR}/orders:latest`)).toBe("saved");
  await expect(nameOf("paid:latest")).rejects.toThrow(
    "no container engine has paid:latest: podman is not installed. docker: No such image: paid",
  );
  expect(readdirSync(place("store")).filter((name) => name.includes("saved"))).toEqual([]);
});

test("engines that do not answer are told, and builds say what they are to build", async () => {
  const bin = place("dead");
  mkdirSync(bin);
  writeFileSync(path.join(bin, "docker"), "#!/bin/sh\necho 'Cannot connect.' >&2\nexit 1\n");
  chmodSync(path.join(bin, "docker"), 0o755);
  expect(await findContainerEngines(bin)).toEqual({
    live: [],
    problems: ["docker: Cannot connect.", "podman is not installed."],
  });
  const { live } = await findContainerEngines(fakeDocker("orders:latest"));
  const problem = await live[0]?.build({
    reference: "orders:1",
    dockerfile: "/app/Dockerfile",
    context: "/app",
    architecture: "arm64",
    arguments: { A: "b" },
    target: "last",
  });
  expect(problem).toBeUndefined();
  expect(readFileSync(place("built"), "utf8").trim()).toBe(
    "build --tag orders:1 --file /app/Dockerfile --platform linux/arm64 --build-arg A=b --target last /app",
  );
});

test("an image is not removed while someone has asked for one", async () => {
  const [digest = ""] = writeLayout(place("layout"), [named("one")]);
  const made = createImages({ directory: place("store") });
  const wanted = { uri: `file:${place("layout")}`, architecture: ARCHITECTURE } as const;
  await made.withImage(wanted, async ({ rootDirectory }) => {
    await made.remove(digest);
    expect(existsSync(rootDirectory)).toBe(true);
  });
  await made.remove(digest);
  expect(await made.list()).toEqual([]);
});

test("what a killed engine had not finished is removed", async () => {
  mkdirSync(place("store/.abc.1.1/root"), { recursive: true });
  writeFileSync(place("store/.saved.1.1.tar"), "");
  mkdirSync(place(`store/${"a".repeat(64)}`));
  const made = createImages({ directory: place("store") });
  expect(readdirSync(place("store"))).toEqual(["a".repeat(64)]);
  expect(await made.list()).toEqual(["a".repeat(64)]);
});

test("resolvedUri, pinnedUri: the digest instead of the tag, or behind it", () => {
  const digest = "a".repeat(64);
  expect(resolvedUri(`${ECR}/orders:1`, digest)).toBe(`${ECR}/orders@sha256:${digest}`);
  expect(resolvedUri("localhost:5000/orders", digest)).toBe(
    `localhost:5000/orders@sha256:${digest}`,
  );
  expect(resolvedUri("file:/images/a:b", digest)).toBe(`file:/images/a:b@sha256:${digest}`);
  expect(pinnedUri(`orders:1@sha256:${"b".repeat(64)}`, digest)).toBe(`orders:1@sha256:${digest}`);
});
