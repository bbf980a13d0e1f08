/**
 * A container image as it lies on this machine: an OCI image layout (a folder, or an archive of
 * one), or an archive as `docker save` writes it, of any age.
 *
 * Everything that has a digest is checked against it: manifests and configurations here, layers
 * while they are unpacked.
 * Sources: https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 * https://github.com/moby/docker-image-spec/blob/main/v1.2.md
 */
import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { ImageError } from "./image-error.ts";
import { type ImageFiles, openFiles } from "./image-files.ts";

/** What an image says of itself, as far as it concerns a function. */
export interface ImageConfiguration {
  /** As Go names it: `amd64`, `arm64`. */
  readonly architecture: string;
  readonly entryPoint: readonly string[];
  readonly command: readonly string[];
  /** Absolute; `/` where the image names none. */
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
}

export interface ImageLayer {
  /** Of the bytes as they lie there: `sha256:...`; absent where only the unpacked ones have one. */
  readonly digest: string | undefined;
  /** Of the unpacked bytes. */
  readonly diffId: string | undefined;
  /** A new stream of the bytes as they lie there, packed or not. */
  open(): Readable;
}

export interface ImageSource {
  /** Hexadecimal SHA-256: of the manifest, or of the configuration where there is none. */
  readonly digest: string;
  readonly configuration: ImageConfiguration;
  /** The lowest first. */
  readonly layers: readonly ImageLayer[];
}

/** Which image is meant where there are several. */
export interface ImageChoice {
  /** As Go names it. */
  readonly architecture: string;
  /** `latest`, or a whole reference such as `orders:latest`. */
  readonly tag?: string | undefined;
  /** Hexadecimal: the image must have it. */
  readonly digest?: string | undefined;
}

/** Indexes within indexes. */
const INDEX_DEPTH_MAX = 4;
const LAYERS_MAX = 500;

/** Throws `ImageError` where there is no image, not the one that is meant, or a damaged one. */
export async function openImage(location: string, choice: ImageChoice): Promise<ImageSource> {
  const files = await openFiles(location);
  const index = await readDocument(files, "index.json");
  if (index !== undefined) {
    return openLayout(files, index, { location, choice });
  }
  const manifest = await readDocument(files, "manifest.json");
  if (manifest !== undefined) {
    return openDockerArchive(files, manifest, { location, choice });
  }
  throw new ImageError(
    `${location} is no container image: it has neither an index.json (OCI image layout) nor a ` +
      "manifest.json (docker save).",
  );
}

type Json = Readonly<Record<string, unknown>>;

async function readDocument(files: ImageFiles, name: string): Promise<unknown> {
  const bytes = await files.read(name);
  return bytes === undefined ? undefined : parse(name, bytes);
}

function parse(name: string, bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    throw new ImageError(`${name} of the image is not JSON.`);
  }
}

interface Wanted {
  readonly location: string;
  readonly choice: ImageChoice;
}

interface Descriptor {
  readonly digest: string;
  readonly mediaType: string;
  readonly platform: Json;
  readonly names: readonly string[];
}

async function openLayout(files: ImageFiles, index: unknown, wanted: Wanted): Promise<ImageSource> {
  const manifests = byTag(descriptors(index), wanted);
  const candidates = await readManifests(files, manifests, 0);
  const { digest, manifest } = chosen(candidates, wanted);
  const configDigest = textAt(objectAt(manifest, "config"), "digest");
  const config = objectOf(parse("the configuration", await readBlob(files, configDigest)));
  const diffIds = textsAt(objectAt(config, "rootfs"), "diff_ids");
  const layers = descriptors({ manifests: manifest["layers"] });
  if (layers.length > LAYERS_MAX) {
    throw new ImageError(`The image has more than ${LAYERS_MAX} layers.`);
  }
  return {
    digest: digest.slice(SHA256.length),
    configuration: configurationOf(config),
    layers: layers.map((layer, at) => {
      if (/foreign|nondistributable/.test(layer.mediaType)) {
        throw new ImageError(`The image has a layer that it does not hold: ${layer.digest}.`);
      }
      const name = blobName(layer.digest);
      return { digest: layer.digest, diffId: diffIds[at], open: () => files.open(name) };
    }),
  };
}

interface Candidate {
  readonly digest: string;
  readonly manifest: Json;
  readonly platform: string;
}

/** Those of this index and of the indexes in it; attestations and the like are no images. */
async function readManifests(
  files: ImageFiles,
  descriptors_: readonly Descriptor[],
  depth: number,
): Promise<readonly Candidate[]> {
  const found: Candidate[] = [];
  for (const { digest, platform } of descriptors_) {
    if (platform["os"] === "unknown" || depth > INDEX_DEPTH_MAX) {
      continue;
    }
    const document = objectOf(parse(digest, await readBlob(files, digest)));
    if (document["manifests"] !== undefined) {
      found.push(...(await readManifests(files, descriptors(document), depth + 1)));
    } else if (document["layers"] !== undefined) {
      found.push({
        digest,
        manifest: document,
        platform: await platformOf(files, platform, document),
      });
    }
  }
  return found;
}

/** `linux/amd64`: the configuration says it where the index does not. */
async function platformOf(files: ImageFiles, platform: Json, manifest: Json): Promise<string> {
  const { os, architecture } =
    platform["architecture"] === undefined
      ? objectOf(
          parse("config", await readBlob(files, textAt(objectAt(manifest, "config"), "digest"))),
        )
      : platform;
  return `${String(os)}/${String(architecture)}`;
}

const REFERENCE_NAMES = ["org.opencontainers.image.ref.name", "io.containerd.image.name"];

function descriptors(index: unknown): readonly Descriptor[] {
  const listed = objectOf(index)["manifests"];
  return (Array.isArray(listed) ? listed : []).map((one: unknown) => {
    const annotations = objectAt(objectOf(one), "annotations");
    return {
      digest: textAt(objectOf(one), "digest"),
      mediaType: textAt(objectOf(one), "mediaType"),
      platform: objectAt(objectOf(one), "platform"),
      names: REFERENCE_NAMES.map((name) => textAt(annotations, name)).filter((name) => name !== ""),
    };
  });
}

/** Those of the tag that is meant; where none has it, all, if they have but one name. */
function byTag(all: readonly Descriptor[], { location, choice }: Wanted): readonly Descriptor[] {
  const { tag } = choice;
  const names = new Set(all.flatMap((one) => one.names.slice(0, 1)));
  const named = all.filter(
    (one) => tag !== undefined && one.names.some((name) => isNamed(name, tag)),
  );
  if (named.length > 0 || names.size <= 1 || choice.digest !== undefined) {
    return named.length > 0 ? named : all;
  }
  throw ambiguous(location, [...names], tag);
}

/** `orders:1` and `docker.io/library/orders:1` for `orders:1`; each of them for `1`. */
function isNamed(name: string, tag: string): boolean {
  return name === tag || name.endsWith(`/${tag}`) || name.endsWith(`:${tag}`);
}

function ambiguous(
  location: string,
  names: readonly string[],
  tag: string | undefined,
): ImageError {
  const asked = tag === undefined ? "none was named" : `none is named ${tag}`;
  return new ImageError(
    `${location} holds several images, and ${asked}: ${names.join(", ")}. ` +
      `Name one behind a #: ${location}#${names[0]}`,
  );
}

function chosen(all: readonly Candidate[], { location, choice }: Wanted): Candidate {
  const wanted = `linux/${choice.architecture}`;
  const { digest } = choice;
  const found = all.find((one) =>
    digest === undefined ? one.platform === wanted : one.digest === `${SHA256}${digest}`,
  );
  if (found !== undefined) {
    return found;
  }
  const platforms = [...new Set(all.map(({ platform }) => platform))].join(", ") || "none";
  throw new ImageError(
    digest === undefined
      ? `${location} has no image for ${wanted}; it has ${platforms}. Build it for ${wanted}, or ` +
          "set Architectures of the function."
      : `${location} no longer holds the image sha256:${digest}. Update the function's code.`,
  );
}

async function openDockerArchive(
  files: ImageFiles,
  manifest: unknown,
  { location, choice }: Wanted,
): Promise<ImageSource> {
  const images = Array.isArray(manifest) ? manifest.map(objectOf) : [];
  const { tag } = choice;
  const named = images.find(
    (one) => tag !== undefined && textsAt(one, "RepoTags").some((name) => isNamed(name, tag)),
  );
  const image = named ?? images[0];
  if (image === undefined || (named === undefined && images.length > 1)) {
    throw ambiguous(
      location,
      images.flatMap((one) => textsAt(one, "RepoTags")),
      tag,
    );
  }
  const bytes = await files.read(textAt(image, "Config"));
  if (bytes === undefined) {
    throw new ImageError(`${location} lacks the configuration of the image.`);
  }
  const config = objectOf(parse("the configuration", bytes));
  const digest = createHash("sha256").update(bytes).digest("hex");
  const platform = `${String(config["os"] ?? "linux")}/${String(config["architecture"])}`;
  chosen([{ digest: `${SHA256}${digest}`, manifest: {}, platform }], { location, choice });
  const diffIds = textsAt(objectAt(config, "rootfs"), "diff_ids");
  return {
    digest,
    configuration: configurationOf(config),
    layers: textsAt(image, "Layers").map((name, at) => ({
      digest: undefined,
      diffId: diffIds[at],
      open: () => files.open(name),
    })),
  };
}

const SHA256 = "sha256:";
const DIGEST = /^sha256:[0-9a-f]{64}$/;

function blobName(digest: string): string {
  if (!DIGEST.test(digest)) {
    throw new ImageError(`The image names something by a digest Millrace does not know: ${digest}`);
  }
  return `blobs/sha256/${digest.slice(SHA256.length)}`;
}

async function readBlob(files: ImageFiles, digest: string): Promise<Buffer> {
  const bytes = await files.read(blobName(digest));
  if (bytes === undefined) {
    throw new ImageError(`The image lacks the blob ${digest}.`);
  }
  if (`${SHA256}${createHash("sha256").update(bytes).digest("hex")}` !== digest) {
    throw new ImageError(`The image is damaged: the blob ${digest} has another content.`);
  }
  return bytes;
}

/** Source: https://github.com/opencontainers/image-spec/blob/main/config.md#properties */
function configurationOf(document: Json): ImageConfiguration {
  const config = objectAt(document, "config");
  const environment = textsAt(config, "Env").map((pair): [string, string] => {
    const at = pair.indexOf("=");
    return at === -1 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
  });
  return {
    architecture: textAt(document, "architecture"),
    entryPoint: textsAt(config, "Entrypoint"),
    command: textsAt(config, "Cmd"),
    workingDirectory: textAt(config, "WorkingDir") || "/",
    environment: Object.fromEntries(environment),
  };
}

function objectOf(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}

function objectAt(object: Json, name: string): Json {
  return objectOf(object[name]);
}

function textAt(object: Json, name: string): string {
  const value = object[name];
  return typeof value === "string" ? value : "";
}

function textsAt(object: Json, name: string): readonly string[] {
  const value = object[name];
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
