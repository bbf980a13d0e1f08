/** How sandbox plans become commands: on any machine, whether it has sandboxes or not. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ProcessCommand } from "../processes/function-process.ts";
import { bubblewrapCommand } from "./bubblewrap.ts";
import { namespacesCommand } from "./namespaces.ts";
import { file, folder, type SandboxPlan, writable } from "./plan.ts";
import { type CodePlaces, codeView, imageView, installationsOf, placesIn } from "./view.ts";

const PLAN: SandboxPlan = {
  root: undefined,
  shown: [folder("/usr"), file("/a/it's", "/etc/hosts"), writable(folder("/own/tmp", "/tmp"))],
  links: [{ at: "/bin", target: "usr/bin" }],
};
const COMMAND: ProcessCommand = {
  program: "/usr/bin/node",
  arguments: ["index.js"],
  environment: { PATH: "/bin", LD_LIBRARY_PATH: "/var/task/lib" },
  workingDirectory: "/var/task",
};

describe("bubblewrapCommand", () => {
  test("shows what the plan says, as the user of Lambda, without rights", () => {
    const { program, arguments: given } = bubblewrapCommand("/usr/bin/bwrap", PLAN, COMMAND);
    const text = given.join(" ");
    expect(program).toBe("/usr/bin/bwrap");
    for (const part of [
      "--unshare-user --unshare-pid --unshare-ipc --die-with-parent",
      "--uid 993 --gid 990 --cap-drop ALL",
      "--ro-bind /usr /usr --ro-bind /a/it's /etc/hosts --bind /own/tmp /tmp",
      "--symlink usr/bin /bin --proc /proc --dev /dev --remount-ro /",
    ]) {
      expect(text).toContain(part);
    }
    expect(given.slice(-4)).toEqual(["/var/task", "--", "/usr/bin/node", "index.js"]);
    expect(text).not.toContain("--unshare-net");
  });

  test("variables of the dynamic linker are for the program, not for bwrap", () => {
    const { arguments: given, environment } = bubblewrapCommand("bwrap", PLAN, COMMAND);
    expect(environment).toEqual({ PATH: "/bin" });
    expect(given.join(" ")).toContain("--setenv LD_LIBRARY_PATH /var/task/lib");
  });

  test("a root of one's own is shown read-only, and nothing is mounted over it as a whole", () => {
    const plan = { ...PLAN, root: "/images/a/root", links: [] };
    const text = bubblewrapCommand("bwrap", plan, COMMAND).arguments.join(" ");
    expect(text).toContain("--ro-bind /images/a/root / --ro-bind /usr /usr");
    expect(text).not.toContain("--remount-ro");
  });
});

describe("namespacesCommand", () => {
  const tools = {
    unshare: "/usr/bin/unshare",
    mount: "/usr/bin/mount",
    mkdir: "/usr/bin/mkdir",
    ln: "/usr/bin/ln",
  };
  const scriptOf = (plan: SandboxPlan): string =>
    namespacesCommand(tools, plan, COMMAND, "/empty").arguments.find((one) =>
      one.startsWith("set -e"),
    ) ?? "";

  test("mounts what the plan says, read-only but for what is writable", () => {
    const lines = scriptOf(PLAN).split("\n");
    expect(lines).toContain("/usr/bin/mount -t tmpfs -o mode=755 tmpfs '/empty'");
    expect(lines).toContain("/usr/bin/mount --rbind -o ro,nosuid,nodev '/usr' '/empty/usr'");
    expect(lines).toContain(
      "/usr/bin/mount --rbind -o ro,nosuid,nodev '/a/it'\\''s' '/empty/etc/hosts'",
    );
    expect(lines).toContain("/usr/bin/mount --rbind -o nosuid,nodev '/own/tmp' '/empty/tmp'");
    expect(lines).toContain("/usr/bin/ln -s 'usr/bin' '/empty/bin'");
    expect(lines).toContain("/usr/bin/mount -o remount,bind,ro '/empty'");
  });

  test("the program runs in a user namespace within the one that mounted", () => {
    const { program, arguments: given } = namespacesCommand(tools, PLAN, COMMAND, "/empty");
    expect(program).toBe("/usr/bin/unshare");
    const inner = given.slice(given.indexOf("/bin/sh") + 3);
    expect(inner).toEqual([
      "/usr/bin/unshare",
      "--user",
      "--map-user=993",
      "--map-group=990",
      "--root=/empty",
      "--wd=/var/task",
      "--",
      "/usr/bin/node",
      "index.js",
    ]);
  });

  test("a root of one's own is not written to", () => {
    const script = scriptOf({ ...PLAN, root: "/images/a/root", links: [] });
    expect(script).toContain("--rbind -o ro,nosuid,nodev '/images/a/root' '/empty'");
    expect(script).not.toContain("/empty/usr' '/empty");
    expect(script).not.toContain("mkdir -p");
  });
});

describe("views", () => {
  let directory = "";
  let places: CodePlaces;
  let plan: SandboxPlan | undefined;
  beforeAll(() => {
    directory = mkdtempSync(path.join(tmpdir(), "millrace-view-"));
    for (const name of ["code/lib", "own/tmp", "layer/bin", "sdk/node_modules", "boot", "cache"]) {
      mkdirSync(path.join(directory, name), { recursive: true });
    }
    const at = (name: string): string => path.join(directory, name);
    mkdirSync(at("home/node/bin"), { recursive: true });
    writeFileSync(at("home/node/bin/node"), "");
    symlinkSync(at("home/node/bin/node"), at("boot/link"));
    places = {
      tool: {
        name: "bubblewrap",
        enter(given, command) {
          plan = given;
          return command;
        },
      },
      emptyDirectory: at("empty"),
      sandboxDirectory: at("own"),
      hostsFile: at("own/hosts"),
      address: "127.1.0.1",
      codeDirectory: at("code"),
      layerDirectories: [at("layer")],
      optDirectory: at("layer"),
      bootstrapDirectory: at("boot"),
      sdkDirectory: at("sdk"),
      cacheDirectory: at("cache"),
      interpreter: at("home/node/bin/node"),
      reads: [at("home/node"), at("home/node/bin"), homedir(), "/", "/usr/lib"],
    };
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test("codeView: paths are told as the process sees them", () => {
    const command = codeView(places).enter({
      program: `${directory}/code/bootstrap`,
      arguments: [`-cp=${directory}/code/lib:${directory}/layer/bin`, "plain"],
      environment: {
        HOME: `${directory}/own`,
        TMPDIR: `${directory}/own/tmp`,
        NODE_PATH: `${directory}/sdk/node_modules`,
        OTHER: "/usr/bin",
      },
      workingDirectory: `${directory}/code`,
    });
    expect(command).toEqual({
      program: "/var/task/bootstrap",
      arguments: ["-cp=/var/task/lib:/opt/bin", "plain"],
      environment: {
        HOME: "/tmp",
        TMPDIR: "/tmp",
        NODE_PATH: "/node_modules",
        OTHER: "/usr/bin",
      },
      workingDirectory: "/var/task",
    });
  });

  test("codeView: shows an installation once, and neither the home folder nor the root", () => {
    codeView(places).enter(COMMAND);
    const shown = plan?.shown.map(({ from }) => from) ?? [];
    expect(shown.filter((place) => place.startsWith(`${directory}/home`))).toEqual([
      `${directory}/home/node`,
    ]);
    expect(shown).not.toContain(homedir());
    expect(shown).not.toContain("/");
    expect(plan?.shown.filter(({ isWritable }) => isWritable).map(({ at }) => at)).toEqual([
      "/tmp",
      "/var/lang/cache",
    ]);
  });

  test("codeView: what one package wrote into the cache, no other sees", () => {
    const cacheOf = (code: string): string | undefined => {
      codeView({ ...places, codeDirectory: path.join(directory, code) }).enter(COMMAND);
      return plan?.shown.find(({ at }) => at === "/var/lang/cache")?.from;
    };
    expect(cacheOf("code")).not.toBe(cacheOf("boot"));
    expect(cacheOf("code")).toBe(cacheOf("code"));
  });

  test.each([
    ["python3.12", ["python", "python3", "python3.12"]],
    ["ruby", ["ruby"]],
    [undefined, []],
  ])("codeView: %s has the names that scripts in layers say", (program, names) => {
    const interpreter = program && `/usr/bin/${program}`;
    codeView({ ...places, interpreter }).enter(COMMAND);
    const links = plan?.links.filter(({ at }) => at.startsWith("/var/lang/bin/")) ?? [];
    expect(links.map(({ at }) => path.basename(at)).sort()).toEqual(names);
    expect(links.every(({ target }) => target === interpreter)).toBe(true);
  });

  test("imageView: the image, a /tmp, and names of hosts", () => {
    imageView({ ...places, rootDirectory: "/images/a/root" }).enter(COMMAND);
    expect(plan?.root).toBe("/images/a/root");
    expect(plan?.shown.map(({ at }) => at)).toEqual(expect.arrayContaining(["/etc/hosts", "/tmp"]));
  });

  test("installationsOf: that of a link, and of what it leads to", () => {
    expect(installationsOf(path.join(directory, "boot/link"))).toEqual([
      path.join(directory, "boot"),
      path.join(directory, "home/node"),
    ]);
  });

  test("placesIn: those that are there", () => {
    expect(placesIn([`-cp=${directory}/code/*:/none/of/it`, "plain", directory])).toEqual([
      `${directory}/code`,
      directory,
    ]);
  });
});
