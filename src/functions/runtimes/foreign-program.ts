/** A compiled program of another system or processor would fail with a riddle: it is refused. */
import { closeSync, openSync, readSync } from "node:fs";
import { type FunctionSpec, RuntimeUnavailable } from "../function-host.ts";

/** Bytes of an ELF file that tell its machine. */
const ELF_HEADER_SIZE = 20;
const ELF_MAGIC = Buffer.from("\x7fELF");
const ELF_MACHINES: Readonly<Record<number, string>> = { 62: "x64", 183: "arm64" };

/** Throws `RuntimeUnavailable`. */
export function refuseForeignProgram(spec: FunctionSpec, file: string): void {
  const header = Buffer.alloc(ELF_HEADER_SIZE);
  const descriptor = openSync(file, "r");
  try {
    readSync(descriptor, header, 0, ELF_HEADER_SIZE, 0);
  } finally {
    closeSync(descriptor);
  }
  if (!header.subarray(0, ELF_MAGIC.length).equals(ELF_MAGIC)) {
    return;
  }
  const machine = ELF_MACHINES[header.readUInt16LE(18)] ?? "another processor";
  if (process.platform !== "linux" || machine !== process.arch) {
    throw new RuntimeUnavailable({
      runtime: spec.runtime,
      problem:
        `The bootstrap of ${spec.name} is a Linux program for ${machine}; ` +
        `this machine is ${process.platform} on ${process.arch}.`,
      remedy: "Build it for this machine, or run Millrace on a machine of that kind.",
    });
  }
}
