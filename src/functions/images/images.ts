/**
 * Container images for functions: from the address in `ImageUri` to a root file system.
 *
 * An address leads to a place on this machine: by itself (`file:PATH`), by what the operator has
 * said of its name (`--image NAME=PATH`), or to what a container engine of this machine has by it.
 * No registry is asked.
 */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { findContainerEngines } from "./container-engine.ts";
import { ImageError } from "./image-error.ts";
import {
  type ImageName,
  type ImagePlace,
  namesOf,
  parseImageReference,
} from "./image-reference.ts";
import { openImage } from "./image-source.ts";
import { createImageStore, type ImageStore, type UnpackedImage } from "./image-store.ts";

export interface Images extends Pick<ImageStore, "find" | "list"> {
  /**
   * Unpacks the image of an address, once, and does with it what is to be done while it is sure to
   * be there. Rejects with `ImageError`, or as that does.
   */
  withImage<T>(source: ImageAddress, body: (image: UnpackedImage) => Promise<T>): Promise<T>;
  /** Removes an image that nothing runs from, unless someone has just asked for it. */
  remove(digest: string): Promise<void>;
}

export interface ImageAddress {
  readonly uri: string;
  readonly architecture: "x86_64" | "arm64";
}

export interface ImagesOptions {
  /** For unpacked images, and archives for as long as they are unpacked. */
  readonly directory: string;
  /** Names of images, with or without registry and tag, to the places of images: absolute paths. */
  readonly places?: Readonly<Record<string, string>>;
  readonly findEngines?: typeof findContainerEngines;
}

const ARCHITECTURES = { x86_64: "amd64", arm64: "arm64" } as const;

interface Wanted {
  readonly uri: string;
  readonly architecture: string;
}

export function createImages(options: ImagesOptions): Images {
  const directory = path.resolve(options.directory);
  removeUnfinished(directory);
  const store = createImageStore({ directory });
  let saves = 0;
  /** What an image that is being fetched will have in common with others is not known yet. */
  let fetching = 0;

  const fromPlace = async (
    { path: location, tag, digest }: Omit<ImagePlace, "kind">,
    { architecture }: Wanted,
  ): Promise<UnpackedImage> =>
    store.unpack(await openImage(location, { architecture, tag, digest }));

  const fromEngine = async (name: ImageName, wanted: Wanted): Promise<UnpackedImage> => {
    const { live, problems } = await (options.findEngines ?? findContainerEngines)();
    saves += 1;
    const file = path.join(directory, `.saved.${process.pid}.${saves}.tar`);
    const refusals = [...problems];
    const { digest } = name;
    const names = [wanted.uri, ...namesOf(name)];
    await mkdir(directory, { recursive: true });
    try {
      for (const engine of live) {
        for (const reference of new Set(names)) {
          const refusal = await engine.save(reference, file);
          if (refusal === undefined) {
            return await fromPlace({ path: file, tag: name.tag, digest }, wanted);
          }
          refusals.push(`${engine.name}: ${refusal}`);
        }
      }
    } finally {
      await rm(file, { force: true });
    }
    throw unknownImage(wanted.uri, name, refusals);
  };

  const fetch = async (wanted: Wanted): Promise<UnpackedImage> => {
    const reference = parseImageReference(wanted.uri);
    if (reference === undefined) {
      throw new ImageError("It is neither the name of an image nor file: with an absolute path.");
    }
    if (reference.kind === "place") {
      return fromPlace(reference, wanted);
    }
    const place = placeOf(reference, options.places ?? {});
    return place === undefined ? fromEngine(reference, wanted) : fromPlace(place, wanted);
  };

  return {
    find: store.find,
    list: store.list,
    async remove(digest) {
      if (fetching === 0) {
        await store.remove(digest);
      }
    },
    async withImage({ uri, architecture }, body) {
      fetching += 1;
      try {
        return await body(await fetch({ uri, architecture: ARCHITECTURES[architecture] }));
      } finally {
        fetching -= 1;
      }
    },
  };
}

/** What an engine that was killed had not finished: it begins with a dot. */
function removeUnfinished(directory: string): void {
  const names = existsSync(directory) ? readdirSync(directory) : [];
  for (const name of names.filter((one) => one.startsWith("."))) {
    rmSync(path.join(directory, name), { recursive: true, force: true });
  }
}

/** The place that was named for the most exact name; its own tag over that of the name. */
function placeOf(
  name: ImageName,
  places: Readonly<Record<string, string>>,
): Omit<ImagePlace, "kind"> | undefined {
  const found = namesOf(name)
    .map((one) => places[one])
    .find((place) => place !== undefined);
  if (found === undefined) {
    return undefined;
  }
  const at = found.indexOf("#");
  return {
    path: at === -1 ? found : found.slice(0, at),
    tag: at === -1 ? name.tag : found.slice(at + 1),
    digest: name.digest,
  };
}

function unknownImage(uri: string, name: ImageName, refusals: readonly string[]): ImageError {
  const [short] = namesOf({ ...name, registry: undefined });
  return new ImageError(
    `No place of it is known: start Millrace with --image ${short}=PATH, where PATH is an OCI image ` +
      "layout or an archive of docker save, or name such a place itself (file:/PATH). " +
      `Millrace asks no registry, and no container engine has ${uri}: ${refusals.join(" ")}`,
  );
}
