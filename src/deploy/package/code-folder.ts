/** Code that is packaged as it lies: a folder or a file. */
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { OperatorError } from "../../base/operator-error.ts";
import type { ZipEntry } from "../zip.ts";

/** What tools leave beside the code, never part of it. */
const IGNORED = new Set([
  ".aws-sam",
  ".DS_Store",
  ".git",
  ".millrace",
  ".mypy_cache",
  ".pytest_cache",
  ".venv",
  "__pycache__",
  "cdk.out",
]);

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const UNZIPPED_BYTES_MAX = 262_144_000;
const FILE_COUNT_MAX = 50_000;
const READ_PARALLEL = 32;

export async function folderEntries(root: string): Promise<readonly ZipEntry[]> {
  const files = await filesUnder(root);
  const entries: ZipEntry[] = [];
  let sizeBytes = 0;
  for (let at = 0; at < files.length; at += READ_PARALLEL) {
    const batch = files.slice(at, at + READ_PARALLEL);
    const read = await Promise.all(batch.map((file) => entryOf(root, file)));
    for (const entry of read) {
      sizeBytes += entry.bytes.length;
      entries.push(entry);
    }
    if (sizeBytes > UNZIPPED_BYTES_MAX) {
      throw new OperatorError({
        what: `The code in ${root} is too large.`,
        why: `Lambda takes ${UNZIPPED_BYTES_MAX} bytes unzipped.`,
        fix: "Point CodeUri at the folder of the function, or bundle it (Metadata: BuildMethod: esbuild).",
      });
    }
  }
  return entries;
}

export async function fileEntry(file: string): Promise<ZipEntry> {
  return entryOf(path.dirname(file), file);
}

async function entryOf(root: string, file: string): Promise<ZipEntry> {
  const [bytes, info] = await Promise.all([readFile(file), stat(file)]);
  const relative = path.relative(root, file).split(path.sep).join("/");
  return { path: relative, bytes, isExecutable: (info.mode & 0o111) !== 0 };
}

/** Links are followed, as `sam build` and `aws cloudformation package` do. */
async function filesUnder(root: string): Promise<readonly string[]> {
  const files: string[] = [];
  const open = [root];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (IGNORED.has(entry.name)) {
        continue;
      }
      const full = path.join(folder, entry.name);
      const isFolder = entry.isSymbolicLink()
        ? (await stat(full)).isDirectory()
        : entry.isDirectory();
      (isFolder ? open : files).push(full);
      if (files.length > FILE_COUNT_MAX) {
        throw new OperatorError({
          what: `There are more than ${FILE_COUNT_MAX} files in ${root}.`,
          why: "All of it would be packaged as the code of a function.",
          fix: "Point CodeUri at the folder of the function alone.",
        });
      }
    }
  }
  return files;
}
