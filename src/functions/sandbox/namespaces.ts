/**
 * Carries out a sandbox plan by `unshare` and `mount` of util-linux, where there is no `bwrap`.
 *
 * A first user namespace has the rights to mount; a second one inside it, in which the function's
 * program runs, has none over what was mounted. So the program cannot undo anything of it.
 */
import path from "node:path";
import type { ProcessCommand } from "../processes/function-process.ts";
import { SANDBOX_GID, SANDBOX_UID, type SandboxPlan, type ShownPlace } from "./plan.ts";

/** Absolute paths: a function's `PATH` is none of theirs. */
export interface NamespaceTools {
  readonly unshare: string;
  readonly mount: string;
  readonly mkdir: string;
  readonly ln: string;
}

const DEVICES = ["null", "zero", "full", "random", "urandom", "tty"];
const DEVICE_LINKS: Readonly<Record<string, string>> = {
  fd: "/proc/self/fd",
  stdin: "/proc/self/fd/0",
  stdout: "/proc/self/fd/1",
  stderr: "/proc/self/fd/2",
};

/** From the process that is started to the function's program. */
const PROCESSES_ABOVE = 2;

/**
 * The shell stays as the first process: signals do not end that as they would others. It keeps to
 * itself what it would say of a program that was killed.
 */
const START = [
  "set +e",
  "exec 9>&2 2>/dev/null",
  `/bin/sh -c 'exec "$0" "$@" 2>&9 9>&-' "$0" "$@"`,
  "exit $?",
];

/** `directory`: an empty folder of the environment alone, where the view is put together. */
export function namespacesCommand(
  tools: NamespaceTools,
  plan: SandboxPlan,
  command: ProcessCommand,
  directory: string,
): ProcessCommand {
  const inner = [
    ...["--user", `--map-user=${SANDBOX_UID}`, `--map-group=${SANDBOX_GID}`],
    ...[`--root=${directory}`, `--wd=${command.workingDirectory}`, "--"],
    ...[command.program, ...command.arguments],
  ];
  return {
    program: tools.unshare,
    arguments: [
      ...["--user", "--map-user=0", "--map-group=0", "--mount", "--pid", "--ipc", "--fork"],
      ...["--kill-child", "/bin/sh", "-c", script(tools, plan, directory), tools.unshare, ...inner],
    ],
    environment: command.environment,
    workingDirectory: "/",
    processesAbove: PROCESSES_ABOVE,
  };
}

function script(tools: NamespaceTools, plan: SandboxPlan, directory: string): string {
  const { mount } = tools;
  const inside = (at: string): string => quoted(path.join(directory, at));
  return [
    "set -e",
    plan.root === undefined
      ? `${mount} -t tmpfs -o mode=755 tmpfs ${quoted(directory)}`
      : `${mount} --rbind -o ro,nosuid,nodev ${quoted(plan.root)} ${quoted(directory)}`,
    ...(plan.root === undefined ? skeleton(tools, plan, inside) : []),
    ...plan.shown.flatMap((place) => {
      const { from, at } = place;
      const options = place.isWritable ? "nosuid,nodev" : "ro,nosuid,nodev";
      const isCovered = plan.shown.some((other) => at.startsWith(`${other.at}/`));
      return [
        ...(isCovered ? mountPoint(tools, place, inside) : []),
        `${mount} --rbind -o ${options} ${quoted(from)} ${inside(at)}`,
      ];
    }),
    `${mount} -t proc -o nosuid,nodev,noexec proc ${inside("/proc")}`,
    ...devices(tools, inside),
    ...(plan.root === undefined ? [`${mount} -o remount,bind,ro ${quoted(directory)}`] : []),
    ...START,
  ].join("\n");
}

type Inside = (at: string) => string;

/** In a folder that is shown already: only one that is writable lacks it. */
function mountPoint({ mkdir }: NamespaceTools, { at, kind }: ShownPlace, inside: Inside): string[] {
  return kind === "folder"
    ? [`${mkdir} -p ${inside(at)}`]
    : [`${mkdir} -p ${inside(path.dirname(at))}`, `[ -e ${inside(at)} ] || : >${inside(at)}`];
}

/** The empty places that others are mounted on. */
function skeleton({ mkdir, ln }: NamespaceTools, plan: SandboxPlan, inside: Inside): string[] {
  const folders = plan.shown.map(({ at, kind }) => (kind === "folder" ? at : path.dirname(at)));
  const parents = plan.links.map(({ at }) => path.dirname(at));
  const all = [...new Set(["/proc", "/dev", ...folders, ...parents])].map(inside);
  return [
    `${mkdir} -p ${all.join(" ")}`,
    ...plan.shown.filter(isFile).map(({ at }) => `: >${inside(at)}`),
    ...plan.links.map(({ at, target }) => `${ln} -s ${quoted(target)} ${inside(at)}`),
  ];
}

function isFile({ kind }: ShownPlace): boolean {
  return kind === "file";
}

function devices({ mount, mkdir, ln }: NamespaceTools, inside: Inside): string[] {
  return [
    `${mount} -t tmpfs -o nosuid,noexec,mode=755 tmpfs ${inside("/dev")}`,
    `${mkdir} -m 1777 ${inside("/dev/shm")}`,
    ...DEVICES.map((name) => `: >${inside(`/dev/${name}`)}`),
    ...DEVICES.map((name) => `${mount} --bind /dev/${name} ${inside(`/dev/${name}`)}`),
    ...Object.entries(DEVICE_LINKS).map(
      ([name, target]) => `${ln} -s ${target} ${inside(`/dev/${name}`)}`,
    ),
  ];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
