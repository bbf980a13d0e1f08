/** Container images for tests, made with code: layers, layouts, archives. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";

export interface TarItem {
  readonly name: string;
  /** A file with this content, unless `type` says otherwise. */
  readonly content?: string | Uint8Array;
  readonly type?: "file" | "directory" | "symlink" | "link" | "device";
  readonly target?: string;
  readonly mode?: number;
  /** Written as a pax record, whatever the header could hold. */
  readonly pax?: Readonly<Record<string, string>>;
}

const FLAGS = { file: "0", link: "1", symlink: "2", device: "3", directory: "5" } as const;
const BLOCK = 512;

export function tarOf(items: readonly TarItem[]): Buffer {
  return Buffer.concat([...items.flatMap(itemBlocks), Buffer.alloc(2 * BLOCK)]);
}

function itemBlocks(item: TarItem): readonly Buffer[] {
  const content = Buffer.from(item.content ?? "");
  const records = {
    ...(Buffer.byteLength(item.name) > 100 ? { path: item.name } : {}),
    ...(Buffer.byteLength(item.target ?? "") > 100 ? { linkpath: item.target ?? "" } : {}),
    ...item.pax,
  };
  const pax = Object.entries(records).map(([key, value]) => paxRecord(key, value));
  const extended = Buffer.from(pax.join(""));
  return [
    ...(pax.length === 0 ? [] : [header("PaxHeader", "x", extended.length), padded(extended)]),
    header(item.name, FLAGS[item.type ?? "file"], content.length, item),
    padded(content),
  ];
}

function paxRecord(key: string, value: string): string {
  const body = ` ${key}=${value}\n`;
  let length = Buffer.byteLength(body);
  while (String(length).length + Buffer.byteLength(body) !== length) {
    length = String(length).length + Buffer.byteLength(body);
  }
  return `${length}${body}`;
}

function header(name: string, flag: string, size: number, item?: TarItem): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0, 100);
  const mode = item?.mode ?? (flag === "5" ? 0o755 : 0o644);
  block.write(`${mode.toString(8).padStart(7, "0")}\0`, 100);
  block.write(`${"0".repeat(7)}\0${"0".repeat(7)}\0`, 108);
  block.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  block.write(`${MODIFIED_SECONDS.toString(8)}\0`, 136);
  block.write(" ".repeat(8), 148);
  block.write(flag, 156);
  block.write(item?.target ?? "", 157, 100);
  block.write("ustar\x0000", 257, "latin1");
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

/** Of every file, 1 January 2021: pax records may say another. */
export const MODIFIED_SECONDS = 1_609_459_200;

function padded(content: Buffer): Buffer {
  return Buffer.concat([content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)]);
}

export interface TestImage {
  readonly layers: readonly (readonly TarItem[])[];
  readonly config?: Readonly<Record<string, unknown>>;
  readonly architecture?: string;
  /** `org.opencontainers.image.ref.name` in the index. */
  readonly tag?: string;
  /** Leaves layers as they are instead of compressing them. */
  readonly isPlain?: boolean;
}

export const MACHINE: string = process.arch === "x64" ? "amd64" : process.arch;

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Writes an OCI image layout; gives the digests of the images, in order. */
export function writeLayout(folder: string, images: readonly TestImage[]): readonly string[] {
  const blob = (bytes: Uint8Array): { digest: string; size: number } => {
    mkdirSync(path.join(folder, "blobs/sha256"), { recursive: true });
    writeFileSync(path.join(folder, "blobs/sha256", sha256(bytes)), bytes);
    return { digest: `sha256:${sha256(bytes)}`, size: bytes.length };
  };
  const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
  const manifests = images.map((image) => {
    const { architecture = MACHINE, tag } = image;
    const tars = image.layers.map(tarOf);
    const config = json(configOf(image, tars));
    const manifest = json({
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      config: { mediaType: "application/vnd.oci.image.config.v1+json", ...blob(config) },
      layers: tars.map((tar) => ({
        mediaType: `application/vnd.oci.image.layer.v1.tar${image.isPlain ? "" : "+gzip"}`,
        ...blob(image.isPlain ? tar : gzipSync(tar)),
      })),
    });
    return {
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      ...blob(manifest),
      platform: { os: "linux", architecture },
      ...(tag === undefined ? {} : { annotations: { "org.opencontainers.image.ref.name": tag } }),
    };
  });
  writeFileSync(path.join(folder, "oci-layout"), json({ imageLayoutVersion: "1.0.0" }));
  writeFileSync(path.join(folder, "index.json"), json({ schemaVersion: 2, manifests }));
  return manifests.map(({ digest }) => digest.slice("sha256:".length));
}

function configOf(image: TestImage, tars: readonly Buffer[]): unknown {
  return {
    architecture: image.architecture ?? MACHINE,
    os: "linux",
    config: image.config ?? {},
    rootfs: { type: "layers", diff_ids: tars.map((tar) => `sha256:${sha256(tar)}`) },
  };
}

/** An archive as `docker save` of before version 25 writes it. */
export function dockerArchive(image: TestImage, name: string): Buffer {
  const tars = image.layers.map(tarOf);
  const config = Buffer.from(JSON.stringify(configOf(image, tars)));
  const layers = tars.map((tar) => ({ name: `${sha256(tar)}/layer.tar`, content: tar }));
  const manifest = [
    {
      Config: `${sha256(config)}.json`,
      RepoTags: [name],
      Layers: layers.map((layer) => layer.name),
    },
  ];
  return tarOf([
    { name: `${sha256(config)}.json`, content: config },
    ...layers,
    { name: "manifest.json", content: JSON.stringify(manifest) },
  ]);
}

/** The program of `test-runtime.c`, static; `undefined` where no compiler makes such. */
export function compileRuntime(directory: string): string | undefined {
  const file = path.join(directory, "runtime");
  const source = path.join(import.meta.dirname, "test-runtime.c");
  try {
    execFileSync("cc", ["-D_GNU_SOURCE", "-static", "-O1", "-o", file, source], { stdio: "pipe" });
    return file;
  } catch {
    return undefined;
  }
}
