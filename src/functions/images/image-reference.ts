/**
 * How a function names its image: a place on this machine (`file:PATH`), or the name of an image as
 * registries have them (`000000000000.dkr.ecr.us-east-1.amazonaws.com/orders:latest`).
 */

export type ImageReference = ImagePlace | ImageName;

/** `file:/images/orders#latest@sha256:...`: the tag where the place holds several images. */
export interface ImagePlace {
  readonly kind: "place";
  readonly path: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

export interface ImageName {
  readonly kind: "name";
  /** `000000000000.dkr.ecr.us-east-1.amazonaws.com`; absent of a name that a build gave. */
  readonly registry: string | undefined;
  /** `team/orders`. */
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

const DIGEST = /@sha256:([0-9a-f]{64})$/;
const NAME =
  /^(?:([^/]+\.[^/]+|[^/]+:\d+|localhost)\/)?([a-z0-9][a-z0-9._/-]*)(?::([\w][\w.-]{0,127}))?$/;

/** `undefined` when it is neither. */
export function parseImageReference(uri: string): ImageReference | undefined {
  const digest = DIGEST.exec(uri)?.[1];
  const rest = uri.replace(DIGEST, "");
  if (rest.startsWith("file:")) {
    const place = rest.slice("file:".length).replace(/^\/\/(?=\/)/, "");
    const at = place.indexOf("#");
    const path = at === -1 ? place : place.slice(0, at);
    return path.startsWith("/")
      ? { kind: "place", path, tag: at === -1 ? undefined : place.slice(at + 1), digest }
      : undefined;
  }
  const [, registry, repository, tag] = NAME.exec(rest) ?? [];
  return repository === undefined ? undefined : { kind: "name", registry, repository, tag, digest };
}

/** Under which names an image may be known, the most exact first. */
export function namesOf({ registry, repository, tag }: ImageName): readonly string[] {
  const tagged = tag === undefined ? [] : [`${repository}:${tag}`];
  const names = [...tagged, repository];
  return [...(registry === undefined ? [] : names.map((name) => `${registry}/${name}`)), ...names];
}

/** The same with its digest, as `Code.ResolvedImageUri` shows it. */
export function resolvedUri(uri: string, digest: string): string {
  const plain = uri.replace(DIGEST, "");
  const isPlace = plain.startsWith("file:");
  return `${isPlace ? plain : plain.replace(/:[\w][\w.-]*$/, "")}@sha256:${digest}`;
}

/** The same address, good for this image alone. */
export function pinnedUri(uri: string, digest: string): string {
  return `${uri.replace(DIGEST, "")}@sha256:${digest}`;
}
