/**
 * Makes a local template deployable: builds and zips the code it points at, uploads what is not
 * there yet, and writes where it went into the template.
 *
 * Keys are hashes of content, so code that did not change uploads nothing and updates nothing.
 */
import { createHash, type Hash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseTemplate } from "../../languages/template/parse.ts";
import type { ValueObject } from "../../languages/template/value.ts";
import { type ZipEntry, zipOf } from "../zip.ts";
import { type BuiltCode, buildCode, type Recipe, recipeOf } from "./build-code.ts";
import { type LocalCode, localCode, withCodePlaces } from "./local-code.ts";
import { localDefinitions, withDefinitionPlaces } from "./local-definition.ts";
import { type LocalImage, localImages, withImageUris } from "./local-image.ts";

/** S3 as the packager needs it, in process or over HTTP. */
export interface CodeBucket {
  hasObject(bucket: string, key: string): Promise<boolean>;
  putObject(bucket: string, key: string, body: Uint8Array): Promise<void>;
}

export interface PackageOptions {
  /** Absolute. Paths in the template are relative to its folder. */
  readonly templatePath: string;
  readonly bucket: string;
  /** What the keys of packages start with: `orders/`. */
  readonly keyPrefix?: string;
  readonly storage: CodeBucket;
  /** The places of container images, by the logical ids of functions: absolute paths. */
  readonly images?: Readonly<Record<string, string>> | undefined;
}

/** The code of a function, the content of a layer, or the definition of a state machine. */
export interface PackagedFile {
  readonly logicalId: string;
  readonly bucket: string;
  /** Changes exactly when the code does. */
  readonly key: string;
  /** Files and folders whose change may change the code: absolute paths. */
  readonly sources: readonly string[];
}

export interface PackagedTemplate {
  /** JSON, with every local path replaced. */
  readonly template: string;
  readonly functions: readonly PackagedFile[];
  /** What only an update of the stack brings in: contents of layers, definitions of machines. */
  readonly stackFiles: readonly PackagedFile[];
  /** Images that lie on this machine, or were built here: an update of the stack brings them in. */
  readonly images: readonly LocalImage[];
  /** What the developer should know, a sentence each. */
  readonly notes: readonly string[];
}

const KEY_PREFIX_DEFAULT = "millrace/code/";
const BUILD_PARALLEL = 4;

export async function packageTemplate(options: PackageOptions): Promise<PackagedTemplate> {
  const { templatePath, bucket } = options;
  const source = parseTemplate(await readFile(templatePath, "utf8"));
  const codes = localCode(source, path.dirname(templatePath));
  const builds = new Map<string, Promise<Built>>();
  const functions: PackagedFile[] = [];
  const layers: PackagedFile[] = [];
  const notes = new Set<string>();
  for (let at = 0; at < codes.length; at += BUILD_PARALLEL) {
    const batch = codes.slice(at, at + BUILD_PARALLEL);
    const built = await Promise.all(batch.map((code) => builtOnce(code, builds, options)));
    batch.forEach(({ logicalId, isLayer }, index) => {
      const { key, sources, notes: own } = built[index] ?? NOTHING_BUILT;
      (isLayer ? layers : functions).push({ logicalId, bucket, key, sources });
      for (const note of own) {
        notes.add(note);
      }
    });
  }
  const places = new Map([...functions, ...layers].map((code) => [code.logicalId, code]));
  const definitions = await uploadDefinitions(source, options);
  const images = await localImages(source, {
    folder: path.dirname(templatePath),
    places: options.images ?? {},
  });
  const named = withImageUris(withCodePlaces(source, places), images);
  const ready = withDefinitionPlaces(named, definitions);
  const stackFiles = [...layers, ...definitions];
  return { template: JSON.stringify(ready), functions, stackFiles, images, notes: [...notes] };
}

type UploadedDefinition = PackagedFile & Parameters<typeof withDefinitionPlaces>[1][number];

async function uploadDefinitions(
  source: ValueObject,
  options: PackageOptions,
): Promise<readonly UploadedDefinition[]> {
  const { templatePath, bucket, storage, keyPrefix = KEY_PREFIX_DEFAULT } = options;
  const uploaded: UploadedDefinition[] = [];
  for (const definition of localDefinitions(source, path.dirname(templatePath))) {
    const { location } = definition;
    const bytes = await readFile(location);
    const key = `${keyPrefix}${hashOf(bytes)}${path.extname(location)}`;
    if (!(await storage.hasObject(bucket, key))) {
      await storage.putObject(bucket, key, bytes);
    }
    uploaded.push({ ...definition, bucket, key, sources: [location] });
  }
  return uploaded;
}

type Built = Omit<BuiltCode, "entries"> & { readonly key: string };

const NOTHING_BUILT: Built = { key: "", sources: [], notes: [] };

function builtOnce(
  code: LocalCode,
  builds: Map<string, Promise<Built>>,
  options: PackageOptions,
): Promise<Built> {
  const recipe = recipeOf(code);
  const id = JSON.stringify(recipe);
  const known = builds.get(id) ?? buildAndUpload(recipe, code.logicalId, options);
  builds.set(id, known);
  return known;
}

async function buildAndUpload(
  recipe: Recipe,
  logicalId: string,
  options: PackageOptions,
): Promise<Built> {
  const { bucket, storage, keyPrefix = KEY_PREFIX_DEFAULT } = options;
  const { entries, sources, notes } = await buildCode(recipe, logicalId);
  const archive = readyArchive(recipe, entries);
  const key = `${keyPrefix}${archive === undefined ? contentHash(entries) : hashOf(archive)}.zip`;
  if (!(await storage.hasObject(bucket, key))) {
    await storage.putObject(bucket, key, archive ?? (await zipOf(entries)));
  }
  return { key, sources, notes };
}

/** Code that is an archive already is uploaded as it is. */
function readyArchive(recipe: Recipe, [entry]: readonly ZipEntry[]): Uint8Array | undefined {
  const isArchive = recipe.kind === "file" && /\.(zip|jar)$/.test(recipe.location);
  return isArchive ? entry?.bytes : undefined;
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Of names, contents and modes: known before anything is compressed. */
function contentHash(entries: readonly ZipEntry[]): string {
  const hash: Hash = createHash("sha256");
  for (const { path: name, bytes, isExecutable } of sortedByPath(entries)) {
    hash.update(`${name.length}:${name}:${bytes.length}:${isExecutable}:`).update(bytes);
  }
  return hash.digest("hex");
}

function sortedByPath(entries: readonly ZipEntry[]): readonly ZipEntry[] {
  return [...entries].sort((a, b) => (a.path < b.path ? -1 : 1));
}
