/**
 * Lets a process see `/opt` as Lambda would have it, and the host name `sandbox.localdomain`.
 *
 * Extensions, and programs in layers, name files under `/opt` by their absolute path. On Linux a
 * mount namespace of its own shows a process the function's layers there, without root where user
 * namespaces are allowed. Elsewhere such paths are those of the machine: `isAvailable` tells.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { copyFile, link, mkdir, readdir, readlink, symlink, unlink } from "node:fs/promises";
import path from "node:path";
import type { ProcessView } from "./process-view.ts";

export interface Hosts {
  /** What `sandbox.localdomain` is: an address of the loopback network. */
  readonly address: string;
  /** Has that name beside those of the machine. */
  readonly hostsFile: string;
}

export interface MountViews {
  /** Whether this machine can; asked once. */
  isAvailable(): Promise<boolean>;
  /** The layers as one folder, made once for each list of layers and never written to. */
  merge(layerDirectories: readonly string[]): Promise<string>;
  /** A view for one environment, whose folder this is. */
  open(optDirectory: string, sandboxDirectory: string): ProcessView;
  /** An address of its own for one environment. */
  hosts(sandboxDirectory: string): Hosts;
}

const MOUNT = 'mount --bind "$0" /opt && mount --bind "$1" /etc/hosts && shift && exec "$@"';
const PROBE_TIMEOUT_MS = 5_000;
const HOSTS = "/etc/hosts";
/** The first loopback address that is not this machine's usual one: 127.1.0.1. */
const ADDRESS_FIRST = 0x7f01_0001;
const ADDRESSES_COUNT = 0xff_0000;

export function createMountViews(cacheDirectory: string): MountViews {
  const merged = new Map<string, Promise<string>>();
  let available: Promise<boolean> | undefined;
  let opened = 0;
  const hosts = (sandboxDirectory: string): Hosts => {
    const number = ADDRESS_FIRST + (opened % ADDRESSES_COUNT);
    opened += 1;
    const address = [24, 16, 8, 0].map((bits) => (number >>> bits) & 0xff).join(".");
    const hostsFile = path.join(sandboxDirectory, "hosts");
    const names = `${address}\tsandbox.localdomain sandbox\n`;
    writeFileSync(hostsFile, `${readFileSync(HOSTS, "utf8").trimEnd()}\n${names}`);
    return { address, hostsFile };
  };
  return {
    isAvailable() {
      available ??= probe();
      return available;
    },
    merge(layers) {
      const [only] = layers;
      if (layers.length === 1 && only !== undefined) {
        return Promise.resolve(only);
      }
      const key = layers.join("\n");
      const known = merged.get(key);
      const making = known ?? makeMerged(path.join(cacheDirectory, "opt"), layers);
      merged.set(key, making);
      making.catch(() => merged.delete(key));
      return making;
    },
    open(optDirectory, sandboxDirectory) {
      const { address, hostsFile } = hosts(sandboxDirectory);
      return {
        address,
        enter: (command) => ({ ...command, ...withMounts(command, { optDirectory, hostsFile }) }),
        seen: (text) => text,
      };
    },
    hosts,
  };
}

interface Command {
  readonly program: string;
  readonly arguments: readonly string[];
}

/** The process id is that of the program in the end. */
function withMounts(
  command: Command,
  { optDirectory, hostsFile }: { readonly optDirectory: string; readonly hostsFile: string },
): Command {
  return {
    program: "unshare",
    arguments: [
      ...namespaceOptions(),
      "/bin/sh",
      "-c",
      MOUNT,
      optDirectory,
      hostsFile,
      command.program,
      ...command.arguments,
    ],
  };
}

function namespaceOptions(): readonly string[] {
  const isRoot = process.getuid?.() === 0;
  return isRoot ? ["--mount"] : ["--user", "--map-current-user", "--keep-caps", "--mount"];
}

function probe(): Promise<boolean> {
  if (process.platform !== "linux" || !existsSync("/opt") || !existsSync(HOSTS)) {
    return Promise.resolve(false);
  }
  const mounts = { optDirectory: "/opt", hostsFile: HOSTS };
  const { program, arguments: given } = withMounts({ program: "true", arguments: [] }, mounts);
  return new Promise((resolve) => {
    execFile(program, given, { timeout: PROBE_TIMEOUT_MS }, (error) => resolve(error === null));
  });
}

async function makeMerged(parent: string, layers: readonly string[]): Promise<string> {
  const name = createHash("sha256").update(layers.join("\n")).digest("hex");
  const directory = path.join(parent, name);
  if (existsSync(directory)) {
    return directory;
  }
  const unfinished = `${directory}.${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  for (const layer of layers) {
    await layOver(layer, unfinished);
  }
  renameSync(unfinished, directory);
  return directory;
}

/** A file of a later layer replaces that of an earlier one. */
async function layOver(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = path.join(from, entry.name);
    const target = path.join(to, entry.name);
    if (entry.isDirectory()) {
      await mkdir(target, { recursive: true });
      await layOver(source, target);
    } else {
      await unlink(target).catch(() => undefined);
      await (entry.isSymbolicLink()
        ? symlink(await readlink(source), target)
        : // No copy where both lie on one file system: unpacked code is never written to.
          link(source, target).catch(() => copyFile(source, target)));
    }
  }
}
